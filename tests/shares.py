"""How much of a long test each Python runs: all on one, a share of it on the others.

conftest.py says which, by the same words that leave out what is marked `once`. What the others run
differs from one to the next, so that all of them together come near the whole as well.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any, Sequence, Tuple

import pytest
from hypothesis import settings

PARTS = 5
"""A share is one of so many parts; the Pythons 3.9 to 3.13 then have different ones."""
_whole = True


def take_a_share() -> None:
    """Let the tests that are read from now on be no more than the share of this Python."""
    global _whole
    _whole = False
    settings.register_profile("share", settings(max_examples=share_of(settings().max_examples)))
    settings.load_profile("share")


def share_of(number: int) -> int:
    """Return how many of so many examples to run here; one at least."""
    return number if _whole else max(1, number // PARTS)


def steps_of(stride: int) -> Tuple[int, int]:
    """Return which step to begin with, of every so many of a walk, and how many to go on by."""
    return (0, stride) if _whole else (sys.version_info.minor % PARTS * stride, stride * PARTS)


def mark_shares(items: Sequence[Any]) -> None:
    """Of the cases of each test marked `shared` mark those `once` that other Pythons have."""
    seen: Counter[Any] = Counter()
    for item in items:
        if item.get_closest_marker("shared") is not None:
            number = seen[item.function]
            seen[item.function] += 1
            if (number - sys.version_info.minor) % PARTS:
                item.add_marker(pytest.mark.once)
