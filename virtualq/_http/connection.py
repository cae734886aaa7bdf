"""One connection to the service on which every wait ends at the deadline; pooled by pool.

No timeout of requests or urllib3 is a total: each read of a dripping server starts it anew. Here
the socket is armed with the time that is left before every single operation.
"""

from __future__ import annotations

import io
import re
import socket
import ssl
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import TYPE_CHECKING, List, Mapping, Optional, Tuple, cast

from urllib3.util.wait import wait_for_read

from virtualq._http.clock import Clock, OutOfTime
from virtualq._http.resolver import Address, resolve

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_PIECE = 16 * 1024
_MOST_INTERIM_ANSWERS = 20
_LONGEST_LINE = 64 * 1024
_CHUNK_SIZE = rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n"


class NotHTTP(Exception):
    """What came back breaks the rules of HTTP."""


class BrokenOff(Exception):
    """The answer ended before it was complete."""


class _Reader(io.RawIOBase):
    """Reads a socket with the time that is left; remembers whether the other side ended it."""

    def __init__(self, sock: socket.socket, clock: Clock) -> None:
        self._sock = sock
        self._clock = clock
        self.ended = False
        self.drained = False

    def makefile(self, mode: str) -> _Buffer:
        """Return the file that http.client reads; it asks nothing else of its socket."""
        return _Buffer(self)

    def readable(self) -> bool:
        """Say that io may read from here."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> Optional[int]:
        """Read what has come, waiting no longer than the deadline; None when drained."""
        if self.drained:
            return None
        self._sock.settimeout(self._clock.left())
        try:
            count = self._sock.recv_into(buffer)
        except socket.timeout:  # TimeoutError since 3.10
            raise OutOfTime from None
        self.ended = self.ended or count == 0
        return count


class _Buffer(io.BufferedReader):
    """Notes, when it is closed, whether there was more than the answer that was asked for."""

    surplus = False

    def __init__(self, reader: _Reader) -> None:
        super().__init__(reader)
        self._reader = reader

    def close(self) -> None:
        """Look into the buffer, without reading on, and close."""
        if not self.closed:
            self._reader.drained = True
            self.surplus = bool(self.peek(1))
        super().close()


class Reply(HTTPResponse):
    """An answer that is either complete or an error: http.client takes one that broke off."""

    def __init__(self, sock: socket.socket, method: str, clock: Clock) -> None:
        self._reader = _Reader(sock, clock)
        super().__init__(cast(socket.socket, self._reader), method=method)
        self._buffer = cast(_Buffer, self.fp)

    def _read_status(self) -> Tuple[str, int, str]:
        # http.client skips 100 Continue alone and takes 103 Early Hints for the answer, so that
        # the real one would be read as the next call's (RFC 9110, 15.2).
        for _ in range(_MOST_INTERIM_ANSWERS):
            status = cast("Tuple[str, int, str]", super()._read_status())  # type: ignore[misc]
            if not 100 <= status[1] < 200 or status[1] == 101:
                return status
            while self.fp.readline(_LONGEST_LINE).strip():
                pass
        raise NotHTTP("more interim answers than anyone needs")

    def begin(self) -> None:
        """Read the status line and the headers."""
        fault = None
        try:
            super().begin()
        except HTTPException as error:
            fault = NotHTTP(type(error).__name__)
        if self._reader.ended:
            raise BrokenOff("the answer ended inside its headers")
        if fault is not None:
            raise fault
        message: HTTPMessage = self.msg
        # A field that could not be parsed ends the headers for http.client: what follows it,
        # framing included, would be read as the body.
        if message.defects or message.get_payload():
            raise NotHTTP("malformed headers")
        lengths = {text.strip() for text in message.get_all("content-length", [])}
        if len(lengths) > 1 or (lengths and "transfer-encoding" in message):
            raise NotHTTP("two lengths")  # RFC 9112, 6.3: request smuggling or worse
        if lengths and not lengths.copy().pop().isdigit():
            raise NotHTTP("a length that is no number")

    def _read_next_chunk_size(self) -> int:
        # http.client takes what int() takes: signs, underscores and blanks (RFC 9112, 7.1).
        line = self.fp.readline(_LONGEST_LINE + 1)
        match = re.match(_CHUNK_SIZE, line)
        if match is None or len(line) > _LONGEST_LINE:
            if not self._reader.ended:
                raise NotHTTP("a malformed chunk")
            raise BrokenOff("the answer ended inside its body")
        return int(match[1], 16)

    @property
    def framed(self) -> bool:
        """Whether the answer itself said where its body ends."""
        return self.chunked or self.length is not None or "content-length" in self.msg

    def check_complete(self) -> None:
        """Raise BrokenOff when the other side ended a body that should have gone on.

        http.client forgives a missing last line of a chunked body, one that broke off there.
        """
        if self._reader.ended and self.framed:
            raise BrokenOff("the answer ended inside its body")

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another request: nothing is left of this answer."""
        return self.isclosed() and not self.will_close and not self._buffer.surplus


class Connection:
    """A socket to the service, plain or TLS, perhaps through a proxy."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def send(self, data: bytes, clock: Clock) -> None:
        """Send a request in pieces, each with the time that is left when its turn comes."""
        clock.left()
        clock.sent = True
        self._send(data, clock)

    def _send(self, data: bytes, clock: Clock) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self.sock.settimeout(clock.left())
            try:
                self.sock.sendall(view[start : start + _PIECE])
            except socket.timeout:
                raise OutOfTime from None

    def receive(self, method: str, clock: Clock) -> Reply:
        """Read the status line and the headers of the answer."""
        reply = Reply(self.sock, method, clock)
        try:
            reply.begin()
        except BaseException:
            reply.close()
            raise
        return reply

    def tunnel(self, authority: str, headers: Mapping[str, str], clock: Clock) -> None:
        """Ask an HTTP proxy for a tunnel (RFC 9110, 9.3.6); raise OSError when it refuses."""
        lines = [f"CONNECT {authority} HTTP/1.1", f"Host: {authority}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._send(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"), clock)
        reply = self.receive("CONNECT", clock)
        reply.close()
        if not 200 <= reply.status < 300:
            raise OSError(f"the proxy answered {reply.status}")

    def secure(self, context: ssl.SSLContext, host: str, clock: Clock) -> None:
        """Start TLS; the handshake counts its timeout as a total."""
        self.sock.settimeout(clock.left())
        try:
            # Wrapped before the handshake: wrap_socket alone would lose the socket to Ctrl-C.
            secured = context.wrap_socket(
                self.sock, server_hostname=host, do_handshake_on_connect=False
            )
            self.sock = secured
            secured.do_handshake()
        except socket.timeout:
            raise OutOfTime from None

    @property
    def stale(self) -> bool:
        """Whether something came unasked, such as the end of the connection."""
        if isinstance(self.sock, ssl.SSLSocket) and self.sock.pending():
            return True
        return wait_for_read(self.sock, 0)

    def close(self) -> None:
        """Close the socket at once, whoever still holds a reply."""
        self.sock.close()

    def abort(self) -> None:
        """Close the socket and wake a thread that waits on it."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more
        self.close()


def connect(host: str, port: int, clock: Clock) -> Connection:
    """Connect to a host, each of its addresses in turn with its share of the time left."""
    return Connection(_open(resolve(host, port, clock), clock))


def _open(addresses: List[Address], clock: Clock) -> socket.socket:
    fault: Optional[OSError] = None
    for index, address in enumerate(addresses):
        share = clock.left() / (len(addresses) - index)
        try:
            return _open_one(address, share)
        except OSError as error:
            fault = error
    clock.left()
    raise fault or OSError("the host has no address")


def _open_one(address: Address, timeout: float) -> socket.socket:
    family, kind, protocol, socket_address = address
    sock = socket.socket(family, kind, protocol)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(timeout)
        sock.connect(socket_address)
    except BaseException:
        sock.close()
        raise
    return sock
