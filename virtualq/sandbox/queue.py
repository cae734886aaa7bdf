"""The queue of the sandbox: what each function of the service does to its callers.

Before it on the way of a request: rules, which knows HTTP; after it: life says what changes, store
keeps it. What is given stands under the Session's parameter names, checked by reading.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from attrs import evolve, fields

from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import estimate, life
from virtualq.sandbox.exchange import Fault, Refusal
from virtualq.sandbox.reading import Given
from virtualq.sandbox.seeds import CallCenter, Line, LineGroup
from virtualq.sandbox.store import Store, Waiter

_SHOWN = frozenset(field.name for field in fields(CallerResult)) - {"line_id"}
_WHO = ("line_id", "phone")
State = VirtualQCallerState


class LinedUp(NamedTuple):
    """A caller who lined up; `new` is false when they stood in the line already."""

    caller: CallerResult
    new: bool


class Queue:
    """The callers of every line; each method is one transaction.

    `clock` tells the time as an aware UTC datetime. `people` says how many seconds somebody whom
    the demo plays takes in a state, None for callers who are not played. A line, call center or
    caller that does not exist raises Refusal (404).
    """

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        people: Callable[[Waiter], Optional[float]] = lambda waiter: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._people = people

    def line_up(self, given: Given, at: Optional[datetime] = None) -> LinedUp:
        """Line a caller up, or return the one who stands in the line with that phone already."""
        with self._store.transaction():
            line = self._line(given["line_id"])
            standing = self._store.find(line_id=line.id, phone=given["phone"], states=life.ACTIVE)
            if standing:
                return LinedUp(self._show(standing)[0], new=False)
            now = at or self._clock()
            caller = CallerResult(
                line_id=line.id,
                line_name=line.name,
                virtualq_caller_state=State.WAITING,
                created_at=now,
                updated_at=now,
                **{name: value for name, value in given.items() if name in _SHOWN},
            )
            waiter = self._store.add(Waiter(line_id=line.id, caller=caller, reported=_told(given)))
            return LinedUp(self._show([waiter])[0], new=True)

    def place(self, given: Given) -> None:
        """Put a caller into a line in the `state` that is given with their line-up."""
        state = given.pop("state", State.WAITING)
        caller = self.line_up(given).caller
        assert caller.id is not None
        with self._store.transaction():
            for step in life.STEPS_TO[state]:
                self.step(self.by_id(caller.id), step, self._clock())

    def find(
        self,
        states: Sequence[VirtualQCallerState],
        *,
        line_id: Optional[int] = None,
        call_center_id: Optional[int] = None,
        phone: Optional[str] = None,
        most: int = -1,
        latest: bool = False,
    ) -> List[CallerResult]:
        """Return the callers in these states who fit all that is given, the earliest first.

        No more than `most`: the first ones, or the latest ones, the latest first.
        """
        with self._store.transaction():
            if line_id is not None:
                self._line(line_id)
            if call_center_id is not None and not self._store.get(CallCenter, call_center_id):
                raise not_found("call center")
            found = self._store.find(
                line_id=line_id,
                call_center_id=call_center_id,
                phone=phone,
                states=states,
                most=most,
                latest=latest,
            )
            return self._show(found)

    def update(self, given: Given, waiter_id: Optional[int] = None) -> CallerResult:
        """Take a report; without an id it is about the latest caller with that phone."""
        with self._store.transaction():
            self._line(given["line_id"])
            waiter = self._latest(given["line_id"], given["phone"], waiter_id)
            return self._show([self.report(waiter, _told(given), self._clock())])[0]

    def report(self, waiter: Waiter, told: Given, at: datetime) -> Waiter:
        """Take what is told of a caller at a time; raises Refusal for what cannot be."""
        after = life.reported(waiter, told, at)
        if after is None:
            raise not_found("caller in the queue")
        return self._keep(waiter, after, at)

    def show(self, waiter_id: int) -> CallerResult:
        """Return a caller by id, in whatever state they are."""
        with self._store.transaction():
            return self._show([self.by_id(waiter_id)])[0]

    def move(self, move: life.Move, line_id: int, phone: str) -> CallerResult:
        """Let a caller take a step that the service, not the call center, makes."""
        with self._store.transaction():
            waiter = self._latest(line_id, phone)
            return self._show([self.step(waiter, move, self._clock())])[0]

    def cancel(self, waiter_id: int) -> CallerResult:
        """Take a caller out of the line."""
        with self._store.transaction():
            return self._show([self.step(self.by_id(waiter_id), life.CANCEL, self._clock())])[0]

    def reported(self, line_id: int, phone: str) -> Mapping[str, object]:
        """Return all that was told of the latest caller with that phone, by parameter name."""
        with self._store.transaction():
            return self._latest(line_id, phone).reported

    def clear(self) -> None:
        """Forget every caller, and what was told and counted."""
        with self._store.transaction():
            self._store.clear()

    def step(self, waiter: Waiter, move: life.Move, at: datetime) -> Waiter:
        """Let a caller take a step at a time; raises Refusal when it is not theirs to take."""
        caller = life.moved(waiter.caller, move, at)
        if caller is None:
            raise not_found("caller who can become " + move.to.value)
        return self._keep(waiter, evolve(waiter, caller=caller), at)

    def next_turn(self, line: Line) -> Optional[Tuple[int, float]]:
        """Return id and time of the caller of a line whose turn comes next."""
        for waiter_id, arrived in self._store.waiting(line.id, most=1):
            for turn in estimate.turns([arrived], line, self.group(line)):
                return None if turn is None else (waiter_id, turn)
        return None

    def newcomer(self, line: Line) -> Optional[int]:
        """Return how many seconds somebody would wait who lined up now; None for no end of it."""
        now = self._clock().timestamp()
        arrived = [*(moment for _, moment in self._store.waiting(line.id)), now]
        *_, turn = estimate.turns(arrived, line, self.group(line))
        return None if turn is None else max(0, round(turn - now))

    def by_id(self, waiter_id: int) -> Waiter:
        """Return a caller by id, in whatever state they are."""
        found = self._store.find(waiter_id=waiter_id)
        if not found:
            raise not_found("caller")
        return found[0]

    def group(self, line: Line) -> LineGroup:
        """Return the group of a line."""
        group = self._store.get(LineGroup, line.line_group_id)
        assert group is not None, "a line is kept with its group"
        return group

    def _keep(self, before: Waiter, after: Waiter, at: datetime) -> Waiter:
        was, state = (waiter.caller.virtualq_caller_state for waiter in (before, after))
        if state != was:
            after = evolve(after, moves_at=self._moves_at(after, at))
            if was == State.WAITING and state in (State.NOTIFIED, State.CONNECTED):
                line = self._line(after.line_id)
                self._store.put(evolve(line, last_up=at.timestamp()))
        self._store.save(after)
        return after

    def _moves_at(self, waiter: Waiter, at: datetime) -> Optional[float]:
        """Return when the clock moves a caller on: notified, they turn up or time out."""
        seconds = self._people(waiter)
        if seconds is None and waiter.caller.virtualq_caller_state == State.NOTIFIED:
            seconds = self.group(self._line(waiter.line_id)).timeout
        return None if seconds is None else at.timestamp() + seconds

    def _line(self, line_id: int) -> Line:
        line = self._store.get(Line, line_id)
        if line is None:
            raise not_found("line")
        return line

    def _latest(self, line_id: int, phone: str, waiter_id: Optional[int] = None) -> Waiter:
        found = self._store.find(line_id=line_id, phone=phone, waiter_id=waiter_id)
        if not found:
            raise not_found("caller in this line")
        return found[-1]

    def _show(self, waiters: Sequence[Waiter]) -> List[CallerResult]:
        turns: Dict[Optional[int], Optional[float]] = {}
        for line_id in {w.line_id for w in waiters if w.caller.virtualq_caller_state == "Waiting"}:
            line = self._line(line_id)
            waiting = self._store.waiting(line_id)
            times = estimate.turns((arrived for _, arrived in waiting), line, self.group(line))
            turns.update(zip((waiter_id for waiter_id, _ in waiting), times))
        now = self._clock()
        return [life.as_shown(waiter, now, turns.get(waiter.caller.id)) for waiter in waiters]


def moment(seconds: float) -> datetime:
    """Return a time given in seconds since 1970."""
    return datetime.fromtimestamp(seconds, timezone.utc)


def _told(given: Given) -> Given:
    return {name: value for name, value in given.items() if name not in _WHO}


def not_found(what: str) -> Refusal:
    """Return the refusal of what is not there."""
    return Refusal(404, Fault(f"No such {what}."))
