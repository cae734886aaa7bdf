"""kill -9 in the middle of fifty threads: whoever was answered is there afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Set, Tuple

from virtualq.errors import VirtualQError
from virtualq.session import Session

from .asking import CENTER, LINE

RUN = ("-m", "virtualq", "sandbox", "--state")


def start(state: Path) -> Tuple[subprocess.Popen[str], str, str]:
    """Start a sandbox on a file; return it with its URL and its key."""
    process = subprocess.Popen(
        [sys.executable, *RUN, str(state)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, process.stdout.readline().strip(), process.stdout.readline().strip()


def test_nothing_answered_is_lost(tmp_path: Path) -> None:
    """Every line-up that got its 201 is in the file, with an id of its own."""
    process, url, key = start(tmp_path / "state")
    answered: Set[str] = set()
    enough = threading.Event()

    def line_up(number: int) -> None:
        with Session(key, base_url=url, deadline=30, retries=0) as vq:
            for turn in range(1000):
                phone = f"+1{number:03}{turn:05}"
                try:
                    vq.line_up_caller(LINE, phone, channel="CallIn", source="Phone")
                except VirtualQError:
                    return
                answered.add(phone)
                if len(answered) >= 200:
                    enough.set()

    threads = [threading.Thread(target=line_up, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    process.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join(60)
    process.communicate()
    process, url, key = start(tmp_path / "state")
    try:
        with Session(key, base_url=url, deadline=30) as vq:
            callers = vq.list_callers_waiting(CENTER).value
    finally:
        process.terminate()
        process.communicate()
    assert answered <= {caller.phone for caller in callers}
    assert len({caller.id for caller in callers}) == len(callers) >= 200
