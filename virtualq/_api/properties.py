"""Turns a caller's properties into JSON; called by parameters. No I/O.

Every refusal names the way to the faulty part: `properties.a[2].b`.
"""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Tuple, cast
from uuid import UUID

from virtualq._api.parameters import encodable, kind_of, refuse

_Above = FrozenSet[int]
"""The ids of what encloses a value, to find a value that contains itself."""

_DEEPEST = 100
# Longer than any number of use; Python refuses to print one of more than 4,300 digits.
_LONGEST_INTEGER_BITS = 4096


def check(name: str, value: object) -> Dict[str, object]:
    """Return a mapping as JSON; raise InvalidParameterError naming the faulty part."""
    if not isinstance(value, Mapping):
        raise refuse(name, f"must be a mapping, not {kind_of(value)}")
    mapping = cast("Mapping[object, object]", value)
    return _members(name, mapping, frozenset((id(mapping),)))


def _members(path: str, mapping: Mapping[object, object], above: _Above) -> Dict[str, object]:
    members: Dict[str, object] = {}
    for key, value in mapping.items():
        if not isinstance(key, str):
            raise refuse(path, f"must have str keys, not {kind_of(key)}")
        text = encodable(path, key)
        members[text] = _json(f"{path}.{text}", value, above)
    return members


def _json(path: str, value: object, above: _Above) -> object:
    if value is None or value is True or value is False:
        return value
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(path, value, above)
    names = _field_names(value)
    if names is None:
        raise refuse(path, f"{kind_of(value)} cannot be sent as JSON")
    fields: Dict[object, object] = {name: getattr(value, name) for name in names}
    return _members(path, fields, _enter(path, value, above))


def _enter(path: str, value: object, above: _Above) -> _Above:
    if id(value) in above:
        raise refuse(path, "contains itself")
    if len(above) >= _DEEPEST:
        raise refuse(path, f"is nested more than {_DEEPEST} levels deep")
    return above | {id(value)}


def _field_names(value: object) -> Optional[List[str]]:
    """Return the field names of an attrs or dataclass instance, None of anything else."""
    kind: Any = type(value)
    if hasattr(kind, "__attrs_attrs__"):
        import attrs

        return [field.name for field in attrs.fields(kind)]
    if hasattr(kind, "__dataclass_fields__"):
        import dataclasses

        return [field.name for field in dataclasses.fields(kind)]
    return None


def _enum(path: str, value: object, above: _Above) -> object:
    return _json(path, cast(Enum, value).value, _enter(path, value, above))


def _mapping(path: str, value: object, above: _Above) -> Dict[str, object]:
    mapping = cast("Mapping[object, object]", value)
    return _members(path, mapping, _enter(path, value, above))


def _several(path: str, value: object, above: _Above) -> List[object]:
    inside = _enter(path, value, above)
    values = list(cast("List[object]", value))
    return [_json(f"{path}[{index}]", part, inside) for index, part in enumerate(values)]


def _text(path: str, value: object, above: _Above) -> str:
    return encodable(path, cast(str, value))


def _integer(path: str, value: object, above: _Above) -> int:
    number = int(cast(int, value))
    if number.bit_length() > _LONGEST_INTEGER_BITS:
        raise refuse(path, "is too long a number")
    return number


def _float(path: str, value: object, above: _Above) -> float:
    number = float(cast(float, value))
    if not math.isfinite(number):
        raise refuse(path, "must be finite, JSON has no NaN and no infinity")
    return number


def _decimal(path: str, value: object, above: _Above) -> str:
    if not cast(Decimal, value).is_finite():
        raise refuse(path, "must be finite, JSON has no NaN and no infinity")
    return str(value)  # text keeps every digit; a JSON number is often read as a float


def _time(path: str, value: object, above: _Above) -> str:
    return cast(date, value).isoformat()


def _uuid(path: str, value: object, above: _Above) -> str:
    return str(value)


_WRITERS: Tuple[Tuple[Tuple[type, ...], Callable[[str, object, _Above], object]], ...] = (
    ((Enum,), _enum),  # before str and int: many enums are one of them too
    ((str,), _text),
    ((int,), _integer),
    ((float,), _float),
    ((date,), _time),  # a datetime is a date too
    ((Decimal,), _decimal),
    ((UUID,), _uuid),
    ((Mapping,), _mapping),
    ((list, tuple, set, frozenset), _several),
)
