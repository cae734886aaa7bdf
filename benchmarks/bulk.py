"""Bulk listing: many callers into models; the time for each of them, and the memory they take."""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import sys
import time
import tracemalloc
from typing import Callable, Dict, List

from benchmarks.documents import document
from benchmarks.measure import Row, Section, Spread, compare, instructions, take_turns
from benchmarks.peer import ROOT
from benchmarks.place import Place
from benchmarks.readers import READERS, body_reader

MANY = 10_000
_MIB = 1024 * 1024
_LABELS = {
    "pydantic": "pydantic v2",
    "virtualq": "virtualq",
    "cattrs": "stock cattrs",
    "generated": "openapi-python-client",
}


def measure(
    place: Place, url: str, rounds: int, *, many: int = MANY, count: bool = False
) -> List[Section]:
    """Return the sections of the bulk listing; `many` is the length of the list."""
    names = ["virtualq", "cattrs"]
    if importlib.util.find_spec("pydantic"):
        names.insert(0, "pydantic")
    if "generated" in place.rivals:
        names.append("generated")
    return [
        _parsed_section(names, rounds, many, count=count),
        _bytes_section(names, rounds, many),
        _linear_section(url, rounds, many),
        _memory_section(url, many),
    ]


def _parsed_section(names: List[str], rounds: int, many: int, *, count: bool) -> Section:
    resources = json.loads(document(many))["data"]
    readers = {name: READERS[name]() for name in names}
    contest = {
        _LABELS[name]: _timer(lambda read=read: read(resources), many)
        for name, read in readers.items()
    }
    counts = {_LABELS[name]: _count(name) for name in names} if count else {}
    rows = compare(take_turns(contest, rounds), {"virtualq": 1.0}, counts)
    return Section(f"{many:,} callers, parsed JSON to models, for each", "us", rows)


def _bytes_section(names: List[str], rounds: int, many: int) -> Section:
    body = document(many)
    readers = {name: body_reader(name) for name in names}
    contest = {
        _LABELS[name]: _timer(lambda read=read: read(body), many) for name, read in readers.items()
    }
    title = f"{many:,} callers, body of the answer to models, for each"
    note = "pydantic parses the JSON itself, without Python objects between"
    return Section(title, "us", compare(take_turns(contest, rounds), {}, {}), [note])


def list_callers(url: str, count: int) -> object:
    """Return so many callers from the peer, by a Session of its own with room for them."""
    from virtualq import Session

    with Session("key", base_url=url, deadline=60, max_answer_bytes=1024 * _MIB) as session:
        return session.list_callers_waiting(count).value


def _linear_section(url: str, rounds: int, many: int) -> Section:
    """Time whole calls, connection and all, for lists of three lengths."""
    lengths = [many, many // 10, many * 10]
    contest = {
        f"{length:,} callers": _timer(lambda n=length: list_callers(url, n), length)
        for length in lengths
    }
    rows = compare(take_turns(contest, max(3, rounds // 3)), {}, {})
    return Section("list_callers_waiting, a whole call, for each caller", "us", rows)


def _memory_section(url: str, many: int) -> Section:
    """Compare the peak of a whole call with what its result cannot do without."""
    ratio = peak_ratio(url, many)
    row = Row("peak / (parsed document + objects)", Spread.of([ratio]), goal=1.3)
    return Section(f"memory of list_callers_waiting, {many:,} callers", "", [row])


def peak_ratio(url: str, count: int) -> float:
    """Return the peak memory of a whole call over that of the parsed document and the objects."""
    read = READERS["virtualq"]()
    list_callers(url, 1)  # whatever is loaded or kept once is not the list's
    body = document(count)
    needed = _memory(lambda: _keep_both(body, read))[0]
    return _memory(lambda: list_callers(url, count))[1] / needed


def _keep_both(body: bytes, read: Callable[[List[Dict[str, object]]], object]) -> object:
    parsed = json.loads(body)
    return parsed, read(parsed["data"])


def _memory(work: Callable[[], object]) -> List[int]:
    """Return the bytes that the result of some work takes, and those at its peak."""
    gc.collect()
    tracemalloc.start()
    try:
        kept = work()
        figures = list(tracemalloc.get_traced_memory())
        del kept
    finally:
        tracemalloc.stop()
    return figures


def _timer(work: Callable[[], object], count: int) -> Callable[[], float]:
    def run() -> float:
        # The collector runs as it does for users, but does not go through the other contestants.
        gc.collect()
        gc.freeze()
        try:
            started = time.process_time()
            kept = work()
            spent = time.process_time() - started
            del kept
        finally:
            gc.unfreeze()
        return spent / count

    return run


def _count(name: str, few: int = 1, many: int = 6) -> float:
    """Return the instructions for one caller: a list read often, less the same read once."""
    path = os.pathsep.join([str(ROOT), *sys.path[1:]])
    environ = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": path}
    counts = [
        instructions([sys.executable, "-m", "benchmarks.once", "read", name, str(times)], environ)
        for times in (few, many)
    ]
    return (counts[1] - counts[0]) / (many - few) / 200
