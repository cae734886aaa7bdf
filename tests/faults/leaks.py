"""What a call may leave behind, read from the operating system: threads, sockets, memory."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import Callable, Dict, FrozenSet, List, Optional, Set

_TABLES = (Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6"))
COUNTABLE = _TABLES[0].exists()
"""Whether this system tells which sockets a process holds; the rows still run where it does not."""


def held_sockets() -> Set[str]:
    """Give the inode of every socket that this process holds open."""
    held = set()
    for descriptor in os.listdir("/proc/self/fd") if COUNTABLE else ():
        try:
            target = os.readlink(f"/proc/self/fd/{descriptor}")
        except OSError:
            continue  # closed since the directory was read
        if target.startswith("socket:["):
            held.add(target[len("socket:[") : -1])
    return held


def sockets_to(port: int, *, older: Optional[Before] = None) -> List[str]:
    """Give the sockets of this process that are connected, or nearly, to a port of 127.0.0.1: the
    address each has itself and its state, as the system writes them.

    Those of `older` do not count: an earlier server may not have closed its end yet of what came
    from this very port, when another client had it.
    """
    held = held_sockets() if older is None else older.new_sockets()
    found: Dict[str, str] = {}
    wanted = f"0100007F:{port:04X}"
    for table in _TABLES if COUNTABLE else ():
        for line in table.read_text().splitlines()[1:] if table.exists() else ():
            fields = line.split()
            if fields[2].endswith(wanted) and fields[9] in held:
                # By its number: a table that changes while it is read may have a line twice.
                found[fields[9]] = f"{fields[1]} {fields[3]}"
    return list(found.values())


def wait_until(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Ask until something is true: for what the system does a moment later and tells nobody."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.005)
    return True


class Before:
    """The threads and sockets there are now, to compare with later."""

    def __init__(self) -> None:
        self._threads: FrozenSet[threading.Thread] = frozenset(threading.enumerate())
        self._sockets = held_sockets()

    def new_threads(self) -> List[threading.Thread]:
        """Give the threads started since that still run."""
        return [thread for thread in threading.enumerate() if thread not in self._threads]

    def new_sockets(self) -> Set[str]:
        """Give the sockets opened since that are still open."""
        return held_sockets() - self._sockets


def peak_memory() -> int:
    """Give the most memory this process ever held, in bytes."""
    # Not getrusage: the peak it tells is inherited from the process that started this one.
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert found, "this system does not tell the peak memory of a process"
    return int(found[1]) * 1024
