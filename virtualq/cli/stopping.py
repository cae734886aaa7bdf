"""Lets a command that serves end in order, on a signal; used by sandbox and gateway.

SIGTERM, SIGINT (Ctrl-C) and SIGHUP (the terminal was closed) mean the same.
"""

from __future__ import annotations

import queue
import signal
from contextlib import contextmanager
from types import FrameType
from typing import Callable, Generator, Optional


@contextmanager
def until_stopped() -> Generator[Callable[[], object], None, None]:
    """Give what waits for a signal to end, also for one that came before; for the main thread.

    A SIGHUP that is ignored stays so: that is how nohup lets a command go on. Afterwards signals
    are handled as before.
    """
    # An Event may be set by a handler while the same thread holds its lock; this may be put into.
    heard: queue.SimpleQueue[int] = queue.SimpleQueue()

    def hear(number: int, frame: Optional[FrameType]) -> None:
        """Take note of a signal."""
        heard.put(number)

    numbers = [signal.SIGTERM, signal.SIGINT]
    hangup: Optional[signal.Signals] = getattr(signal, "SIGHUP", None)  # not on Windows
    if hangup is not None and signal.getsignal(hangup) != signal.SIG_IGN:
        numbers.append(hangup)
    before = {number: signal.signal(number, hear) for number in numbers}
    try:
        yield heard.get
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
