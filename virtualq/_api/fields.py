"""Strict readers of single JSON values, and what makes readers out of readers; the generated
tables.py names one for each field, resources.py calls them.

A reader returns the value in its Python type or raises Misfit, where it says so TypeError. None of
them is asked to read null.
"""

from __future__ import annotations

import math
import sys
from datetime import datetime
from typing import Callable, Dict, List, Mapping, Type, Union, cast

from virtualq._api.records import TextEnum
from virtualq._api.times import parse_time

Reader = Callable[[object], object]

_LEAST, _MOST = -(2**63), 2**63 - 1
_DIGITS_OF_INT64 = 19
"""Of its largest: a text of fewer digits is a number within int64 whatever they are."""
_MOST_DIGITS = 30
"""Longer texts are refused unread: the time int() takes grows with the square of their length."""
_USUAL_TIMES = frozenset({20, 24, 27})
"""Lengths of the times that services send: whole seconds, milliseconds, microseconds."""


class Misfit(ValueError):
    """A value that does not fit its type; says nothing of the value, which may be personal."""


def read_any(value: object) -> object:
    """Read any JSON value as it is."""
    return value


def read_text(value: object) -> str:
    """Read a string."""
    if isinstance(value, str):
        return value
    raise Misfit("not a text")


def read_boolean(value: object) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise Misfit("not a boolean")


def read_integer(value: object) -> int:
    """Read a whole number within int64; 12.0 is one, as in JSON Schema, true is none."""
    if type(value) is int:
        if _LEAST <= value <= _MOST:
            return value
    elif isinstance(value, float) and value.is_integer():
        return read_integer(int(value))
    raise Misfit("not an integer within int64")


def read_identifier(value: object) -> int:
    """Read a resource's id, a whole number written as a number or as a string."""
    if type(value) is int and _LEAST <= value <= _MOST:  # as read_integer, spared a call
        return value
    if isinstance(value, str):
        if value.isdigit() and len(value) < _DIGITS_OF_INT64 and value.isascii():
            return int(value)
        digits = value[1:] if value.startswith("-") else value
        if not (digits.isdigit() and digits.isascii() and len(digits) <= _MOST_DIGITS):
            raise Misfit("not a number")
        value = int(value)
    return read_integer(value)


def read_number(value: object) -> float:
    """Read a finite number."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            raise Misfit("not a number within a double") from None
        if math.isfinite(number):
            return number
    raise Misfit("not a finite number")


def read_time(value: object) -> datetime:
    """Read an ISO 8601 text as an aware UTC datetime, see parse_time.

    What services send is left to fromisoformat, which is much faster. All Pythons agree on times
    that look like these, and on few others: 05:06.5 is 30 seconds past to one, half to another.
    """
    if isinstance(value, str):
        try:
            if (
                len(value) in _USUAL_TIMES
                and value[10] == "T"
                and value[16] == ":"
                and value[19] in ".Z"
                and value[-1] == "Z"
            ):
                return _from_utc_text(value)
        except ValueError:
            pass
        try:
            return parse_time(value)
        except ValueError:
            pass
    raise Misfit("not a time in ISO 8601")


if sys.version_info >= (3, 11):
    _from_utc_text = datetime.fromisoformat
else:

    def _from_utc_text(text: str) -> datetime:
        """Read a time that ends in Z, which fromisoformat knows since 3.11 only."""
        return datetime.fromisoformat(text[:-1] + "+00:00")


def read_object(value: object) -> Dict[str, object]:
    """Read a JSON object as it is."""
    if isinstance(value, dict):
        return value  # pyright: ignore[reportUnknownVariableType]  # cast() is a call, for each field
    raise Misfit("not an object")


def read_list(value: object) -> List[object]:
    """Read a JSON array as it is."""
    if isinstance(value, list):
        return cast("List[object]", value)
    raise Misfit("not a list")


def read_texts(value: object) -> List[str]:
    """Read a JSON array of strings."""
    if isinstance(value, list):
        texts = cast("List[object]", value)
        for text in texts:
            if not isinstance(text, str):
                raise Misfit("not a list of texts")
        return cast("List[str]", texts)
    raise Misfit("not a list of texts")


AS_IT_IS: Mapping[Reader, type] = {read_text: str, read_boolean: bool, read_object: dict}
"""Readers that return every value of this very type as it is: calling them can be spared."""


def choice(members: Type[TextEnum]) -> Reader:
    """Return what reads a text out of a closed enumeration."""
    known: Mapping[str, object] = {member.value: member for member in members}

    def read(value: object) -> object:
        """Return the member, whose text the value is."""
        if isinstance(value, str) and value in known:
            return known[value]
        raise Misfit("none of the values known")

    return read


def open_choice(members: Type[TextEnum]) -> Reader:
    """Return what reads a text, as a member where the enumeration knows it.

    It raises TypeError for a list or an object, which are no keys of a dictionary.
    """
    known = _OpenChoice({member.value: member for member in members})
    return cast(Reader, known.__getitem__)


class _OpenChoice(Dict[str, object]):
    """The members of an enumeration by their texts. To look one up is no call of a function."""

    def __missing__(self, value: object) -> str:
        """Return the text that no member has."""
        return read_text(value)


def constant(allowed: Union[str, int, bool]) -> Reader:
    """Return what reads the one value that is allowed."""

    def read(value: object) -> object:
        """Return it; the type is compared too, since true is no 1."""
        if type(value) is type(allowed) and value == allowed:
            return allowed
        raise Misfit("another value than the one allowed")

    return read


def nullable(reader: Reader) -> Reader:
    """Return what reads null as None, and all else as a reader does."""
    return lambda value: None if value is None else reader(value)


def list_of(reader: Reader) -> Reader:
    """Return what reads a JSON array, with a reader for each of its items."""
    return lambda value: [reader(item) for item in read_list(value)]


def map_of(reader: Reader) -> Reader:
    """Return what reads a JSON object with any names, with a reader for each of its values."""
    return lambda value: {name: reader(item) for name, item in read_object(value).items()}
