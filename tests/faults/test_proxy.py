"""Behind a proxy: TLS through CONNECT, nothing shown to it, no time lost to a bad one."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Iterator, List, Optional

import pytest

from virtualq import ConnectError, DeadlineExceededError, Session, VirtualQError

from ..pace import again_when_late, assert_within
from .clients import call
from .leaks import Before
from .modes import (
    CLOSE,
    DRIP,
    KEEP,
    RESET,
    STALL,
    dropped_at_once,
    endless,
    nothing_read,
    reset_at_once,
    says,
    silent,
)
from .privacy import KEY, Listener, leaks_of, leaks_of_frames, secrets_in
from .proxies import ESTABLISHED, TINYPROXY, relays, tinyproxy
from .server import FaultServer, Mode
from .service import LINE, PHONE, message
from .tls import Certificates

PASSWORD = "not-a-real-Password-1"
LOGIN_WANTED = message(
    407, body=b"<html>log in</html>", headers=('Proxy-Authenticate: Basic realm="x"',)
)


@pytest.fixture
def service(certificates: Certificates) -> Iterator[FaultServer]:
    """The service, over TLS, with the caller that the tests ask for."""
    with FaultServer(tls=certificates.good).listen() as server:
        server.service.seed(LINE, PHONE)
        yield server


def through(
    proxy: str, service: FaultServer, certificates: Certificates, retries: int = 1
) -> Session:
    """Make a Session that reaches the service through a proxy."""
    return Session(
        KEY,
        base_url=service.url,
        ca_bundle=certificates.ca_bundle,
        proxies={"https": proxy},
        retries=retries,
    )


def seen_by(proxy: FaultServer) -> List[str]:
    """Name what a proxy was shown that it should not see."""
    shown = [
        f"{request.method} {request.target} {request.headers} {request.body!r}"
        for request in proxy.requests
    ]
    return [secret for text in shown for secret in secrets_in(text)]


@pytest.mark.skipif(
    TINYPROXY is None, reason="tinyproxy is not installed (Debian: apt-get install tinyproxy)"
)
def test_through_tinyproxy(
    service: FaultServer, certificates: Certificates, tmp_path: Path
) -> None:
    """Every kind of call goes through Debian's proxy, which logs the host and nothing more."""
    with tinyproxy(tmp_path) as proxy, through(proxy, service, certificates) as session:
        assert call(session, "get_caller").found
        assert call(session, "line_up_caller").found
        assert call(session, "notify_caller_connected").found
    log = (tmp_path / "log").read_text()
    assert f"127.0.0.1:{service.port}" in log
    assert secrets_in(log) == []
    assert service.connections == 1


@pytest.mark.skipif(
    TINYPROXY is None, reason="tinyproxy is not installed (Debian: apt-get install tinyproxy)"
)
@again_when_late
def test_deadline_behind_tinyproxy(
    service: FaultServer, certificates: Certificates, tmp_path: Path
) -> None:
    """A service that is silent behind a proxy of Debian's ends the call on time."""
    service.play([silent])
    with tinyproxy(tmp_path) as proxy, through(proxy, service, certificates) as session:
        start = time.monotonic()
        with pytest.raises(DeadlineExceededError) as caught:
            call(session, "line_up_caller", deadline=1.0)  # enough for two handshakes
        assert_within(1.0, time.monotonic() - start)
    assert caught.value.maybe_applied


@pytest.mark.skipif(
    TINYPROXY is None, reason="tinyproxy is not installed (Debian: apt-get install tinyproxy)"
)
def test_refused_behind_tinyproxy(certificates: Certificates, tmp_path: Path) -> None:
    """A service that Debian's proxy cannot reach is a ConnectError: nothing was sent."""
    with (
        FaultServer(tls=certificates.good) as absent,
        tinyproxy(tmp_path) as proxy,
        through(proxy, absent, certificates) as session,
        pytest.raises(ConnectError) as caught,
    ):
        call(session, "line_up_caller")
    assert not caught.value.maybe_applied


@pytest.mark.parametrize("login", ["", f"user:{PASSWORD}@"], ids=["open", "login"])
def test_the_tunnel_is_kept(service: FaultServer, certificates: Certificates, login: str) -> None:
    """Two calls share a tunnel; the proxy sees its login and where it leads, no key, no number."""
    with FaultServer([relays(service.port)]).listen() as proxy:
        session = through(f"http://{login}127.0.0.1:{proxy.port}", service, certificates)
        assert call(session, "get_caller").found
        assert call(session, "get_caller").found
        session.close()
    asked: Optional[str] = proxy.requests[0].headers.get("proxy-authorization")
    assert [(request.method, request.target) for request in proxy.requests] == [
        ("CONNECT", f"127.0.0.1:{service.port}")
    ]
    assert asked == (
        f"Basic {base64.b64encode(f'user:{PASSWORD}'.encode()).decode()}" if login else None
    )
    assert seen_by(proxy) == []
    assert "proxy-authorization" not in service.requests[0].headers


def test_from_env_takes_the_proxy_and_its_exceptions(
    service: FaultServer, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Session.from_env goes through HTTPS_PROXY, and around it for a host in NO_PROXY."""
    with FaultServer([relays(service.port)]).listen() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", certificates.ca_bundle)
        for exceptions in ("", "127.0.0.1"):
            monkeypatch.setenv("NO_PROXY", exceptions)
            with Session.from_env(api_key=KEY, base_url=service.url) as session:
                assert call(session, "get_caller").found
    assert proxy.connections == 1
    assert service.connections == 2


def answers_connect(name: str, *said: bytes, then: object = CLOSE, pause: float = 0.0) -> Mode:
    """Make the mode of a proxy that says this to a CONNECT."""
    return says(name, b"".join(said), then, pause=pause, carries_out=False)  # type: ignore[arg-type]


NEVER_A_TUNNEL = [
    answers_connect("407", LOGIN_WANTED, then=KEEP),
    answers_connect("407_closed", LOGIN_WANTED),
    says(
        "407_endless", endless(message(407, body=b"", length=False), b"log in "), carries_out=False
    ),
    answers_connect("403", message(403, body=b"not this host")),
    answers_connect("502", message(502, body=b"no route")),
    answers_connect(
        "redirect", message(302, body=b"", headers=("Location: http://login.example/",))
    ),
    answers_connect("garbage", b"what is this?\r\n\r\n"),
    answers_connect("cut", b"HTTP/1.1 200 Conn"),
    answers_connect("head_cut", b"HTTP/1.1 200 Connection established\r\nVia: x\r\n"),
    answers_connect(
        "header_of_a_megabyte", b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 1_000_000 + b"\r\n\r\n"
    ),
    answers_connect("closed", b""),
    answers_connect("reset", b"", then=RESET),
    answers_connect("closed_after_200", ESTABLISHED),
    answers_connect("html_after_200", ESTABLISHED, message(200, body=b"<html>")),
    answers_connect("interim_then_407", b"HTTP/1.1 100 Continue\r\n\r\n", LOGIN_WANTED),
    dropped_at_once,
    reset_at_once,
]
NO_TUNNEL_IN_TIME = [
    silent,
    nothing_read,
    answers_connect("dripped", ESTABLISHED, then=STALL, pause=DRIP),
    answers_connect("silent_after_200", ESTABLISHED, then=STALL),
    answers_connect("interim_then_silent", b"HTTP/1.1 100 Continue\r\n\r\n", then=STALL),
]


@pytest.mark.parametrize("function", ["get_caller", "line_up_caller"])
@pytest.mark.parametrize(
    ("mode", "kind", "deadline"),
    [pytest.param(mode, "ConnectError", 3.0, id=mode.name) for mode in NEVER_A_TUNNEL]
    + [
        pytest.param(mode, "DeadlineExceededError", 0.3, id=mode.name) for mode in NO_TUNNEL_IN_TIME
    ],
)
@again_when_late
def test_a_bad_proxy(
    service: FaultServer,
    certificates: Certificates,
    mode: Mode,
    kind: str,
    deadline: float,
    function: str,
) -> None:
    """A proxy that gives no tunnel ends the call in time; nothing is sent, told or left behind."""
    before = Before()
    with FaultServer([mode._replace(carries_out=False)]).listen() as proxy, Listener() as listener:
        login = f"http://user:{PASSWORD}@127.0.0.1:{proxy.port}"
        session = through(login, service, certificates)
        start = time.monotonic()
        with pytest.raises(VirtualQError) as caught:
            call(session, function, deadline=deadline)
        assert_within(deadline * (1.5 if deadline < 1 else 0.5), time.monotonic() - start)
        session.close()
        assert not proxy.mistakes
    error = caught.value
    assert (type(error).__name__, error.maybe_applied) == (kind, False), error
    assert service.connections == 0
    assert not service.service.created
    assert seen_by(proxy) + leaks_of(error) + leaks_of_frames(error) + listener.leaks() == []
    assert PASSWORD not in f"{error} {error!r} {vars(error)} {session!r}"
    assert not before.new_threads()
    assert not before.new_sockets()


def test_an_absent_proxy(service: FaultServer, certificates: Certificates) -> None:
    """A proxy that is not there is a ConnectError, after a second attempt."""
    with FaultServer() as absent:
        session = through(absent.url, service, certificates)
        with pytest.raises(ConnectError) as caught:
            call(session, "line_up_caller")
    assert (caught.value.attempts, caught.value.maybe_applied) == (2, False)
    assert service.connections == 0
