"""The sandbox's time: it runs as the machine's does, faster, or only when it is stepped."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone
from typing import Callable

from virtualq._api.refusals import refuse

Tell = Callable[[], datetime]
"""Tells the time as an aware UTC datetime."""
_FARTHEST = timedelta(days=1_000_000)  # far from the year 9999, which datetime cannot leave


def utc_now() -> datetime:
    """Return the time of the machine's clock, an aware UTC datetime."""
    return datetime.now(timezone.utc)


class Clock:
    """A clock that starts with the time that `tell` tells, and runs `speed` times as fast.

    With the speed 0 it stands until it is stepped. Threads may share it.
    """

    def __init__(self, tell: Tell = utc_now, speed: float = 1.0) -> None:
        self._tell = tell
        self._speed = speed
        self._start = tell()
        self._ahead = timedelta()
        self._lock = threading.Lock()

    @property
    def speed(self) -> float:
        """How many seconds pass in one second of the machine."""
        return self._speed

    def __call__(self) -> datetime:
        """Return the time it is in the sandbox."""
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        # Not by multiplication with 1.0, which would lose microseconds.
        passed = self._tell() - self._start
        ran = passed if self._speed == 1.0 else passed * self._speed
        return self._start + ran + self._ahead

    def step(self, seconds: float) -> datetime:
        """Let some seconds pass and return the time after them.

        Raises InvalidParameterError for a step back, and for one of more than 30 years.
        """
        if not 0 <= seconds <= 1e9:
            raise refuse("seconds", "must be a number from 0 to a thousand million")
        with self._lock:
            if self._ahead > _FARTHEST:
                raise refuse("seconds", "the sandbox is thousands of years ahead already")
            self._ahead += timedelta(seconds=seconds)
            return self._now()
