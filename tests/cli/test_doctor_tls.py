"""`virtualq doctor` over TLS: the certificate, who signed it, and how long it is good."""

from __future__ import annotations

import datetime
import json
import ssl
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

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

    def start(days: int, *, trusted: bool = True, host: str = "127.0.0.1") -> FaultServer:
        ca = trustme.CA()
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(
            days=days, hours=1
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert(host, not_after=until).configure_cert(context)
        server = FaultServer([modes.good], tls=context)
        servers.append(server.listen())
        ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        if trusted:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
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
    start(40, trusted=False)
    found = connection(capsys, 4)
    assert "unable to get local issuer certificate" in found["detail"]
    assert "REQUESTS_CA_BUNDLE" in found["todo"]


def test_the_certificate_of_another_host(start: Start, capsys: pytest.CaptureFixture[str]) -> None:
    """The name in it must be the one that was asked for."""
    start(40, host="api.virtualq.test")
    assert "certificate is not valid for" in connection(capsys, 4)["detail"]
