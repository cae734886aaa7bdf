#!/opt/virtualq/bin/python
"""A FastAGI daemon for the dialogues of ../agi/virtualq_calls.py, with one Session for all calls.

    AGI(agi://127.0.0.1/arrive,3042)          Queue(support,,,,,agi://127.0.0.1/transferred)

No call pays for starting Python, and connections to the service stay open from call to call. Ends
on SIGTERM when the dialogues that are under way have ended; SIGHUP reads the settings again.
"""

from __future__ import annotations

import io
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from typing import Any, Iterator, List, Set, Tuple

# The dialogues are the same as those of the AGI scripts, and stand beside them.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agi"))

import virtualq_calls

from virtualq import ConfigurationError, Session

_DIALOGUES = {
    "arrive": virtualq_calls.arrive,
    "transferred": virtualq_calls.transferred,
    "abandoned": virtualq_calls.abandoned,
}
# Asterisk says who calls at once; what has not by then is no Asterisk.
_LONGEST_GREETING = 5.0
# Longer than any prompt; ends the thread of a call whose Asterisk has gone without a word.
_LONGEST_WAIT = 120.0
# What dialogues may take once the daemon is to end: the 5 s of the offer, and two deadlines.
_LAST_WORDS = 15.0
_log = logging.getLogger("virtualq.fastagi")


class Server(ThreadingMixIn, TCPServer):
    """One thread a call. pystrix has a server too, which needs the program sysctl to start."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: Tuple[str, int], session: Session) -> None:
        super().__init__(address, Call)
        self.session = session
        self._silent: Set[socket.socket] = set()
        self._open: Set[socket.socket] = set()

    @contextmanager
    def among(self, connection: socket.socket, *, silent: bool) -> Iterator[None]:
        """Know a connection, so that it can be ended; a silent one has not said who calls."""
        connections = self._silent if silent else self._open
        connections.add(connection)
        try:
            yield
        finally:
            connections.discard(connection)

    def end(self, *, silent: bool) -> None:
        """End the connections of this kind: their threads read the end of the stream."""
        for connection in list(self._silent if silent else self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log that a call went wrong; without its text, which may hold a phone number."""
        _log.error("a call ended with %s", getattr(sys.exc_info()[0], "__name__", "an error"))


class Call(StreamRequestHandler):
    """One connection from Asterisk, which is one dialogue."""

    timeout = _LONGEST_GREETING
    disable_nagle_algorithm = True
    server: Server

    def handle(self) -> None:
        """Hold the dialogue that the path of the agi:// address names."""
        since = time.monotonic()
        session = self.server.session
        replies = io.TextIOWrapper(self.rfile, "utf-8", errors="replace", newline="\n")
        with self.server.among(self.request, silent=True):
            channel = virtualq_calls.Channel(replies, self.wfile)  # type: ignore[arg-type]
        self.request.settimeout(_LONGEST_WAIT)
        name = channel.said.get("agi_network_script", "").partition("?")[0].strip("/")
        dialogue = _DIALOGUES.get(name)
        if dialogue is None:
            where = "see the agi:// address in the dialplan"
            _log.error("%s: there is no dialogue of this name: %s", channel.id, where)
            return
        with self.server.among(self.request, silent=False):
            dialogue(channel, lambda: session, _log.warning, since)


def main() -> int:
    """Serve on VIRTUALQ_FASTAGI (default 127.0.0.1:4573) until SIGTERM; return the exit code."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    _log.setLevel(logging.INFO)  # the library's own lines about repeats do not say which call
    signals: queue.SimpleQueue[int] = queue.SimpleQueue()  # the one that handlers may put into
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, frame: signals.put(number))
    try:
        address = _address(os.environ.get("VIRTUALQ_FASTAGI", ""))
        session = Session.from_env()
    except ConfigurationError as error:
        _log.error("%s", error)
        return 2
    try:
        server = Server(address, session)
    except OSError as error:
        session.close()
        _log.error("VIRTUALQ_FASTAGI: %s:%d: %s", *address, error.strerror or "cannot be used")
        return 2
    with server:
        _serve(server, signals)
    return 0


def _serve(server: Server, signals: queue.SimpleQueue[int]) -> None:
    """Serve until a signal says that it is enough, and close every Session there was."""
    sessions = [server.session]
    try:
        _log.info("listening on %s:%d", *server.server_address[:2])
        threading.Thread(target=server.serve_forever, args=(0.1,)).start()
        while signals.get() == signal.SIGHUP:
            _reload(server, sessions)
        server.shutdown()
        server.end(silent=True)
        last = threading.Timer(_LAST_WORDS, lambda: server.end(silent=False))
        last.start()
        server.server_close()  # waits for the dialogues
        last.cancel()
    finally:
        for session in sessions:
            session.close()


def _address(text: str) -> Tuple[str, int]:
    """Return host and port; a port alone is one on loopback, for FastAGI has no password."""
    host, _, port = (text.strip() or "4573").rpartition(":")
    if not port.isdecimal() or not 0 <= int(port) < 65536:
        raise ConfigurationError("VIRTUALQ_FASTAGI must be HOST:PORT or a port, such as 4573")
    return host or "127.0.0.1", int(port)


def _reload(server: Server, sessions: List[Session]) -> None:
    """Read the settings again for the calls to come; those under way keep theirs."""
    try:
        server.session = Session.from_env()
    except ConfigurationError as error:
        _log.error("SIGHUP: %s; going on as before", error)
        return
    sessions.append(server.session)
    _log.info("SIGHUP: settings read again")


if __name__ == "__main__":
    sys.exit(main())
