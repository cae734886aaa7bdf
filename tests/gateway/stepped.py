"""A clock that goes as fast as a test wants: an hour's outage passes in a second."""

from __future__ import annotations

import threading
from typing import Dict, Optional

from virtualq.gateway.ticking import Time

START = 1_700_000_000.0
_PATIENCE = 1.0
"""Seconds of real time for the threads to wait again; one may be kept by a test for longer."""


class SteppedTime(Time):
    """Time that stands still but for step(), which lets all come to rest before and after it."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._moved = threading.Condition()
        self._waiting: Dict[object, threading.Condition] = {}
        self._threads = 0  # so many wait by this clock, as far as is known

    def now(self) -> float:
        """Return the seconds that were stepped."""
        return self.seconds

    def date(self) -> float:
        """Return a date that goes along."""
        return START + self.seconds

    def wait(self, changed: threading.Condition, seconds: Optional[float]) -> None:
        """Wait for a notification, or until so many seconds were stepped."""
        if seconds is not None and seconds <= 0:
            return
        mark = object()
        with self._moved:
            self._waiting[mark] = changed
            self._threads = max(self._threads, len(self._waiting))
            self._moved.notify_all()
        changed.wait(60.0)
        with self._moved:
            self._waiting.pop(mark, None)

    def step(self, seconds: float) -> None:
        """Let time pass, and whoever waited for it act."""
        self._rest()
        self.seconds += seconds
        with self._moved:
            conditions = set(self._waiting.values())
        for changed in conditions:
            with changed, self._moved:
                changed.notify_all()
                # Woken is not yet awake: none counts as waiting until it has been here again.
                marks = [mark for mark, other in self._waiting.items() if other is changed]
                for mark in marks:
                    del self._waiting[mark]
        self._rest()

    def _rest(self) -> None:
        """Wait until all threads wait again."""
        with self._moved:
            if not self._moved.wait_for(lambda: len(self._waiting) >= self._threads, _PATIENCE):
                self._threads = len(self._waiting)
