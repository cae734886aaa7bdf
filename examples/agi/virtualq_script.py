"""Runs a dialogue of virtualq_calls.py as an AGI script: one process a call, started by Asterisk.

Commands go to Asterisk over stdout, so that nothing else may: the real stdout is kept aside, and
whatever prints, in Python or in C, lands on stderr, which Asterisk shows on its console.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from typing import Any

_STARTED = time.monotonic()  # before the imports that take time: the caller hears silence already


def main(dialogue: str) -> int:
    """Hold the dialogue of this name; always return 0, the outcome is in the channel variables."""
    gc.disable()  # a process that lives for one call: collecting costs more than it frees
    gone = threading.Event()
    # Asterisk sends it when the caller hangs up; by default it would kill a line-up half-way.
    signal.signal(signal.SIGHUP, lambda *_: gone.set())
    # Caller names come in any encoding; a byte that does not fit must not end the call.
    with (
        open(0, encoding="utf-8", errors="replace", newline="\n") as replies,
        open(os.dup(1), "wb", buffering=0) as commands,
    ):
        os.dup2(2, 1)
        try:
            import virtualq_calls

            channel = virtualq_calls.Channel(replies, commands, gone.is_set)
            getattr(virtualq_calls, dialogue)(channel, _open_session, _report, _STARTED)
        except Exception as error:  # Asterisk went away before it said who calls
            _report(type(error).__name__)
    gc.freeze()
    return 0


def _open_session() -> Any:
    from virtualq.session import Session

    return Session.from_env()


def _report(line: str) -> None:
    print(f"virtualq: {line}", file=sys.stderr, flush=True)
