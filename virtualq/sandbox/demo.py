"""The people of the demo: when they call, whether they turn up, how long they hold.

What somebody does follows from the seed and their number alone, so that two runs are equal, and a
run that goes on after a stop knows what it had begun. progress asks when, and queue does it.
"""

from __future__ import annotations

import math
from datetime import datetime
from random import Random
from typing import Dict, Iterator, NamedTuple, Optional, Sequence, Tuple

from virtualq.models import Channel, Source, VirtualQCallerState
from virtualq.sandbox.reading import Given
from virtualq.sandbox.seeds import Line
from virtualq.sandbox.store import Waiter

_PLAYED = "Demo"
"""The member of `properties` that marks a caller of the demo."""
# Numbers that Ofcom keeps for films: nobody has them.
_FIRST_NUMBER, _NUMBERS = 447700900000, 1000
_REASONS = ("Order", "Invoice", "Return", "Question", "Contract")
_RUSH = 1800.0
"""How many seconds lie between two rushes, in which a line fills; between them it empties."""
_SHARE_WHO_STAY_AWAY = 0.12
State = VirtualQCallerState


class _Plan(NamedTuple):
    """What somebody does, in seconds."""

    comes_after: Optional[float]
    holds: float
    agent: str


class Demo:
    """People who line up from `start` on; the same seed gives the same people."""

    def __init__(self, seed: int, start: datetime) -> None:
        self._seed = seed
        self._start = start.timestamp()
        self._next: Dict[int, Tuple[int, float]] = {}
        self._lines: Dict[int, Line] = {}

    def arrivals(self, lines: Sequence[Line]) -> Iterator[Tuple[int, float]]:
        """Yield line and time of the next arrival in each line, in seconds since 1970."""
        self._lines = {line.id: line for line in lines}
        for line in lines:
            if line.id not in self._next:
                self._next[line.id] = (0, self._arrival(line, 0, self._start))
            yield line.id, self._next[line.id][1]

    def arrive(self, line_id: int) -> Given:
        """Return the line-up of the one whose arrival is next in a line."""
        number, at = self._next[line_id]
        self._next[line_id] = (number + 1, self._arrival(self._lines[line_id], number + 1, at))
        draw = Random(f"{self._seed} {line_id} {number} who")
        return {
            "line_id": line_id,
            "phone": f"+{_FIRST_NUMBER + draw.randrange(_NUMBERS)}",
            "channel": draw.choice((Channel.CALL_IN, Channel.CALL_BACK)),
            "source": draw.choice((Source.PHONE, Source.PHONE, Source.WIDGET, Source.APP)),
            "language": draw.choice(("de", "en")),
            "properties": {_PLAYED: number, "Reason": draw.choice(_REASONS)},
        }

    def seconds(self, waiter: Waiter) -> Optional[float]:
        """Return how long somebody stays in their state; None for as long as others do."""
        plan = self._plan(waiter)
        if plan is None:
            return None
        if waiter.caller.virtualq_caller_state == State.NOTIFIED:
            return plan.comes_after
        return plan.holds if waiter.caller.virtualq_caller_state == State.CONNECTED else None

    def report(self, waiter: Waiter) -> Optional[Given]:
        """Return what the call center reports of them next; None for who does not turn up."""
        plan = self._plan(waiter)
        if plan is None or plan.comes_after is None:
            return None
        if waiter.caller.virtualq_caller_state == State.NOTIFIED:
            return {"service_state": "Connected"}
        return {"service_state": "Finished", "agent_id": plan.agent}

    def _plan(self, waiter: Waiter) -> Optional[_Plan]:
        properties = waiter.caller.properties or {}
        number = properties.get(_PLAYED)
        if not isinstance(number, int):
            return None
        draw = Random(f"{self._seed} {waiter.line_id} {number} plan")
        stays_away = draw.random() < _SHARE_WHO_STAY_AWAY
        comes_after, holds = draw.uniform(15, 120), draw.uniform(5, 60)
        agent = f"A{draw.randrange(100, 104)}"
        return _Plan(None if stays_away else comes_after, holds, agent)

    def _arrival(self, line: Line, number: int, after: float) -> float:
        """Return when the one after another arrives: often in a rush, seldom between two."""
        draw = Random(f"{self._seed} {line.id} {number} arrival")
        phase = Random(f"{self._seed} {line.id} phase").random() * math.tau
        rush = 1 + 0.8 * math.sin((after - self._start) / _RUSH * math.tau + phase)
        mean = line.talk_time / 2
        return after + draw.expovariate(rush / mean)
