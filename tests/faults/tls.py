"""Certificates for the fault server: a test CA and what it signs, and the ways in which a certificate can be wrong."""

from __future__ import annotations

import datetime
import ssl
from typing import NamedTuple

import trustme

NAMES = ("127.0.0.1", "localhost", "*.virtualq.test")


class Certificates(NamedTuple):
    """Server contexts by what is right or wrong with them, and the file with the CA that a Session is to trust."""

    ca_bundle: str
    good: ssl.SSLContext
    wrong_name: ssl.SSLContext
    wrong_ca: ssl.SSLContext
    expired: ssl.SSLContext


def _context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def make_certificates(ca_file: str) -> Certificates:
    """Make a CA, write its certificate to the file, and have it sign one good and some bad certificates."""
    ca = trustme.CA()
    ca.cert_pem.write_to_path(ca_file)
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    return Certificates(
        ca_file,
        _context(ca.issue_cert(*NAMES)),
        _context(ca.issue_cert("other.virtualq.example")),
        _context(trustme.CA().issue_cert(*NAMES)),
        _context(ca.issue_cert(*NAMES, not_after=past)),
    )
