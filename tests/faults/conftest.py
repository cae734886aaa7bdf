"""What the tests of bad days share: certificates, a resolver, an empty environment."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from .names import Names
from .tls import Certificates, make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Certificates of a CA made for this run."""
    folder: Path = tmp_path_factory.mktemp("ca")
    return make_certificates(str(folder / "ca.pem"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """A resolver for names below virtualq.test."""
    resolver = Names()
    monkeypatch.setattr(socket, "getaddrinfo", resolver.getaddrinfo)
    return resolver


@pytest.fixture(autouse=True)
def _nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(
            ("VIRTUALQ_", "REQUESTS_CA", "CURL_CA", "SSL_CERT")
        ):
            monkeypatch.delenv(name)
