"""Starts an AGI script as Asterisk does, a process with pipes, and holds the dialogue with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence

from .asterisk import Asterisk

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LONGEST = 120.0


class Ended(NamedTuple):
    """How a script ended: its exit code, its stderr, and when it began and ended."""

    code: int
    stderr: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took, with starting Python."""
        return self.ended - self.began


def script(name: str) -> List[str]:
    """Return the command for one of our scripts, with this Python instead of an installed one."""
    return [sys.executable, "-W", "error", str(EXAMPLES / "agi" / f"virtualq_{name}.py")]


def run(command: Sequence[str], asterisk: Asterisk, env: Dict[str, str]) -> Ended:
    """Run a script to its end as one side of a call."""
    with tempfile.TemporaryFile() as errors:
        began = time.monotonic()
        with subprocess.Popen(
            command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as process:
            asterisk.signal = lambda: process.send_signal(signal.SIGHUP)
            try:
                _converse(process, asterisk)
                code = process.wait(LONGEST)
            finally:
                process.kill()
        ended = time.monotonic()
        errors.seek(0)
        return Ended(code, errors.read().decode(), began, ended)


def _converse(process: subprocess.Popen[bytes], asterisk: Asterisk) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    writing = process.stdin.fileno()
    asterisk.converse(process.stdout.fileno(), lambda data: os.write(writing, data), LONGEST)
