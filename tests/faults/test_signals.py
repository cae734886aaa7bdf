"""A signal handler between any two bytecodes: what it raises, and the close() it calls."""

from __future__ import annotations

import sys

import pytest

from ..shares import steps_of
from .programs.start import run_program
from .server import FaultServer
from .service import NEXT_LINE, NEXT_PHONE
from .tls import Certificates

LOSES_REFERENCES = sys.version_info >= (3, 11)
"""CPython itself loses what a frame holds when a trace function raises at some bytecodes."""
FIRST, STRIDE = steps_of(5)
"""Every fifth bytecode: all of them take a minute, and find the same."""


@pytest.mark.parametrize("what", ["raise", "close"])
@pytest.mark.parametrize("kept", ["fresh", "kept"])
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
def test_a_handler_strikes_anywhere(
    certificates: Certificates, tls: bool, kept: str, what: str
) -> None:
    """The call ends, the next one works by name, no descriptor is left, and nothing is printed."""
    with FaultServer(tls=certificates.good if tls else None).listen() as server:
        server.service.seed(NEXT_LINE, NEXT_PHONE)
        url = f"{'https' if tls else 'http'}://localhost:{server.port}"
        steps = [str(FIRST + 1), str(STRIDE)]
        bundle = [certificates.ca_bundle] if tls else []
        seen = run_program("interrupted", url, what, kept, *steps, *bundle, seconds=120)
        assert not server.mistakes
    assert seen["wrong"] == []
    assert seen["strikes"] > 20
    assert seen["descriptors"] <= (2 if what == "raise" and LOSES_REFERENCES else 0)
