"""The queue of the sandbox: what each function of the service does to its callers.

Before it on the way of a request: rules, which knows HTTP; after it: life says what changes, store
keeps it. What is given stands under the Session's parameter names, checked by reading.
"""

from __future__ import annotations

from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence

from attrs import evolve, fields

from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import life
from virtualq.sandbox.clock import Clock
from virtualq.sandbox.exchange import Fault, Refusal
from virtualq.sandbox.reading import Given
from virtualq.sandbox.seeds import Line
from virtualq.sandbox.store import Store, Waiter

_SHOWN = frozenset(field.name for field in fields(CallerResult)) - {"line_id"}
_WHO = ("line_id", "phone")


class LinedUp(NamedTuple):
    """A caller who lined up; `new` is false when they stood in the line already."""

    caller: CallerResult
    new: bool


class Queue:
    """The callers of every line; each method is one transaction.

    `clock` tells the time as an aware UTC datetime. A line, call center or caller that does not
    exist raises Refusal (404).
    """

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def line_up(self, given: Given) -> LinedUp:
        """Line a caller up, or return the one who stands in the line with that phone already."""
        with self._store.transaction():
            line = self._line(given["line_id"])
            standing = self._store.find(line_id=line.id, phone=given["phone"], states=life.ACTIVE)
            if standing:
                return LinedUp(self._show(standing)[0], new=False)
            now = self._clock()
            caller = CallerResult(
                line_id=line.id,
                line_name=line.name,
                virtualq_caller_state=VirtualQCallerState.WAITING,
                created_at=now,
                updated_at=now,
                **{name: value for name, value in given.items() if name in _SHOWN},
            )
            waiter = self._store.add(Waiter(line=line, caller=caller, reported=_told(given)))
            return LinedUp(self._show([waiter])[0], new=True)

    def find(
        self,
        states: Sequence[VirtualQCallerState],
        *,
        line_id: Optional[int] = None,
        call_center_id: Optional[int] = None,
        phone: Optional[str] = None,
    ) -> List[CallerResult]:
        """Return the callers in these states who fit all that is given, the earliest first."""
        with self._store.transaction():
            if line_id is not None:
                self._line(line_id)
            if call_center_id is not None and not self._store.has_call_center(call_center_id):
                raise _not_found("call center")
            found = self._store.find(
                line_id=line_id, call_center_id=call_center_id, phone=phone, states=states
            )
            return self._show(found)

    def update(self, given: Given, waiter_id: Optional[int] = None) -> CallerResult:
        """Take a report; without an id it is about the latest caller with that phone."""
        with self._store.transaction():
            self._line(given["line_id"])
            waiter = self._latest(given["line_id"], given["phone"], waiter_id)
            after = life.reported(waiter, _told(given), self._clock())
            if after is None:
                raise _not_found("caller in the queue")
            self._store.save(after)
            return self._show([after])[0]

    def show(self, waiter_id: int) -> CallerResult:
        """Return a caller by id, in whatever state they are."""
        with self._store.transaction():
            return self._show([self._by_id(waiter_id)])[0]

    def move(self, move: life.Move, line_id: int, phone: str) -> CallerResult:
        """Let a caller take a step that the service, not the call center, makes."""
        with self._store.transaction():
            return self._step(self._latest(line_id, phone), move)

    def cancel(self, waiter_id: int) -> CallerResult:
        """Take a caller out of the line."""
        with self._store.transaction():
            return self._step(self._by_id(waiter_id), life.CANCEL)

    def reported(self, line_id: int, phone: str) -> Mapping[str, object]:
        """Return all that was told of the latest caller with that phone, by parameter name."""
        with self._store.transaction():
            return self._latest(line_id, phone).reported

    def clear(self) -> None:
        """Forget every caller."""
        with self._store.transaction():
            self._store.clear()

    def _step(self, waiter: Waiter, move: life.Move) -> CallerResult:
        caller = life.moved(waiter.caller, move, self._clock())
        if caller is None:
            raise _not_found("caller who can become " + move.to.value)
        after = evolve(waiter, caller=caller)
        self._store.save(after)
        return self._show([after])[0]

    def _by_id(self, waiter_id: int) -> Waiter:
        found = self._store.find(waiter_id=waiter_id)
        if not found:
            raise _not_found("caller")
        return found[0]

    def _line(self, line_id: int) -> Line:
        line = self._store.line(line_id)
        if line is None:
            raise _not_found("line")
        return line

    def _latest(self, line_id: int, phone: str, waiter_id: Optional[int] = None) -> Waiter:
        found = self._store.find(line_id=line_id, phone=phone, waiter_id=waiter_id)
        if not found:
            raise _not_found("caller in this line")
        return found[-1]

    def _show(self, waiters: Sequence[Waiter]) -> List[CallerResult]:
        now = self._clock()
        places: Dict[Optional[int], int] = {}
        for line_id in {waiter.line.id for waiter in waiters}:
            waiting = self._store.ids_waiting(line_id)
            places.update((waiter_id, place) for place, waiter_id in enumerate(waiting, 1))
        return [life.as_shown(waiter, now, places.get(waiter.caller.id, 0)) for waiter in waiters]


def _told(given: Given) -> Given:
    return {name: value for name, value in given.items() if name not in _WHO}


def _not_found(what: str) -> Refusal:
    return Refusal(404, Fault(f"No such {what}."))
