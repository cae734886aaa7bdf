"""The sandbox over HTTP: a server with its clock; each request goes through handler to rules."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from socket import AF_INET, AF_INET6, SHUT_RDWR, socket
from socketserver import TCPServer, ThreadingMixIn
from types import TracebackType
from typing import Any, Dict, Iterable, Optional, Type

from virtualq._http.endpoint import is_loopback
from virtualq.errors import ConfigurationError
from virtualq.sandbox.clock import Clock, Tell, utc_now
from virtualq.sandbox.commands import Commands
from virtualq.sandbox.exchange import Answer, Request
from virtualq.sandbox.face import Face
from virtualq.sandbox.handler import Handler
from virtualq.sandbox.page import Page
from virtualq.sandbox.rules import Service
from virtualq.sandbox.seeds import API_KEY, Seed

_HOST = "127.0.0.1"
_LONGEST_WAIT = 5.0
_TICK = 0.25
_FASTEST = 3600
_MOST_AT_ONCE = 500  # what time brings while requests wait


class Sandbox(Face):
    """A running sandbox, a context manager: `with Sandbox() as sandbox: Session(sandbox.api_key,
    base_url=sandbox.url)`.

    `host` beyond this machine wants an `api_key` of your own. `port` 0 takes a free one. `state` is
    a file that keeps everything, None keeps it in memory; `seed` is what a new one starts with.
    `verbose` writes one line a request to stderr, without the query, which holds the phone number.
    `clock` tells the time as an aware UTC datetime. `speed` lets that many seconds pass in one and
    time move callers, 0 only when stepped; None lets time pass as it does and move nobody. `demo`
    is the seed of people who call by themselves. Raises ConfigurationError for what cannot be used.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        host: str = _HOST,
        port: int = 0,
        state: Optional[str] = None,
        seed: Optional[Seed] = None,
        verbose: bool = False,
        clock: Tell = utc_now,
        speed: Optional[float] = None,
        demo: Optional[int] = None,
    ) -> None:
        if not is_loopback(host) and api_key == API_KEY:
            raise ConfigurationError(f"host {host} is beyond this machine: give a key of your own")
        if speed is not None and not 0 <= speed <= _FASTEST:
            raise ConfigurationError(f"speed must be a number from 0 to {_FASTEST}")
        time = Clock(clock, 1.0 if speed is None else speed)
        moves = speed is not None
        service = Service(
            api_key=api_key, state=state, clock=time, seed=seed, moves=moves, demo=demo
        )
        try:
            self._server = _Server(service, host, port, verbose)
        except (OSError, OverflowError) as error:
            service.close()
            raise ConfigurationError(f"port {port} cannot be used on {host}: {error}") from None
        name = f"[{host}]" if ":" in host else host
        super().__init__(service, f"http://{name}:{self._server.server_address[1]}")
        service.add_routes(Commands(self).methods)
        service.note_address(self.url)
        self._threads = [
            threading.Thread(target=run, args=args, name="virtualq-sandbox", daemon=True)
            for run, args in ((self._server.serve_forever, (0.05,)), (self._tick, ()))
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop serving, close every connection and the state; doing it twice does no harm."""
        self._server.closing.set()
        self._service.tell()
        self._server.shutdown()
        for thread in self._threads:
            thread.join()
        self._server.server_close()
        self._service.close()

    def __enter__(self) -> Sandbox:
        self._open()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def _tick(self) -> None:
        """Let time move callers also while nobody asks, and note how the queues went."""
        service, seen = self._service, -1
        while not self._server.closing.wait(_TICK):
            if service.moves:
                service.go_on(_MOST_AT_ONCE)
            if service.moves or service.revision != seen:
                seen = service.revision
                service.history.take(service.clock().timestamp())


class _Server(ThreadingMixIn, TCPServer):
    """One daemon thread a connection; server_close ends them all."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, service: Service, host: str, port: int, verbose: bool) -> None:
        self.verbose = verbose
        self.closing = threading.Event()
        self._service = service
        self._page = Page(service, host, self.closing)
        service.add_routes(self._page.methods)
        self._connections: Dict[threading.Thread, socket] = {}
        self.address_family = AF_INET6 if ":" in host else AF_INET
        super().__init__((host, port), Handler)

    def answer(self, request: Request) -> Answer:
        """Answer a request."""
        return self._page.answer(request) or self._service.answer(request)

    def stream(self, request: Request) -> Optional[Iterable[bytes]]:
        """Return the events that a request asks for, None when it asks for anything else."""
        return self._page.stream(request)

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
