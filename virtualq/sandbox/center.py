"""The call center of the sandbox: what is asked and told of lines, line groups and call centers.

Before it on the way of a request: rules; after it: store. Resources come back as they go over the
wire, attributes in kebab-case and the objects inside of them in snake_case.
"""

from __future__ import annotations

from datetime import datetime
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from attrs import evolve

from virtualq.sandbox import estimate
from virtualq.sandbox.queue import Queue, not_found
from virtualq.sandbox.seeds import CallCenter, Line, LineGroup
from virtualq.sandbox.store import Store

Resource = Dict[str, object]


class Center:
    """Lines, line groups and call centers; each method is one transaction.

    What does not exist raises Refusal (404).
    """

    def __init__(self, store: Store, queue: Queue, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock

    def line(self, line_id: int, *, asks: bool = False) -> Resource:
        """Return a line; `asks` when somebody wants to know whether it is active: that counts."""
        with self._store.transaction():
            line = self._line(line_id)
            if asks:
                line = evolve(line, asked=line.asked + 1)
                self._store.put(line)
            return self._show_line(line)

    def offer(self, line_id: int) -> Resource:
        """Count a call that was offered to a line."""
        with self._store.transaction():
            line = self._line(line_id)
            line = evolve(line, offered=line.offered + 1)
            self._store.put(line)
            return self._show_line(line)

    def lines(
        self,
        call_center_id: Optional[int] = None,
        line_group_id: Optional[int] = None,
        query: Optional[str] = None,
    ) -> List[Resource]:
        """Return the lines that fit all that is given; `query` is part of a name or a number."""
        with self._store.transaction():
            if line_group_id:
                self._group(line_group_id)
            groups = {group.id for group in self._groups(call_center_id)}
            lines = [line for line in self._store.all(Line) if line.line_group_id in groups]
            if line_group_id:
                lines = [line for line in lines if line.line_group_id == line_group_id]
            wanted = (query or "").casefold()
            return [
                self._show_line(line)
                for line in lines
                if wanted in line.name.casefold() or wanted == str(line.id)
            ]

    def line_groups(self, call_center_id: Optional[int] = None) -> List[Resource]:
        """Return the line groups, of a call center or of all."""
        with self._store.transaction():
            return [self._show_group(group) for group in self._groups(call_center_id)]

    def tell_groups(self, told: Sequence[Tuple[int, Mapping[str, object]]]) -> List[Resource]:
        """Take figures for line groups, in this order: all of them or, when one is wrong, none."""
        with self._store.transaction():
            shown: List[Resource] = []
            for group_id, figures in told:
                group = self._group(group_id)
                now = self._clock().timestamp()
                known = {**group.told, **figures}
                group = evolve(group, told=known, told_at=now)
                self._store.put(group)
                shown.append(self._show_group(group))
            return shown

    def call_centers(self) -> List[Resource]:
        """Return every call center."""
        with self._store.transaction():
            return [self._show_center(center) for center in self._store.all(CallCenter)]

    def call_center(self, call_center_id: int) -> Resource:
        """Return a call center."""
        with self._store.transaction():
            return self._show_center(self._center(call_center_id))

    def tell_center(self, call_center_id: int, told: Mapping[str, object]) -> Resource:
        """Take what the connector of a call center says of itself."""
        with self._store.transaction():
            center = self._center(call_center_id)
            center = evolve(center, told={**center.told, **told})
            self._store.put(center)
            return self._show_center(center)

    def open_line(self, line_id: int, is_open: bool) -> Resource:
        """Open or close a line by hand."""
        with self._store.transaction():
            line = evolve(self._line(line_id), is_open=is_open)
            self._store.put(line)
            return self._show_line(line)

    def add_line(self, line: Line, call_center_id: int) -> Resource:
        """Add a line, or change the one with that id, and what it needs around it."""
        with self._store.transaction():
            if self._store.get(CallCenter, call_center_id) is None:
                self._store.put(CallCenter(id=call_center_id, name=f"Call center {call_center_id}"))
            group = self._store.get(LineGroup, line.line_group_id)
            if group is None or group.call_center_id != call_center_id:
                group = self._group_for(line, call_center_id)
            line = evolve(line, line_group_id=group.id)
            self._store.put(line)
            return self._show_line(line)

    def _group_for(self, line: Line, call_center_id: int) -> LineGroup:
        """Return the group a line is put into: one of its call center, else a new one."""
        groups = self._store.all(LineGroup)
        known = self._store.get(Line, line.id)
        for group in groups:
            is_theirs = known is None or group.id == known.line_group_id
            if group.call_center_id == call_center_id and is_theirs and not line.line_group_id:
                return group
        taken = {group.id for group in groups}
        group_id = line.line_group_id or max(taken, default=0) + 1
        if group_id in taken:
            raise not_found("line group in this call center")
        group = LineGroup(id=group_id, call_center_id=call_center_id, name=f"Group {group_id}")
        self._store.put(group)
        return group

    def _line(self, line_id: int) -> Line:
        line = self._store.get(Line, line_id)
        if line is None:
            raise not_found("line")
        return line

    def _group(self, group_id: int) -> LineGroup:
        group = self._store.get(LineGroup, group_id)
        if group is None:
            raise not_found("line group")
        return group

    def _center(self, call_center_id: int) -> CallCenter:
        center = self._store.get(CallCenter, call_center_id)
        if center is None:
            raise not_found("call center")
        return center

    def _groups(self, call_center_id: Optional[int]) -> List[LineGroup]:
        """Return groups; the vendor's client sends call center 0 when none is asked for."""
        groups = self._store.all(LineGroup)
        if not call_center_id:
            return groups
        self._center(call_center_id)
        return [group for group in groups if group.call_center_id == call_center_id]

    def _show_line(self, line: Line) -> Resource:
        group = self._group(line.line_group_id)
        active = estimate.is_active(line, group)
        waiting, newcomer = self._store.waiting(line.id), self._queue.newcomer(line)
        around: Resource = {
            "id": group.id,
            "name": group.name,
            "allow_callback": True,
            "allow_sms": True,
            "service_waiters_count": group.told.get("service_waiters_count", 0),
            "virtualq_waiters_count": len(waiting),
        }
        if newcomer is not None:
            around["virtualq_ewt"] = newcomer
        return _resource(
            "lines",
            line.id,
            {
                "name": line.name,
                "direct": False,
                "virtualq-line-state": "Active" if active else "Inactive",
                "virtualq-line-state-mode": "Auto",
                "line-group": around,
            },
        )

    def _show_group(self, group: LineGroup) -> Resource:
        center = self._center(group.call_center_id)
        lines = [line for line in self._store.all(Line) if line.line_group_id == group.id]
        attributes: Resource = {
            "name": group.name,
            "allow-callback": True,
            "allow-sms": True,
            "virtualq-timeout-time": group.timeout,
            "virtualq-waiters-count": len(self._waiting(lines)),
            "call-center": {
                "id": center.id,
                "name": center.name,
                "call_center_open": self._is_open(center),
                "virtualq_active": self._is_open(center),
            },
        }
        for told, shown in (
            ("service_waiters_count", "service-waiters-count"),
            ("service_calls_per_hour", "service-calls-per-hour"),
        ):
            if told in group.told:
                attributes[shown] = group.told[told]
        return _resource("line_groups", group.id, attributes)

    def _show_center(self, center: CallCenter) -> Resource:
        attributes: Resource = {
            "name": center.name,
            "timezone": center.timezone,
            "call-center-open": self._is_open(center),
            "virtualq-active": self._is_open(center),
            "allow-manual": True,
        }
        attributes.update((name.replace("_", "-"), value) for name, value in center.told.items())
        return _resource("call_centers", center.id, attributes)

    def _is_open(self, center: CallCenter) -> bool:
        """A call center is open while one of its lines is active."""
        groups = {g.id: g for g in self._store.all(LineGroup) if g.call_center_id == center.id}
        return any(
            estimate.is_active(line, groups[line.line_group_id])
            for line in self._store.all(Line)
            if line.line_group_id in groups
        )

    def _waiting(self, lines: Sequence[Line]) -> List[float]:
        return [arrived for line in lines for _, arrived in self._store.waiting(line.id)]


def _resource(kind: str, identifier: int, attributes: Resource) -> Resource:
    return {"id": str(identifier), "type": kind, "attributes": attributes}
