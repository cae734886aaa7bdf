"""Bulk listing: many callers into models; the time for each of them, and the memory they take."""

from __future__ import annotations

import gc
import json
import os
import sys
import time
import tracemalloc
from typing import Any, Callable, Dict, List

from benchmarks.documents import document
from benchmarks.measure import Row, Section, Spread, compare, instructions, take_turns
from benchmarks.peer import ROOT
from benchmarks.place import Place, has
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
    if has("pydantic"):
        names.insert(0, "pydantic")
    if "generated" in place.rivals:
        names.append("generated")
    return [
        _parsed_section(names, rounds, many),
        _parsed_section(names, rounds, many, collector=False, count=count),
        _body_section(names, rounds, many),
        _linear_section(url, rounds, many),
        _linear_section(url, rounds, many, collector=False),
        _memory_section(url, many),
    ]


def _parsed_section(
    names: List[str], rounds: int, many: int, *, collector: bool = True, count: bool = False
) -> Section:
    resources = json.loads(document(many))["data"]
    contest = {
        _LABELS[name]: _reading(READERS[name](), resources, many, collector=collector)
        for name in names
    }
    counts = {_LABELS[name]: _count(name) for name in names} if count else {}
    goals = {"virtualq": 0.6 if collector else 1.1} if "pydantic" in names else {}
    title = f"{many:,} callers, parsed JSON to models, for each" + _without(collector)
    return Section(title, "us", compare(take_turns(contest, rounds), goals, counts))


def _body_section(names: List[str], rounds: int, many: int) -> Section:
    body = document(many)
    contest = {_LABELS[name]: _reading(body_reader(name), body, many) for name in names}
    title = f"{many:,} callers, body of the answer to models, for each"
    return Section(title, "us", compare(take_turns(contest, rounds), {}, {}))


def _without(collector: bool) -> str:
    return "" if collector else ", collector off"


def list_callers(url: str, count: int) -> object:
    """Return so many callers from the peer, by a Session of its own with room for them."""
    from virtualq import Session

    with Session("key", base_url=url, deadline=60, max_answer_bytes=1024 * _MIB) as session:
        return session.list_callers_waiting(count).value


def get_plain(url: str, count: int) -> object:
    """Return the parsed JSON for so many callers, as requests gives it."""
    import requests

    with requests.Session() as session:
        asked = {"call_center_id": count}
        return session.get(url + "/api/v2/waiters", params=asked, timeout=60).json()


def _linear_section(url: str, rounds: int, many: int, *, collector: bool = True) -> Section:
    """Time whole calls, connection and all; each contestant against itself with a short list."""
    clients = {"virtualq": list_callers, "requests, JSON alone": get_plain}
    contest = {
        f"{name}, {length:,}": _calling(client, url, length, collector=collector)
        for name, client in clients.items()
        for length in (many // 10, many, many * 10)
    }
    times = list(take_turns(contest, max(3, rounds // 3)).items())
    rows = compare(dict(times[:3]), {}, {}) + compare(dict(times[3:]), {}, {})
    title = "list_callers_waiting, a whole call, for each caller" + _without(collector)
    return Section(title, "us", rows)


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


def _reading(
    read: Callable[[Any], object], what: object, count: int, *, collector: bool = True
) -> Callable[[], float]:
    return _timer(lambda: read(what), count, collector=collector)


def _calling(
    client: Callable[[str, int], object], url: str, count: int, *, collector: bool
) -> Callable[[], float]:
    return _timer(lambda: client(url, count), count, collector=collector)


def _timer(work: Callable[[], object], count: int, *, collector: bool) -> Callable[[], float]:
    def run() -> float:
        # Frozen: the collector, which runs as it does for users, passes over what others hold.
        gc.collect()
        gc.freeze()
        (gc.enable if collector else gc.disable)()
        try:
            started = time.process_time()
            kept = work()
            spent = time.process_time() - started
            del kept
        finally:
            gc.enable()
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
