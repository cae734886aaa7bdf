"""Where something may stand in for the service; asked by transport and pool, set by testing.

`intercept` puts a handler before every request of every Session of this process, `guard` may refuse
a host; neither needs requests, whose own mocks stand in `adapter`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Callable, Dict, Mapping, NamedTuple, Optional, Tuple

if TYPE_CHECKING:
    from virtualq._http.clock import Clock


class Sent(NamedTuple):
    """A request as it would leave: the full URL, and header names as they are written."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Optional[bytes]

    def __repr__(self) -> str:
        return f"Sent({self.method!r})"  # the rest holds the key and the phone number


Given = Tuple[int, Mapping[str, str], bytes]
"""An answer: status, headers, body; read from here on like one that came over the wire."""

Handler = Callable[[Sent, "Clock"], Optional[Given]]
"""Answers a request, or None for one that is not its own.

It may raise what a connection would, OSError or OutOfTime, and say by `clock.sent` whether the
request had left by then. What else it raises comes out of the Session as it is.
"""

guard: Optional[Callable[[str], None]] = None
"""Called with a host, of the service or a proxy, before each request to it, and before its name is
looked up. A RuntimeError that it raises comes out of the Session as it is."""

_lock = threading.Lock()
_handlers: Tuple[Handler, ...] = ()


def intercept(handler: Handler) -> Callable[[], None]:
    """Ask a handler for every request from now on, the newest first; return what undoes that."""
    _change(lambda handlers: (handler, *handlers))
    return lambda: _change(lambda handlers: _without(handler, handlers))


def _change(change: Callable[[Tuple[Handler, ...]], Tuple[Handler, ...]]) -> None:
    global _handlers
    with _lock:
        _handlers = change(_handlers)


def _without(handler: Handler, handlers: Tuple[Handler, ...]) -> Tuple[Handler, ...]:
    """Leave out the newest place of a handler; undone twice, nothing more happens."""
    places = [place for place, other in enumerate(handlers) if other is handler]
    return handlers[: places[0]] + handlers[places[0] + 1 :] if places else handlers


def intercepted(sent: Sent, clock: Clock) -> Optional[Given]:
    """Return the answer of the first handler that has one, None when the request is to leave."""
    for handler in _handlers:
        given = handler(sent, clock)
        if given is not None:
            clock.sent = True
            return given
    return None


def lower_names(headers: Mapping[str, str]) -> Dict[str, str]:
    """Return headers as reply gives them."""
    return {name.lower(): value for name, value in headers.items()}
