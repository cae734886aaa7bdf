"""How long a quick call waits for a thread behind slow ones: `python -m benchmarks.waiting`.

The Session is synchronous, so that asyncio lends it threads. A hundred calls to a service that does
not answer begin at once, each up to its deadline; a tenth of a second later ten calls to one that
does. What counts is how long the slowest of the ten took, with each way to lend threads in turn.
README.md has the figures, docs/asyncio.md what follows.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Awaitable, Callable, Dict, List, Optional, Sequence

from asgiref.sync import sync_to_async

from benchmarks.measure import Spread, take_turns
from benchmarks.peer import running
from virtualq import Session, VirtualQError

QUICK = 10
Lend = Callable[[Callable[[], Any]], Awaitable[Any]]


def _default(call: Callable[[], Any]) -> Awaitable[Any]:
    return asyncio.to_thread(call)


def _sensitive(call: Callable[[], Any]) -> Awaitable[Any]:
    awaitable: Awaitable[Any] = sync_to_async(call)()
    return awaitable


def _own(pool: ThreadPoolExecutor) -> Lend:
    return lambda call: asyncio.get_running_loop().run_in_executor(pool, call)


def _own_through_django(pool: ThreadPoolExecutor) -> Lend:
    return lambda call: sync_to_async(call, thread_sensitive=False, executor=pool)()


async def _longest(
    lend: Lend, slow: Callable[[], Any], quick: Callable[[], Any], many: int
) -> float:
    """Return how long the slowest of the quick calls took, in seconds."""

    async def timed() -> float:
        began = time.perf_counter()
        await lend(quick)
        return time.perf_counter() - began

    behind = [asyncio.ensure_future(lend(slow)) for _ in range(many)]
    await asyncio.sleep(0.1)
    longest = max(await asyncio.gather(*(timed() for _ in range(QUICK))))
    await asyncio.gather(*behind)
    return longest


class _Silent:
    """A service that takes every connection and never answers."""

    def __init__(self, many: int) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=many)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._taken: List[socket.socket] = []
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        while True:
            try:
                self._taken.append(self._listening.accept()[0])
            except OSError:
                return

    def close(self) -> None:
        """Let go of everything."""
        for each in (self._listening, *self._taken):
            each.close()


def measure(many: int, deadline: float, rounds: int, *, all_ways: bool) -> Dict[str, List[float]]:
    """Return the longest wait of each round by the way that threads are lent."""
    silent = _Silent(many)
    pool = ThreadPoolExecutor(many + QUICK)
    with (
        running() as url,
        Session("k", base_url=url, deadline=60) as answering,
        Session("k", base_url=silent.url, deadline=deadline, retries=0) as dead,
    ):

        def slow() -> None:
            try:
                dead.verify_caller(3042, "+17343305027")
            except VirtualQError:
                pass

        def quick() -> None:
            answering.verify_caller(3042, "+17343305027")

        ways: Dict[str, Lend] = {
            "asyncio.to_thread": _default,
            "run_in_executor, an executor of its own": _own(pool),
            "sync_to_async with it, thread_sensitive=False": _own_through_django(pool),
        }
        if all_ways:
            ways["sync_to_async as it is"] = _sensitive

        def run(lend: Lend) -> Callable[[], float]:
            return lambda: asyncio.run(_longest(lend, slow, quick, many))

        times = take_turns({name: run(lend) for name, lend in ways.items()}, rounds, warm_up=False)
    pool.shutdown()
    silent.close()
    return times


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waiting")
    parser.add_argument("--calls", type=int, default=100, help="slow calls at once")
    parser.add_argument("--deadline", type=float, default=1.5, help="theirs, in seconds")
    parser.add_argument("--rounds", type=int, default=5, help="turns that every way gets")
    parser.add_argument("--all", action="store_true", help="sync_to_async as it is, too: minutes")
    asked = parser.parse_args(arguments)
    times = measure(asked.calls, asked.deadline, asked.rounds, all_ways=asked.all)
    print(f"{os.cpu_count()} cores, {asked.calls} calls, deadline {asked.deadline} s\n")
    print("| threads from | slowest of ten quick calls | quartiles |\n| :-- | --: | --: |")
    for name, figures in times.items():
        low, median, high = Spread.of(figures)
        print(f"| {name} | {median:.2f} s | {low:.2f} to {high:.2f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
