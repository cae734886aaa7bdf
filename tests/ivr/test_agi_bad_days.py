"""The AGI scripts on bad days: whatever happens, the caller reaches a queue, and in time."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..bad_days import BAD_DAYS, service_on
from ..calls import KEY, LINE, PHONE
from ..cli.command import service_at
from ..faults import modes
from ..faults.server import FaultServer
from ..pace import assert_in_time
from .agi import Ended, run, script
from .asterisk import Asterisk
from .sharing import TRANSFER, arrive

pytest.importorskip("pystrix", reason="SKIPPED: needs pystrix")

DEADLINE = 0.7
AMPLE = 3.0
"""The deadline when a good answer must come in time first, however busy the machine is."""


def a_good_day(asterisk: Asterisk) -> Ended:
    """Play the same call with a service that answers at once, and a caller who is not up."""
    with FaultServer() as server:
        return arrive(asterisk, service_at(server.listen().url))


def seconds_of_a_good_day() -> float:
    """Return how long the script takes with nothing to wait for: starting Python, the imports."""
    return a_good_day(Asterisk()).seconds


def says_nothing_secret(ended: Ended) -> None:
    """One line on the console of Asterisk, without phone or key."""
    assert ended.stderr.count("\n") == 1
    assert ended.stderr.startswith("virtualq: 1669118400.1: ")
    assert not any(secret in ended.stderr for secret in (PHONE, PHONE[1:], KEY, "Traceback"))


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day_before_anything_is_known(name: str) -> None:
    """No offer is made, and the caller waits as if there were no virtualQ."""

    def bad_day() -> float:
        asterisk = Asterisk(key="1")
        with service_on(BAD_DAYS[name]) as server:
            ended = arrive(asterisk, service_at(server.url, VIRTUALQ_DEADLINE=str(DEADLINE)))
        assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
        assert not any(command[0] == "GET DATA" for command in asterisk.commands)
        says_nothing_secret(ended)
        assert ended.stderr.count(": ") >= 2  # what kind of error, and what it says
        return ended.seconds

    assert_in_time(bad_day, seconds_of_a_good_day, DEADLINE)


def test_one_silence_before_the_offer() -> None:
    """Asking whether the line is active gets what verifying has left, no deadline of its own."""

    def bad_day() -> float:
        asterisk = Asterisk(key="1")
        with FaultServer([modes.late(0.5 * AMPLE), modes.late(0.95 * AMPLE)]) as server:
            env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(AMPLE))
            ended = arrive(asterisk, env)
        assert not any(command[0] == "GET DATA" for command in asterisk.commands)
        says_nothing_secret(ended)
        return ended.seconds

    assert_in_time(bad_day, seconds_of_a_good_day, AMPLE)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day_when_they_have_pressed_1(name: str) -> None:
    """The line-up fails: they wait, and nothing promises them a call."""

    def bad_day() -> float:
        asterisk = Asterisk(key="1")
        day = BAD_DAYS[name]
        with FaultServer([*[modes.good] * 3, day.play()]) as server:
            env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(AMPLE))
            if day.play().place == "accept":
                asterisk.at["GET DATA"] = server.hang_up
            ended = arrive(asterisk, env)
        assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
        says_nothing_secret(ended)
        return ended.ended - asterisk.answered_at["GET DATA"]

    def good_day() -> float:
        asterisk = Asterisk(key="1")
        return a_good_day(asterisk).ended - asterisk.answered_at["GET DATA"]

    assert_in_time(bad_day, good_day, AMPLE)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(set(BAD_DAYS) - {"down"}))
def test_a_bad_day_when_they_are_up(name: str) -> None:
    """It is their turn: that the report of it fails does not change it, nor takes more time."""

    def bad_day() -> float:
        asterisk = Asterisk()
        with FaultServer([modes.good, BAD_DAYS[name].play()]) as server:
            server.service.seed(LINE, PHONE)
            env = service_at(server.listen().url, VIRTUALQ_DEADLINE=str(AMPLE))
            ended = arrive(asterisk, env)
        assert asterisk.variables["VIRTUALQ_STATUS"] == "up"
        says_nothing_secret(ended)
        return ended.seconds

    assert_in_time(bad_day, seconds_of_a_good_day, AMPLE)


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(BAD_DAYS))
def test_a_bad_day_when_an_agent_has_taken_the_call(name: str) -> None:
    """Both wait for the script: it must end, and change nothing."""

    def bad_day() -> float:
        asterisk = Asterisk(variables=TRANSFER, arguments=())
        with service_on(BAD_DAYS[name]) as server:
            env = service_at(server.url, VIRTUALQ_DEADLINE=str(DEADLINE))
            ended = run(script("transferred"), asterisk, env)
        assert (ended.code, asterisk.faults, asterisk.variables) == (0, [], TRANSFER)
        says_nothing_secret(ended)
        return ended.seconds

    assert_in_time(bad_day, seconds_of_a_good_day, DEADLINE)


@pytest.mark.parametrize(
    "setting",
    [
        {"VIRTUALQ_API_KEY": ""},
        {"VIRTUALQ_BASE_URL": "ftp://x"},
        {"VIRTUALQ_DEADLINE": "soon"},
        {"VIRTUALQ_DEADLINE": "-1"},
    ],
    ids=str,
)
def test_settings_that_cannot_work(setting: dict[str, str]) -> None:
    """A mistake of whoever set it up costs no call either."""
    asterisk = Asterisk(key="1")
    ended = arrive(asterisk, {**service_at("http://127.0.0.1:9"), **setting})
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
    says_nothing_secret(ended)


@pytest.mark.parametrize("arguments", [(), ("sales",)])
def test_a_dialplan_without_a_line(arguments: tuple[str, ...]) -> None:
    """AGI(virtualq_arrive.py) without the id of a line."""
    asterisk = Asterisk(key="1", arguments=arguments)
    ended = arrive(asterisk, service_at("http://127.0.0.1:9"))
    assert asterisk.variables == {"VIRTUALQ_STATUS": "queue"}
    says_nothing_secret(ended)


def test_a_broken_installation(tmp_path: Path) -> None:
    """Not even the client can be loaded."""
    asterisk = Asterisk(key="1")
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['requests'] = None\n")
    env = service_at("http://127.0.0.1:9")
    ended = arrive(asterisk, {**env, "PYTHONPATH": f"{tmp_path}:{env['PYTHONPATH']}"})
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
    says_nothing_secret(ended)
