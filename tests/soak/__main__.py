"""`python -m tests.soak [SECONDS]`: threads, forks, signals, closes and kills, all at random.

The server's own log is the witness. Prints what was done, and what was wrong; exit code 1 for that.
"""

from __future__ import annotations

import itertools
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from virtualq import ConfigurationError, Session, UnexpectedResponseError, VirtualQError

PHONE = "+17343305027"
THREADS = 10
DEADLINE = 1.0
LATE = 0.5
"""Seconds after its deadline at which a call counts as late, beside what the machine held up."""


class Done(NamedTuple):
    """A line-up that ended: which, and whether it says that it happened: yes, no or perhaps."""

    line_id: int
    said: str


class Interrupt(BaseException):
    """What the handler of SIGALRM raises in the main thread."""


class Soak:
    """Sessions, what was done with them, and what was wrong."""

    def __init__(self, ca_bundle: str, *urls: str) -> None:
        self.sessions = [
            Session("key", base_url=url, ca_bundle=ca_bundle, deadline=DEADLINE) for url in urls
        ]
        self.counts: Counter[str] = Counter()
        self.done: List[Done] = []
        self.wrong: List[str] = []
        self.latest = 0.0
        self.stall = 0.0
        self.stop = threading.Event()
        self._numbers = itertools.count(1)

    def line_up(self, first: int = 0) -> Done:
        """Line somebody up on a line of their own, and look them up; note what was wrong."""
        line_id = first + next(self._numbers)
        session = random.choice(self.sessions)
        start = time.monotonic()
        try:
            value = session.line_up_caller(line_id, PHONE, channel="CallIn", source="Phone").value
        except VirtualQError as error:
            said = "perhaps" if error.maybe_applied else "no"
            self._count(error)
        else:
            said = "yes"
            self.counts["well"] += 1
            if value is None or value.line_id != line_id:
                self.wrong.append(f"line {line_id} got the answer for {value and value.line_id}")
        self._note_time(time.monotonic() - start)
        self._look_up(session, line_id)
        return Done(line_id, said)

    def _look_up(self, session: Session, line_id: int) -> None:
        start = time.monotonic()
        try:
            value = session.get_caller(line_id, PHONE).value
            if value is not None and value.line_id != line_id:
                self.wrong.append(f"line {line_id} was shown {value.line_id}")
        except VirtualQError as error:
            self._count(error)
        self._note_time(time.monotonic() - start)

    def _count(self, error: VirtualQError) -> None:
        self.counts[type(error).__name__] += 1
        # The server says nothing that is not the API's: what looks so was read wrongly.
        if isinstance(error, (UnexpectedResponseError, ConfigurationError)):
            self.wrong.append(f"{type(error).__name__}: {error}")

    def _note_time(self, spent: float) -> None:
        self.latest = max(self.latest, spent)

    def work(self) -> None:
        """Line people up until the end, on a thread."""
        while not self.stop.is_set():
            try:
                self.done.append(self.line_up())
            except BaseException as error:
                self.wrong.append(f"on a thread: {error!r}")

    def watch(self) -> None:
        """Note how much later than it should a thread comes to its turn that only waits."""
        while not self.stop.is_set():
            start = time.monotonic()
            time.sleep(0.02)
            self.stall = max(self.stall, time.monotonic() - start - 0.02)

    def close_at_random(self) -> None:
        """Close a Session now and then, under all who use it."""
        while not self.stop.wait(random.uniform(0, 0.3)):
            random.choice(self.sessions).close()
            self.counts["closes"] += 1

    def fork(self) -> None:
        """Let a child line three people up with the parent's Sessions, and tell what came of it."""
        first = 1_000_000 * (2 + self.counts["forks"])
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            signal.setitimer(signal.ITIMER_REAL, 0)
            told: List[Any] = []
            before = len(self.wrong)
            try:
                told = [self.line_up(first) for _ in range(3)]
                random.choice(self.sessions).close()
            except BaseException as error:
                self.wrong.append(f"in a child: {error!r}")
            os.write(writing, json.dumps([told, self.wrong[before:], self.latest]).encode())
            os._exit(0)
        os.close(writing)
        self.counts["forks"] += 1
        with open(reading, encoding="utf-8") as report:
            text = report.read()
        os.waitpid(child, 0)
        told, wrong, latest = json.loads(text) if text else ([], ["a child died"], 0.0)
        self.latest = max(self.latest, latest)
        self.done += [Done(*one) for one in told]
        self.wrong += wrong


def raise_interrupt(number: int, frame: Optional[FrameType]) -> None:
    """Be the time limit of a task queue."""
    raise Interrupt


def shake(soak: Soak, seconds: float) -> None:
    """Call from the main thread too, under a signal that raises; fork in between."""
    signal.signal(signal.SIGALRM, raise_interrupt)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            signal.setitimer(signal.ITIMER_REAL, random.uniform(0.0002, 0.05))
            try:
                soak.line_up()  # its outcome is not known when it is interrupted
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
        except Interrupt:
            soak.counts["interrupts"] += 1
        if random.random() < 0.05:
            soak.fork()


def state() -> Dict[str, int]:
    """Return what must not grow: descriptors, threads, memory in MiB."""
    memory = Path("/proc/self/statm")
    pages = int(memory.read_text().split()[1]) if memory.exists() else 0
    return {
        "descriptors": len(os.listdir("/proc/self/fd")) if memory.exists() else 0,
        "threads": threading.active_count(),
        "MiB": pages * os.sysconf("SC_PAGE_SIZE") // 2**20,
    }


def run(soak: Soak, seconds: float) -> Tuple[Dict[str, int], Dict[str, int]]:
    """Do everything for so long; return what there was after a warm-up, and at the end."""
    threads = [threading.Thread(target=soak.work) for _ in range(THREADS)]
    threads.append(threading.Thread(target=soak.close_at_random))
    threads.append(threading.Thread(target=soak.watch))
    for thread in threads:
        thread.start()
    shake(soak, seconds / 10)
    before = state()
    shake(soak, seconds * 9 / 10)
    soak.stop.set()
    for thread in threads:
        thread.join(60)
    for session in soak.sessions:
        session.close()
    return before, state()


def judge(soak: Soak, said: Dict[str, Any], before: Dict[str, int], after: Dict[str, int]) -> None:
    """Hold what the calls said against the server's log."""
    created = Counter(line_id for line_id, _ in said["created"])
    for done in soak.done:
        if done.said == "no" and created[done.line_id]:
            soak.wrong.append(f"line {done.line_id} happened, and the error says it did not")
        if done.said == "yes" and not created[done.line_id]:
            soak.wrong.append(f"line {done.line_id} never happened")
    soak.wrong += [f"line {line_id}: {n} times" for line_id, n in created.items() if n > 1]
    soak.wrong += said["mistakes"]
    # In the end, when the longest hold-up is known: a thread hears of one later than a call.
    if soak.latest > DEADLINE + LATE + 2 * soak.stall:
        soak.wrong.append(f"a call took {soak.latest:.2f} s of {DEADLINE}")
    if after["descriptors"] > 12 or after["threads"] > 1:
        soak.wrong.append(f"left behind: {after}")
    if after["MiB"] > before["MiB"] + 30:
        soak.wrong.append(f"memory grew from {before['MiB']} to {after['MiB']} MiB")


def main(seconds: float = 300.0) -> int:
    """Run the soak and print what came of it."""
    command = [sys.executable, "-m", "tests.soak.server"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        soak = Soak(*json.loads(server.stdout.readline()))
        before, after = run(soak, seconds)
        server.stdin.close()
        judge(soak, json.loads(server.stdout.readline()), before, after)
    print(f"{seconds:.0f} s on {os.cpu_count()} cores, {len(soak.done)} line-ups that ended")
    print(", ".join(f"{name} {count}" for name, count in sorted(soak.counts.items())))
    print(
        f"the longest call took {soak.latest:.2f} s of {DEADLINE}, the machine held up "
        f"{soak.stall:.2f} s; {before} became {after}"
    )
    print(f"wrong: {len(soak.wrong)}", *soak.wrong[:20], sep="\n  ")
    return 1 if soak.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
