"""What one call loads, as lists of modules: a caller hears silence while they load."""

from __future__ import annotations

from typing import FrozenSet

import pytest

from ..calls import LINE, PHONE, answer, caller
from ..loopback import Loopback
from .processes import modules_of

_ADDRESS = "import os; base_url = os.environ['VIRTUALQ_BASE_URL']"
_BY_HAND = f"""
{_ADDRESS}
import json, requests
said = requests.get(base_url + "/api/v2/waiters", params={{"phone": {PHONE!r}}}, timeout=9)
assert json.loads(said.content)["data"]
"""
_VERIFY = f"""
{_ADDRESS}
from virtualq import Session
with Session("key", base_url=base_url) as vq:
    assert vq.verify_caller({LINE}, {PHONE!r})
"""
_GET = _VERIFY.replace("verify_caller", "get_caller").replace(")\n", ").value.phone\n")
_COMMAND = "import sys; from virtualq.cli import main; sys.exit(main())"
_CORE = {
    "virtualq",
    "virtualq._api",
    "virtualq._api.kinds",
    "virtualq._api.late",
    "virtualq._api.operation",
    "virtualq._api.operations",
    "virtualq._api.parameters",
    "virtualq._api.refusals",
    "virtualq._api.wire",
    "virtualq._http",
    "virtualq._http.attempts",
    "virtualq._http.client",
    "virtualq._http.clock",
    "virtualq._http.connection",
    "virtualq._http.endpoint",
    "virtualq._http.frames",
    "virtualq._api.logs",
    "virtualq._http.pool",
    "virtualq._http.redact",
    "virtualq._http.reply",
    "virtualq._http.resolver",
    "virtualq._http.seam",
    "virtualq._http.settings",
    "virtualq._http.transport",
    "virtualq._http.version",
    "virtualq.errors",
    "virtualq.result",
    "virtualq.session",
}
_MODELS = {
    "virtualq._api.records",
    "virtualq._api.resources",
    "virtualq._api.tables",
    "virtualq._api.fields",
    "virtualq._api.times",
    "virtualq.models",
}
_NEEDLESS = {
    "requests",
    "urllib3",
    "logging",
    "ssl",
    "http.client",
    "email",
    "random",
    "certifi.core",
    "urllib.request",
}
"""What the job by hand loads, and a call over plain HTTP does without."""
_COMMAND_LINE = {
    "virtualq.cli",
    "virtualq.cli.command",
    "virtualq.cli.options",
    "virtualq.cli.output",
}


def _own(modules: FrozenSet[str]) -> FrozenSet[str]:
    return frozenset(name for name in modules if name.partition(".")[0] == "virtualq")


@pytest.fixture
def by_hand(loopback: Loopback) -> FrozenSet[str]:
    """What requests and json load for the same look-up, written by hand."""
    loopback.steps = [(200, answer("get_caller", caller(phone=PHONE)))]
    return modules_of(_BY_HAND, base_url=loopback.url)


def test_verify_loads_the_core_and_no_more_than_requests(
    loopback: Loopback, by_hand: FrozenSet[str]
) -> None:
    """Nothing of the standard library either that the same job by hand would not load."""
    loaded = modules_of(_VERIFY, base_url=loopback.url)
    assert _own(loaded) == _CORE
    assert loaded - by_hand - _own(loaded) == set()
    assert loaded & _NEEDLESS == set()
    assert by_hand >= _NEEDLESS


def test_get_loads_the_models_and_attrs(loopback: Loopback, by_hand: FrozenSet[str]) -> None:
    """A caller's fields cost the models and attrs, but neither cattrs nor the hooks for it."""
    loaded = modules_of(_GET, base_url=loopback.url)
    assert _own(loaded) == _CORE | _MODELS
    packages = {name.partition(".")[0] for name in loaded - by_hand}
    assert {"attr", "attrs"} <= packages
    assert "cattrs" not in packages


def test_command_loads_argparse_and_not_its_help(
    loopback: Loopback, by_hand: FrozenSet[str]
) -> None:
    """`virtualq verify` loads neither doctor nor the texts of the help, nor a model."""
    options = ("verify", "--line-id", str(LINE), "--phone", PHONE)
    loaded = modules_of(f"{_COMMAND}  # {options}", *options, base_url=loopback.url)
    assert _own(loaded) == _CORE | _COMMAND_LINE
    packages = {name.partition(".")[0] for name in loaded - by_hand}
    assert packages <= {"argparse", "gettext", "locale", "virtualq"}
