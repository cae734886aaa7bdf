"""The sandbox's time: a clock is any function that tells it, so that tests can let hours pass."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Callable

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time of the machine's clock, an aware UTC datetime."""
    return datetime.now(timezone.utc)
