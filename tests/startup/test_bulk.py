"""A long list of callers: its cost grows with its length, its peak is near what must be kept."""

from __future__ import annotations

import gc
import sys
from functools import partial
from typing import Any, Callable, List

import pytest

from benchmarks import bulk
from benchmarks.documents import document
from benchmarks.peer import running
from virtualq._api import operations, wire
from virtualq.result import Result

# How much more a longer list takes lies in what we do with it, which the Pythons do not change.
pytestmark = pytest.mark.once


def _calls(work: Callable[[], object]) -> int:
    """Count the functions, ours and built-in ones, that some work calls."""
    count = 0

    def tick(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    # What the collector calls back, other tests' tools among it, comes whenever it comes.
    gc.disable()
    sys.setprofile(tick)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count


def _read(length: int) -> List[Any]:
    """Read an answer with so many callers, as the Session does."""
    answer = wire.Answer(200, {}, document(length))
    reading = wire.read(operations.LIST_CALLERS_WAITING, answer, str)
    assert isinstance(reading, wire.Found)
    callers = Result(reading.value).value
    assert isinstance(callers, list)
    return callers


def test_calls_grow_with_the_length_alone() -> None:
    """Ten times the callers are ten times the function calls, to the last one.

    Lengths are multiples of 12: every twelfth caller of the document is of the same kind.
    """
    assert len(_read(100)) == 100
    short, middle, long = (
        _calls(partial(_read, length)) - _calls(partial(document, length))
        for length in (1200, 2400, 12_000)
    )
    assert long - middle == 8 * (middle - short)
    assert short > 1200


def test_peak_memory_is_near_what_must_be_kept() -> None:
    """While a list is read, at most 1.3 times the parsed document and the objects are held."""
    with running() as url:
        assert 1.0 < bulk.peak_ratio(url, 2000) <= 1.3
