"""The service in process: at any address, below what other tools intercept, on a clock in hand."""

from __future__ import annotations

import subprocess
import sys
import unittest
from datetime import datetime, timezone

import pytest
import requests
import responses

import virtualq.testing
from virtualq.errors import AuthenticationError
from virtualq.session import Session
from virtualq.testing.in_process import InProcessSandbox

from ..loopback import Loopback

LINE, CENTER, PHONE = 3042, 24, "+17343305027"
WHO = (LINE, PHONE)
LINING_UP = {"channel": "CallIn", "source": "Phone"}


def test_a_caller_s_journey() -> None:
    """A Session talks to it under the real service's address, and it moves when told."""
    with virtualq.testing.sandbox() as sandbox, Session(sandbox.api_key) as vq:
        assert sandbox.url == "https://api.virtualq.io"
        assert not vq.verify_caller(*WHO)
        assert vq.line_up_caller(*WHO, **LINING_UP).status == 201
        sandbox.notify(*WHO)
        assert vq.verify_caller(*WHO)
        assert vq.notify_caller_transferred(*WHO, agent_id="A345")
        assert vq.list_callers_waiting(CENTER).value == []
        assert sandbox.reported(*WHO)["agent_id"] == "A345"
        assert [(seen.method, seen.function) for seen in sandbox.requests] == [
            ("GET", "verify_caller"),
            ("POST", "line_up_caller"),
            ("GET", "verify_caller"),
            ("PUT", "notify_caller_transferred"),
            ("GET", "list_callers_waiting"),
        ]
        assert sandbox.requests[1].path == "/api/v2/waiters"
        assert sandbox.requests[1].attributes == {"line_id": LINE, "phone": PHONE, **LINING_UP}
        assert sandbox.requests[0].attributes == {}


@pytest.mark.parametrize("base_url", ["https://pbx.example", "https://pbx.example:1/a/lines/v7"])
def test_at_any_base_url(base_url: str) -> None:
    """A program that has its address from its settings is answered whatever they are."""
    with virtualq.testing.sandbox() as sandbox, Session(sandbox.api_key, base_url=base_url) as vq:
        assert vq.line_up_caller(*WHO, **LINING_UP)
        assert vq.get_caller(*WHO)
        assert sandbox.requests[-1].path == "/api/v2/waiters"


def test_a_wrong_key() -> None:
    """A wrong key is the typed error it would be."""
    with virtualq.testing.sandbox(), Session("wrong") as vq, pytest.raises(AuthenticationError):
        vq.verify_caller(*WHO)


def test_a_sandbox_for_each_account() -> None:
    """Several stand side by side: told apart by the key or the address, else the newest."""
    with virtualq.testing.sandbox(api_key="de") as de, virtualq.testing.sandbox(api_key="us") as us:
        for key in ("de", "us"):
            with Session(key) as vq:
                vq.verify_caller(*WHO)
        with Session("fr") as vq, pytest.raises(AuthenticationError):
            vq.verify_caller(*WHO)
        assert (len(de.requests), len(us.requests)) == (1, 2)
        with virtualq.testing.sandbox(base_url="https://eu.example/x") as eu:
            for address in (eu.url, "https://us.example"):
                with Session(eu.api_key, base_url=address) as vq:
                    try:
                        vq.verify_caller(*WHO)
                    except AuthenticationError:
                        assert address != eu.url
            assert len(eu.requests) == 1


def test_what_is_not_a_session_s_is_left_alone(loopback: Loopback) -> None:
    """Live servers, mocks and other hosts are reached as ever while the sandbox stands."""
    loopback.steps = [(200, {"live": True})]
    with virtualq.testing.sandbox() as sandbox, responses.RequestsMock() as mock:
        mock.add_passthru(loopback.url)
        mock.get("https://crm.example/", json={"mocked": True})
        assert requests.get(loopback.url, timeout=5).json() == {"live": True}
        assert requests.get("https://crm.example/", timeout=5).json() == {"mocked": True}
        with Session(sandbox.api_key) as vq:
            assert vq.line_up_caller(*WHO, **LINING_UP)
    with responses.RequestsMock() as mock, virtualq.testing.sandbox() as sandbox:
        with Session(sandbox.api_key) as vq:
            assert not vq.get_caller(*WHO)
        assert len(mock.calls) == 0


def test_needs_no_library() -> None:
    """Where no mock and no pytest is installed it works all the same, and warns of nothing."""
    code = """
import sys
for name in ("responses", "pytest", "ruamel"):
    sys.modules[name] = None
import virtualq, virtualq.testing
with virtualq.testing.sandbox() as sandbox, virtualq.Session(sandbox.api_key) as vq:
    vq.line_up_caller(3042, "+17343305027", channel="CallIn", source="Phone")
    sandbox.step(120)
    print(bool(vq.verify_caller(3042, "+17343305027")))
"""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("True\n", "")


def test_the_clock_is_in_the_test_s_hand() -> None:
    """Time stands until it is stepped; a step does what is due by then, each at its own time."""
    five = datetime(2021, 3, 4, 5, 0, tzinfo=timezone.utc)
    with InProcessSandbox(clock=lambda: five) as sandbox, Session(sandbox.api_key) as vq:
        lined_up = vq.line_up_caller(*WHO, **LINING_UP).value
        assert lined_up is not None
        assert (lined_up.created_at, lined_up.ewt) == (five, 120)
        sandbox.step(119)
        assert not vq.verify_caller(*WHO)
        sandbox.step(61)
        up = vq.verify_caller(*WHO).value
        assert up is not None
        assert up.notified_at == datetime(2021, 3, 4, 5, 2, tzinfo=timezone.utc)
        assert (up.wait_time, sandbox.now.minute) == (120, 3)
        sandbox.step(600)
        assert not vq.get_caller(*WHO)
        with pytest.raises(ValueError, match="seconds"):
            sandbox.step(-1)
        for _ in range(87):
            sandbox.step(1e9)
        with pytest.raises(ValueError, match="thousands of years"):
            sandbox.step(1e9)
        assert not vq.get_caller(*WHO)


def test_the_mixin_behind_the_test_case() -> None:
    """It would do nothing there, and the tests would ask the real service."""
    with pytest.raises(TypeError, match="Wrong: VirtualQTestMixin goes before the test case"):
        type("Wrong", (unittest.TestCase, virtualq.testing.VirtualQTestMixin), {})
