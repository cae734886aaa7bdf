"""Says what is too late on a machine that may be busy: beside a good day, or time after time.

A program that is late is late each time; one that the machine kept waiting is not. So what is found
too late is played again, and what it asserts besides must hold each time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Callable, List, TypeVar

SLACK = 0.3
"""Seconds that two runs of the same program may differ by on a quiet machine."""
TRIES = 5
Test = TypeVar("Test", bound=Callable[..., None])


class Late(AssertionError):
    """It took longer than it may, this time."""


def assert_within(seconds: float, spent: float) -> None:
    """Raise Late when more than so many seconds were spent; SLACK comes on top."""
    if spent > seconds + SLACK:
        raise Late(f"took {spent:.2f} s, {seconds:.2f} s and {SLACK} of slack are allowed")


def again_when_late(test: Test) -> Test:
    """Play a test again when it raised Late, and believe it the last time."""

    @wraps(test)
    def play(*arguments: object, **named: object) -> None:
        for _ in range(TRIES - 1):
            try:
                return test(*arguments, **named)
            except Late:
                continue
        return test(*arguments, **named)

    return play  # type: ignore[return-value]


def assert_in_time(
    bad_day: Callable[[], float], good_day: Callable[[], float], more: float
) -> None:
    """Play both at once, each tells its seconds: the bad day may take only so many more."""
    late: List[str] = []
    for _ in range(TRIES):
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(good_day)
            spent = bad_day()
            reference = beside.result()
        # Where a good day itself takes long, two of them differ by more.
        if spent < reference + more + max(SLACK, reference / 2):
            return
        late.append(f"{spent:.2f} s, a good day {reference:.2f} s")
    raise AssertionError(f"more than {more} s longer than a good day, each time: {late}")
