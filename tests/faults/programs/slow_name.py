"""Forks while another thread looks a name up; prints what the child found, and how long the fork
took in seconds.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import threading
import time
from typing import Any

from virtualq import Session

PATIENCE = 20.0


class Slowly:
    """Stands for a getaddrinfo that is slow once; a look-up takes a lock first, as glibc does."""

    def __init__(self, locked: float, waiting: float) -> None:
        self.began = threading.Event()
        self._lock = threading.Lock()
        self._pauses = [locked, waiting]
        self._real = socket.getaddrinfo

    def __call__(self, *asked: Any, **options: Any) -> Any:
        """Look a name up, the first time with a pause under the lock and one after it."""
        pauses = [0.0, 0.0] if self.began.is_set() else self._pauses
        with self._lock:
            self.began.set()
            time.sleep(pauses[0])
        time.sleep(pauses[1])
        return self._real(*asked, **options)


def main(base_url: str, locked: str, waiting: str) -> None:
    """Print both as JSON; null for a child that never came back."""
    slowly = Slowly(float(locked), float(waiting))
    socket.getaddrinfo = slowly
    session = Session("key", base_url=base_url, deadline=PATIENCE, retries=0)
    threading.Thread(target=session.show_caller, args=(5,), daemon=True).start()
    assert slowly.began.wait(PATIENCE), "nobody looks the name up"
    reading, writing = os.pipe()
    begin = time.monotonic()
    child = os.fork()
    took = time.monotonic() - begin
    if child == 0:
        os.write(writing, str(session.show_caller(5).found).encode())
        os._exit(0)
    ready = select.select([reading], [], [], 2 * PATIENCE)[0]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    found = os.read(reading, 100).decode() if ready else None
    print(json.dumps([found, took]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)  # the slow look-up is left behind
