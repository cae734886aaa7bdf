"""The sandbox over HTTP, on this machine alone; each request goes to rules.

It stands on the standard library: werkzeug's server cannot keep a connection open, and no WSGI
server lets an answer break off half-way, which faults on order will need.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, SHUT_WR, socket
from socketserver import TCPServer, ThreadingMixIn
from types import FrameType, TracebackType
from typing import Any, Dict, Optional, Type, cast

from virtualq.errors import ConfigurationError
from virtualq.sandbox.clock import Clock, Tell, utc_now
from virtualq.sandbox.commands import Commands
from virtualq.sandbox.exchange import Answer, Fault, Refusal, Request
from virtualq.sandbox.face import Face
from virtualq.sandbox.rules import Service
from virtualq.sandbox.seeds import API_KEY

_HOST = "127.0.0.1"
_LARGEST_BODY = 1024 * 1024
_LONGEST_WAIT = 5.0


class Sandbox(Face):
    """A running sandbox, a context manager: `with Sandbox() as sandbox: Session(sandbox.api_key,
    base_url=sandbox.url)`.

    `port` 0 takes a free one. `state` is a file that keeps the callers, None keeps them in memory.
    `verbose` writes one line a request to stderr, without the query, which holds the phone number.
    `clock` tells the time as an aware UTC datetime. Raises ConfigurationError for a port or a state
    file that cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        port: int = 0,
        state: Optional[str] = None,
        verbose: bool = False,
        clock: Tell = utc_now,
    ) -> None:
        service = Service(api_key=api_key, state=state, clock=Clock(clock))
        try:
            self._server = _Server(service, port, verbose)
        except (OSError, OverflowError) as error:
            service.close()
            raise ConfigurationError(f"port {port} cannot be used: {error}") from None
        super().__init__(service, f"http://{_HOST}:{self._server.server_address[1]}")
        service.add_routes(Commands(self).methods)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="virtualq-sandbox", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving, close every connection and the state; doing it twice does no harm."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._service.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()


def main(*, port: int = 0, state: Optional[str] = None, verbose: bool = False) -> int:
    """Run a sandbox until SIGINT or SIGTERM; print its URL and its key, a line each.

    Returns the exit code 0. Raises ConfigurationError as Sandbox does.
    """
    stop = threading.Event()

    def on_signal(number: int, frame: Optional[FrameType]) -> None:
        stop.set()

    before = {n: signal.signal(n, on_signal) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Sandbox(port=port, state=state, verbose=verbose) as sandbox:
            sys.stdout.write(f"{sandbox.url}\n{sandbox.api_key}\n")
            sys.stdout.flush()
            stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


class _Server(ThreadingMixIn, TCPServer):
    """One daemon thread a connection; server_close ends them all."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, service: Service, port: int, verbose: bool) -> None:
        self.service = service
        self.verbose = verbose
        self._connections: Dict[threading.Thread, socket] = {}
        super().__init__((_HOST, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own, kept to be joined."""
        alive = {thread: open_ for thread, open_ in self._connections.items() if thread.is_alive()}
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        self._connections = {**alive, thread: request}
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; any other error is a fault here, and shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def server_close(self) -> None:
        """Close the listening socket and every connection, and wait for their threads."""
        super().server_close()
        for thread, connection in self._connections.items():
            with suppress(OSError):  # the client closed it first
                connection.shutdown(SHUT_RDWR)
            thread.join(_LONGEST_WAIT)


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads each request whole, so that the connection can be kept."""

    protocol_version = "HTTP/1.1"
    server_version = "virtualq-sandbox"
    sys_version = ""
    timeout = 60.0
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one write: two would show a false 40 ms

    def answer(self) -> None:
        """Answer one request, whatever its method."""
        server = cast(_Server, self.server)
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, self._read_body())
            answer = server.service.answer(request)
            self._send(answer)
        except Refusal as refusal:
            self.close_connection = True  # what is left of the body is not the next request
            self._send(refusal.answer)
            self._linger()

    # The names http.server asks for.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = answer  # noqa: N815

    def _read_body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            raise Refusal(411, Fault("The body must come with its Content-Length."))
        if not length.isdecimal():
            raise Refusal(400, Fault("The Content-Length is not a number."))
        if len(length) > 9 or int(length) > _LARGEST_BODY:
            raise Refusal(413, Fault(f"The body is larger than {_LARGEST_BODY} bytes."))
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionError("the client went away inside its request")
        return body

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _linger(self) -> None:
        """Let the client finish its request: a socket closed with unread bytes loses the answer."""
        self.wfile.flush()
        self.connection.shutdown(SHUT_WR)
        while self.rfile.read(65536):
            continue

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Write one line to stderr when asked to, without the query."""
        if cast(_Server, self.server).verbose:
            status = code.value if isinstance(code, HTTPStatus) else code
            sys.stderr.write(f"{self.command} {self.path.partition('?')[0]} {status}\n")

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
        """Say nothing: the answer says it, and http.server would quote the request."""
