"""The service of the soak: a process of its own that misbehaves at random, and keeps the log."""

from __future__ import annotations

import contextlib
import json
import random
import socket
import sys
import tempfile
import threading
import time
from typing import List, Optional

from tests.faults.modes import (
    DRIP,
    dropped_at_once,
    fails_after,
    fails_with,
    handshake_closed,
    late,
    lost_after,
    lost_before,
    reset_before,
    says,
    silent,
)
from tests.faults.server import ACCEPT, FaultServer, Mode
from tests.faults.tls import make_certificates

_GOOD = 12
"""How many answers of these are right, for each of the others."""
_AT_ACCEPT: List[Optional[Mode]] = [*[None] * 30, dropped_at_once, handshake_closed]
_AT_REQUEST: List[Optional[Mode]] = [
    *[None] * _GOOD,
    lost_before,
    lost_after,
    reset_before,
    silent,
    late(0.2),
    late(1.5),
    fails_with(503),
    fails_with(429, "Retry-After: 0"),
    fails_after(502),
    says("cut", lambda peer: peer.good[: len(peer.good) // 2], lambda peer: peer.close()),
    says("dripped", lambda peer: peer.good, pause=DRIP / 20),
    says("and_more", lambda peer: peer.good + peer.good),
]


class Whimsical(FaultServer):
    """A fault server that behaves as it likes."""

    def _next(self, place: str) -> Optional[Mode]:
        return random.choice(_AT_ACCEPT if place == ACCEPT else _AT_REQUEST)

    def kill_connections(self) -> None:
        """End all that is connected; each thread closes its own, as it must with us."""
        for peer in self._peers:
            with contextlib.suppress(OSError):
                # Of the plain socket: that of ssl would drop TLS under a thread that sends.
                socket.socket.shutdown(peer.sock, socket.SHUT_RDWR)
        self._peers = [peer for peer in self._peers if peer.open]
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self.requests.clear()


def main() -> None:
    """Serve until stdin ends, killing connections now and then; then print what was done."""
    done = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        certificates = make_certificates(f"{folder}/ca.pem")
        servers = [Whimsical().listen(), Whimsical(tls=certificates.good).listen()]
        print(json.dumps([certificates.ca_bundle, *(server.url for server in servers)]), flush=True)

        def kill() -> None:
            while not done.wait(random.uniform(0.5, 3)):
                random.choice(servers).kill_connections()

        killer = threading.Thread(target=kill)
        killer.start()
        sys.stdin.read()
        time.sleep(2)  # late answers are still to be carried out
        done.set()
        killer.join()
        created = [key for server in servers for key in server.service.created]
        # What a client sends in the clear to TLS is an SSLError, which is an OSError, of no moment.
        mistakes = [repr(mistake) for server in servers for mistake in server.mistakes]
        print(json.dumps({"created": created, "mistakes": mistakes}), flush=True)
        for server in servers:
            server.hang_up()


if __name__ == "__main__":
    main()
