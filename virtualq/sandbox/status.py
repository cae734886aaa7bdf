"""What a sandbox shows of itself: lines, their queues and figures, and the bad days ordered.

For the page, `virtualq sandbox status` and tests; read from rules.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Dict, Mapping, NamedTuple, Tuple

from attrs import asdict

from virtualq._api.operations import OPERATIONS
from virtualq._api.times import format_time
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import estimate, life
from virtualq.sandbox.log import Seen
from virtualq.sandbox.seeds import CallCenter, Line, LineGroup

if TYPE_CHECKING:
    from virtualq.sandbox.rules import Service

Shown = Dict[str, object]
State = VirtualQCallerState
_SHOWN = {
    *("id", "phone", "virtualq_caller_state", "channel", "source", "skills", "properties", "ewt"),
    *("wait_time", "created_at", "notified_at", "connected_at", "updated_at"),
}


def status(service: Service, most: int = 100) -> Shown:
    """Return what there is, at most so many callers of each line."""
    with service.store.transaction():
        counts = service.store.count()
        groups = {group.id: group for group in service.store.all(LineGroup)}
        centers = {center.id: center.name for center in service.store.all(CallCenter)}
        lines = [
            _line(service, line, groups[line.line_group_id], centers, counts, most)
            for line in sorted(
                service.store.all(Line), key=lambda ln: groups[ln.line_group_id].call_center_id
            )
        ]
    return {
        "now": format_time(service.clock()),
        "speed": service.clock.speed,
        "moves": service.moves,
        "lines": lines,
        "failing": [bad_day.told for bad_day in service.faults.ordered],
    }


class Snapshot(NamedTuple):
    """What the page shows: `content`, and where it goes on: a request's number, and a time."""

    content: Shown
    number: int
    since: float


def snapshot(service: Service, number: int, since: float, most: int) -> Snapshot:
    """Return the status with the requests and the samples that came after the last one."""
    seen = service.log.after(number)
    samples = service.history.since(since)
    content = status(service, most)
    content["requests"] = [_request(one) for one in seen]
    content["samples"] = [[sample.at, sample.lines] for sample in samples]
    content["first"] = number == 0
    content["functions"] = sorted(OPERATIONS)
    return Snapshot(
        content,
        seen[-1].number if seen else number,
        samples[-1].at if samples else since,
    )


def _request(seen: Seen) -> Shown:
    delivery = seen.answer.delivery
    return {
        "number": seen.number,
        "function": seen.function,
        "method": seen.method,
        "target": seen.target,
        "status": seen.status,
        "seconds": round(seen.seconds, 6),
        "at": format_time(seen.at),
        "sent": seen.body[:_MOST_BYTES].decode("utf-8", "replace"),
        "answered": seen.answer.body[:_MOST_BYTES].decode("utf-8", "replace"),
        "lost": delivery.silent or delivery.lost or delivery.reset,
    }


_THROUGH = [state for state in VirtualQCallerState if state not in life.ACTIVE]
_LATEST = 20
_MOST_BYTES = 4096


def _line(
    service: Service,
    line: Line,
    group: LineGroup,
    centers: Mapping[int, str],
    counts: Mapping[Tuple[int, str], int],
    most: int,
) -> Shown:
    newcomer = service.queue.newcomer(line)
    queue = service.queue.find(life.ACTIVE, line_id=line.id, most=most)
    through = service.queue.find(_THROUGH, line_id=line.id, most=_LATEST, latest=True)
    return {
        "id": line.id,
        "name": line.name,
        "call_center": {"id": group.call_center_id, "name": centers[group.call_center_id]},
        "line_group": {"id": group.id, "name": group.name, **group.told},
        "active": estimate.is_active(line, group),
        "open": line.is_open,
        "seconds_per_caller": estimate.pace(line, group),
        "newcomer": newcomer,
        "offered": line.offered,
        "asked": line.asked,
        "counts": {state: counts.get((line.id, state), 0) for state in map(str, State)},
        "queue": [_caller(caller) for caller in queue],
        "through": [_caller(caller) for caller in through],
    }


def _caller(caller: CallerResult) -> Shown:
    shown = asdict(caller, filter=lambda field, value: field.name in _SHOWN and value is not None)
    return {
        name: format_time(value) if isinstance(value, datetime) else value
        for name, value in shown.items()
    }
