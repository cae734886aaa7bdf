"""Plays a row: sets its bad day up on real sockets and has a client call; then comes judge.py."""

from __future__ import annotations

import contextlib
import ssl
import threading
from typing import Any, Callable, Iterator, NamedTuple

from .clients import Seen, call, observe
from .names import DOMAIN, Names
from .row import DEAF_HOST, Row
from .server import FaultServer
from .service import LINE, NEXT_LINE, NEXT_PHONE, PHONE
from .tls import Certificates

HOPELESS = 10.0
"""Seconds after which the server hangs up on a client that would never come back."""


class Day(NamedTuple):
    """One bad day, ready for a call; `good` is the certificate that ends it."""

    row: Row
    server: FaultServer
    stranger: FaultServer
    names: Names
    host: str
    good: ssl.SSLContext

    @property
    def base_url(self) -> str:
        """The address to give to the client."""
        return f"{'https' if self.server.tls else 'http'}://{self.host}:{self.server.port}"


@contextlib.contextmanager
def bad_day(
    row: Row, names: Names, certificates: Certificates, patience: float = HOPELESS
) -> Iterator[Day]:
    """Set a row up; a client that is not back after `patience` seconds is hung up on."""
    tls = getattr(certificates, row.certificate or "good") if row.certificate or row.names else None
    server, stranger = FaultServer(row.script, tls=tls), FaultServer()
    host = f"{row.name.replace('_', '-')}-{server.port}{DOMAIN}" if row.names else server.host

    def give_up() -> None:
        server.hang_up()
        names.release(host)

    watchdog = threading.Timer(patience, give_up)
    with contextlib.ExitStack() as stack:
        stack.enter_context(stranger.listen())
        stack.enter_context(server)
        server.elsewhere = f"{stranger.url}/taken"
        _populate(server, row)
        if not row.refused and not row.deaf:
            server.listen()
        if DEAF_HOST in {
            address for lookup in row.names if isinstance(lookup, tuple) for address in lookup
        }:
            deaf = stack.enter_context(FaultServer(host=DEAF_HOST, port=server.port))
            stack.enter_context(deaf.deaf())
        if row.names:
            names.give(host, row.names)
        stack.callback(_call_off, watchdog)
        watchdog.start()
        yield Day(row, server, stranger, names, host, certificates.good)


def _call_off(watchdog: threading.Timer) -> None:
    watchdog.cancel()
    watchdog.join()  # a thread of ours must not look like one that the client left behind


def _populate(server: FaultServer, row: Row) -> None:
    server.service.seed(NEXT_LINE, NEXT_PHONE)
    if row.present and row.call != "line_up_caller":
        server.service.seed(LINE, PHONE)


class Played(NamedTuple):
    """What came of a row: its call, what the servers had seen by then, and the call after it."""

    seen: Seen
    requests: int
    posts: int
    created: int
    strangers: int
    following: object


def play(day: Day, client: Any, kind_of: Callable[[Any], str], **arguments: Any) -> Played:
    """Make the row's call and, when all is well again, one for another caller."""
    row, server = day.row, day.server
    if row.warm:
        # A client that fails here already, hung up on for being slow, is judged by the rest.
        observe(lambda: call(client, "get_caller", NEXT_LINE, NEXT_PHONE), kind_of)
        server.acted.wait(5)
    before = len(server.requests)
    with server.deaf() if row.deaf else contextlib.nullcontext():
        seen = observe(lambda: call(client, row.call, **row.arguments, **arguments), kind_of)
    methods = [request.method for request in server.requests[before:]]
    created, strangers = len(server.service.created), day.stranger.connections
    _heal(day)
    following = observe(
        lambda: call(client, "get_caller", NEXT_LINE, NEXT_PHONE), lambda result: "an answer"
    ).what
    return Played(seen, len(methods), methods.count("POST"), created, strangers, following)


def _heal(day: Day) -> None:
    day.server.play()
    if day.server.tls is not None:
        day.server.tls = day.good
    if day.row.names:
        day.names.release(day.host)
        day.names.give(day.host, ((day.server.host,),))
    if (day.row.refused or day.row.deaf) and not day.server.stopped.is_set():
        day.server.listen()
