"""The rule book against a plain model: whatever is done in whatever order, both end alike."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from virtualq._api.operations import (
    BASE_PATH,
    LINE_UP_CALLER,
    NOTIFY_CALLER_CONNECTED,
    NOTIFY_CALLER_TRANSFERRED,
    UPDATE_CALLER_INFORMATION,
    VERIFY_CALLER,
)
from virtualq.sandbox.clock import Clock
from virtualq.sandbox.commands import Commands
from virtualq.sandbox.face import Face
from virtualq.sandbox.rules import Service

from ..shares import share_of
from .asking import Asker, HandClock

PACES = {3042: 120, 3384: 60}
TIMEOUT = 600
lines = st.sampled_from(sorted(PACES))
# Three people, one of whom writes their number in two ways.
phones = st.sampled_from(["+17343305027", "+1 734 330-5027", "+4917111112233", "anonymous"])
PERSON = {"+1 734 330-5027": "+17343305027"}


class Caller:
    """What the model knows of a caller."""

    def __init__(self, line: int, person: str, now: int) -> None:
        self.line, self.person, self.arrived = line, person, now
        self.state, self.since = "Waiting", now

    def become(self, state: str, now: int) -> None:
        """Come into a state."""
        self.state, self.since = state, now


class Queues(RuleBasedStateMachine):
    """Does the same to a service and to lists of callers."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = HandClock()
        self.service = Service(clock=Clock(self.clock, speed=0))
        self.service.add_routes(Commands(Face(self.service, "")).methods)
        self.ask = Asker(self.service)
        self.now = 0
        self.callers: List[Caller] = []
        self.last_up: Dict[int, int] = {}

    def teardown(self) -> None:
        """Close the service."""
        self.service.close()

    def latest(self, line: int, phone: str) -> Optional[Caller]:
        """Return the latest caller with a number in a line."""
        person = PERSON.get(phone, phone)
        fits = [c for c in self.callers if (c.line, c.person) == (line, person)]
        return fits[-1] if fits else None

    def leave(self, caller: Caller, state: str, at: int) -> None:
        """Let a caller come into a state; who waited goes to an agent, or gives up."""
        if caller.state == "Waiting" and state in ("Notified", "Connected"):
            self.last_up[caller.line] = at
        caller.become(state, at)

    @rule(line=lines, phone=phones)
    def line_up(self, line: int, phone: str) -> None:
        """A new caller waits, or the one who stands there is found."""
        given = {"line_id": line, "phone": phone, "channel": "CallIn", "source": "Phone"}
        reply = self.ask.call(LINE_UP_CALLER, **given)
        standing = self.latest(line, phone)
        is_new = standing is None or standing.state in ("Finished", "TimeOut")
        assert reply.status == (201 if is_new else 200)
        if is_new:
            self.callers.append(Caller(line, PERSON.get(phone, phone), self.now))

    @rule(
        line=lines,
        phone=phones,
        what=st.sampled_from(["connected", "finished", "Canceled", "Deferred"]),
    )
    def report(self, line: int, phone: str, what: str) -> None:
        """The call center tells of a caller."""
        operation, after = {
            "connected": (NOTIFY_CALLER_CONNECTED, "Connected"),
            "finished": (NOTIFY_CALLER_TRANSFERRED, "Finished"),
            "Canceled": (UPDATE_CALLER_INFORMATION, "TimeOut"),
            "Deferred": (UPDATE_CALLER_INFORMATION, None),
        }[what]
        state = {"service_state": what} if operation is UPDATE_CALLER_INFORMATION else {}
        reply = self.ask.call(operation, line_id=line, phone=phone, **state)
        caller = self.latest(line, phone)
        is_through = caller is not None and caller.state in ("Finished", "TimeOut")
        if caller is None or (after is not None and is_through and caller.state != after):
            assert reply.status == 404
            return
        assert reply.status == 200
        if after is not None and caller.state != after:
            self.leave(caller, after, self.now)

    @rule(line=lines, phone=phones)
    def notify(self, line: int, phone: str) -> None:
        """The service calls somebody up by hand."""
        reply = self.ask.send("POST", "/sandbox/notify", {"line_id": line, "phone": phone})
        caller = self.latest(line, phone)
        possible = caller is not None and caller.state in ("Waiting", "Notified")
        assert reply.status == (200 if possible else 404)
        if caller is not None and caller.state == "Waiting":
            self.leave(caller, "Notified", self.now)

    @rule(seconds=st.integers(0, 1000))
    def step(self, seconds: int) -> None:
        """Time passes, and moves callers."""
        assert self.ask.send("POST", "/sandbox/step", {"seconds": seconds}).status == 204
        until = self.now + seconds
        while True:
            due = min(self.due(), default=(until + 1, 0, None))
            if due[0] > until or due[2] is None:
                break
            caller = self.callers[due[2]]
            self.leave(caller, "Notified" if caller.state == "Waiting" else "TimeOut", due[0])
        self.now = until

    def due(self) -> List[Tuple[int, int, Optional[int]]]:
        """Return what time brings next: when, which line, whom."""
        found: List[Tuple[int, int, Optional[int]]] = []
        for line, pace in PACES.items():
            waiting = [c for c in self.callers if c.line == line and c.state == "Waiting"]
            if waiting:
                turn = max(waiting[0].arrived + pace, self.last_up.get(line, -pace) + pace)
                found.append((turn, 0, self.callers.index(waiting[0])))
        found += [
            (c.since + TIMEOUT, 1, number)
            for number, c in enumerate(self.callers)
            if c.state == "Notified"
        ]
        return found

    @invariant()
    def all_are_where_the_model_has_them(self) -> None:
        """Every caller has the state of the model, and who is up is found."""
        shown = self.ask.send("GET", f"{BASE_PATH}/waiters").document["data"]
        states = [one["attributes"]["virtualq-waiter-state"] for one in shown]
        assert states == [caller.state for caller in self.callers]
        for line in PACES:
            up = self.ask.call(VERIFY_CALLER, line_id=line, phone="+1 (734) 330.5027")
            caller = self.latest(line, "+17343305027")
            is_up = caller is not None and caller.state == "Notified"
            assert bool(up.document["data"]) is is_up


TestQueues = Queues.TestCase
TestQueues.settings = settings(max_examples=share_of(15), stateful_step_count=25, database=None)
