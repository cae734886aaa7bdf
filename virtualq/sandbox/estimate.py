"""When a waiting caller's turn comes: the formula of docs/sandbox.md, pure; queue asks it.

P is the talk time divided by the agents, as the call center told them, else as the line has them. W
is the wait that the call center told, else P. A turn comes W after the caller lined up, or after W
was told if that was later, and at least P after the turn before.
"""

from __future__ import annotations

from typing import Iterable, Iterator, Mapping, Optional

from virtualq.sandbox.seeds import Line, LineGroup

# Figures of a line group, by their names on the wire (openapi/virtualq.yaml).
AGENTS, TALK_TIME, WAIT, OPEN = (
    "service_agents_count",
    "service_average_talk_time",
    "service_ewt",
    "service_open",
)


def is_active(line: Line, group: LineGroup) -> bool:
    """Say whether a line offers its callers virtualQ: it is open, and so is its group."""
    return line.is_open and group.told.get(OPEN, True) is not False


def pace(line: Line, group: LineGroup) -> Optional[float]:
    """Return how many seconds lie between two callers of a line; None when no agent is there."""
    agents = _number(group.told, AGENTS, group.agents)
    if agents <= 0:
        return None
    return max(0, _number(group.told, TALK_TIME, line.talk_time)) / agents


def turns(arrived: Iterable[float], line: Line, group: LineGroup) -> Iterator[Optional[float]]:
    """Yield when the turn of each waiting caller comes; None when it does not.

    `arrived` is when they lined up, the first one first. Times are in seconds since 1970.
    """
    seconds = pace(line, group)
    if seconds is None or not is_active(line, group):
        for _ in arrived:
            yield None
        return
    told = WAIT in group.told
    wait = max(0, _number(group.told, WAIT, 0)) if told else seconds
    before = line.last_up
    for moment in arrived:
        turn = max(moment, group.told_at if told else moment) + wait
        if before is not None:
            turn = max(turn, before + seconds)
        before = turn
        yield turn


def _number(told: Mapping[str, object], name: str, otherwise: int) -> int:
    value = told.get(name)
    return value if isinstance(value, int) else otherwise
