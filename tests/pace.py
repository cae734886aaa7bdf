"""Compares how long a bad day takes with a good day beside it: both meet the same busy machine."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Callable, List

SLACK = 0.3
"""Seconds that two runs of the same program may differ by."""
TRIES = 3


def assert_in_time(
    bad_day: Callable[[], float], good_day: Callable[[], float], more: float
) -> None:
    """Play both at once, each tells its seconds: the bad day may take only so many more.

    A program that is late is late each time; one that the machine kept waiting is not. So the days
    are played again when it was too late, and what they assert themselves must hold each time.
    """
    late: List[str] = []
    for _ in range(TRIES):
        with ThreadPoolExecutor(1) as pool:
            beside = pool.submit(good_day)
            spent = bad_day()
            reference = beside.result()
        if spent < reference + more + SLACK:
            return
        late.append(f"{spent:.2f} s, a good day {reference:.2f} s")
    raise AssertionError(f"more than {more} s longer than a good day, each time: {late}")
