"""Warm call: the CPU time this process spends on one look-up over a connection that is open."""

from __future__ import annotations

import os
import sys
import time
from typing import Callable, Dict, Iterable, List, Optional

from benchmarks.calls import CALLS, Call
from benchmarks.measure import Section, compare, instructions, take_turns
from benchmarks.peer import ROOT
from benchmarks.place import Place

_LABELS = {
    "plain": "requests.Session.get(...).json()",
    "virtualq": "verify_caller",
    "virtualq_value": "get_caller and its value",
    "stdlib": "http.client, by hand",
    "httpx": "httpx.Client.get(...).json()",
    "generated": "openapi-python-client",
}
_MORE = 300
_GOAL = 0.2


def measure(
    place: Place, url: str, rounds: int, *, batch: int = 100, count: bool = False
) -> List[Section]:
    """Return the sections of the warm call; a figure is the mean of a batch of calls."""
    names = ["plain", "virtualq", "virtualq_value", "stdlib", *place.rivals]
    calls = {name: CALLS[name](url) for name in names}
    contest = {_LABELS[name]: _timer(call, batch) for name, call in calls.items()}
    counts = {_LABELS[name]: _count(name, url) for name in names} if count else {}
    rows = compare(take_turns(contest, rounds), {_LABELS["virtualq"]: _GOAL}, counts)
    return [
        Section("one look-up on a kept connection", "us", rows),
        _environment_section(calls, rounds, batch),
    ]


def _environment_section(calls: Dict[str, Call], rounds: int, batch: int) -> Section:
    """Compare each of two contestants with itself: does a large environment cost it anything?"""
    more = {f"BENCHMARK_{number}": "x" * 40 for number in range(_MORE)}
    mine, other = calls["virtualq"], calls["plain"]
    contest = {
        "verify_caller": _timer(mine, batch),
        f"verify_caller, {_MORE} more": _timer(mine, batch, more),
        "requests": _timer(other, batch),
        f"requests, {_MORE} more": _timer(other, batch, more),
    }
    times = take_turns(contest, rounds)
    names = list(contest)
    rows = compare({name: times[name] for name in names[:2]}, {}, {})
    rows += compare({name: times[name] for name in names[2:]}, {}, {})
    return Section(f"the same with {_MORE} more environment variables", "us", rows)


def _timer(call: Call, batch: int, more: Optional[Dict[str, str]] = None) -> Callable[[], float]:
    def run() -> float:
        os.environ.update(more or {})
        try:
            started = time.process_time()
            for _ in range(batch):
                call()
            return (time.process_time() - started) / batch
        finally:
            _forget(more or {})

    return run


def _forget(names: Iterable[str]) -> None:
    for name in names:
        os.environ.pop(name, None)


def _count(name: str, url: str, few: int = 20, many: int = 120) -> float:
    """Return the instructions of one call: those of many, less those of few, start-up cancels."""
    path = os.pathsep.join([str(ROOT), *sys.path[1:]])
    environ = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": path}
    counts = [
        instructions(
            [sys.executable, "-m", "benchmarks.once", "call", name, str(times), url], environ
        )
        for times in (few, many)
    ]
    return (counts[1] - counts[0]) / (many - few)
