"""Two documents -> what changed for people only: descriptions, examples, limits; the rest of
``generate.py --diff``.
"""

from __future__ import annotations

from typing import Iterator, Sequence

from comparing import Change
from plain import is_list, is_object
from problem import child

_WORDS = frozenset(
    [
        "title",
        "description",
        "summary",
        "example",
        "examples",
        "externalDocs",
        "tags",
        "contact",
        "license",
        "x-enum-descriptions",
        "$comment",
        "default",
        "deprecated",
        "operationId",
        "version",
        "minLength",
        "maxLength",
        "pattern",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "responses",
    ]
)
_NAMES = frozenset(
    [
        "properties",
        "schemas",
        "parameters",
        "responses",
        "headers",
        "examples",
        "requestBodies",
        "securitySchemes",
        "paths",
    ]
)
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
            elif word or _last(pointer) == "responses":
                yield Change("docs", inner, "is new" if name in new else "is gone")
    elif is_list(old) and is_list(new) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new)):
            yield from _compare(*pair, child(pointer, index), is_keyword, is_word)
    elif is_word and (old != new or type(old) is not type(new)):
        yield Change("docs", pointer, "has another text or limit")


def _last(pointer: str) -> str:
    parts: Sequence[str] = pointer.split("/")
    return parts[-1]
