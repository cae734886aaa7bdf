"""Looks host names up within a deadline; used by connection for new connections.

getaddrinfo cannot be interrupted, so it runs in a daemon thread that a late caller leaves behind.
Callers that wait for the same name share one thread: a stalled name server costs one thread.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import Dict, List, Optional, Tuple

from virtualq._api import late
from virtualq._http.clock import Clock, OutOfTime

Address = Tuple[int, int, int, "tuple[object, ...]"]
"""Of what getaddrinfo returns: family, type, protocol, socket address."""


class Bell:
    """Wakes one thread, once and for good; unlike an Event, it may be rung by a signal handler."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def ring(self) -> None:
        """Wake whoever waits, or will wait."""
        try:
            self._lock.release()
        except RuntimeError:
            pass  # it has rung before

    def wait(self, clock: Clock) -> None:
        """Return when it rings; raise OutOfTime when that is too late."""
        if not self._lock.acquire(timeout=clock.left()):
            raise OutOfTime


class _Lookup:
    """One running look-up of a name that any number of callers may wait for."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._key = os.getpid(), host, port
        self._bells: List[Bell] = []
        self._addresses: List[Address] = []
        self._error: Optional[OSError] = None
        self.over = False

    def join(self, bell: Bell, clock: Clock) -> List[Address]:
        """Wait with a bell of one's own for this look-up, or one of the name that runs already."""
        running = self
        try:
            # Inside of the try: a signal handler may raise between any two lines.
            running = _running.setdefault(self._key, self)
            if running is self:
                self._start()
        except BaseException as error:
            interrupted = OSError("the name look-up was interrupted")
            self._error = error if isinstance(error, OSError) else interrupted
            self.end()
            raise
        running._bells.append(bell)
        if not running.over:
            bell.wait(clock)
        return running._result()

    def _start(self) -> None:
        late.load("encodings.idna")  # the thread would, where no fork waits for it
        try:
            threading.Thread(target=self.run, name="virtualq-dns", daemon=True).start()
        except RuntimeError as error:
            if "shutdown" not in str(error):
                raise OSError("no thread can be started to look the name up") from None
            # Python 3.12 starts no thread while it shuts down: a call in atexit looks up itself.
            self.run()

    def run(self) -> None:
        """Look the name up, then let the callers go on and the next look-up be a new one."""
        try:
            # A child forked meanwhile could never look a name up: the C library's locks stay taken.
            self._addresses = late.look_up(lambda: _look_up(self._host, self._port))
        except OSError as error:
            self._error = error
        except Exception as error:  # a name no encoder takes; the waiting callers must hear of it
            self._error = OSError(f"{type(error).__name__} in the name look-up")
        finally:
            self.end()

    def end(self) -> None:
        """Make room for the next look-up of the name, and wake those who wait for this one."""
        self.over = True
        if _running.get(self._key) is self:
            _running.pop(self._key, None)
        for bell in list(self._bells):
            bell.ring()

    def _result(self) -> List[Address]:
        if self._error is not None:
            # A new one: callers on other threads raise the same error, and would share a traceback.
            raise OSError(*self._error.args)
        return self._addresses


# The one place where calls of different Sessions meet. Keyed by process too: a look-up that was
# running when the process forked never ends in the child.
_running: Dict[Tuple[int, str, int], _Lookup] = {}


def resolve(host: str, port: int, clock: Clock, bell: Bell) -> List[Address]:
    """Return the addresses of a host; raise OSError when it has none, OutOfTime when late.

    Whoever rings the bell ends the wait: the addresses are then none.
    """
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue  # a name, or the other kind of number
        return [(family, socket.SOCK_STREAM, 0, (host, port))]
    return _Lookup(host, port).join(bell, clock)


def _look_up(host: str, port: int) -> List[Address]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]
