"""One connection of the sandbox: HTTP requests read whole, answers sent, late or not at all.

Between server and rules. It stands on the standard library's http.server, which takes HTTP/1.0 and
pipelined requests too; no WSGI server lets an answer break off half-way, as bad days need.
"""

from __future__ import annotations

import select
import socket
import struct
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, Callable, ClassVar, Iterable, Optional, Protocol, cast

from virtualq.sandbox.exchange import Answer, Fault, Refusal, Request

_LARGEST_BODY = 1024 * 1024
_LONGEST_LINE = 64 * 1024
_LOOK_AGAIN = 0.2
_LONGEST_LINGER = 60.0


class Serving(Protocol):
    """What a connection needs of its server."""

    verbose: bool
    closing: threading.Event
    answer: Callable[[Request], Answer]
    stream: Callable[[Request], Optional[Iterable[bytes]]]


class Handler(BaseHTTPRequestHandler):
    """One connection: reads each request whole, so that the connection can be kept."""

    protocol_version = "HTTP/1.1"
    server_version = "virtualq-sandbox"
    sys_version = ""
    timeout: ClassVar[Optional[float]] = 60.0
    close_connection: bool
    disable_nagle_algorithm = True
    path = ""  # until a request line is read
    wbufsize = -1  # an answer leaves in one write: two would show a false 40 ms

    @property
    def _serving(self) -> Serving:
        return cast(Serving, self.server)

    def handle_expect_100(self) -> bool:
        """Tell a client to go on, at once: .NET and curl wait for it (RFC 9110, 10.1.1)."""
        self.send_response_only(HTTPStatus.CONTINUE)
        self.end_headers()
        self.wfile.flush()
        return True

    def answer(self) -> None:
        """Answer one request, whatever its method."""
        try:
            request = self._read()
        except Refusal as refusal:
            self.close_connection = True  # what is left of the body is not the next request
            self._send(refusal.answer)
            self._linger()
            return
        stream = self._serving.stream(request)
        if stream is None:
            self._deliver(self._serving.answer(request))
        else:
            self._send_stream(stream)

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Return what http.server asks for under `do_` and a method, be it TRACE or a slip."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def send_error(self, code: int, message: Optional[str] = None, explain: object = None) -> None:
        """Say as the API does what http.server could not read, instead of as a page."""
        self.close_connection = True
        self._send(Refusal(int(code), Fault(f"{message or 'The request is malformed'}.")).answer)

    def _read(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        # http.server reads the target as Latin-1, a client that does not escape sends UTF-8.
        target = self.path.encode("latin-1").decode("utf-8", "replace")
        if target.startswith(("http://", "https://")):  # as a proxy is asked (RFC 9112, 3.2.2)
            target = "/" + target.partition("://")[2].partition("/")[2]
        return Request(self.command, target, headers, self._read_body())

    def _read_body(self) -> bytes:
        coding = self.headers.get("Transfer-Encoding")
        if coding is not None:
            if coding.strip().lower() != "chunked":
                raise Refusal(411, Fault("The body must come with its length, or in chunks."))
            return self._read_chunks()
        length = self.headers.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()):
            raise Refusal(400, Fault("The Content-Length is not a number."))
        if len(length) > 9 or int(length) > _LARGEST_BODY:
            raise Refusal(413, Fault(f"The body is larger than {_LARGEST_BODY} bytes."))
        return self._read_exactly(int(length))

    def _read_chunks(self) -> bytes:
        body = bytearray()
        while True:
            line = self.rfile.readline(_LONGEST_LINE).partition(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                raise Refusal(400, Fault("A chunk of the body is malformed.")) from None
            if size < 0 or len(body) + size > _LARGEST_BODY:
                raise Refusal(413, Fault(f"The body is larger than {_LARGEST_BODY} bytes."))
            if size == 0:
                while self.rfile.readline(_LONGEST_LINE).strip():
                    continue
                return bytes(body)
            body += self._read_exactly(size)
            self.rfile.readline(_LONGEST_LINE)

    def _read_exactly(self, size: int) -> bytes:
        body = self.rfile.read(size)
        if len(body) < size:
            raise ConnectionError("the client went away inside its request")
        return body

    def _deliver(self, answer: Answer) -> None:
        """Send an answer as the day has it: late, in drops, or not at all."""
        how = answer.delivery
        if how.silent:
            self._stay_silent()
        elif how.delay:
            self.wfile.flush()
            self._serving.closing.wait(how.delay)
        if how.reset:
            # With no time to linger the kernel sends a reset when the socket is closed.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if how.silent or how.lost or how.reset:
            self.close_connection = True
            return
        self._send(answer, how.drip)

    def _stay_silent(self) -> None:
        """Wait until the client gives up, or the sandbox ends."""
        while not self._serving.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], _LOOK_AGAIN)
            if readable and not self.connection.recv(65536):
                return

    def _send(self, answer: Answer, drip: float = 0.0) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        elif self.request_version == "HTTP/1.0":
            self.send_header("Connection", "keep-alive")
        self.end_headers()
        if self.command == "HEAD" or not answer.body or answer.status in (204, 304):
            return
        if not drip:
            self.wfile.write(answer.body)
            return
        for place in range(len(answer.body)):
            self.wfile.flush()
            self._serving.closing.wait(drip)
            self.wfile.write(answer.body[place : place + 1])

    def _send_stream(self, parts: Iterable[bytes]) -> None:
        """Send server-sent events until the client goes away."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()

    def _linger(self) -> None:
        """Let the client finish its request: a socket closed with unread bytes loses the answer."""
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_WR)
        until = time.monotonic() + _LONGEST_LINGER
        while self.rfile.read1(65536) and time.monotonic() < until:
            continue

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Write one line to stderr when asked to, without the query."""
        if self._serving.verbose:
            status = code.value if isinstance(code, HTTPStatus) else code
            sys.stderr.write(f"{self.command} {self.path.partition('?')[0]} {status}\n")

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
        """Say nothing: the answer says it, and http.server would quote the request."""
