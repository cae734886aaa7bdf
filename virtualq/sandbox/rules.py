"""The rule book of the sandbox: a request in, the answer out, with no HTTP library in between.

Before it: a face (server over a socket, virtualq.testing in process); after it: reading checks what
was asked, queue does it. What is assumed of the real service, because no source tells, is listed in
docs/sandbox.md.
"""

from __future__ import annotations

import re
from collections import deque
from functools import partial
from typing import Any, Callable, Deque, Dict, Optional

from virtualq._api.operation import Operation
from virtualq._api.operations import (
    BASE_PATH,
    CANCEL_CALLER,
    GET_CALLER,
    KEY_HEADER,
    LINE_UP_CALLER,
    LIST_CALLERS_WAITING,
    SHOW_CALLER,
    UPDATE_CALLER_INFORMATION,
    VERIFY_CALLER,
)
from virtualq._api.tables import make_converter
from virtualq.models import CallerResult, VirtualQCallerState
from virtualq.sandbox import life, reading
from virtualq.sandbox.clock import Clock, utc_now
from virtualq.sandbox.exchange import Answer, Fault, Refusal, Request, document
from virtualq.sandbox.queue import Queue
from virtualq.sandbox.seeds import API_KEY
from virtualq.sandbox.store import Store

Handler = Callable[[Request], Answer]

_REQUESTS_KEPT = 1000
_COMMANDS_PATH = "/sandbox"
_COLLECTION = BASE_PATH + LINE_UP_CALLER.path
# With the id 0 the service finds the caller by line and phone (openapi/virtualq.yaml).
_MEMBER = re.compile(re.escape(_COLLECTION) + "/([0-9]{1,18})")
_LOOK_UPS = (VERIFY_CALLER, GET_CALLER, LIST_CALLERS_WAITING)
_WHO = [item for item in VERIFY_CALLER.items if item.name]


def _always_sends(operation: Operation) -> str:
    return next(item.wire for item in operation.items if item.name is None)


_FILTERS = {_always_sends(VERIFY_CALLER): life.UP, _always_sends(GET_CALLER): life.ACTIVE}


class Service:
    """The service itself, safe to share between threads.

    `state` is a file that keeps callers between runs, None keeps them in memory; raises
    ConfigurationError when it cannot be used. `clock` tells the time as an aware UTC datetime.
    `requests` are the latest ones seen.
    """

    def __init__(
        self, *, api_key: str = API_KEY, state: Optional[str] = None, clock: Clock = utc_now
    ) -> None:
        self.api_key = api_key
        self.requests: Deque[Request] = deque(maxlen=_REQUESTS_KEPT)
        self._store = Store(state)
        self.queue: Queue = Queue(self._store, clock)
        self._converter = make_converter()

    def close(self) -> None:
        """Close the state; one in memory is gone then."""
        self._store.close()

    def answer(self, request: Request) -> Answer:
        """Answer a request as the service would."""
        self.requests.append(request)
        methods = self._methods(request.path)
        if not methods:
            # No error document: a client would take it for "no such caller", on a wrong address.
            return Answer(404, {"Content-Type": "text/plain; charset=utf-8"}, b"no such path\n")
        try:
            if request.method not in methods:
                allowed = ", ".join(sorted(methods))
                fault = Fault(f"Only {allowed} can be sent here.")
                raise Refusal(405, fault, headers={"Allow": allowed})
            if request.headers.get(KEY_HEADER.lower()) != self.api_key:
                raise Refusal(401, Fault("The API key is missing or wrong."))
            return methods[request.method](request)
        except Refusal as refusal:
            return refusal.answer

    def _methods(self, path: str) -> Dict[str, Handler]:
        """Return what a path can do, by HTTP method; nothing for a path that is not there."""
        if path == _COLLECTION:
            return {LINE_UP_CALLER.method: self._line_up, GET_CALLER.method: self._look_up}
        member = _MEMBER.fullmatch(path)
        if member is not None:
            waiter_id = int(member.group(1))
            return {
                SHOW_CALLER.method: partial(self._show, waiter_id),
                UPDATE_CALLER_INFORMATION.method: partial(self._update, waiter_id),
                CANCEL_CALLER.method: partial(self._cancel, waiter_id),
            }
        parent, _, command = path.rpartition("/")
        return self._commands(command) if parent == _COMMANDS_PATH else {}

    def _commands(self, name: str) -> Dict[str, Handler]:
        """Return what a command of the sandbox's own does, for programs in any language."""
        commands: Dict[str, Dict[str, Handler]] = {
            "notify": {"POST": partial(self._move, life.NOTIFY)},
            "time-out": {"POST": partial(self._move, life.TIME_OUT)},
            "reset": {"POST": self._reset},
            "reported": {"GET": self._reported},
        }
        return commands.get(name, {})

    def _line_up(self, request: Request) -> Answer:
        lined_up = self.queue.line_up(reading.read_attributes(request, LINE_UP_CALLER))
        return self._one(request, lined_up.caller, 201 if lined_up.new else 200)

    def _look_up(self, request: Request) -> Answer:
        query = reading.read_query(request, _LOOK_UPS)
        filters = [states for name, states in _FILTERS.items() if query.get(name)]
        callers = self.queue.find(
            [state for state in VirtualQCallerState if all(state in kept for kept in filters)],
            line_id=query.get("line_id"),
            call_center_id=query.get("call_center_id"),
            phone=query.get("phone"),
        )
        return document(200, {"data": [self._resource(request, caller) for caller in callers]})

    def _update(self, waiter_id: int, request: Request) -> Answer:
        given = reading.read_attributes(request, UPDATE_CALLER_INFORMATION)
        return self._one(request, self.queue.update(given, waiter_id or None))

    def _show(self, waiter_id: int, request: Request) -> Answer:
        return self._one(request, self.queue.show(waiter_id))

    def _cancel(self, waiter_id: int, request: Request) -> Answer:
        return self._one(request, self.queue.cancel(waiter_id))

    def _move(self, move: life.Move, request: Request) -> Answer:
        given = reading.read_members(request, _WHO)
        return self._one(request, self.queue.move(move, given["line_id"], given["phone"]))

    def _reported(self, request: Request) -> Answer:
        query = reading.read_query(request, (VERIFY_CALLER,))
        return document(200, self.queue.reported(query["line_id"], query["phone"]))

    def _reset(self, request: Request) -> Answer:
        self.queue.clear()
        return Answer(204, {}, b"")

    def _one(self, request: Request, caller: CallerResult, status: int = 200) -> Answer:
        return document(status, {"data": self._resource(request, caller)})

    def _resource(self, request: Request, caller: CallerResult) -> Dict[str, Any]:
        resource: Dict[str, Any] = self._converter.unstructure(caller)
        # The one spelling of the header that was seen (openapi/virtualq.yaml); keys inside of
        # properties stay as they are.
        if request.headers.get("x-keys-format") == "underscore":
            attributes = resource["attributes"].items()
            resource["attributes"] = {name.replace("-", "_"): value for name, value in attributes}
        return resource
