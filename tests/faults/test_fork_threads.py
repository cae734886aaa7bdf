"""One Session in many threads and processes: every answer is for the caller asked for."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import List, Optional, Tuple

import pytest

from virtualq import ConnectionLostError, DeadlineExceededError, Session

from .clients import call
from .leaks import COUNTABLE, Before, sockets_to
from .modes import chunked_head, good, says, silent
from .privacy import KEY, leaks_of_frames
from .programs.forking import CALLS, CHILDREN, THREADS
from .programs.start import run_program
from .server import ACCEPT, REQUEST, FaultServer, Mode, Peer
from .service import NEXT_LINE, NEXT_PHONE, PHONE, message
from .tls import Certificates

TLS = pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])


def serve(certificates: Certificates, tls: bool, *script: Mode) -> FaultServer:
    """Start a server that knows the callers of many lines."""
    server = FaultServer(script, tls=certificates.good if tls else None).listen()
    server.service.seed(NEXT_LINE, NEXT_PHONE)
    for line_id in (
        line
        for process in range(CHILDREN + 1)
        for line in range(process * 1000, process * 1000 + 700)
    ):
        server.service.seed(line_id, PHONE)
    return server


def connect(server: FaultServer, certificates: Certificates, deadline: float = 20.0) -> Session:
    """Make a Session for a server."""
    return Session(
        KEY,
        base_url=server.url,
        ca_bundle=certificates.ca_bundle if server.tls else None,
        deadline=deadline,
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@TLS
def test_used_before_fork(certificates: Certificates, tls: bool) -> None:
    """A Session used before a fork serves parent and four children at once, each its own."""
    with serve(certificates, tls) as server:
        seen = run_program(
            "forking", server.url, *([certificates.ca_bundle] if tls else []), seconds=60
        )
        assert not server.mistakes
    assert seen == [[""] * (THREADS * CALLS)] * (CHILDREN + 1) + [[""]]


@TLS
def test_twenty_threads_on_one_session(certificates: Certificates, tls: bool) -> None:
    """Twenty threads share a Session; each gets the answers to its own questions."""

    def ask(line_id: int) -> Tuple[int, Optional[int]]:
        value = session.get_caller(line_id, PHONE).value
        return line_id, value.line_id if value else None

    with serve(certificates, tls) as server, connect(server, certificates) as session:
        pool = ThreadPoolExecutor(20)
        pairs = list(pool.map(ask, range(1, 501)))
        pool.shutdown()
    assert all(asked == got for asked, got in pairs)


def test_bursts_share_connections(certificates: Certificates) -> None:
    """32 threads that call at the same moment, twenty times over, open at most 32 connections."""
    together = threading.Barrier(32)

    def burst(number: int) -> List[bool]:
        found = []
        for _ in range(20):
            together.wait(30)
            found.append(session.get_caller(number, PHONE).found)
        return found

    with serve(certificates, False) as server, connect(server, certificates) as session:
        began = time.monotonic()
        with ThreadPoolExecutor(32) as pool:
            results = list(pool.map(burst, range(32)))
        opened, took = server.connections, time.monotonic() - began
    assert all(all(found) for found in results)
    # A connection that was idle for 3 s is not used again: a loaded machine may get that far.
    assert opened <= 32 * (1 + int(took / 3))


def test_a_slow_call_does_not_hold_up_another(certificates: Certificates) -> None:
    """While one thread waits for a silent server, another is answered at once."""
    with (
        serve(certificates, False, silent, good) as server,
        connect(server, certificates) as session,
        ThreadPoolExecutor(1) as pool,
    ):
        slow = pool.submit(session.get_caller, 1, PHONE)
        while not server.requests:
            assert not slow.done()
        result = session.get_caller(2, PHONE)
        assert not slow.done()
        session.close()
        assert isinstance(slow.exception(10), ConnectionLostError)
    assert result.value is not None
    assert result.value.line_id == 2


@pytest.mark.skipif(not COUNTABLE, reason="this system does not tell which sockets a process holds")
@pytest.mark.parametrize("function", ["get_caller", "line_up_caller"])
@TLS
def test_close_closes_every_socket_at_once(
    certificates: Certificates, tls: bool, function: str
) -> None:
    """close() leaves no connection: no idle one, none of a held error, none of a running call."""
    running = says("running", b"HTTP/1.1 200 OK\r\n", lambda peer: peer.stall())
    before = Before()
    with (
        serve(certificates, tls, silent) as server,
        connect(server, certificates) as session,
    ):
        with pytest.raises(DeadlineExceededError) as held:
            session.get_caller(1, PHONE, deadline=0.3)
        assert sockets_to(server.port, older=before) == []
        server.play([good, running])  # the call may have been late before it got there
        session.get_caller(1, PHONE)
        assert len(sockets_to(server.port, older=before)) == 1
        seen = len(server.requests)
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(call, session, function)
            while len(server.requests) == seen:
                assert not slow.done()
            session.close()
            assert isinstance(slow.exception(5), ConnectionLostError)
        assert sockets_to(server.port, older=before) == []
        assert held.value.attempts == 1


RATE_LIMIT = message(429, {}, headers=("Retry-After: 2",))


def interrupting(first: bytes = b"", place: str = REQUEST) -> Mode:
    """Make the mode that sends something and then plays the user who presses Ctrl-C."""

    def act(peer: Peer) -> None:
        if place == ACCEPT:
            peer.sock.recv(65_536)  # its hello: now it waits for ours
        peer.send(first)
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGINT)
        if place == ACCEPT:
            peer.stall()

    return Mode("interrupting", act, place)


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(),
    reason="a signal reaches the main thread alone",
)
@pytest.mark.parametrize(
    ("tls", "mode", "idle"),
    [
        pytest.param(False, interrupting(), 0, id="before_the_answer"),
        pytest.param(True, interrupting(), 0, id="before_the_answer_tls"),
        pytest.param(False, interrupting(b"HTTP/1.1 200 OK\r\nX-"), 0, id="in_the_headers"),
        pytest.param(False, interrupting(chunked_head() + b"5\r\n{"), 0, id="in_the_body"),
        pytest.param(True, interrupting(place=ACCEPT), 0, id="in_the_handshake"),
        # The answer was whole: its connection may be kept.
        pytest.param(False, interrupting(RATE_LIMIT), 1, id="in_the_wait_before_a_repeat"),
    ],
)
def test_keyboard_interrupt_passes_through(
    certificates: Certificates, tls: bool, mode: Mode, idle: int
) -> None:
    """Ctrl-C comes out of a call, leaves no connection in use, and the next call is right."""
    before = Before()
    with serve(certificates, tls, mode, good) as server, connect(server, certificates) as session:
        with pytest.raises(KeyboardInterrupt) as held:
            session.get_caller(1, PHONE)
        kept = sockets_to(server.port, older=before)
        result = session.get_caller(NEXT_LINE, NEXT_PHONE)
        assert not server.mistakes
    assert len(kept) <= idle
    assert leaks_of_frames(held.value) == []
    assert result.value is not None
    assert result.value.line_id == NEXT_LINE


@pytest.mark.parametrize("used", ["used", "fresh"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_call_in_atexit_works(certificates: Certificates, host: str, used: str) -> None:
    """A script may make its last call while the interpreter shuts down, by address or by name."""
    with serve(certificates, False) as server:
        assert run_program("at_exit", f"http://{host}:{server.port}", used) == NEXT_LINE
