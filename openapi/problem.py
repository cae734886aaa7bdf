"""What parsed JSON can be, and what is wrong with a spec and where: Problem, which every file from
reading.py to names.py raises and generate.py prints.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Dict, List

if TYPE_CHECKING:
    from typing_extensions import TypeGuard
from typing import Union


def is_object(data: object) -> TypeGuard[Dict[str, object]]:
    """Tell whether a value is an object; reading.py has seen to it that its names are texts."""
    return isinstance(data, dict)


def is_list(data: object) -> TypeGuard[List[object]]:
    """Tell whether a value is a list."""
    return isinstance(data, list)


def said(data: object) -> str:
    """Return a value as it is written in JSON, for a message."""
    return json.dumps(data, ensure_ascii=False)


class Problem(Exception):
    """A fault of the spec that stops the generator before any file is touched.

    ``where`` is a JSON pointer in URI form (``#/components/schemas``), or ``:line:column`` of a
    text that cannot be parsed. The message says what is wrong and what to do.
    """

    def __init__(self, where: str, message: str) -> None:
        super().__init__(where, message)
        self.where = where
        self.message = message

    def __str__(self) -> str:
        return self.where + ": " + printable(self.message)


def child(pointer: str, *parts: Union[str, int]) -> str:
    """Return the pointer of something further inside, with ``~`` and ``/`` escaped as RFC 6901
    says.
    """
    return "/".join([pointer, *(str(part).replace("~", "~0").replace("/", "~1") for part in parts)])


def printable(text: str) -> str:
    """Return the text on one line: what a terminal would act on is escaped, a very long text is
    cut.
    """
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return shown if len(shown) <= 600 else shown[:600] + "..."
