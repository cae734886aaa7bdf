"""`virtualq doctor`: each check finds what is wrong there, says what to do, and changes nothing."""

from __future__ import annotations

import json
from email.utils import formatdate
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from virtualq import cli
from virtualq.cli import doctor

from ..calls import KEY, PHONE, error_document
from ..faults import modes
from ..faults.server import FaultServer
from ..faults.service import Request

CHECKS = ["settings", "name", "connection", "clock", "key", "time"]


def dated(seconds: float) -> Any:
    """Make the mode that answers well, with a Date so many seconds away from now."""
    import time

    date = formatdate(time.time() + seconds, usegmt=True)
    return modes.says("dated", modes.with_headers(f"Date: {date}"))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultServer]:
    """A service that the settings name."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    with FaultServer([dated(0)]) as server:
        monkeypatch.setenv("VIRTUALQ_BASE_URL", server.url)
        yield server
    assert server.mistakes == []


def consult(capsys: pytest.CaptureFixture[str], code: int, *more: str) -> Dict[str, Any]:
    """Run the doctor; return its findings by check."""
    assert cli.run(["doctor", "--json", *more]) == code
    printed = capsys.readouterr()
    assert printed.err.count("\n") == (1 if code else 0)
    assert KEY not in printed.out + printed.err
    found: List[Dict[str, str]] = json.loads(printed.out)
    assert [finding["check"] for finding in found] == CHECKS
    assert all(finding["todo"] for finding in found if finding["state"] in ("failed", "warning"))
    return {finding["check"]: finding for finding in found}


def fails_at(found: Dict[str, Any], check: str) -> str:
    """Return what the one failed check said; those before it were done, those after it skipped."""
    at = CHECKS.index(check)
    states = [found[name]["state"] for name in CHECKS]
    assert states[at:] == ["failed"] + ["skipped"] * (len(CHECKS) - at - 1)
    assert not {"failed", "skipped"} & set(states[:at])
    said: str = found[check]["detail"]
    return said


def test_all_is_well(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """A line for each check, code 0; nothing was sent but a HEAD without the key and a look-up."""
    server.listen()
    assert cli.run(["doctor"]) == 0
    printed = capsys.readouterr()
    assert [line.split()[:2] for line in printed.out.splitlines()] == [["ok", c] for c in CHECKS]
    assert printed.err == ""
    assert f"{server.url}/api/v2 without a proxy, deadline 3 s" in printed.out
    head, look_up = server.requests
    assert head.method == "HEAD"
    assert "x-api-key" not in head.headers
    assert look_up.method == "GET"
    assert look_up.query == {"active": "true", "phone": PHONE, "line_id": "0"}


def test_settings(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Code 2, and it says which setting."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv("VIRTUALQ_BASE_URL", "ftp://api.virtualq.io")
    assert "base_url must look like" in fails_at(consult(capsys, 2), "settings")


def test_name(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A name that no name server knows."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv("VIRTUALQ_BASE_URL", "https://api.virtualq.invalid")
    said = fails_at(consult(capsys, 4), "name")
    assert said.startswith("the look-up of api.virtualq.invalid failed")


def test_the_name_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind a proxy its name counts, and its password stays out of everything."""
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    monkeypatch.setenv("HTTPS_PROXY", "http://user:sesame@proxy.invalid:3128")
    found = consult(capsys, 4)
    assert "through the proxy proxy.invalid:3128" in found["settings"]["detail"]
    assert "proxy.invalid" in fails_at(found, "name")
    assert "correct HTTPS_PROXY" in found["name"]["todo"]
    assert "sesame" not in json.dumps(found)


@pytest.mark.usefixtures("server")
def test_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    """The connection is refused."""
    assert "Connection refused" in fails_at(consult(capsys, 4), "connection")


def test_no_http(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Something listens that does not speak HTTP."""
    server.play([modes.says("noise", b"SSH-2.0-OpenSSH_9.2\r\n", modes.CLOSE)])
    server.listen()
    assert "the answer failed" in fails_at(consult(capsys, 4), "clock")


def test_a_service_that_hangs(
    server: FaultServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes the connection and the request, and says nothing: nobody here can mend that."""
    monkeypatch.setattr(doctor, "_PATIENCE", 0.3)
    for script, check in (([modes.silent], "clock"), ([dated(0), modes.silent], "key")):
        server.play(script)
        if not server.connections:
            server.listen()
        found = consult(capsys, 4)
        fails_at(found, check)
        assert found[check]["todo"].startswith("wait: the service takes what is sent")


@pytest.mark.parametrize(("seconds", "said"), [(3600, "behind"), (-3600, "ahead of")])
def test_a_wrong_clock_is_a_warning(
    server: FaultServer, capsys: pytest.CaptureFixture[str], seconds: float, said: str
) -> None:
    """It breaks no call by itself, but certificates and times will not fit."""
    server.play([dated(seconds)])
    server.listen()
    found = consult(capsys, 0)["clock"]
    assert found["state"] == "warning"
    assert said in found["detail"]
    assert int(found["detail"].split()[0]) in range(3590, 3611)
    assert "NTP" in found["todo"]


def test_slower_than_the_deadline(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """It waits longer than a call would, so that it can say how long it takes."""
    server.play([modes.late(0.3)])
    server.listen()
    said = fails_at(consult(capsys, 4, "--deadline", "0.2"), "time")
    assert "more than the deadline of 0.2 s" in said


def test_slow(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """Over half the deadline is a warning."""
    server.play([modes.late(0.3)])
    server.listen()
    assert consult(capsys, 0, "--deadline", "0.5")["time"]["state"] == "warning"


@pytest.mark.parametrize(("status", "code"), [(401, 3), (403, 3), (429, 3), (500, 3)])
def test_a_key_that_is_refused(
    server: FaultServer, capsys: pytest.CaptureFixture[str], status: int, code: int
) -> None:
    """Code 3, as for any call."""
    server.play([dated(0), modes.answers("refused", status, error_document(status))])
    server.listen()
    assert f"the service answered {status}" in fails_at(consult(capsys, code), "key")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_of_the_look_up_shows_that_the_key_is_good(
    server: FaultServer, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    """The service has read the request before it says that there is no such line."""
    server.play([dated(0), modes.answers("refused", status, error_document(status))])
    server.listen()
    assert consult(capsys, 0, "--line-id", "3042")["key"]["detail"].startswith("accepted")
    asked: Request = server.requests[-1]
    assert asked.query["line_id"] == "3042"


def test_the_page_of_a_proxy(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """A 404 without an error document has not seen the key."""
    server.play([dated(0), modes.answers("page", 404, body=b"<html>not here</html>")])
    server.listen()
    assert "is base_url right?" in fails_at(consult(capsys, 3), "key")


@pytest.mark.parametrize(
    ("status", "headers", "body", "code", "todo"),
    [
        (200, ("Content-Type: text/html",), b"<html>log in</html>", 4, "log this machine in"),
        (302, ("Location: https://elsewhere.test/",), b"", 4, "a redirect is not followed"),
        (404, ("Content-Type: text/html",), b"<html>?</html>", 3, "no virtualQ under this path"),
        (429, ("Retry-After: 30",), b"", 3, "wait for 30 s"),
        (503, (), b"", 3, "the settings are right"),
        (401, (), b"", 3, "check VIRTUALQ_API_KEY"),
        (407, (), b"", 3, "put the user and password that it wants into HTTPS_PROXY"),
        (405, ("Content-Type: text/html",), b"<html>?</html>", 3, "a proxy answers in place"),
    ],
)
def test_the_remedy_is_that_of_the_fault(
    server: FaultServer,
    capsys: pytest.CaptureFixture[str],
    status: int,
    headers: Tuple[str, ...],
    body: bytes,
    code: int,
    todo: str,
) -> None:
    """All of these show in the look-up, and each asks for something else."""
    server.play([dated(0), modes.answers("fault", status, body=body, headers=headers)])
    server.listen()
    assert todo in consult(capsys, code)["key"]["todo"]


def test_a_connection_that_is_cut(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """It says nothing of the key."""
    server.play([dated(0), modes.says("nothing", b"", modes.CLOSE)])
    server.listen()
    assert "firewall" in consult(capsys, 4)["key"]["todo"]


def test_a_look_up_slower_than_the_deadline_is_found_though_a_head_is_fast(
    server: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a call does is timed: a front that answers HEAD by itself says nothing of it."""
    server.play([dated(0), modes.late(0.5)])
    server.listen()
    said = fails_at(consult(capsys, 4, "--deadline", "0.3"), "time")
    assert "more than the deadline of 0.3 s" in said


def test_what_is_said_for_a_person(server: FaultServer, capsys: pytest.CaptureFixture[str]) -> None:
    """What to do stands below what is wrong, and stderr has the one line of any failure."""
    server.play([dated(0), modes.answers("refused", 401, error_document(401))])
    server.listen()
    assert cli.run(["doctor"]) == 3
    printed = capsys.readouterr()
    assert "failed   key" in printed.out
    assert "-> check VIRTUALQ_API_KEY" in printed.out.splitlines()[-2]
    assert printed.err == "virtualq doctor: the service answered 401: Not found\n"
