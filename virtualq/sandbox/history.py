"""How the queues went over time, for the chart of the page; rules keeps it."""

from __future__ import annotations

import threading
from collections import deque
from typing import Deque, Dict, List, NamedTuple, Tuple

from virtualq.sandbox.store import Store

_MOST = 600


class Sample(NamedTuple):
    """How many wait in each line at a time, and for how long on average, both in seconds."""

    at: float
    lines: Dict[int, Tuple[int, int]]


class History:
    """The latest samples."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._samples: Deque[Sample] = deque(maxlen=_MOST)

    def take(self, at: float) -> None:
        """Keep how it is now."""
        with self._store.transaction():
            waits = self._store.waits()
        sample = Sample(
            at, {line: (count, max(0, round(at - arrived))) for line, count, arrived in waits}
        )
        with self._lock:
            if self._samples and self._samples[-1].at >= at:
                self._samples.pop()
            self._samples.append(sample)

    def since(self, at: float) -> List[Sample]:
        """Return the samples after a time, the earliest first."""
        with self._lock:
            return [sample for sample in self._samples if sample.at > at]

    def clear(self) -> None:
        """Forget them."""
        with self._lock:
            self._samples.clear()
