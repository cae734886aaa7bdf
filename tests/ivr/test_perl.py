"""The AGI script in Perl, with the real perl and Debian's Asterisk::AGI."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

import pytest

from ..bad_days import BAD_DAYS, service_on
from ..calls import LINE, PHONE
from ..cli.command import service_at
from ..faults.server import FaultServer
from ..pace import assert_in_time
from .agi import EXAMPLES, Ended, run
from .asterisk import Asterisk
from .doors import has_asterisk_agi
from .programs import with_program
from .sharing import asked_for, hang_up_when_asked

DEADLINE = 0.5
SCRIPT = str(EXAMPLES / "perl" / "virtualq.agi")

# What is tried is Perl; tests/cli has the command that it starts, on each Python.
pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not has_asterisk_agi(), reason="SKIPPED: needs perl and libasterisk-agi-perl"
    ),
]


def arrive(asterisk: Asterisk, env: Dict[str, str], folder: Path) -> Ended:
    """Let a call come in; the script must keep the rules and end with 0."""
    ended = run(["perl", "-w", SCRIPT], asterisk, with_program(folder, env))
    assert asterisk.faults == []
    assert ended.code == 0
    return ended


def test_a_caller_who_is_up(tmp_path: Path) -> None:
    """They are verified, served first and reported as connected."""
    asterisk = Asterisk()
    with FaultServer() as server:
        server.service.seed(LINE, PHONE)
        ended = arrive(asterisk, service_at(server.listen().url), tmp_path)
        assert asked_for(server) == ["verify", "Connected"]
    assert asterisk.variables == {"VIRTUALQ_STATUS": "up"}
    assert ended.stderr == ""


def test_a_caller_who_presses_1(tmp_path: Path) -> None:
    """They are lined up, and the dialplan learns for how long."""
    asterisk = Asterisk(key="1")
    with FaultServer() as server:
        arrive(asterisk, service_at(server.listen().url), tmp_path)
        assert server.service.created == [(LINE, PHONE)]
    assert asterisk.variables == {"VIRTUALQ_STATUS": "lined-up", "VIRTUALQ_EWT": "120"}


@pytest.mark.parametrize("key", ["", "2"])
def test_a_caller_who_does_not_want_it(key: str, tmp_path: Path) -> None:
    """Nobody is lined up."""
    asterisk = Asterisk(key=key)
    with FaultServer() as server:
        arrive(asterisk, service_at(server.listen().url), tmp_path)
        assert asked_for(server) == ["verify", "active", "offered"]
    assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}


@pytest.mark.parametrize(
    ("number", "presentation"),
    [("anonymous", "0"), ("unknown", "67"), ("", "0"), (PHONE, "32"), (f"{PHONE};id", "0")],
)
def test_a_caller_without_a_number(number: str, presentation: str, tmp_path: Path) -> None:
    """Nobody is asked, nothing is sent."""
    asterisk = Asterisk(caller=number, said={"agi_callingpres": presentation})
    with FaultServer() as server:
        arrive(asterisk, service_at(server.listen().url), tmp_path)
        assert server.requests == []
    assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}


def test_a_number_as_the_trunk_writes_it(tmp_path: Path) -> None:
    """VIRTUALQ_COUNTRY says how; what cannot be decided is the queue, and nothing is sent."""
    with FaultServer() as server:
        env = service_at(server.listen().url, VIRTUALQ_COUNTRY="CH")
        for number in ("41791234567", "791234567", "anonymous"):
            arrive(Asterisk(caller=number), env, tmp_path)
        assert {r.query.get("phone", "+41791234567") for r in server.requests} == {"+41791234567"}


def test_who_presses_1_and_hangs_up_is_lined_up(tmp_path: Path) -> None:
    """SIGHUP does not end the line-up half-way."""
    asterisk = Asterisk(key="1")
    with FaultServer() as server:
        thread = hang_up_when_asked(asterisk, server, before=3)
        arrive(asterisk, service_at(server.listen().url, VIRTUALQ_DEADLINE="30"), tmp_path)
        thread.join()
        assert server.service.created == [(LINE, PHONE)]


@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day(name: str, tmp_path: Path) -> None:
    """The caller waits as if there were no virtualQ, in time, and no offer is made."""

    def bad_day() -> float:
        asterisk = Asterisk(key="1")
        with service_on(BAD_DAYS[name]) as server:
            env = service_at(server.url, VIRTUALQ_DEADLINE=str(DEADLINE))
            ended = arrive(asterisk, env, tmp_path)
        assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}
        assert len(asterisk.commands) == 1
        assert ended.stderr.startswith("virtualq verify: ")
        assert PHONE not in ended.stderr
        return ended.seconds

    def good_day() -> float:
        beside = tmp_path / "beside"
        beside.mkdir(exist_ok=True)
        with FaultServer() as server:
            return arrive(Asterisk(), service_at(server.listen().url), beside).seconds

    assert_in_time(bad_day, good_day, DEADLINE)


def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """An installation that broke costs no call."""
    asterisk = Asterisk(key="1")
    env = {**service_at("http://127.0.0.1:9"), "VIRTUALQ_PROGRAM": str(tmp_path / "nothing")}
    ended = run(["perl", SCRIPT], asterisk, env)
    assert (ended.code, asterisk.faults) == (0, [])
    assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}
