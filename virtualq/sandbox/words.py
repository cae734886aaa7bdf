"""What the sandbox's own commands are told: one table for Python, HTTP, command line and page.

Before it: face, commands, faults, cli.sandbox; it leads to the table of kinds, as a Session's
parameters do.
"""

from __future__ import annotations

from typing import Iterable, Mapping, Tuple

from virtualq._api import parameters
from virtualq._api.operation import Item


def _word(name: str, kind: str, required: bool = False) -> Item:
    return Item(name, name, "body", kind, required, kind == "text" and required)


LINE: Tuple[Item, ...] = (_word("line_id", "integer", True),)
CALLER: Tuple[Item, ...] = (*LINE, _word("phone", "text", True))
SECONDS: Tuple[Item, ...] = (_word("seconds", "number", True),)
NEW_LINE: Tuple[Item, ...] = (
    *LINE,
    _word("name", "text", True),
    _word("call_center_id", "integer"),
    _word("line_group_id", "integer"),
    _word("talk_time", "integer"),
)
BAD_DAY: Tuple[Item, ...] = (
    _word("function", "text"),
    _word("status", "integer"),
    _word("retry_after", "number"),
    _word("times", "integer"),
    _word("probability", "number"),
    _word("applied", "boolean"),
    _word("timeout", "boolean"),
    _word("lost", "boolean"),
    _word("reset", "boolean"),
    _word("latency", "number"),
    _word("drip", "number"),
    _word("html", "boolean"),
    _word("malformed", "boolean"),
    _word("unknown_attributes", "boolean"),
    _word("unknown_state", "boolean"),
)


def check(words: Iterable[Item], given: Mapping[str, object]) -> None:
    """Raise InvalidParameterError, as a Session does, for a value that is not of its word's kind.

    A word that is not in `given` was left out.
    """
    for word in words:
        if word.wire in given:
            parameters.check(word, given[word.wire])
