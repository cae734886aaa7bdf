"""Before a callback is offered, and after: the same for AGI, FastAGI, Perl and the shell.

Nobody is offered what their line does not have, nobody is promised a call that nobody will make,
and all that is asked before the offer is heard is one silence.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List

import pytest

from virtualq import Session
from virtualq.sandbox.server import Sandbox

from ..bad_days import BAD_DAYS
from ..calls import LINE, PHONE
from ..cli.command import service_at
from ..faults import modes
from ..faults.server import FaultServer
from .asterisk import Asterisk
from .doors import Door, each_door
from .sharing import asked_for

pytestmark = pytest.mark.once

ALL = ["verify_caller", "is_virtualq_active", "new_call_offered", "line_up_caller"]


def at(sandbox: Sandbox) -> Dict[str, str]:
    """Return the settings of a script that asks this sandbox."""
    return {**service_at(sandbox.url), "VIRTUALQ_API_KEY": sandbox.api_key}


def asked(sandbox: Sandbox) -> List[str]:
    """Return the functions that were called, in order."""
    return [str(request.function) for request in sandbox.requests]


def was_offered(asterisk: Asterisk) -> bool:
    """Say whether the caller heard the offer."""
    return any(command[0] == "GET DATA" for command in asterisk.commands)


@each_door()
def test_an_active_line_is_offered_and_reported(door: Door, tmp_path: Path) -> None:
    """The line is asked first, the offer is reported before it is heard, then they are lined up."""
    asterisk = Asterisk(key="1")
    with Sandbox() as sandbox:
        door(asterisk, at(sandbox), tmp_path)
        assert asked(sandbox) == ALL
    assert asterisk.variables["VIRTUALQ_STATUS"] == "lined-up"
    assert asterisk.faults == []


@each_door()
def test_an_inactive_line_is_not_offered(door: Door, tmp_path: Path) -> None:
    """The ordinary queue; nothing is offered, nothing is reported as offered."""
    asterisk = Asterisk(key="1")
    with Sandbox() as sandbox:
        sandbox.close_line(LINE)
        door(asterisk, at(sandbox), tmp_path)
        assert asked(sandbox) == ALL[:2]
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
    assert not was_offered(asterisk)


@each_door()
def test_who_was_up_and_calls_again_is_not_told_goodbye(door: Door, tmp_path: Path) -> None:
    """They were connected and dropped off: the service still has them, and tells them no more."""
    asterisk = Asterisk(key="1")
    with Sandbox() as sandbox:
        with Session(sandbox.api_key, base_url=sandbox.url) as session:
            session.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
            sandbox.notify(LINE, PHONE)
            session.notify_caller_connected(LINE, PHONE)
        before = len(sandbox.requests)
        door(asterisk, at(sandbox), tmp_path)
        assert asked(sandbox)[before:] == ALL
        assert sandbox.requests[-1].status == 200
    assert was_offered(asterisk)
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


@each_door()
def test_who_is_not_surely_waiting_is_not_told_goodbye(door: Door, tmp_path: Path) -> None:
    """An answer without their state promises nothing."""
    asterisk = Asterisk(key="1")
    said = modes.answers("said", 200, {"data": {"id": "7", "attributes": {"ewt": 120}}})
    with FaultServer([*[modes.good] * 3, said]) as server:
        door(asterisk, service_at(server.listen().url), tmp_path)
        assert asked_for(server)[3:] == ["line up"]
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


@each_door()
def test_one_deadline_for_all_that_is_asked(door: Door, tmp_path: Path) -> None:
    """Three answers, each within the deadline and all of them not: no offer, the ordinary queue."""
    asterisk = Asterisk(key="1")
    with FaultServer([modes.late(0.45)]) as server:
        door(asterisk, service_at(server.listen().url, VIRTUALQ_DEADLINE="1"), tmp_path)
        assert len(server.requests) <= 3  # none where starting alone takes a second
    assert not was_offered(asterisk)
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"


@each_door()
@pytest.mark.parametrize("before", [1, 2], ids=["active", "offered"])
def test_a_bad_day_before_the_offer(door: Door, before: int, tmp_path: Path) -> None:
    """A service that says no to either would not take the line-up: no offer, and no second try."""
    asterisk = Asterisk(key="1")
    bad = BAD_DAYS["wrong key"].play()
    with FaultServer([*[modes.good] * before, bad, modes.good]) as server:
        door(asterisk, service_at(server.listen().url), tmp_path)
        assert asked_for(server) == ["verify", "active", "offered"][: before + 1]
    assert not was_offered(asterisk)
    assert asterisk.variables["VIRTUALQ_STATUS"] == "queue"
