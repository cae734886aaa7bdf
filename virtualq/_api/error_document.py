"""What the service says when it refuses: the errors of a JSON:API document; for wire. No I/O.

The service is not trusted here: every loop is bounded, whatever a document holds.
"""

from __future__ import annotations

import re
import time
from itertools import islice
from typing import Callable, Dict, Iterable, Iterator, List, Mapping, Optional, TypeVar, cast

from virtualq._api import late

Hide = Callable[[str], str]
Part = TypeVar("Part")

_MEMBERS = ("status", "code", "title", "detail")
_MOST = 20
_MOST_PARTS = 1000
_DEEPEST = 4


def objects(document: object) -> List[Dict[str, object]]:
    """Return the errors of an error document, none when it is anything else."""
    if not isinstance(document, dict):
        return []
    errors = cast("Dict[str, object]", document).get("errors")
    if not isinstance(errors, list):
        return []
    found = [
        cast("Dict[str, object]", error)
        for error in cast("List[object]", errors)[:_MOST_PARTS]
        if isinstance(error, dict)
    ]
    known = [error for error in found if any(name in error for name in _MEMBERS)]
    return known[:_MOST]


def masked(errors: List[Dict[str, object]], hide: Hide) -> List[Dict[str, object]]:
    """Return a copy of errors with the secrets masked in every text and key."""
    return cast("List[Dict[str, object]]", list(map(_Masked(hide).copy, errors)))


class _Masked:
    """Copies JSON, but for what is too deep, and more than any error that was meant to be read."""

    def __init__(self, hide: Hide) -> None:
        self._hide = hide
        self._left = _MOST_PARTS

    def copy(self, value: object, depth: int = 0) -> object:
        """Return a copy of a value."""
        self._left -= 1
        if isinstance(value, str):
            return self._hide(value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = self._hide(str(value)) if abs(value) < 10**30 else "(a long number)"
            return value if text == str(value) else text
        if not isinstance(value, (dict, list)):
            return value
        if depth >= _DEEPEST:
            return None
        if isinstance(value, list):
            parts = self._first(cast("List[object]", value))
            return [self.copy(part, depth + 1) for part in parts]
        members = cast("Dict[str, object]", value)
        return {self._hide(key): self.copy(members[key], depth + 1) for key in self._first(members)}

    def _first(self, parts: Iterable[Part]) -> Iterator[Part]:
        for part in islice(parts, _MOST):
            if self._left > 0:
                yield part


def retry_after(headers: Mapping[str, str]) -> Optional[float]:
    """Return Retry-After in seconds (RFC 9110, 10.2.3), None when it is missing or senseless."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    if not text or len(text) > 40 or not text[0].isalpha():
        return None
    late.load("email.utils")
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
