#!/opt/virtualq/bin/python
"""A FastAGI daemon for the dialogues of ../agi/calls.py, with one Session for all calls.

    AGI(agi://127.0.0.1/arrive,3042)          Queue(support,,,,,agi://127.0.0.1/transferred)

No call pays for starting Python, and connections to the service stay open from call to call. Ends
on SIGTERM when the dialogues that are under way have ended.
"""

from __future__ import annotations

import io
import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from typing import Any

# The dialogues are the same as those of the AGI scripts, and stand beside them.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "agi"))

import calls

from virtualq import ConfigurationError, Session

_DIALOGUES = {"arrive": calls.arrive, "transferred": calls.transferred}
# Longer than any prompt; ends the thread of a call whose Asterisk has gone without a word.
_LONGEST_WAIT = 120.0
_log = logging.getLogger("virtualq.fastagi")


class Server(ThreadingMixIn, TCPServer):
    """One thread a call. pystrix has a server too, which needs the program sysctl to start."""

    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: Any, session: Session) -> None:
        super().__init__(address, Call)
        self.session = session

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log that a call went wrong; without its text, which may hold a phone number."""
        _log.error("a call ended with %s", getattr(sys.exc_info()[0], "__name__", "an error"))


class Call(StreamRequestHandler):
    """One connection from Asterisk, which is one dialogue."""

    timeout = _LONGEST_WAIT
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Hold the dialogue that the path of the agi:// address names."""
        since = time.monotonic()
        session = self.server.session  # type: ignore[attr-defined]
        replies = io.TextIOWrapper(self.rfile, "utf-8", errors="replace", newline="\n")
        channel = calls.Channel(replies, self.wfile)  # type: ignore[arg-type]
        name = channel.said.get("agi_network_script", "").partition("?")[0].strip("/")
        dialogue = _DIALOGUES.get(name)
        if dialogue is None:
            _log.error("there is no dialogue of this name: see the agi:// address in the dialplan")
            return
        dialogue(channel, lambda: session, _log.warning, since)


def main() -> int:
    """Serve on VIRTUALQ_FASTAGI (default 127.0.0.1:4573) until SIGTERM; return the exit code."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    host, _, port = os.environ.get("VIRTUALQ_FASTAGI", "127.0.0.1:4573").rpartition(":")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        session = Session.from_env()
    except ConfigurationError as error:
        _log.error("%s", error)
        return 2
    with session, Server((host, int(port)), session) as server:
        _log.info("listening on %s:%d", *server.server_address[:2])
        threading.Thread(target=server.serve_forever, args=(0.1,)).start()
        stop.wait()
        server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())
