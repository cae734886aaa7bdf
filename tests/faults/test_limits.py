"""Limits of the machine and of numbers: no thread, no descriptor, a clock that stands still."""

from __future__ import annotations

import contextlib
import gc
import gzip
import json
import resource
import socket
import sys
import threading
import time
from typing import Iterator, List

import freezegun
import pytest

from virtualq import ConnectError, DeadlineExceededError, Session, UnexpectedResponseError
from virtualq._http import resolver

from ..pace import again_when_late, assert_within
from .leaks import wait_until
from .modes import answers, encoded, good, late, says, silent
from .names import Names
from .privacy import KEY
from .row import STALLED
from .server import FaultServer
from .service import LINE, NEXT_LINE, NEXT_PHONE, PHONE, caller
from .tls import Certificates

HOST = "limits.virtualq.test"
GZIPPED = "Content-Encoding: gzip"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server that is well until it is given a script."""
    with FaultServer().listen() as running:
        running.service.seed(NEXT_LINE, NEXT_PHONE)
        running.service.seed(LINE, PHONE)
        yield running


@pytest.mark.parametrize("tick", [False, True], ids=["stands", "ticks"])
@again_when_late
def test_a_frozen_clock_stops_no_deadline(server: FaultServer, tick: bool) -> None:
    """Tests freeze the time of an application; a call still ends by the real one."""
    server.play([silent])
    with freezegun.freeze_time("2026-01-01", tick=tick):  # frozen before it is made
        start = time.clock_gettime(time.CLOCK_MONOTONIC)
        with (
            Session(KEY, base_url=server.url) as session,
            pytest.raises(DeadlineExceededError) as caught,
        ):
            session.get_caller(LINE, PHONE, deadline=0.3)
        spent = time.clock_gettime(time.CLOCK_MONOTONIC) - start
    assert spent >= 0.3
    assert_within(0.3 * 1.5, spent)
    assert caught.value.elapsed >= 0.3


@pytest.mark.parametrize("seconds", [25 * 86400.0, 2**32 / 1000 + 0.3, 1e12])
def test_a_deadline_of_weeks(server: FaultServer, names: Names, seconds: float) -> None:
    """It is long, and not over at once: poll() counts milliseconds in 32 bits, and then from 0."""
    names.give(HOST, (("127.0.0.1",),))
    url = server.url.replace("127.0.0.1", "localhost")
    server.play([late(0.6)])
    with Session(KEY, base_url=url, deadline=seconds) as session:
        assert session.get_caller(LINE, PHONE).value


def test_no_thread_for_a_look_up(
    certificates: Certificates, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is refused at once, not done in the time of the call, which nothing could interrupt."""

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    names.give(HOST, (STALLED, ("127.0.0.1",)))
    with FaultServer(tls=certificates.good).listen() as server:
        server.service.seed(LINE, PHONE)
        url = f"https://{HOST}:{server.port}"
        with Session(KEY, base_url=url, ca_bundle=certificates.ca_bundle, retries=0) as session:
            with monkeypatch.context() as without:
                without.setattr(threading.Thread, "start", start)
                with pytest.raises(ConnectError, match="no thread"):
                    session.get_caller(LINE, PHONE)
            assert names.asked.get(HOST, 0) == 0
            names.give(HOST, (("127.0.0.1",),))
            assert session.get_caller(LINE, PHONE).found
    assert resolver._running == {}


class Interrupt(BaseException):
    """What the time limit of a task queue raises."""


def test_a_look_up_that_was_interrupted_can_be_made_again(
    certificates: Certificates, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waited for it hears of it, and the name is not lost until the process ends."""
    names.give(HOST, (("127.0.0.1",),))
    started, go = threading.Event(), threading.Event()

    def start(self: threading.Thread) -> None:
        started.set()
        assert go.wait(10)
        raise Interrupt

    heard: List[BaseException] = []

    def ask() -> None:
        try:
            session.get_caller(LINE, PHONE)
        except BaseException as error:
            heard.append(error)

    with FaultServer(tls=certificates.good).listen() as server:
        server.service.seed(LINE, PHONE)
        url = f"https://{HOST}:{server.port}"
        with Session(KEY, base_url=url, ca_bundle=certificates.ca_bundle, retries=0) as session:
            threads = [threading.Thread(target=ask) for _ in range(2)]
            original = threading.Thread.start
            with monkeypatch.context() as without:
                without.setattr(
                    threading.Thread,
                    "start",
                    lambda self: (start if self.name == "virtualq-dns" else original)(self),
                )
                threads[0].start()
                assert started.wait(10)
                threads[1].start()
                assert wait_until(lambda: any(each._bells for each in resolver._running.values()))
                go.set()
                for thread in threads:
                    thread.join(30)
            assert session.get_caller(LINE, PHONE).found
    assert sorted(type(error).__name__ for error in heard) == ["ConnectError", "Interrupt"]


@contextlib.contextmanager
def no_descriptor_left() -> Iterator[None]:
    """Let this process open no file and no socket: no number but those of the standard streams."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_no_descriptor_left(
    certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tls: bool
) -> None:
    """A ConnectError, which does not blame the certificates; later the Session works."""
    with FaultServer(tls=certificates.good if tls else None).listen() as server:
        server.service.seed(LINE, PHONE)
        monkeypatch.setattr("virtualq._http.tls.bundle_of_certifi", lambda: certificates.ca_bundle)
        with Session(KEY, base_url=server.url, retries=0) as session:
            with no_descriptor_left(), pytest.raises(ConnectError, match="open files"):
                session.get_caller(LINE, PHONE)
            assert session.get_caller(LINE, PHONE).found


def test_the_certificates_when_no_descriptor_is_left(certificates: Certificates) -> None:
    """Reading them fails for the same reason, and is not called a bad bundle."""
    from virtualq._http import tls

    with no_descriptor_left(), pytest.raises(OSError, match="open files"):
        tls.make_context(certificates.ca_bundle)


@pytest.mark.parametrize("limit", [sys.maxsize, 10**30])
def test_any_number_of_bytes(server: FaultServer, limit: int) -> None:
    """The largest answer that is read may be larger than what zlib counts."""
    server.play([says("gzip", encoded("gzip", gzip.compress))])
    with Session(KEY, base_url=server.url, max_answer_bytes=limit) as session:
        assert session.get_caller(LINE, PHONE).found


BODY = json.dumps({"data": [caller(LINE, PHONE)]}).encode().ljust(2000)


@pytest.mark.parametrize(
    ("packed", "limit", "whole"),
    [
        pytest.param(gzip.compress(BODY), 2000, True, id="exactly_the_limit"),
        pytest.param(gzip.compress(BODY), 1999, False, id="one_byte_over"),
        pytest.param(gzip.compress(BODY) + b"x", 2000, False, id="a_byte_after_its_end"),
        pytest.param(gzip.compress(BODY) * 2, 9000, False, id="twice"),
    ],
)
def test_gzip_to_the_byte(server: FaultServer, packed: bytes, limit: int, whole: bool) -> None:
    """An answer ends where gzip says, and no byte of it may be over the limit."""
    server.play([answers("gzip", body=packed, headers=(GZIPPED,)), good])
    with Session(KEY, base_url=server.url, max_answer_bytes=limit) as session:
        if whole:
            assert session.get_caller(LINE, PHONE).value
        else:
            with pytest.raises(UnexpectedResponseError):
                session.get_caller(LINE, PHONE)


@pytest.mark.parametrize(
    ("certificate", "said"),
    [("wrong_name", "not valid for '127.0.0.1'"), ("wrong_ca", "issuer"), ("expired", "expired")],
)
def test_a_certificate_that_is_refused_is_asked_once(
    certificates: Certificates, certificate: str, said: str
) -> None:
    """It would be the same a moment later, and the caller waits; the error says what is wrong."""
    with FaultServer(tls=getattr(certificates, certificate)).listen() as server:
        session = Session(KEY, base_url=server.url, ca_bundle=certificates.ca_bundle, retries=3)
        with session, pytest.raises(ConnectError) as caught:
            session.line_up_caller(LINE, PHONE, channel="CallIn", source="Phone")
        assert server.connections == 1
    assert caught.value.attempts == 1
    assert said in str(caught.value)
    assert "_ssl.c" not in str(caught.value)  # where in OpenSSL's source helps nobody


def test_an_interrupted_program_prints_nothing(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Session that was never made whole, and one that is never closed, end without a word."""
    said: List[object] = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)
    sessions = [Session.__new__(Session), Session(KEY, base_url=server.url)]
    assert sessions[1].get_caller(LINE, PHONE)  # it keeps a connection
    while sessions:
        repr(sessions.pop())
    gc.collect()
    assert said == []
    with pytest.raises(ValueError, match="CA bundle"):
        Session(KEY, ca_bundle=__file__)
    assert socket.getdefaulttimeout() is None
