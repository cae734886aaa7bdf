"""What time does by itself: whose turn comes, who times out, whom the demo plays; rules asks it.

Everything happens at its own time and in its order, however far the clock went meanwhile, so that
one large step and many small ones end alike.
"""

from __future__ import annotations

from datetime import datetime
from typing import Iterator, Optional, Tuple

from virtualq.models import VirtualQCallerState
from virtualq.sandbox import life
from virtualq.sandbox.demo import Demo
from virtualq.sandbox.queue import Queue, moment
from virtualq.sandbox.seeds import Line
from virtualq.sandbox.store import Store

_Event = Tuple[float, int, int]
"""When, which kind (in this order at one time), and whom: a caller, or a line for an arrival."""
_TURN, _MOVE, _ARRIVAL = range(3)


class Progress:
    """Lets time pass in a queue; `demo` plays people, None for none."""

    def __init__(self, store: Store, queue: Queue, demo: Optional[Demo]) -> None:
        self._store = store
        self._queue = queue
        self._demo = demo

    def until(self, now: datetime, most: Optional[int] = None) -> int:
        """Do what is due by now, the earliest first, `most` at most; return how much it was."""
        limit, happened = now.timestamp(), 0
        with self._store.transaction():
            event = self._next(limit)
            while event is not None and happened != most:
                self._do(event)
                happened += 1
                event = self._next(limit)
        return happened

    def _next(self, limit: float) -> Optional[_Event]:
        return min((event for event in self._events() if event[0] <= limit), default=None)

    def _events(self) -> Iterator[_Event]:
        lines = self._store.all(Line)
        for line in lines:
            turn = self._queue.next_turn(line)
            if turn is not None:
                yield turn[1], _TURN, turn[0]
        move = self._store.moving()
        if move is not None:
            yield move[1], _MOVE, move[0]
        if self._demo is not None:
            for line_id, at in self._demo.arrivals(lines):
                yield at, _ARRIVAL, line_id

    def _do(self, event: _Event) -> None:
        at, kind, whom = event
        if kind == _ARRIVAL:
            assert self._demo is not None
            self._queue.line_up(self._demo.arrive(whom), moment(at))
            return
        waiter = self._queue.by_id(whom)
        if kind == _TURN:
            self._queue.step(waiter, life.NOTIFY, moment(at))
            return
        report = self._demo.report(waiter) if self._demo is not None else None
        if report is not None:
            self._queue.report(waiter, report, moment(at))
        elif waiter.caller.virtualq_caller_state == VirtualQCallerState.NOTIFIED:
            self._queue.step(waiter, life.TIME_OUT, moment(at))
        else:  # a demo that is over had begun to play them
            self._queue.report(waiter, {"service_state": "Finished"}, moment(at))
