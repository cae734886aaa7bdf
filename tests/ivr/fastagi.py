"""Starts the FastAGI daemon, and calls it as Asterisk does: a connection for each call."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import sys
import threading
from typing import Dict, Iterator, List

from .agi import EXAMPLES, LONGEST
from .asterisk import Asterisk

DAEMON = str(EXAMPLES / "fastagi" / "virtualq_fastagi.py")


class Daemon:
    """A running daemon; `lines` are what it has logged so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: List[str] = []
        self.next_line()
        self.port = int(self.lines[0].rpartition(":")[2])

    def _line(self) -> str:
        assert self.process.stderr is not None
        late = threading.Timer(LONGEST, self.process.kill)
        late.start()
        line = self.process.stderr.readline()
        late.cancel()
        assert line, f"no more in the log than {self.lines}"
        return line.rstrip("\n")

    def next_line(self) -> str:
        """Wait for the next line of its log."""
        self.lines.append(self._line())
        return self.lines[-1]

    def call(self, asterisk: Asterisk) -> None:
        """Hold one dialogue with it; the caller who hangs up is the line HANGUP."""
        with socket.create_connection(("127.0.0.1", self.port), LONGEST) as connection:
            asterisk.signal = lambda: connection.sendall(b"HANGUP\n")
            asterisk.converse(connection.fileno(), connection.sendall, LONGEST)

    def end(self) -> int:
        """Tell it to end; return its exit code, and add the rest of its log to `lines`."""
        self.process.send_signal(signal.SIGTERM)
        rest = self.process.communicate(timeout=LONGEST)[1]
        self.lines += rest.splitlines()
        return self.process.returncode


@contextlib.contextmanager
def daemon(env: Dict[str, str]) -> Iterator[Daemon]:
    """Run the daemon on a free port."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", DAEMON],
        env={**env, "VIRTUALQ_FASTAGI": "127.0.0.1:0"},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            yield Daemon(process)
        finally:
            process.kill()
