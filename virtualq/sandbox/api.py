"""The paths of the spec: each is read by reading, and done by queue and center; from rules."""

from __future__ import annotations

import re
from datetime import datetime
from functools import partial
from typing import Any, Callable, Dict, Iterable, List, Mapping, Tuple

from virtualq._api.converter import make_converter
from virtualq._api.operations import BASE_PATH, OPERATIONS
from virtualq._api.times import format_time
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import life, reading
from virtualq.sandbox.center import Center, Resource
from virtualq.sandbox.exchange import Answer, Fault, Handler, Refusal, Request, document
from virtualq.sandbox.queue import Queue
from virtualq.sandbox.reading import Given

_ID = r"([^/]+)"
_NUMBER = re.compile(r"-?[0-9]{1,30}")
_LOOK_UPS = [OPERATIONS[name] for name in ("verify_caller", "get_caller", "list_callers_waiting")]


def _always_sends(function: str) -> str:
    return next(item.wire for item in OPERATIONS[function].items if item.name is None)


_FILTERS = {_always_sends("verify_caller"): life.UP, _always_sends("get_caller"): life.ACTIVE}


class Api:
    """The paths of the spec."""

    def __init__(self, queue: Queue, center: Center) -> None:
        self._queue = queue
        self._center = center
        self._converter = make_converter()
        callers = {"POST": self._line_up, "GET": self._look_up}
        caller = {"GET": self._show, "PUT": self._update, "DELETE": self._cancel}
        paths: List[Tuple[str, Mapping[str, Any]]] = [
            ("/waiters", callers),
            (f"/waiters/{_ID}", caller),
            ("/lines", {"GET": self._lines}),
            (f"/lines/{_ID}", {"GET": self._line}),
            (f"/lines/{_ID}/log_call_offered", {"POST": self._offer}),
            ("/line_groups", {"GET": self._groups}),
            ("/line_groups/updated", {"PUT": self._tell_groups}),
            (f"/line_groups/{_ID}", {"PUT": self._tell_group}),
            ("/call_centers", {"GET": self._centers}),
            (f"/call_centers/{_ID}", {"GET": self._one_center, "PUT": self._tell_center}),
        ]
        base = re.escape(BASE_PATH)
        self._paths = [(re.compile(base + path), methods) for path, methods in paths]

    def methods(self, path: str) -> Dict[str, Handler]:
        """Return what a path can do, by HTTP method; nothing for a path that is not there."""
        for pattern, methods in self._paths:
            match = pattern.fullmatch(path)
            if match:
                ids = match.groups()
                return {name: partial(_with_ids, does, ids) for name, does in methods.items()}
        return {}

    def _line_up(self, request: Request) -> Answer:
        given = reading.read_attributes(request, OPERATIONS["line_up_caller"])
        lined_up = self._queue.line_up(given)
        return self._caller(request, lined_up.caller, 201 if lined_up.new else 200)

    def _look_up(self, request: Request) -> Answer:
        query = reading.read_query(request, _LOOK_UPS)
        filters = [states for name, states in _FILTERS.items() if query.get(name)]
        callers = self._queue.find(
            [state for state in VirtualQCallerState if all(state in kept for kept in filters)],
            line_id=query.get("line_id"),
            call_center_id=query.get("call_center_id"),
            phone=query.get("phone"),
        )
        return _many(request, [self._converter.unstructure(caller) for caller in callers])

    def _update(self, waiter_id: int, request: Request) -> Answer:
        given = reading.read_attributes(request, OPERATIONS["update_caller_information"])
        # With the id 0 the service finds the caller by line and phone (openapi/virtualq.yaml).
        which = None if waiter_id == 0 else _within(waiter_id)
        return self._caller(request, self._queue.update(given, which))

    def _show(self, waiter_id: int, request: Request) -> Answer:
        return self._caller(request, self._queue.show(_within(waiter_id)))

    def _cancel(self, waiter_id: int, request: Request) -> Answer:
        return self._caller(request, self._queue.cancel(_within(waiter_id)))

    def _lines(self, request: Request) -> Answer:
        query = reading.read_query(request, [OPERATIONS["list_lines"]])
        return _many(request, self._center.lines(**query))

    def _line(self, line_id: int, request: Request) -> Answer:
        query = reading.read_query(request, [OPERATIONS["is_virtualq_active"]])
        asks = bool(query.get(_always_sends("is_virtualq_active")))
        return _one(request, self._center.line(_within(line_id), asks=asks))

    def _offer(self, line_id: int, request: Request) -> Answer:
        given = reading.read_attributes(request, OPERATIONS["new_call_offered"])
        if given.get("line_id", line_id) != line_id:
            # As JSON:API has it for an id that is not the one of the path.
            fault = Fault("line_id is not the one in the path.", "/data/attributes/line_id")
            raise Refusal(409, fault)
        return _one(request, self._center.offer(_within(line_id)))

    def _groups(self, request: Request) -> Answer:
        query = reading.read_query(request, [OPERATIONS["list_line_groups"]])
        return _many(request, self._center.line_groups(query.get("call_center_id")))

    def _tell_group(self, group_id: int, request: Request) -> Answer:
        told = _on_the_wire("update_line_group", reading.read_attributes(request, _GROUP))
        return _one(request, self._center.tell_groups([(_within(group_id), told)])[0])

    def _tell_groups(self, request: Request) -> Answer:
        collection = OPERATIONS["update_line_group_collection"]
        told = reading.read_collection(request, collection, _GROUP)
        wired = [(number, _on_the_wire("update_line_group", given)) for number, given in told]
        return _many(request, self._center.tell_groups(wired))

    def _centers(self, request: Request) -> Answer:
        reading.read_query(request, [OPERATIONS["list_call_centers"]])
        return _many(request, self._center.call_centers())

    def _one_center(self, center_id: int, request: Request) -> Answer:
        return _one(request, self._center.call_center(_within(center_id)))

    def _tell_center(self, center_id: int, request: Request) -> Answer:
        operation = OPERATIONS["update_call_center"]
        told = _on_the_wire("update_call_center", reading.read_attributes(request, operation))
        told.pop("id", None)  # no attribute: the path says it too
        return _one(request, self._center.tell_center(_within(center_id), told))

    def _caller(self, request: Request, caller: CallerResult, status: int = 200) -> Answer:
        return _one(request, self._converter.unstructure(caller), status)


_GROUP = OPERATIONS["update_line_group"]


def _with_ids(handler: Callable[..., Answer], ids: Iterable[str], request: Request) -> Answer:
    """Answer a request whose path has these ids; one that is no number is not looked for."""
    ids = list(ids)
    if not all(_NUMBER.fullmatch(text) for text in ids):
        raise Refusal(400, Fault("The id in the path is not an integer.", parameter="id"))
    return handler(*map(int, ids), request)


def _within(number: int) -> int:
    """Return an id as SQLite can look it up: nothing has one that is larger."""
    return number if abs(number) < 2**63 else -1


def _on_the_wire(function: str, given: Given) -> Dict[str, object]:
    wires = {item.name: item.wire for item in OPERATIONS[function].items if item.place == "body"}
    return {
        wires[name]: format_time(value) if isinstance(value, datetime) else value
        for name, value in given.items()
        if name in wires
    }


def _one(request: Request, resource: Resource, status: int = 200) -> Answer:
    return document(status, {"data": _spelt(request, resource)})


def _many(request: Request, resources: List[Resource]) -> Answer:
    return document(200, {"data": [_spelt(request, resource) for resource in resources]})


def _spelt(request: Request, resource: Resource) -> Resource:
    """Return a resource in the spelling that was asked for; keys inside of attributes stay."""
    # The one spelling of the header that was seen (openapi/virtualq.yaml).
    if request.headers.get("x-keys-format", "").strip().lower() != "underscore":
        return resource
    attributes: Any = resource["attributes"]
    renamed = {name.replace("-", "_"): value for name, value in attributes.items()}
    return {**resource, "attributes": renamed}
