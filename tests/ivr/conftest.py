"""What the scripts of a call inherit: the signals of a process that Asterisk starts."""

from __future__ import annotations

import signal
from typing import Iterator

import pytest


@pytest.fixture(autouse=True, scope="package")
def hangup_kills() -> Iterator[None]:
    """SIGHUP ends a script that does not handle it, also where the tests run under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)
