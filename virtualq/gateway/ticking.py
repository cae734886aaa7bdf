"""Time as the gateway's threads see it: breaker and outbox wait by it, tests make it go faster."""

from __future__ import annotations

import threading
import time
from typing import Optional


class Time:
    """The time of this machine."""

    def now(self) -> float:
        """Return seconds that only ever grow, for pauses."""
        return time.monotonic()

    def date(self) -> float:
        """Return seconds since 1970, for what outlives the process."""
        return time.time()

    def wait(self, changed: threading.Condition, seconds: Optional[float]) -> None:
        """Wait until the condition, which is held, is notified or `seconds` have passed."""
        changed.wait(seconds)
