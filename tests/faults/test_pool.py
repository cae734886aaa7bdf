"""What the pool keeps for the next call: nothing after close(), nothing with bytes left on it."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, List

import pytest

from virtualq import ConnectionLostError, Session
from virtualq._http.clock import Clock
from virtualq._http.endpoint import parse_base_url
from virtualq._http.pool import Pool, _Kept

from .leaks import Before, wait_until
from .modes import of_another_call, silent
from .privacy import KEY
from .server import FaultServer, Peer
from .service import NEXT_LINE, NEXT_PHONE, caller, message
from .tls import Certificates


def test_what_comes_back_after_close_is_closed() -> None:
    """A call whose answer was just complete when close() came leaves no connection behind."""
    with FaultServer().listen() as server:
        pool, before = Pool(parse_base_url(server.url), None, None), Before()
        connection = pool.take(Clock(5))
        pool.close()
        pool.give_back(connection)
        assert wait_until(lambda: not before.new_sockets())
        other = pool.take(Clock(5))
        assert other is not connection
        pool.give_back(other)
        assert pool.take(Clock(5)) is other
        pool.close()
        pool.discard(other)


def test_first_calls_on_two_threads_share_what_close_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both find that their process has nothing yet, as after a fork; close() reaches both."""
    together, waiting = threading.Barrier(2), threading.Barrier(3)

    class Kept(_Kept):
        def __init__(self) -> None:
            super().__init__()
            if threading.current_thread() is not threading.main_thread():
                together.wait(30)

    def act(peer: Peer) -> None:
        waiting.wait(30)
        peer.stall()

    monkeypatch.setattr("virtualq._http.pool._Kept", Kept)
    with FaultServer([silent._replace(act=act)]).listen() as server, ThreadPoolExecutor(2) as pool:
        session = Session(KEY, base_url=server.url, deadline=60, retries=0)
        calls = [pool.submit(session.get_caller, NEXT_LINE, NEXT_PHONE) for _ in range(2)]
        waiting.wait(30)
        session.close()
        assert [type(call.exception(30)) for call in calls] == [ConnectionLostError] * 2


@contextlib.contextmanager
def answering_in_one_piece(context: ssl.SSLContext, answers: List[List[bytes]]) -> Iterator[str]:
    """Serve a connection for each list: all its TLS records leave with one send, at the request."""

    def serve(listener: socket.socket) -> None:
        for records in answers:
            peer, _ = listener.accept()
            with peer:
                incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
                tls = context.wrap_bio(incoming, outgoing, server_side=True)
                step = tls.do_handshake
                while True:
                    try:
                        step()
                    except ssl.SSLWantReadError:
                        peer.sendall(outgoing.read())
                        incoming.write(peer.recv(65_536))
                        continue
                    if step != tls.do_handshake:
                        break
                    step = tls.read
                for record in records:
                    tls.write(record)
                peer.sendall(outgoing.read())
                peer.recv(1)  # until it hangs up, or asks again

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(10)
        assert not thread.is_alive()


def test_a_record_behind_the_answer_is_not_the_next_answer(certificates: Certificates) -> None:
    """It has left the socket with the answer before it, so that only TLS knows of it."""
    right = message(200, {"data": [caller(NEXT_LINE, NEXT_PHONE)]})
    answers = [[right, of_another_call()], [right]]
    with (
        answering_in_one_piece(certificates.good, answers) as url,
        Session(KEY, base_url=url, ca_bundle=certificates.ca_bundle, retries=0) as session,
    ):
        for _ in answers:
            found = session.get_caller(NEXT_LINE, NEXT_PHONE).value
            assert found is not None
            assert found.line_id == NEXT_LINE
