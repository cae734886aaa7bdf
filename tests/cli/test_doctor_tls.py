"""`virtualq doctor` over TLS: the certificate, who signed it, and how long it is good."""

from __future__ import annotations

import datetime
import json
import ssl
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Optional

import pytest

from virtualq import cli

from ..calls import KEY
from ..faults import modes
from ..faults.server import FaultServer

trustme = pytest.importorskip("trustme", reason="SKIPPED: needs trustme")

Start = Callable[..., FaultServer]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Start a service whose certificate is good for some days, and trust its CA unless told."""
    servers = []

    def start(
        days: int, *, trust: str = "REQUESTS_CA_BUNDLE", host: str = "127.0.0.1"
    ) -> FaultServer:
        ca = trustme.CA()
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
            days=days, hours=1
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(host, not_after=until).configure_cert(context)
        server = FaultServer([modes.good], tls=context)
        servers.append(server.listen())
        ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        if trust:
            monkeypatch.setenv(trust, str(tmp_path / "ca.pem"))
        monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
        monkeypatch.setenv("VIRTUALQ_BASE_URL", server.url)
        return server

    yield start
    for server in servers:
        server.close()


def connection(capsys: pytest.CaptureFixture[str], code: int) -> Dict[str, Any]:
    """Run the doctor; return what it found of the connection."""
    assert cli.run(["doctor", "--json"]) == code
    found: Dict[str, Any] = json.loads(capsys.readouterr().out)[2]
    return found


def test_a_good_certificate(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """Its version of TLS, and the days that are left."""
    start(40)
    found = connection(capsys, 0)
    assert found["state"] == "ok"
    assert found["detail"].startswith("TLSv1.3, certificate good for 40 days")


def test_a_certificate_that_ends_soon(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning, before it ends every call."""
    start(5)
    found = connection(capsys, 0)
    assert found["state"] == "warning"
    assert "renew its certificate" in found["todo"]


def test_an_unknown_ca(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """As behind a proxy that looks into TLS: it says which setting helps."""
    start(40, trust="")
    found = connection(capsys, 4)
    assert "unable to get local issuer certificate" in found["detail"]
    assert "REQUESTS_CA_BUNDLE" in found["todo"]


def test_the_certificate_of_another_host(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """The name in it must be the one that was asked for."""
    start(40, host="api.virtualq.test")
    found = connection(capsys, 4)
    assert "certificate is not valid for" in found["detail"]
    assert "correct VIRTUALQ_BASE_URL" in found["todo"]


def test_a_certificate_that_has_expired(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """Or a clock that runs ahead: it cannot tell which, and says both."""
    start(-40)
    found = connection(capsys, 4)
    assert "expired" in found["detail"]
    assert "set the clock of this machine if it is wrong" in found["todo"]


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_bundle_without_the_authority(
    name: str, start: Start, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The variable that names it is the one to change."""
    start(40, trust=name)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    assert connection(capsys, 4)["todo"].startswith(f"add to {name} the authority")


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize("content", [None, b"", b"not a certificate\n"])
def test_a_bundle_that_is_none(
    name: str,
    content: Optional[bytes],
    start: Start,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    """Missing, empty, something else: the variable that names it, before anything is sent."""
    start(40, trust=name)
    bundle = tmp_path / "ca.pem"
    bundle.unlink() if content is None else bundle.write_bytes(content)
    assert cli.run(["doctor", "--json"]) == 2
    settings = json.loads(capsys.readouterr().out)[0]
    assert (settings["check"], settings["state"]) == ("settings", "failed")
    assert settings["todo"].startswith(f"correct {name}: ")


def test_a_proxy_that_is_not_there(
    start: Start, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not the service's address is wrong, but that of the proxy."""
    start(40)
    with FaultServer() as proxy:  # it does not listen
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:sesame@127.0.0.1:{proxy.port}")
        monkeypatch.setenv("NO_PROXY", "")
        found = connection(capsys, 4)
        assert "Connection refused" in found["detail"]
        assert found["todo"].startswith("correct HTTPS_PROXY, or start that proxy")
        assert f"127.0.0.1:{proxy.port}" in found["todo"]
        assert "sesame" not in json.dumps(found)


@pytest.mark.parametrize(
    ("status", "todo"),
    [
        (407, "put the user and password that it wants into all_proxy"),
        (403, "ask whoever runs the proxy to allow the host"),
    ],
)
def test_a_proxy_that_gives_no_tunnel(
    status: int,
    todo: str,
    start: Start,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It wants a login, or it does not let the host through."""
    service = start(40)
    page = modes.answers("page", status, body=b"<html>No</html>")
    with FaultServer([page]) as proxy:
        monkeypatch.setenv("all_proxy", proxy.listen().url)
        found = connection(capsys, 4)
        assert f"the proxy answered {status}" in found["detail"]
        assert found["todo"].startswith(todo)
        assert [request.method for request in proxy.requests] == ["CONNECT"]
    assert service.requests == []
