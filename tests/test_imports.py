"""What is loaded when: lists of modules, as a fresh Python sees them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import List, Set

import pytest

from .calls import FUNCTIONS, KEY, PHONE, answer, caller
from .loopback import Loopback

HEAVY = {
    "requests",
    "urllib3",
    "attr",
    "attrs",
    "cattr",
    "cattrs",
    "yaml",
    "ruamel",
    "flask",
    "werkzeug",
    "django",
    "responses",
}
MODELS = {"attr", "attrs", "cattr", "cattrs"}
_ROOT = Path(__file__).parent.parent


def _run(*lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(("import sys, json", *lines))],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _loaded(*lines: str) -> Set[str]:
    """Run a script in a Python of its own and list the modules that it has loaded in the end."""
    done = _run(*lines, "sys.stderr.write(json.dumps(sorted(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    modules: List[str] = json.loads(done.stderr)
    return {name for name in modules if name != "site"}


def _packages(modules: Set[str]) -> Set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "line",
    [
        "import virtualq",
        "from virtualq import Session",
        "from virtualq import Session, VirtualQError, NotFoundError, TransportError",
        "from virtualq import Session, Result",
        "import virtualq; dir(virtualq); virtualq.__version__",
    ],
)
def test_import_loads_nothing_heavy(line: str) -> None:
    """No requests, cattrs or framework before it is needed: a script starts for every call."""
    assert _packages(_loaded(line)) & HEAVY == set()


def test_session_loads_nothing_heavy() -> None:
    """No requests either: it is where mocks stand, and a process without it has none."""
    loaded = _loaded("from virtualq import Session", "Session('key').close()")
    assert _packages(loaded) & {*HEAVY, "logging", "ssl", "certifi"} == set()


@pytest.mark.parametrize("found", [True, False])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_call_loads_no_models_until_they_are_looked_at(
    name: str, found: bool, loopback: Loopback
) -> None:
    """Asking whether it is someone's turn needs neither attrs nor cattrs."""
    loopback.steps = [(200, answer(name)) if found else (204, None)]
    loaded = _loaded(
        "from virtualq import Session",
        f"vq = Session({KEY!r}, base_url={loopback.url!r})",
        f"result = vq.{name}(**{FUNCTIONS[name].given!r})",
        "str(result), bool(result), result.status",
        "vq.close()",
    )
    assert _packages(loaded) & MODELS == set()
    assert "virtualq.models" not in loaded
    assert len(loopback.asked) == 1


def test_fields_need_attrs_and_not_cattrs(loopback: Loopback) -> None:
    """Who looks at a caller's fields loads the models, and still not cattrs."""
    loopback.steps = [(200, answer("get_caller", caller(phone=PHONE)))]
    loaded = _loaded(
        "from virtualq import Session",
        f"vq = Session({KEY!r}, base_url={loopback.url!r})",
        f"assert vq.get_caller(3042, {PHONE!r}).value.phone == {PHONE!r}",
        "vq.close()",
    )
    assert _packages(loaded) & {"cattr", "cattrs"} == set()
    assert "virtualq.models" in loaded


def test_enums_load_the_models_alone() -> None:
    """`Channel` comes with the models, and with neither requests nor cattrs."""
    packages = _packages(
        _loaded("from virtualq import Channel, Source", "Channel.CALL_IN, Source.PHONE")
    )
    assert packages & {"requests", "urllib3", "cattr", "cattrs", "logging"} == set()


def test_star_import_gives_every_public_name() -> None:
    """Names that are loaded late are there all the same."""
    done = _run(
        "import virtualq",
        "from virtualq import *",
        "missing = set(virtualq.__all__) - set(globals())",
        "print(missing)",
    )
    assert (done.returncode, done.stdout) == (0, "set()\n"), done.stderr


def test_what_is_loaded_is_seen() -> None:
    """The list of modules above would show a heavy one."""
    assert {"requests", "attrs", "cattrs"} <= _packages(_loaded("import requests, attrs, cattrs"))


def test_logger_has_a_handler_that_is_silent() -> None:
    """Python's last resort would print a warning to stderr; a library must not."""
    for order in ("virtualq, logging", "logging, virtualq", "virtualq, logging.handlers"):
        done = _run(
            f"import {order}",
            "log = logging.getLogger('virtualq')",
            "log.warning('x')",
            "assert [type(one) for one in log.handlers] == [logging.NullHandler]",
            "assert type(logging.__spec__.loader) is type(json.__spec__.loader), logging.__spec__",
            "assert type(logging.__loader__) is type(json.__loader__)",
            "assert not any('logs' in str(finder) for finder in sys.meta_path)",
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
