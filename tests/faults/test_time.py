"""The deadline as a user sets it, and what outlives a call: look-ups and kept connections."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator

import pytest

from virtualq import DeadlineExceededError, Session

from ..pace import again_when_late, assert_within
from .leaks import Before, wait_until
from .modes import good, silent
from .names import Names
from .privacy import KEY
from .row import STALLED
from .server import FaultServer
from .service import NEXT_LINE, NEXT_PHONE
from .tls import Certificates

HOST = "api.virtualq.test"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server that is well until it is given a script."""
    with FaultServer().listen() as running:
        running.service.seed(NEXT_LINE, NEXT_PHONE)
        yield running


@pytest.mark.parametrize(("of_session", "of_call"), [(0.3, None), (20.0, 0.3), (0.3, 0.3)])
@again_when_late
def test_the_deadline_is_the_calls_or_else_the_sessions(
    server: FaultServer, of_session: float, of_call: float
) -> None:
    """A call ends at its own deadline, and at that of the Session when it has none."""
    server.play([silent])
    start = time.monotonic()
    with (
        Session(KEY, base_url=server.url, deadline=of_session) as session,
        pytest.raises(DeadlineExceededError),
    ):
        session.get_caller(NEXT_LINE, NEXT_PHONE, deadline=of_call)
    spent = time.monotonic() - start
    assert spent >= 0.3
    assert_within(0.3 * 1.5, spent)


def test_a_calls_deadline_does_not_stick(server: FaultServer) -> None:
    """A short deadline of one call, used up, shortens no later one."""
    server.play([silent])
    with Session(KEY, base_url=server.url) as session:
        with pytest.raises(DeadlineExceededError):
            session.get_caller(NEXT_LINE, NEXT_PHONE, deadline=0.05)
        server.play([good])  # it may have been late before it got there
        assert session.get_caller(NEXT_LINE, NEXT_PHONE).found


@pytest.mark.parametrize("threads", [1, 5], ids=["one_after_another", "at_once"])
def test_stalled_look_ups_of_one_name_share_a_thread(
    names: Names, certificates: Certificates, threads: int
) -> None:
    """Five calls for a name whose look-up stalls leave one waiting thread, and recover with it."""
    names.give(HOST, (STALLED,))
    before = Before()

    def call(session: Session) -> None:
        with pytest.raises(DeadlineExceededError):
            session.get_caller(NEXT_LINE, NEXT_PHONE, deadline=0.2)

    with FaultServer(tls=certificates.good).listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        sessions = [
            Session(KEY, base_url=f"https://{HOST}:{server.port}", ca_bundle=certificates.ca_bundle)
            for _ in range(5)
        ]
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(call, sessions))
        assert wait_until(lambda: bool(names.waiting))  # started is not yet there
        assert sum(thread.is_alive() for thread in names.waiting) == 1
        names.give(HOST, ((server.host,),))
        names.release(HOST)
        assert wait_until(lambda: not any(thread.is_alive() for thread in names.waiting))
        assert all(session.get_caller(NEXT_LINE, NEXT_PHONE).found for session in sessions)
        for session in sessions:
            session.close()
    assert all(thread.daemon for thread in before.new_threads())


def test_a_stalled_name_holds_up_no_other_name(names: Names, certificates: Certificates) -> None:
    """While the look-up of one name stalls, calls to another host go on."""
    with FaultServer(tls=certificates.good).listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        names.give("stalled.virtualq.test", (STALLED,))
        names.give(HOST, ((server.host,),))
        lame = Session(KEY, base_url=f"https://stalled.virtualq.test:{server.port}")
        with pytest.raises(DeadlineExceededError):
            lame.get_caller(NEXT_LINE, NEXT_PHONE, deadline=0.1)
        base_url = f"https://{HOST}:{server.port}"
        with Session(KEY, base_url=base_url, ca_bundle=certificates.ca_bundle) as session:
            assert session.get_caller(NEXT_LINE, NEXT_PHONE).found
        names.release("stalled.virtualq.test")


@pytest.mark.parametrize(("idle", "connections"), [(0.0, 1), (3.1, 2)])
def test_a_connection_idle_for_long_is_not_used_again(
    server: FaultServer, idle: float, connections: int
) -> None:
    """A connection idle over 3 s may be closed any moment: the next call takes a new one."""
    with Session(KEY, base_url=server.url) as session:
        session.get_caller(NEXT_LINE, NEXT_PHONE)
        threading.Event().wait(idle)
        session.get_caller(NEXT_LINE, NEXT_PHONE)
        assert server.connections == connections
