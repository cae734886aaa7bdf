"""How two of the same kind are matched, and what is told of a difference; for changes.py.

And what changed in two documents for people only: descriptions, examples, limits; for
``generate.py --diff``.
"""

from __future__ import annotations

from typing import (
    Callable,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
)

from document import child, is_list, is_object, words
from emit_models import annotation
from keywords import LIMITS
from model import Value

T = TypeVar("T")
Key = Tuple[str, ...]
About = Tuple[str, str]
"""Where something stands, and what it is called."""
Told = Tuple[str, str]
"""The kind of a change, and its words."""


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


def breaks(pointer: str, *differences: Tuple[object, object, str]) -> Iterator[Change]:
    """Tell of each value that is another one now, which breaks users; in the words given."""
    for old, new, text in differences:
        if old != new:
            yield Change("breaking", pointer, text)


def turned(about: About, old: bool, new: bool, on: Told, off: Told) -> Iterator[Change]:
    """Tell of something that has become true or false, in the words for either."""
    if old != new:
        kind, text = on if new else off
        yield Change(kind, about[0], f"{about[1]} {text}")


def compare_types(about: About, old: Value, new: Value, on: Told, off: Told) -> Iterator[Change]:
    """Tell of another type; of null in the same one, in the words for either."""
    if old.type != new.type:
        text = f"{about[1]} was {annotation(old)} and is now {annotation(new)}"
        yield Change("breaking", about[0], text)
    else:
        yield from turned(about, old.nullable, new.nullable, on, off)


_WORDS = LIMITS | words("""
    title description summary example examples externalDocs $comment tags contact license version
    deprecated operationId responses default x-enum-descriptions
""")
_NAMES = words("""
    paths parameters requestBodies responses headers examples schemas properties securitySchemes
""")
"""Members of these have names of the author's own: an attribute called "title" is no title."""


def wording(old: object, new: object) -> Iterator[Change]:
    """Return a ``docs`` change for each text or limit that differs and that no generated code
    depends on.
    """
    yield from _compare(old, new, "#", is_keyword=True, is_word=False)


def _compare(
    old: object, new: object, pointer: str, is_keyword: bool, is_word: bool
) -> Iterator[Change]:
    if is_object(old) and is_object(new):
        for name in sorted({*old, *new}):
            word = is_word or (is_keyword and name in _WORDS and name != "responses")
            inner = child(pointer, name)
            if name in old and name in new:
                keyword = not (is_keyword and name in _NAMES)
                yield from _compare(old[name], new[name], inner, keyword, word)
            elif word or pointer.rpartition("/")[2] == "responses":
                yield Change("docs", inner, "is new" if name in new else "is gone")
    elif is_list(old) and is_list(new) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new)):
            yield from _compare(*pair, child(pointer, index), is_keyword, is_word)
    elif is_word and (old != new or type(old) is not type(new)):
        yield Change("docs", pointer, "has another text or limit")
