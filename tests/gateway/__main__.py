"""What a gateway takes: `make load` runs it, docs/gateway.md has what it told.

python -m tests.gateway KILLS    a hundred calls at once, half of them dripping; then so many kills
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from virtualq.sandbox.server import Sandbox

from .process import Gateway
from .test_process import hundred_calls, kill_under_load


def calls(folder: Path) -> None:
    """Print how long a call takes alone, and among a hundred."""
    with Sandbox() as sandbox, Gateway(sandbox, folder) as gateway:
        alone = []
        for _ in range(100):
            began = time.monotonic()
            gateway.word("arrive")
            alone.append(time.monotonic() - began)
        print(f"a call at a time: median {statistics.median(alone) * 1000:.0f} ms")
        for dripping in (0, 50):
            done = hundred_calls(sandbox, gateway, dripping)
            well = sorted(seconds for seconds, word in done if word == "offer")
            late = max((seconds for seconds, word in done if word == "queue"), default=0.0)
            p99 = well[int(len(well) * 0.99)]
            print(f"a hundred at once, {dripping} dripping: {len(well)} offers, p99 {p99:.2f} s;")
            print(f"  `queue` after {late:.2f} s at most (deadline 3 s)", flush=True)


def kills(folder: Path, many: int) -> None:
    """Print how many reports were accepted by a gateway that is killed again and again."""
    began = time.monotonic()
    with Sandbox() as sandbox:
        accepted = kill_under_load(sandbox, folder, many)
    spent = time.monotonic() - began
    print(f"{many} kills under load in {spent:.0f} s: {accepted} reports accepted, all arrived,")
    print("  in order, for their caller")


if __name__ == "__main__":
    print(f"{date.today()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f} before it")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        calls(Path(one))
        kills(Path(other), int(sys.argv[1]))
