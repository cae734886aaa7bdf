"""Nothing of the machine gets into a call, and nothing of an answer into the next one."""

from __future__ import annotations

from pathlib import Path

import pytest

from virtualq import Session

from .leaks import Before
from .modes import says, with_headers
from .privacy import KEY
from .server import FaultServer
from .service import NEXT_LINE, NEXT_PHONE

PROXIES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def call(server: FaultServer, times: int = 1) -> None:
    """Look a caller up, on one Session."""
    server.service.seed(NEXT_LINE, NEXT_PHONE)
    with Session(KEY, base_url=server.url) as session:
        for _ in range(times):
            assert session.get_caller(NEXT_LINE, NEXT_PHONE).found


def test_no_netrc(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A .netrc that knows the host adds no login to the request, which requests would."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with FaultServer().listen() as server:
        call(server)
    assert "authorization" not in server.requests[0].headers


def test_no_cookies() -> None:
    """A cookie that the service sets is not sent back."""
    with FaultServer(
        [says("cookie", with_headers("Set-Cookie: visit=1; Path=/"))]
    ).listen() as server:
        call(server, times=2)
    assert all("cookie" not in request.headers for request in server.requests)


@pytest.mark.parametrize("name", PROXIES)
def test_no_proxy_from_the_environment(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A proxy in the environment is not used by a Session that was not made from it."""
    with FaultServer().listen() as proxy, FaultServer().listen() as server:
        monkeypatch.setenv(name, proxy.url)
        call(server)
    assert (proxy.connections, len(server.requests)) == (0, 1)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    """An IVR reads standard output as commands: not a byte goes there, nor to standard error."""
    before = Before()
    with FaultServer().listen() as server:
        call(server)
    assert capfd.readouterr() == ("", "")
    assert not before.new_threads()
    assert not before.new_sockets()
