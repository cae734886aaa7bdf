"""Checks what the caller of a function gives, before wire makes a request of it. No I/O."""

from __future__ import annotations

import re
import sys
from datetime import datetime
from enum import Enum
from typing import Callable, List, Mapping, cast

from virtualq._api.operation import Item
from virtualq.errors import InvalidParameterError

# C0, DEL and C1: a phone or an agent id with one of them was cut out of something else, and in
# AGI a newline is a second command. Surrogates cannot be written as UTF-8 (RFC 3629).
# Compiled when a text may have one: to a call without, the patterns would be 1 % of its start.
_CONTROL = "[\x00-\x1f\x7f-\x9f]"
_SURROGATE = "[\ud800-\udfff]"
_INT64 = 2**63


def check(item: Item, value: object) -> object:
    """Return `value` as it is sent in JSON; raise InvalidParameterError naming the parameter."""
    name = item.name or item.wire
    try:
        return _CHECKS[item.kind](name, value, item)
    except InvalidParameterError:
        raise
    except Exception as error:  # a property, iterator or mapping of the caller's own failed
        kind = type(error).__name__
    raise refuse(name, f"could not be read: {kind}")


def check_seconds(name: str, value: object) -> float:
    """Return a time limit in seconds, a finite number above 0."""
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and 0 < cast(float, value) <= sys.float_info.max:  # NaN is not above 0
        return float(cast(float, value))
    raise refuse(name, "must be a finite number of seconds above 0")


def refuse(name: str, reason: str) -> InvalidParameterError:
    """Return the error for the parameter `name`."""
    return InvalidParameterError(f"{name}: {reason}", parameter=name)


def kind_of(value: object) -> str:
    """Return what a value is, never the value: it may be a phone number."""
    return "None" if value is None else f"a value of type {type(value).__name__}"


def encodable(name: str, value: str) -> str:
    """Return a str, of a str enum its value, that can be written as UTF-8."""
    text = str(value.value) if isinstance(value, Enum) else str.__str__(value)
    if not text.isascii() and re.search(_SURROGATE, text):
        raise refuse(name, "must not have a lone surrogate")
    return text


def _integer(name: str, value: object, item: Item) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse(name, f"must be an int, not {kind_of(value)}")
    number = int(value)
    if not -_INT64 <= number < _INT64:
        raise refuse(name, "must fit into 64 bits")
    return number


def _number(name: str, value: object, item: Item) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not abs(cast(float, value)) < _INT64:  # NaN is not below anything
        raise refuse(name, "must be a finite number")
    return cast(float, value)


def _time(name: str, value: object, item: Item) -> str:
    if not isinstance(value, datetime):
        raise refuse(name, f"must be a datetime, not {kind_of(value)}")
    return value.isoformat()


def _boolean(name: str, value: object, item: Item) -> bool:
    if not isinstance(value, bool):
        raise refuse(name, f"must be True or False, not {kind_of(value)}")
    return value


def _text(name: str, value: object, item: Item) -> str:
    if not isinstance(value, str):
        raise refuse(name, f"must be a str, not {kind_of(value)}")
    text = encodable(name, value)
    if item.not_blank and not text.strip():
        raise refuse(name, "must not be blank")
    if not text.isprintable() and re.search(_CONTROL, text):
        raise refuse(name, "must not have a control character, such as a line break")
    return text


def _texts(name: str, value: object, item: Item) -> List[str]:
    kind = kind_of(value)
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not hasattr(value, "__iter__"):
        raise refuse(name, f"must be several str, such as a list, not {kind}")
    part = item._replace(not_blank=False)
    texts = cast("List[object]", value)
    return [_text(f"{name}[{index}]", text, part) for index, text in enumerate(texts)]


def _object(name: str, value: object, item: Item) -> object:
    # Only a call that gives properties pays for loading what can stand in them.
    from virtualq._api import properties

    return properties.check(name, value)


_CHECKS: Mapping[str, Callable[[str, object, Item], object]] = {
    "integer": _integer,
    "number": _number,
    "time": _time,
    "boolean": _boolean,
    "text": _text,
    "texts": _texts,
    "object": _object,
}
