"""How two of the same kind are matched, and what is told of a difference; for changes.py and
wording.py.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar

from emit_models import annotation
from model import Value

T = TypeVar("T")
Key = Tuple[str, ...]


class Change(NamedTuple):
    """One change: ``breaking``, ``added`` or ``docs``, where, and what."""

    kind: str
    pointer: str
    text: str


def pair(
    old: Iterable[T],
    new: Iterable[T],
    key: Callable[[T], Key],
    other: Optional[Callable[[T], Key]] = None,
) -> Tuple[List[T], List[T], List[Tuple[T, T]]]:
    """Return what is gone, what has come, and what is in both, in the order of the keys.

    What has no match by its key may have one by its `other` key: it has been renamed.
    """
    before, after = {key(item): item for item in old}, {key(item): item for item in new}
    gone = [before[name] for name in sorted(before.keys() - after.keys())]
    come = [after[name] for name in sorted(after.keys() - before.keys())]
    both = [(before[name], after[name]) for name in sorted(before.keys() & after.keys())]
    if other is None:
        return gone, come, both
    gone, come, renamed = pair(gone, come, other)
    return gone, come, both + renamed


def turned(
    about: Tuple[str, str], old: bool, new: bool, on: Tuple[str, str], off: Tuple[str, str]
) -> Iterator[Change]:
    """Tell of something that has become true or false, in the words for either."""
    if old != new:
        kind, text = on if new else off
        yield Change(kind, about[0], f"{about[1]} {text}")


def compare_types(
    about: Tuple[str, str], old: Value, new: Value, on: Tuple[str, str], off: Tuple[str, str]
) -> Iterator[Change]:
    """Tell of another type; of null in the same one, in the words for either."""
    if old.type != new.type:
        text = f"{about[1]} was {annotation(old)} and is now {annotation(new)}"
        yield Change("breaking", about[0], text)
    else:
        yield from turned(about, old.nullable, new.nullable, on, off)
