"""The deadline of one call: how much time is left, and whether anything may have left this machine.

Made by session, looked at by everything below it down to the socket.
"""

from __future__ import annotations

from time import monotonic

# Some 30 years; sockets and locks take no timeout that is 10 times as long.
_LONGEST = 1e9


class OutOfTime(Exception):
    """The deadline passed; becomes a DeadlineExceededError."""


class Clock:
    """Counts down from a number of seconds. Not shared between calls."""

    __slots__ = ("_end", "_start", "sent")

    def __init__(self, seconds: float) -> None:
        self._start = monotonic()
        self._end = self._start + min(seconds, _LONGEST)
        self.sent = False
        """Whether a byte of the current request may have left."""

    def left(self) -> float:
        """Return the seconds left, always above 0; raise OutOfTime when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise OutOfTime
        return left

    def fits(self, seconds: float) -> bool:
        """Say whether a wait of so many seconds leaves time for something after it."""
        return monotonic() + seconds < self._end

    def elapsed(self) -> float:
        """Return the seconds since the call began."""
        return monotonic() - self._start
