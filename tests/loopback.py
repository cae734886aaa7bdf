"""A real HTTP server on loopback that answers by a script and remembers what it was asked."""

from __future__ import annotations

import json
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union, cast

from .calls import MEDIA_TYPE

Reply = Union[Tuple[int, object], Tuple[int, object, Dict[str, str]]]
Step = Union[Reply, Callable[["Asked"], Reply], None]
"""Status, document, perhaps headers; a function that makes them; None: hang up, no answer."""


class Asked(NamedTuple):
    """A request as it arrived; header names in lower case."""

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes

    @property
    def attributes(self) -> Dict[str, Any]:
        """The attributes of the document that was sent."""
        found: Dict[str, Any] = json.loads(self.body)["data"]["attributes"]
        return found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    loopback: Loopback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing of a client that hung up, as a call does that is late."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Loopback:
    """Answers each request with the next of `steps`, the last for ever; `asked` lists them."""

    def __init__(self) -> None:
        self.asked: List[Asked] = []
        self.steps: List[Step] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.loopback = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        """The base URL for a Session."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def reply(self, asked: Asked) -> Optional[Reply]:
        """Take the next step."""
        self.asked.append(asked)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        return step(asked) if callable(step) else step

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5

    def setup(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().setup()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = cast(_Server, self.server).loopback.reply(
            Asked(self.command, self.path, headers, body)
        )
        if reply is None:
            self.close_connection = True
            return
        status, document, *more = reply
        sent = b"" if document is None else json.dumps(document).encode()
        head = f"HTTP/1.1 {status} Any\r\nContent-Type: {MEDIA_TYPE}\r\n"
        for name, value in (more[0] if more else {}).items():
            head += f"{name}: {value}\r\n"
        head += "\r\n" if status == 204 else f"Content-Length: {len(sent)}\r\n\r\n"
        # One write: in two, the delayed acknowledgement of the first would look like a slow client.
        self.wfile.write(head.encode() + sent)

    do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = _answer  # noqa: N815  # named by http.server

    def log_message(self, *_: object) -> None:
        """Print nothing."""
