"""A clock that goes as fast as a test wants: an hour's outage passes in a second."""

from __future__ import annotations

import threading
import time
from typing import List, Optional

from virtualq.gateway.ticking import Time

START = 1_700_000_000.0


class SteppedTime(Time):
    """Time that stands still but for step()."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._waiting: List[threading.Condition] = []

    def now(self) -> float:
        """Return the seconds that were stepped."""
        return self.seconds

    def date(self) -> float:
        """Return a date that goes along."""
        return START + self.seconds

    def wait(self, changed: threading.Condition, seconds: Optional[float]) -> None:
        """Wait for a notification, or until so many seconds were stepped."""
        end = None if seconds is None else self.seconds + seconds
        self._waiting.append(changed)
        if end is None or self.seconds < end:
            changed.wait(60.0)

    def step(self, seconds: float) -> None:
        """Let time pass, and give whoever waited for it a moment to act."""
        self.seconds += seconds
        waiting, self._waiting = self._waiting, []
        for changed in waiting:
            with changed:
                changed.notify_all()
        time.sleep(0.002)
