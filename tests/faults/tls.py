"""Certificates for the fault server: those a test CA signs, and those that are wrong."""

from __future__ import annotations

import datetime
import ssl
from typing import NamedTuple

import trustme

NAMES = ("127.0.0.1", "localhost", "*.virtualq.test")


class Certificates(NamedTuple):
    """Server contexts by what is wrong with them, and the file of the CA that is to be trusted."""

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
    """Make a CA, write its certificate to the file, and make good and bad certificates."""
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
