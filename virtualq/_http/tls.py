"""TLS between connection and its socket: records go through memory, not through the socket.

So OpenSSL never knows a descriptor, which another thread might close under it; each wait is one of
connection's own; and a context made before gevent or eventlet replaced `ssl` goes on working.
Loaded with the first connection over https.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import ssl
from functools import partial
from typing import Callable, Protocol, TypeVar

from virtualq._api import late
from virtualq._http.clock import Clock, OutOfTime
from virtualq.errors import ConfigurationError

T = TypeVar("T")

_PIECE = 64 * 1024
_OUT_OF_FILES = (errno.EMFILE, errno.ENFILE)


class Wire(Protocol):
    """What sends and receives the records: a connection."""

    def push(self, data: bytes, clock: Clock) -> None:
        """Send bytes as they are."""

    def pull(self, clock: Clock) -> bytes:
        """Return bytes as they come."""
        ...


class Records:
    """The TLS side of a connection; does not hold it, so that it is freed when it is lost."""

    def __init__(self, context: ssl.SSLContext, host: str) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._ended = False

    def shake_hands(self, wire: Wire, clock: Clock) -> None:
        """Agree on keys and check the certificate."""
        self._drive(self.tls.do_handshake, wire, clock)

    def write(self, data: bytes, wire: Wire, clock: Clock) -> None:
        """Send data."""
        view = memoryview(data)
        while view:
            piece = view[:_PIECE]
            view = view[self._drive(partial(self.tls.write, piece), wire, clock) :]

    def read(self, wire: Wire, clock: Clock) -> bytes:
        """Return what comes next, nothing when the other side has ended it."""
        try:
            return self._drive(partial(self.tls.read, _PIECE), wire, clock)
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLError:
            # Many servers end TCP and not TLS. A body that is cut so is seen by its length.
            if self._ended:
                return b""
            raise

    @property
    def surplus(self) -> bool:
        """Whether something came unasked; a session ticket does, and is none of the answer."""
        try:
            self.tls.read(1)
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            pass
        return True

    def _drive(self, step: Callable[[], T], wire: Wire, clock: Clock) -> T:
        """Let TLS do something, and carry its records to and fro until that is done."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                wire.push(self._outgoing.read(), clock)
                self._take(wire.pull(clock))
            except ssl.SSLError:
                self._tell(wire, clock)
                raise
            else:
                wire.push(self._outgoing.read(), clock)
                return done

    def _take(self, data: bytes) -> None:
        if data:
            self._incoming.write(data)
        else:
            self._ended = True
            self._incoming.write_eof()

    def _tell(self, wire: Wire, clock: Clock) -> None:
        """Send the alert, so that the other side can log why."""
        try:
            wire.push(self._outgoing.read(), clock)
        except (OSError, OutOfTime):
            pass


def bundle_of_certifi() -> str:
    """Return the path of the certificates that requests trusts."""
    # Found, not imported: certifi loads importlib.resources, 10 ms, to say the same.
    spec = importlib.util.find_spec("certifi")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = os.path.join(folder, "cacert.pem")
        if os.path.exists(path):
            return path
    late.load("certifi")  # where a distribution or a zip file keeps them elsewhere
    import certifi

    return certifi.where()


def make_context(bundle: str) -> ssl.SSLContext:
    """Return a context that trusts the certificates of a file or directory.

    Made by hand: the helpers of ssl and urllib3 read SSLKEYLOGFILE from the environment.
    """
    late.load("encodings.idna")  # ssl would, with the first host, where no fork waits for it
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        if os.path.isdir(bundle):
            context.load_verify_locations(capath=bundle)
        else:
            context.load_verify_locations(cafile=bundle)
    except OSError as error:
        if error.errno in _OUT_OF_FILES:
            raise  # nothing is wrong with the bundle
        fault = ConfigurationError("the CA bundle has no certificates that can be read")
    else:
        return context
    raise fault
