"""What every test stands on: no settings from outside, and no network but loopback."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from typing import Any, Callable, Iterator, List

import pytest
import responses
from hypothesis import HealthCheck, settings

from virtualq import Session

from .calls import KEY
from .loopback import Loopback
from .shares import mark_shares, take_a_share

_SETTINGS = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)
_TLS_SETTINGS = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "NETRC")
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)
# Names that no name server may answer for (RFC 2606): a test may ask for them.
_RESERVED = (".invalid", ".test", ".localhost")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the proxies, certificates and virtualQ settings of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("VIRTUALQ_") or name.upper() in _SETTINGS + _TLS_SETTINGS:
            monkeypatch.delenv(name)


# A busy machine is no fault of a test. With CI set, as .ci/run does, the examples are the same
# every time: what nobody has seen before is for `make test` and `make fuzz` to find.
settings.register_profile(
    "virtualq",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("virtualq")


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the tests and what they start, also where a shell put them in background."""
    if config.getoption("-m") == "not once":
        take_a_share()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before pytest leaves out what is marked
def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """Leave to other Pythons what they have of a test marked `shared`."""
    mark_shares(items)


@pytest.fixture(autouse=True)
def _signals_as_before() -> Iterator[None]:
    """Fail a test after which a signal has another handler: a later test would pay for it."""
    before = [signal.getsignal(number) for number in _SIGNALS]
    yield
    assert [signal.getsignal(number) for number in _SIGNALS] == before


@pytest.fixture(autouse=True)
def _loopback_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse every connection and name look-up that leaves this machine, and fail its test.

    It stands in for the guard of virtualq.testing, which would not let a test see what becomes of a
    name that nobody has.
    """
    monkeypatch.setattr("virtualq._http.seam.guard", None)
    tried: List[str] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and not _is_loopback(str(address[0])):
            tried.append(f"connection to {address[0]}")
            raise OSError("refused by the tests: not a loopback address")
        connect(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
        if not _is_loopback(name) and not _is_numeric(name):
            if not name.endswith(_RESERVED):
                tried.append(f"look-up of {name}")
            raise socket.gaierror(socket.EAI_NONAME, "refused by the tests: not this machine")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    assert not tried, f"the test left this machine: {tried}"


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%")[0])
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or (
        _is_numeric(host) and ipaddress.ip_address(host.split("%")[0]).is_loopback
    )


@pytest.fixture
def service() -> Iterator[responses.RequestsMock]:
    """Stand in for the service: what a test registers here must also be asked for."""
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def vq() -> Iterator[Session]:
    """A Session with the settings a user gets by default."""
    with Session(KEY) as session:
        yield session


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    """A real HTTP server on this machine whose answers a test scripts."""
    with Loopback() as server:
        yield server


@pytest.fixture
def nothing_sent(service: responses.RequestsMock) -> Iterator[Callable[..., Any]]:
    """Hand out the Session's functions by name; whatever they send fails the test.

    The deadline is no part of it: a machine may keep a test waiting for longer than the usual one.
    """
    with Session(KEY, deadline=60) as vq:
        yield lambda name, **given: getattr(vq, name)(**given)
    assert len(service.calls) == 0
