"""The sandbox in process: it stands below every Session, where a request would leave; then rules.

What `requests` or any other library sends is not touched, nor what other tools intercept.
"""

from __future__ import annotations

import re
import time
from types import TracebackType
from typing import Callable, List, Optional, Type
from urllib.parse import urlsplit

from virtualq._api.operations import BASE_PATH, KEY_HEADER, OPERATIONS, SERVERS
from virtualq._http import seam
from virtualq._http.clock import Clock as Deadline
from virtualq._http.clock import OutOfTime
from virtualq.sandbox.clock import Clock, Tell, utc_now
from virtualq.sandbox.exchange import Answer, Delivery, Request
from virtualq.sandbox.face import Face
from virtualq.sandbox.rules import Service
from virtualq.sandbox.seeds import API_KEY

_COLLECTIONS = "|".join(
    sorted({re.escape(operation.path.split("/")[1]) for operation in OPERATIONS.values()})
)
# At any base_url, so that only the end of a path is known.
_PATH = re.compile(rf"(.*)(/(?:{_COLLECTIONS})(?:/[^/]+){{0,2}})")

_running: List[InProcessSandbox] = []


class InProcessSandbox(Face):
    """A sandbox below every Session of this process, for a `with` statement.

    `base_url` is the only one whose Sessions it answers, None for all. Of several sandboxes the one
    whose `api_key` a Session has answers, else the one opened last. The clock starts with the time
    that `clock` tells, an aware UTC datetime, and stands until `step` lets time pass.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        base_url: Optional[str] = None,
        clock: Tell = utc_now,
    ) -> None:
        service = Service(api_key=api_key, clock=Clock(clock, speed=0))
        super().__init__(service, base_url or SERVERS[0])
        self._only = None if base_url is None else base_url.rstrip("/")
        self._undo: Optional[Callable[[], None]] = None

    def close(self) -> None:
        """Stop standing in for the service, and forget the state."""
        if self._undo is not None:
            self._undo()
            self._undo = None
            _running.remove(self)
        self._service.close()

    def __enter__(self) -> InProcessSandbox:
        self._open()
        self._undo = seam.intercept(self._handle)
        _running.append(self)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def _handle(self, sent: seam.Sent, deadline: Deadline) -> Optional[seam.Given]:
        if not self._is_theirs(sent):
            return None
        headers = {name.lower(): str(value) for name, value in sent.headers.items()}
        parts = urlsplit(sent.url)
        found = _PATH.fullmatch(parts.path)
        path = BASE_PATH + found.group(2) if found else parts.path
        target = f"{path}?{parts.query}" if parts.query else path
        answer = self._service.answer(Request(sent.method, target, headers, sent.body or b""))
        _deliver(answer, deadline)
        return answer.status, answer.headers, answer.body

    def _is_theirs(self, sent: seam.Sent) -> bool:
        """Say whether a request is for this sandbox; a key that none has is for the first asked."""
        if not self._answers_at(sent.url):
            return False
        key = sent.headers.get(KEY_HEADER)
        if key == self.api_key:
            return True
        return not any(s.api_key == key and s._answers_at(sent.url) for s in list(_running))

    def _answers_at(self, url: str) -> bool:
        return self._only is None or url.startswith(self._only + "/")


def _deliver(answer: Answer, deadline: Deadline) -> None:
    """Let an answer travel as it was ordered, within the deadline, and without waiting in vain."""
    delivery: Delivery = answer.delivery
    if delivery == Delivery():
        return
    deadline.sent = True
    seconds = delivery.delay + delivery.drip * len(answer.body)
    if delivery.silent or not deadline.fits(seconds):
        raise OutOfTime
    time.sleep(seconds)
    if delivery.reset:
        raise ConnectionResetError(104, "Connection reset by peer")
    if delivery.lost:
        raise ConnectionAbortedError(103, "The connection ended without an answer")
