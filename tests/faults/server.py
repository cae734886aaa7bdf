"""The fault server: raw sockets that answer by a script of modes.py and note what they saw."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import struct
import threading
import time
from typing import Callable, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Union

from .service import Request, Service, message

Content = Union[bytes, Iterable[bytes]]
ACCEPT, REQUEST = "accept", "request"


class Mode(NamedTuple):
    """One named way to behave, at a connection or a request; `carries_out`: it does as asked."""

    name: str
    act: Callable[[Peer], None]
    place: str = REQUEST
    carries_out: bool = True


class Peer:
    """The server's side of a connection; `good` is the right answer to the latest request."""

    def __init__(self, server: FaultServer, sock: socket.socket, number: int) -> None:
        self.server = server
        self.sock = sock
        self.number = number
        self.good = b""
        self.open = True
        self._unread = bytearray()

    def handshake(self, context: Optional[ssl.SSLContext] = None) -> None:
        """Take the server's part in a TLS handshake, when the server speaks TLS."""
        chosen = context or self.server.tls
        if chosen is not None:
            # Shaken hands with later, so that hang_up finds the socket that is waited on.
            self.sock = chosen.wrap_socket(
                self.sock, server_side=True, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def read_request(self) -> Optional[Request]:
        """Read one whole request; None when the client has gone."""
        while b"\r\n\r\n" not in self._unread:
            if not self._read_more():
                return None
        head, _, self._unread = self._unread.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        wanted = int(headers.get("content-length", "0"))
        while len(self._unread) < wanted:
            if not self._read_more():
                return None
        body = bytes(self._unread[:wanted])
        del self._unread[:wanted]
        method, target, _ = first.split(" ")
        return Request(method, target, headers, body, self.number)

    def _read_more(self) -> bool:
        got = self.sock.recv(65_536)
        self._unread += got
        return bool(got)

    def send(self, content: Content, pause: float = 0.0) -> None:
        """Send in a single write, or piece after piece with a pause (seconds) after each."""
        pieces: Iterable[bytes] = content
        if isinstance(content, bytes):
            pieces = map(bytes, zip(content)) if pause else (content,)
        for piece in pieces:
            self.sock.sendall(piece)
            if pause and self.server.stopped.wait(pause):
                return

    def stall(self, seconds: Optional[float] = None) -> None:
        """Do nothing, reading on, until the client has gone or the server stops."""
        self.sock.settimeout(seconds)
        with contextlib.suppress(socket.timeout):
            while self.sock.recv(65_536):
                self.sock.settimeout(seconds)

    def close(self) -> None:
        """End the connection in order: TLS is not told, TCP is."""
        self.open = False
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
        self.sock.close()

    def reset(self) -> None:
        """End the connection with a TCP reset: what was not delivered is lost."""
        self.open = False
        with contextlib.suppress(OSError):
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


class FaultServer:
    """A server on loopback that plays a script of modes, the last one for all that follows.

    `acted` is set when a mode has done all it does; `mistakes` are the server's own.
    """

    def __init__(
        self,
        script: Sequence[Mode] = (),
        *,
        tls: Optional[ssl.SSLContext] = None,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.tls = tls
        self.elsewhere = ""
        self.service = Service()
        self.requests: List[Request] = []
        self.mistakes: List[BaseException] = []
        self.connections = 0
        self.stopped = threading.Event()
        self.acted = threading.Event()
        self._script = list(script)
        self._lock = threading.Lock()
        self._peers: List[Peer] = []
        self._threads: List[threading.Thread] = []
        self._listener = socket.socket()
        # Small, so that a client whose large body is not read really comes to a halt.
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self._listener.bind((host, port))
        self.host, self.port = self._listener.getsockname()

    @property
    def url(self) -> str:
        """The address a Session is given."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    def listen(self) -> FaultServer:
        """Take connections from now on; before, they are refused."""
        self._listener.listen(128)
        self._start(self._accept)
        return self

    @contextlib.contextmanager
    def deaf(self) -> Iterator[None]:
        """Listen with a full queue: connections are neither taken nor refused, as if unroutable."""
        self._listener.listen(0)
        fillers = [socket.socket() for _ in range(6)]
        try:
            for filler in fillers:
                filler.setblocking(False)
                filler.connect_ex((self.host, self.port))
            yield
        finally:
            for filler in fillers:
                filler.close()

    def play(self, script: Sequence[Mode] = ()) -> None:
        """Behave by this script from now on; without one, answer well."""
        with self._lock:
            self._script = list(script)

    def hang_up(self) -> None:
        """Reset every connection, so that a client that would wait for ever comes back."""
        self.stopped.set()
        self._stop_listening()
        for peer in list(self._peers):
            # shutdown wakes a thread that reads or writes; close alone would leave it waiting.
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Stop, and wait until no thread is left."""
        self.hang_up()
        for accepting in self._threads[:1]:
            accepting.join(60)
        self.hang_up()  # on whom it took last, on a busy machine after the first
        for thread in self._threads:
            thread.join(60)  # it may have much to pack yet, on a busy machine
        assert not any(thread.is_alive() for thread in self._threads), (
            "a thread of the fault server does not end"
        )

    def __enter__(self) -> FaultServer:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, name="fault-server", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _stop_listening(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError as error:
                if error.errno != errno.EMFILE:
                    return
                time.sleep(0.01)  # a test has taken all descriptors away, for a moment
                continue
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            peer = Peer(self, sock, self.connections)
            self._peers.append(peer)
            self._start(self._serve, peer)

    def _serve(self, peer: Peer) -> None:
        try:
            self._talk(peer)
        except OSError:
            pass  # the client went away in the middle, which is its right
        except BaseException as mistake:
            self.mistakes.append(mistake)
        finally:
            if peer.open:
                peer.close()

    def _talk(self, peer: Peer) -> None:
        mode = self._next(ACCEPT)
        if mode is not None:
            mode.act(peer)
            return
        peer.handshake()
        while peer.open:
            request = peer.read_request()
            if request is None:
                return
            mode = self._next(REQUEST)
            self.requests.append(request)
            peer.good = (
                message(*self.service.answer(request)) if mode is None or mode.carries_out else b""
            )
            if mode is None:
                peer.send(peer.good)
            else:
                mode.act(peer)
                self.acted.set()

    def _next(self, place: str) -> Optional[Mode]:
        with self._lock:
            if not self._script or self._script[0].place != place:
                return None
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]
