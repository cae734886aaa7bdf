"""Who waits, as pages show it: a visitor's place, the rows and the chart of staff; before views.

All visitors and all staff are answered by one look-up every three seconds, through the cache.
"""

from __future__ import annotations

import math
from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple, Union

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from virtualq import CallerResult, VirtualQCallerState
from virtualq.integrations.django import sessions

vq = sessions["default"]
State = VirtualQCallerState
_OVER = (State.FINISHED, State.TIME_OUT)


class Asked(NamedTuple):
    """What a visitor has asked for; `caller_id` is None while nobody knows it."""

    line_id: int
    phone: str
    caller_id: Optional[int]


class Place(NamedTuple):
    """Where a visitor stands: their place in the line and the minutes left, where known.

    `caller_id` is None for who has never arrived in the line, as far as anybody knows.
    """

    caller_id: Optional[int]
    state: str
    over: bool
    number: Optional[int] = None
    minutes: Optional[int] = None
    line: str = ""


def everyone() -> Sequence[CallerResult]:
    """Return all active callers of the call center, the first ones first; VirtualQError."""
    center = settings.CALL_CENTER_ID
    found = vq.cached.list_callers_waiting(center, fresh=3, stale=settings.STALE)
    return sorted(found, key=lambda caller: (caller.created_at is None, caller.created_at))


def place_of(asked: Asked) -> Place:
    """Return where a visitor stands now; VirtualQError when the service does not say."""
    in_line = [each for each in everyone() if each.line_id == asked.line_id]
    caller = next((each for each in in_line if each.phone == asked.phone), None)
    if caller is None:  # just asked, not active any more, or never arrived
        if asked.caller_id is not None:
            caller = vq.show_caller(asked.caller_id).value
        else:
            caller = vq.get_caller(asked.line_id, asked.phone).value
    if caller is None:
        return Place(asked.caller_id, State.TIME_OUT.value, over=True)
    state = caller.virtualq_caller_state or State.WAITING
    number = None
    if state == State.WAITING and caller in in_line:
        ahead = in_line[: in_line.index(caller)]
        number = 1 + sum(each.virtualq_caller_state == State.WAITING for each in ahead)
    minutes = None if caller.ewt is None else math.ceil(caller.ewt / 60)
    return Place(caller.id, str(state), state in _OVER, number, minutes, caller.line_name or "")


def seconds_waited(caller: CallerResult) -> int:
    """Return how long a caller has waited, 0 where the service does not say."""
    return caller.wait_time or caller.waiting_time_in_seconds or 0


class Bar(NamedTuple):
    """One bar of the chart, in the units of its drawing; `middle` is where its texts stand."""

    label: Union[str, Promise]
    callers: int
    x: int
    y: int
    height: int

    @property
    def middle(self) -> int:
        """The middle of the bar."""
        return self.x + _WIDTH // 2


_GROUPS: Tuple[Tuple[float, Union[str, Promise]], ...] = (
    (2, _("under 2")),
    (5, "2-5"),
    (10, "5-10"),
    (20, "10-20"),
    (math.inf, _("over 20")),
)
_WIDTH, _GAP, _HEIGHT, _TOP = 84, 16, 120, 20


def chart(callers: Iterable[CallerResult]) -> List[Bar]:
    """Return how many have waited how long."""
    counts = [0] * len(_GROUPS)
    for caller in callers:
        minutes = seconds_waited(caller) / 60
        counts[next(i for i, (below, _label) in enumerate(_GROUPS) if minutes < below)] += 1
    most = max(*counts, 1)
    bars: List[Bar] = []
    for number, ((_below, label), count) in enumerate(zip(_GROUPS, counts)):
        height = max(_HEIGHT * count // most, 2)
        x = number * (_WIDTH + _GAP) + _GAP // 2
        bars.append(Bar(label, count, x, _TOP + _HEIGHT - height, height))
    return bars
