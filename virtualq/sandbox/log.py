"""The requests that a sandbox has seen, with what was answered; faces hand them out to tests."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from datetime import datetime
from typing import Deque, Dict, List, Mapping, Optional, Tuple

from attrs import frozen

from virtualq.sandbox.exchange import Answer, Request

_MOST = 1000
_MOST_BYTES = 16 * 1024 * 1024


@frozen(repr=False)
class Seen:
    """A request that the sandbox has seen, its `number` counted from 1.

    `function` is the Session function it comes from, None where there is none. `at` is the time in
    the sandbox, `seconds` what the answer took.
    """

    number: int
    request: Request
    answer: Answer
    function: Optional[str]
    at: datetime
    seconds: float

    @property
    def method(self) -> str:
        """The HTTP method, in upper case."""
        return self.request.method

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.request.path

    @property
    def target(self) -> str:
        """The path with the query, as it was sent."""
        return self.request.target

    @property
    def query(self) -> List[Tuple[str, str]]:
        """The decoded pairs of the query, in order."""
        return self.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        return self.request.headers

    @property
    def body(self) -> bytes:
        """The body as it was sent."""
        return self.request.body

    @property
    def document(self) -> object:
        """The body as JSON, None when it is none."""
        return self.request.document

    @property
    def attributes(self) -> Dict[str, object]:
        """The attributes in the body, by their names on the wire; empty where there are none."""
        return self.request.attributes

    @property
    def status(self) -> int:
        """The HTTP status of the answer, whether it arrived or not."""
        return self.answer.status

    def __repr__(self) -> str:
        # The query holds the phone number, and pytest prints what was compared.
        return f"<{self.number}: {self.function or self.method} {self.path} {self.status}>"


class Log:
    """The latest requests: a thousand of them, and 16 MiB of bodies at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._seen: Deque[Seen] = deque(maxlen=_MOST)
        self._bytes = 0

    def add(
        self,
        request: Request,
        answer: Answer,
        function: Optional[str],
        at: datetime,
        seconds: float,
    ) -> None:
        """Keep a request."""
        with self._lock:
            seen = Seen(next(self._numbers), request, answer, function, at, seconds)
            if len(self._seen) == _MOST:
                self._bytes -= _size(self._seen.popleft())
            self._seen.append(seen)
            self._bytes += _size(seen)
            while self._bytes > _MOST_BYTES and len(self._seen) > 1:
                self._bytes -= _size(self._seen.popleft())

    def after(self, number: int = 0) -> List[Seen]:
        """Return the requests after one, the earliest first."""
        with self._lock:
            return [seen for seen in self._seen if seen.number > number]

    def clear(self) -> None:
        """Forget every request."""
        with self._lock:
            self._seen.clear()
            self._bytes = 0


def _size(seen: Seen) -> int:
    return len(seen.request.body) + len(seen.answer.body)
