"""One connection to the service on which every wait ends at the deadline; pooled by pool.

Plain or TLS (tls.py), perhaps through a proxy. Only single operations of a plain socket ever wait,
each with the time that is left: sockets of gevent and eventlet count anew in every wait of a longer
one, such as a handshake.
"""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Callable, Mapping, Optional, Type, TypeVar

from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.reply import Reply, TooLarge
from virtualq._http.resolver import Address, Bell, resolve

if TYPE_CHECKING:
    from ssl import SSLContext, SSLObject

    from virtualq._http.tls import Records

Given = TypeVar("Given")
Done = TypeVar("Done")

_PIECE = 16 * 1024  # of many small chunks too few to be late by
_CLOSED = "the session was closed"


class ProxyRefused(OSError):
    """The proxy gives no tunnel; `status` is what it answered instead."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the proxy answered {status}")
        self.status = status


class Connection:
    """A socket that one thread at a time uses; any other may `abort` it, a signal handler too.

    Nobody but its user closes a descriptor: the number may belong to another file by the time that
    a system call in another thread gets to it.
    """

    _sock: Optional[socket.socket] = None
    _records: Optional[Records] = None
    aborted = False
    """Whether close() came while it was in use: it is of no more use."""

    def __init__(self) -> None:
        # Re-entrant: the signal may come while its thread is in here.
        self._lock = threading.RLock()
        self._bell = Bell()

    def open(self, host: str, port: int, clock: Clock) -> None:
        """Connect to a host, each of its addresses in turn with its share of the time left."""
        addresses = resolve(host, port, clock, self._bell)
        fault: Optional[OSError] = None
        for index, address in enumerate(addresses):
            share = clock.left() / (len(addresses) - index)
            try:
                self._open(address, share)
            except OSError as error:
                self.close()
                fault = error
            else:
                return
        self._check_open()
        clock.left()
        raise fault or OSError("the host has no address")

    def _open(self, address: Address, timeout: float) -> None:
        family, kind, protocol, socket_address = address
        self._sock = socket.socket(family, kind, protocol)
        _become(self, _Unclosed)
        self._check_open()
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._sock.settimeout(timeout)
        self._sock.connect(socket_address)
        self._check_open()

    def _check_open(self) -> None:
        if self.aborted:
            raise OSError(_CLOSED)

    def tunnel(self, authority: str, headers: Mapping[str, str], clock: Clock) -> None:
        """Ask an HTTP proxy for a tunnel (RFC 9110, 9.3.6); raise ProxyRefused for any other."""
        lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.push(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"), clock)
        reply = Reply("CONNECT", limit=0)
        try:
            while not reply.status:
                reply.feed(self.pull(clock))
        except TooLarge:
            pass  # a page that says why not, which nobody will read
        if not 200 <= reply.status < 300:
            raise ProxyRefused(reply.status)
        if reply.surplus:
            raise OSError("the proxy sent more than its answer")

    def secure(self, context: SSLContext, host: str, clock: Clock) -> None:
        """Start TLS."""
        from virtualq._http.tls import Records

        records = Records(context, host)
        records.shake_hands(self, clock)
        self._records = records

    @property
    def tls(self) -> Optional[SSLObject]:
        """What tells of the certificate of the other side; None without TLS."""
        return self._records.tls if self._records is not None else None

    def send(self, data: bytes, clock: Clock) -> None:
        """Send a request."""
        self._check_open()
        clock.left()
        clock.sent = True
        if self._records is None:
            self.push(data, clock)
        else:
            self._records.write(data, self, clock)

    def receive(self, clock: Clock) -> bytes:
        """Return what comes next of the answer, nothing when the other side has ended it."""
        if self._records is None:
            return self.pull(clock)
        return self._records.read(self, clock)

    def push(self, data: bytes, clock: Clock) -> None:
        """Send bytes as they are."""
        view, send = memoryview(data), self._socket.send
        while view:
            view = view[self._step(send, view, clock) :]

    def pull(self, clock: Clock) -> bytes:
        """Return bytes as they come."""
        data = self._step(self._socket.recv, _PIECE, clock)
        if not data:
            self._check_open()
        return data

    def _step(self, act: Callable[[Given], Done], given: Given, clock: Clock) -> Done:
        """Let the socket do one thing, in the time that is left."""
        self._socket.settimeout(clock.left())
        try:
            return act(given)
        except socket.timeout:  # TimeoutError since 3.10
            raise OutOfTime from None
        except OSError:
            self._check_open()  # says more than that the pipe is broken
            raise

    @property
    def _socket(self) -> socket.socket:
        if self._sock is None:
            raise OSError(_CLOSED)
        return self._sock

    @property
    def stale(self) -> bool:
        """Whether something came unasked, such as the end of the connection."""
        if self.aborted or (self._records is not None and self._records.surplus):
            return True
        try:
            self._socket.settimeout(0)
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            pass
        return True

    def close(self) -> None:
        """Close the socket; only for the thread that uses it, or when nobody does."""
        with self._lock:
            if self._sock is not None:
                self._sock.close()
        _become(self, Connection)

    def abort(self) -> None:
        """Wake the thread that uses it, which then closes it.

        The plain socket is shut down, and TLS left alone: nothing leaves outside of it.
        """
        self.aborted = True
        self._bell.ring()
        with self._lock:
            try:
                if self._sock is not None:
                    self._sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # not connected, or closed

    def leave(self) -> None:
        """Close a parent's socket in a forked child; its lock may be held by a thread of there."""
        if self._sock is not None:
            self._sock.close()


def _become(connection: Connection, kind: Type[Connection]) -> None:
    connection.__class__ = kind


class _Unclosed(Connection):
    """A connection while its socket is open: it may be lost when a signal handler raises.

    Closed, it has no __del__, in which a handler might raise: Python prints what comes out of one.
    """

    def __del__(self) -> None:
        self.leave()
