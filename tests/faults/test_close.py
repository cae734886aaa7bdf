"""close() at any moment: the call ends at once, and nobody's descriptor is touched."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, Iterator, List

import pytest

from virtualq import ConnectError, Session, TransportError, VirtualQError

from .leaks import COUNTABLE, Before, wait_until
from .modes import chunked_head, good, handshake_stalled, nothing_read, says, silent
from .names import Names
from .privacy import KEY
from .row import STALLED
from .server import FaultServer, Mode
from .service import NEXT_LINE, NEXT_PHONE, PHONE
from .tls import Certificates

HOST = "closing.virtualq.test"
DEADLINE = 20.0
AT_ONCE = DEADLINE / 4
"""Far from both: at once is a few milliseconds, the deadline would be all of it."""


@contextlib.contextmanager
def session_of(
    server: FaultServer, certificates: Certificates, host: str = ""
) -> Iterator[Session]:
    """Give a Session with a long deadline."""
    url = f"{'https' if server.tls else 'http'}://{host or server.host}:{server.port}"
    bundle = certificates.ca_bundle if server.tls else None
    with Session(KEY, base_url=url, ca_bundle=bundle, deadline=DEADLINE) as session:
        yield session


def cut_short(session: Session, waits: threading.Event, size: int = 0) -> VirtualQError:
    """Close while a call runs, once it waits where it should; return what it ends with."""
    with ThreadPoolExecutor(1) as pool:
        properties = {"text": "x" * size}
        running = pool.submit(
            session.update_caller_information, NEXT_LINE, NEXT_PHONE, properties=properties
        )
        assert waits.wait(10)
        time.sleep(0.05)  # it is told that the call is on its way, not that it waits
        assert not running.done()
        start = time.monotonic()
        session.close()
        error = running.exception(DEADLINE)
        assert time.monotonic() - start < AT_ONCE
    assert isinstance(error, VirtualQError)
    return error


def noting(mode: Mode, waits: threading.Event) -> Mode:
    """Let a mode say that it has begun."""

    def act(peer: object) -> None:
        waits.set()
        mode.act(peer)  # type: ignore[arg-type]

    return mode._replace(act=act)


in_the_headers = says("in_the_headers", b"HTTP/1.1 200 OK\r\nX-", lambda peer: peer.stall())
in_the_body = says("in_the_body", chunked_head() + b"5\r\n{", lambda peer: peer.stall())


@pytest.mark.parametrize(
    ("tls", "mode", "size", "left"),
    [
        pytest.param(False, silent, 0, True, id="before_the_answer"),
        pytest.param(True, silent, 0, True, id="before_the_answer_tls"),
        pytest.param(False, in_the_headers, 0, True, id="in_the_headers"),
        pytest.param(True, in_the_body, 0, True, id="in_the_body_tls"),
        pytest.param(False, nothing_read, 4_000_000, True, id="while_sending"),
        pytest.param(True, nothing_read, 4_000_000, True, id="while_sending_tls"),
        pytest.param(True, handshake_stalled, 0, False, id="in_the_handshake"),
    ],
)
def test_a_call_ends_at_once(
    certificates: Certificates, tls: bool, mode: Mode, size: int, left: bool
) -> None:
    """Wherever it waits; the error says whether it may have happened, and no socket stays."""
    before, waits = Before(), threading.Event()
    tls_of = certificates.good if tls else None
    with FaultServer([noting(mode, waits), good], tls=tls_of).listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        with session_of(server, certificates) as session:
            error = cut_short(session, waits, size)
            server.play()
            assert session.get_caller(NEXT_LINE, NEXT_PHONE).found
    assert isinstance(error, TransportError)
    assert (error.maybe_applied, error.attempts) == (left, 1)
    assert "the session was closed" in str(error)
    assert wait_until(lambda: not before.new_sockets())


class Closing(Dict[str, object]):
    """Properties in the middle of which a Session is closed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def items(self) -> Any:
        """Close, and go on."""
        self.session.close()
        return {"Vip": True}.items()


def test_a_call_whose_parameters_are_checked_ends(certificates: Certificates) -> None:
    """Nothing is sent after close(), however long the properties take; a later call is well."""
    with FaultServer().listen() as server, session_of(server, certificates) as session:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        with pytest.raises(ConnectError, match="closed") as caught:
            session.update_caller_information(NEXT_LINE, NEXT_PHONE, properties=Closing(session))
        assert (caught.value.attempts, caught.value.maybe_applied) == (0, False)
        assert not server.requests
        assert session.get_caller(NEXT_LINE, NEXT_PHONE).found


def test_a_call_that_connects_ends_at_once(certificates: Certificates) -> None:
    """A host that neither takes nor refuses a connection."""
    with FaultServer() as server, server.deaf(), session_of(server, certificates) as session:
        waits = threading.Event()
        threading.Timer(0.2, waits.set).start()
        error = cut_short(session, waits)
    assert not error.maybe_applied


def test_a_call_that_looks_a_name_up_ends_at_once(certificates: Certificates, names: Names) -> None:
    """A name server that does not answer, while the look-up's own thread goes on waiting."""
    names.give(HOST, (STALLED,))
    with (
        FaultServer(tls=certificates.good) as server,
        session_of(server, certificates, HOST) as session,
    ):
        waits = threading.Event()
        threading.Timer(0.2, waits.set).start()
        error = cut_short(session, waits)
        names.release(HOST)
        assert wait_until(lambda: not any(thread.is_alive() for thread in names.waiting))
    assert not error.maybe_applied


@pytest.mark.skipif(not COUNTABLE, reason="this system does not tell what a descriptor is")
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_no_byte_lands_in_another_file(
    certificates: Certificates, tls: bool, tmp_path: os.PathLike[str]
) -> None:
    """Calls are cut while the application opens files: none of them gets a byte, or loses one."""
    stop = threading.Event()
    strange: List[object] = []

    def use() -> None:
        while not stop.is_set():
            try:
                found = session.update_caller_information(7, PHONE, properties={"x": "y" * 9000})
                strange.extend([found] if found.value and found.value.line_id != 7 else [])
            except VirtualQError:
                pass
            except BaseException as error:
                strange.append(error)

    with FaultServer(tls=certificates.good if tls else None).listen() as server:
        server.service.seed(7, PHONE)
        with session_of(server, certificates) as session:
            threads = [threading.Thread(target=use) for _ in range(6)]
            for thread in threads:
                thread.start()
            for number in range(150):
                session.close()
                near, far = socket.socketpair()
                path = os.path.join(tmp_path, str(number))
                with open(path, "wb") as file, near, far:
                    far.sendall(b"mine")
                    file.flush()
                    time.sleep(0.002)
                    strange.extend([b"a byte is gone"] if near.recv(9) != b"mine" else [])
                if number % 30 == 0:  # now and then, let a call get through
                    seen = len(server.requests)
                    assert wait_until(lambda seen=seen: len(server.requests) > seen)
                strange.extend([path] if os.path.getsize(path) else [])
            stop.set()
            session.close()
            for thread in threads:
                thread.join(30)
        requests = [request.method for request in server.requests]
        mistakes = [error for error in server.mistakes if not isinstance(error, OSError)]
    assert strange == []
    assert mistakes == []  # what is no TLS, or no HTTP, is a mistake of the server's
    assert set(requests) == {"PUT"}


@pytest.mark.skipif(
    threading.current_thread() is not threading.main_thread(),
    reason="a signal reaches the main thread alone",
)
@pytest.mark.parametrize("where", ["name", "answer"])
def test_a_handler_closes_while_the_call_waits(
    certificates: Certificates, names: Names, where: str
) -> None:
    """SIGHUP is how AGI says that the caller hung up: the handler closes, the call ends."""
    names.give(HOST, (STALLED,) if where == "name" else (("127.0.0.1",),))
    with FaultServer([silent], tls=certificates.good).listen() as server:
        with session_of(server, certificates, HOST) as session:
            old = signal.signal(signal.SIGHUP, lambda *_: session.close())
            timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGHUP))
            try:
                timer.start()
                start = time.monotonic()
                with pytest.raises(TransportError):
                    session.get_caller(NEXT_LINE, NEXT_PHONE)
                assert time.monotonic() - start < AT_ONCE
            finally:
                timer.join()
                signal.signal(signal.SIGHUP, old)
        names.release(HOST)
        assert wait_until(lambda: not any(thread.is_alive() for thread in names.waiting))
