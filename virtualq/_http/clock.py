"""The deadline of one call: how much time is left, and whether anything may have left this machine.

Made by attempts, looked at by everything below it down to the socket.
"""

from __future__ import annotations

import time

# 11 days. poll() counts milliseconds in 32 bits: after 24 days it would return at once.
_LONGEST = 1e6


def now() -> float:
    """Return the seconds of a clock that nobody sets.

    Not time.monotonic: freezegun and its like replace that in the tests of an application, and a
    clock that stands still knows no deadline.
    """
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class OutOfTime(Exception):
    """The deadline passed; becomes a DeadlineExceededError."""


class Clock:
    """Counts down from a number of seconds. Not shared between calls."""

    __slots__ = ("_end", "_start", "hopeless", "sent")

    def __init__(self, seconds: float) -> None:
        self._start = now()
        self._end = self._start + min(seconds, _LONGEST)
        self.sent = False
        """Whether a byte of the current request may have left."""
        self.hopeless = False
        """Whether the current attempt failed in a way that another would not mend."""

    def left(self) -> float:
        """Return the seconds left, always above 0; raise OutOfTime when there are none."""
        left = self._end - now()
        if left <= 0:
            raise OutOfTime
        return left

    def fits(self, seconds: float) -> bool:
        """Say whether a wait of so many seconds leaves time for something after it."""
        return now() + seconds < self._end

    def elapsed(self) -> float:
        """Return the seconds since the call began."""
        return now() - self._start
