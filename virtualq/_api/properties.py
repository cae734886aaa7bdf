"""Writes a caller's properties as JSON; called by kinds. No I/O.

Every refusal names the way to the faulty part: `properties.a[2].b`.
"""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from json import JSONEncoder
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Set, Tuple, cast
from uuid import UUID

from virtualq._api import late
from virtualq._api.refusals import NOT_ENCODABLE, Json, is_encodable, kind_of, plain, refuse
from virtualq.errors import VirtualQError

_quoted = JSONEncoder(ensure_ascii=False).encode
_DEEPEST = 100
# Longer than any number of use; Python refuses to print one of more than 4,300 digits.
_LONGEST_INTEGER_BITS = 4096
_OFTEN = 1000
_NOT_FINITE = "must be finite, JSON has no NaN and no infinity"


def check(name: str, value: object, watch: Callable[[], object]) -> Json:
    """Return a mapping as JSON; raise InvalidParameterError naming the faulty part.

    Written here, value by value, and not by json in the end: `watch` is called for every 1,000
    values, and may raise.
    """
    if not isinstance(value, Mapping):
        raise refuse(name, f"must be a mapping, not {kind_of(value)}")
    try:
        return Json(_Writer(watch).mapping(cast("Mapping[object, object]", value)))
    except _Fault as fault:
        way, reason = "".join(reversed(fault.way)), fault.reason
    raise refuse(name + way, reason)


class _Fault(Exception):
    """A value that JSON has no word for; `way` is filled, from its end, on the way out to it."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.way: List[str] = []


class _Writer:
    """Writes the values of one parameter; knows what it is inside of, and how much it has done."""

    def __init__(self, watch: Callable[[], object]) -> None:
        self._watch = watch
        self._written = 0
        self._around: Set[int] = set()

    def write(self, value: object) -> str:
        """Return a value as JSON."""
        self._written += 1
        if self._written % _OFTEN == 0:
            self._watch()
        if value is None or value is True or value is False:
            return "null" if value is None else "true" if value else "false"
        writer = _EXACT.get(type(value)) or next(
            (writer for kinds, writer in _WRITERS if isinstance(value, kinds)), _Writer.instance
        )
        try:
            return writer(self, value)
        except (_Fault, VirtualQError):
            raise
        except Exception as error:  # a mapping, a datetime or a field of the user's own failed
            raise _Fault(f"could not be read: {type(error).__name__}") from None

    def mapping(self, value: object) -> str:
        """Write what has keys."""
        self._enter(value)
        members = self._members(cast("Mapping[object, object]", value))
        self._around.discard(id(value))
        return members

    def _members(self, mapping: Mapping[Any, object]) -> str:
        members: Dict[str, str] = {}
        for key, part in mapping.items():
            if not isinstance(key, str):
                raise _Fault(f"must have str keys, not {kind_of(key)}")
            name = plain(key)
            if not is_encodable(name):
                raise _Fault(NOT_ENCODABLE)
            try:
                members[name] = f"{_quoted(name)}:{self.write(part)}"
            except _Fault as fault:
                fault.way.append(f".{name}")
                raise
        return "{" + ",".join(members.values()) + "}"

    def several(self, value: object) -> str:
        """Write a list and what is like one."""
        self._enter(value)
        parts: List[str] = []
        for part in cast("Iterable[object]", value):
            try:
                parts.append(self.write(part))
            except _Fault as fault:
                fault.way.append(f"[{len(parts)}]")
                raise
        self._around.discard(id(value))
        return "[" + ",".join(parts) + "]"

    def instance(self, value: object) -> str:
        """Write an attrs or dataclass instance; refuse anything else."""
        names = _field_names(value)
        if names is None:
            raise _Fault(f"{kind_of(value)} cannot be sent as JSON")
        self._enter(value)
        members = self._members({name: getattr(value, name) for name in names})
        self._around.discard(id(value))
        return members

    def enum(self, value: object) -> str:
        """Write what a member of an enum stands for."""
        self._enter(value)
        inside = self.write(cast(Enum, value).value)
        self._around.discard(id(value))
        return inside

    def _enter(self, value: object) -> None:
        if id(value) in self._around:
            raise _Fault("contains itself")
        if len(self._around) > _DEEPEST:
            raise _Fault(f"is nested more than {_DEEPEST} levels deep")
        self._around.add(id(value))

    def text(self, value: object) -> str:
        """Write a str."""
        text = plain(cast(str, value))
        if not is_encodable(text):
            raise _Fault(NOT_ENCODABLE)
        return _quoted(text)

    def integer(self, value: object) -> str:
        """Write an int."""
        number = int(cast(int, value))
        if number.bit_length() > _LONGEST_INTEGER_BITS:
            raise _Fault("is too long a number")
        return int.__repr__(number)

    def number(self, value: object) -> str:
        """Write a float."""
        number = float(cast(float, value))
        if not math.isfinite(number):
            raise _Fault(_NOT_FINITE)
        return float.__repr__(number)

    # A subclass may print anything: what its value is, the class itself is asked.

    def decimal(self, value: object) -> str:
        """Write a Decimal as text, which keeps every digit; a JSON number is often a float."""
        if not Decimal.is_finite(cast(Decimal, value)):
            raise _Fault(_NOT_FINITE)
        return _quoted(Decimal.__str__(cast(Decimal, value)))

    def time(self, value: object) -> str:
        """Write a date or a datetime as ISO 8601."""
        if isinstance(value, datetime):
            return _quoted(datetime.isoformat(value))
        return _quoted(date.isoformat(cast(date, value)))

    def uuid(self, value: object) -> str:
        """Write a UUID."""
        return _quoted(UUID.__str__(cast(UUID, value)))


def _field_names(value: object) -> Optional[List[str]]:
    """Return the field names of an attrs or dataclass instance, None of anything else."""
    kind: Any = type(value)
    if hasattr(kind, "__attrs_attrs__"):
        late.load("attrs")
        import attrs

        return [field.name for field in attrs.fields(kind)]
    if hasattr(kind, "__dataclass_fields__"):
        import dataclasses

        return [field.name for field in dataclasses.fields(kind)]
    return None


_Write = Callable[[_Writer, object], str]
_WRITERS: Tuple[Tuple[Tuple[type, ...], _Write], ...] = (
    ((Enum,), _Writer.enum),  # before str and int: many enums are one of them too
    ((str,), _Writer.text),
    ((int,), _Writer.integer),
    ((float,), _Writer.number),
    ((date,), _Writer.time),  # a datetime is a date too
    ((Decimal,), _Writer.decimal),
    ((UUID,), _Writer.uuid),
    ((Mapping,), _Writer.mapping),
    ((list, tuple, set, frozenset), _Writer.several),
)
# The types that most values have, found without going through the list above.
_EXACT: Mapping[type, _Write] = {
    str: _Writer.text,
    int: _Writer.integer,
    float: _Writer.number,
    dict: _Writer.mapping,
    list: _Writer.several,
}
