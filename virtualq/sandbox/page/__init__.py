"""The page at `/`: its files, the events that keep it up to date, and who may use it.

server asks here before rules. No other site can drive the sandbox from a browser: what a browser
sends must come from the page itself, and ask for a name of this machine (no DNS rebinding).
"""

from __future__ import annotations

import json
import threading
import time
from importlib.resources import files
from typing import Dict, Iterator, Mapping, Optional

from virtualq._api.operations import KEY_HEADER
from virtualq._http.endpoint import is_loopback
from virtualq.sandbox.exchange import Answer, Fault, Handler, Refusal, Request
from virtualq.sandbox.rules import OWN, Service
from virtualq.sandbox.status import snapshot

_FILES = {
    "/": ("page.html", "text/html; charset=utf-8"),
    "/sandbox/page.css": ("page.css", "text/css; charset=utf-8"),
    "/sandbox/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/sandbox/views.js": ("views.js", "text/javascript; charset=utf-8"),
    "/sandbox/draw.js": ("draw.js", "text/javascript; charset=utf-8"),
    "/sandbox/words.js": ("words.js", "text/javascript; charset=utf-8"),
}
EVENTS = "/sandbox/events"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self';"
    " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.3, 10.0
_MOST_CALLERS = 100


class Page:
    """The page of a service that listens on a host; `closing` is set when it ends."""

    def __init__(self, service: Service, host: str, closing: threading.Event) -> None:
        self._service = service
        self._on_loopback = is_loopback(host)
        self._closing = closing

    def methods(self, path: str) -> Dict[str, Handler]:
        """Return what a path can do; what the events say stands in stream."""
        return {"GET": lambda request: Answer(204, {}, b"")} if path == EVENTS else {}

    def answer(self, request: Request) -> Optional[Answer]:
        """Return a file of the page, or the refusal of a stranger; None for everything else."""
        is_file = request.path in _FILES
        guarded = is_file or request.path.startswith(OWN) or _is_browser(request.headers)
        if guarded and not self._may(request.headers, is_file and request.method == "GET"):
            return Refusal(403, Fault("No other site may use this sandbox.")).answer
        if not is_file or request.method not in ("GET", "HEAD"):
            return None
        name, media_type = _FILES[request.path]
        content = files("virtualq.sandbox.page").joinpath(name).read_bytes()
        return Answer(200, {"Content-Type": media_type, **_HEADERS}, content)

    def stream(self, request: Request) -> Optional[Iterator[bytes]]:
        """Return server-sent events for who has the key, None for any other request."""
        if request.path != EVENTS or request.method != "GET":
            return None
        if request.headers.get(KEY_HEADER.lower()) != self._service.api_key:
            return None
        return self._events() if self._may(request.headers, False) else None

    def _events(self) -> Iterator[bytes]:
        service, number, since, revision = self._service, 0, 0.0, -1
        while not self._closing.is_set():
            with service.changed:
                if service.revision == revision:
                    service.changed.wait(_LONGEST_PAUSE)
                revision = service.revision
            shown = snapshot(service, number, since, _MOST_CALLERS)
            number, since = shown.number, shown.since
            data = json.dumps(shown.content, ensure_ascii=False, separators=(",", ":"))
            yield b"event: state\ndata: " + data.encode() + b"\n\n"
            time.sleep(_SHORTEST_PAUSE)

    def _may(self, headers: Mapping[str, str], is_visit: bool) -> bool:
        host, origin = headers.get("host"), headers.get("origin")
        if host is not None and self._on_loopback and not is_loopback(_name(host)):
            return False
        if origin is not None and origin != f"http://{host}":
            return False
        site = headers.get("sec-fetch-site", "none")
        # Following a link to the page is a visit; its frame, its script and its data are not.
        visits = is_visit and headers.get("sec-fetch-dest") == "document"
        return visits or site in ("none", "same-origin")


def _name(host: str) -> str:
    return host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host


def _is_browser(headers: Mapping[str, str]) -> bool:
    return "origin" in headers or "sec-fetch-site" in headers
