"""Looks host names up within a deadline; used by connection for new connections.

getaddrinfo cannot be interrupted, so it runs in a daemon thread that a late caller leaves behind.
Callers that wait for the same name share one thread: a stalled name server costs one thread.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Dict, List, Optional, Tuple

from virtualq._http.clock import Clock, OutOfTime

Address = Tuple[int, int, int, "tuple[object, ...]"]
"""Of what getaddrinfo returns: family, type, protocol, socket address."""


class _Lookup:
    """One running look-up of a name that any number of callers may wait for."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._done = threading.Event()
        self._addresses: List[Address] = []
        self._error: Optional[OSError] = None

    def run(self) -> None:
        """Look the name up, then let the callers go on and the next look-up be a new one."""
        try:
            self._addresses = _look_up(self._host, self._port)
        except OSError as error:
            self._error = error
        except Exception as error:  # a name no encoder takes; the waiting callers must hear of it
            self._error = OSError(f"{type(error).__name__} in the name look-up")
        finally:
            _running.pop((os.getpid(), self._host, self._port), None)
            self._done.set()

    def wait(self, clock: Clock) -> List[Address]:
        """Return the addresses once they are there; raise OutOfTime when that is too late."""
        if not self._done.wait(clock.left()):
            raise OutOfTime
        if self._error is not None:
            # A new one: callers on other threads raise the same error, and would share a traceback.
            raise OSError(*self._error.args)
        return self._addresses


# The one place where calls of different Sessions meet. Keyed by process too: a look-up that was
# running when the process forked never ends in the child.
_running: Dict[Tuple[int, str, int], _Lookup] = {}


def resolve(host: str, port: int, clock: Clock) -> List[Address]:
    """Return the addresses of a host; raise OSError when it has none, OutOfTime when late."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue  # a name, or the other kind of number
        return [(family, socket.SOCK_STREAM, 0, (host, port))]
    lookup = _Lookup(host, port)
    running = _running.setdefault((os.getpid(), host, port), lookup)
    if running is lookup:
        try:
            threading.Thread(target=lookup.run, name="virtualq-dns", daemon=True).start()
        except RuntimeError:
            # Python 3.12 starts no thread while it shuts down: a call in atexit looks up itself.
            lookup.run()
    return running.wait(clock)


def _look_up(host: str, port: int) -> List[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]
