"""Strict readers of single JSON values; the generated tables.py is made of them, models.py
gets what they return.

A reader returns the value in its Python type or raises Misfit. Leniency stands in one place: a
value that does not fit goes to ``extra`` (``set_misfits_aside``), so that one odd attribute
never costs an answer.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Callable, Dict, FrozenSet, List, Mapping, TypeVar, cast

from virtualq._api.times import parse_time

T = TypeVar("T")
Reader = Callable[[object], object]

_LEAST, _MOST = -(2**63), 2**63 - 1
_MOST_DIGITS = 30
"""Longer texts are refused unread: the time int() takes grows with the square of their length."""


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
    if isinstance(value, str):
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
    """Read an ISO 8601 text as an aware UTC datetime, see parse_time."""
    if isinstance(value, str):
        try:
            return parse_time(value)
        except ValueError:
            pass
    raise Misfit("not a time in ISO 8601")


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


def read_choice(value: object, choices: Mapping[str, T]) -> T:
    """Read a string out of a closed enumeration."""
    choice = choices.get(read_text(value))
    if choice is None:
        raise Misfit("none of the values known")
    return choice


def lift(
    name: str, value: object, parts: Mapping[str, Reader], extra: Dict[str, object]
) -> Mapping[str, object]:
    """Return the members of an object that become fields of the class around it.

    An object with members that are no fields is kept in ``extra`` as well, whole.
    """
    if value is None:
        return {}
    members = read_object(value)
    if not parts.keys() >= members.keys():
        extra[name] = value
    return members


def sort_names(
    attributes: Mapping[str, object],
    names: FrozenSet[str],
    spellings: Mapping[str, str],
    extra: Dict[str, object],
) -> Mapping[str, object]:
    """Return the known attributes under their names in the spec, and put the others into
    ``extra``.

    ``spellings`` maps other spellings of a name to the one in the spec. Where several are given
    the name itself counts, then the one that differs in ``-`` and ``_`` alone.
    """
    known: Dict[str, object] = {}
    given_as: Dict[str, str] = {}
    for name, value in attributes.items():
        right = name if name in names else spellings.get(name)
        other = None if right is None else given_as.get(right)
        if right is None or (other is not None and not _is_nearer(name, other, right)):
            extra[name] = value
            continue
        if other is not None:
            extra[other] = known[right]
        given_as[right] = name
        known[right] = value
    return known


def _is_nearer(name: str, other: str, right: str) -> bool:
    return name == right or (other != right and name.replace("_", "-") == right)


def identify(resource: Mapping[str, object], extra: Dict[str, object]) -> object:
    """Return the id of a resource; one among its attributes stands in for one that is missing."""
    identifier = resource.get("id")
    return extra.pop("id", None) if identifier is None and extra else identifier


def set_misfits_aside(
    known: Mapping[str, object],
    readers: Mapping[str, Reader],
    lifted: Mapping[str, Mapping[str, Reader]],
    extra: Dict[str, object],
) -> Dict[str, object]:
    """Return the attributes that fit, and put the others into ``extra`` with one WARNING each.

    Of an object whose members are fields, as in ``lifted``, those that fit are kept.
    """
    fitting: Dict[str, object] = {}
    for name, value in known.items():
        parts = lifted.get(name)
        if value is None or (parts is None and _fits(value, readers[name])):
            fitting[name] = value
        elif parts is None or not isinstance(value, dict):
            _set_aside(name, name, value, extra)
        else:
            members = cast("Dict[str, object]", value)
            fitting[name] = _fitting_parts(name, members, parts, extra)
    return fitting


def _fitting_parts(
    name: str,
    members: Dict[str, object],
    parts: Mapping[str, Reader],
    extra: Dict[str, object],
) -> Dict[str, object]:
    fitting: Dict[str, object] = {}
    for part, value in members.items():
        if part not in parts:
            extra.setdefault(name, members)
        elif value is None or _fits(value, parts[part]):
            fitting[part] = value
        else:
            _set_aside(f"{name}.{part}", name, members, extra)
    return fitting


def _fits(value: object, reader: Reader) -> bool:
    try:
        reader(value)
    except Misfit:
        return False
    return True


def _set_aside(field: str, name: str, value: object, extra: Dict[str, object]) -> None:
    """Keep a value that does not fit; the warning names its field and never the value, which may
    be personal.
    """
    import logging  # only here: an answer without oddities does not pay for it

    extra.setdefault(name, value)
    logging.getLogger("virtualq").warning(
        "The answer's %r does not fit its type, see extra.", field
    )
