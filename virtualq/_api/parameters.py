"""Checks what the caller of a function gives, before wire makes a request of it. No I/O."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timezone
from typing import Callable, Iterable, Iterator, List, Mapping, Optional, Tuple, cast

from virtualq._api import late
from virtualq._api.operation import Item
from virtualq._api.refusals import NOT_ENCODABLE, is_encodable, kind_of, plain, refuse
from virtualq.errors import VirtualQError

# C0, DEL and C1: a phone or an agent id with one of them was cut out of something else, and in
# AGI a newline is a second command. Compiled when a text may have one, as in refusals.
_CONTROL = "[\x00-\x1f\x7f-\x9f]"
_INT64 = 2**63
_OFTEN = 1000

Watch = Callable[[], object]
"""Called now and then in what may be long; it may raise a VirtualQError when it takes too long."""


def check(item: Item, value: object, watch: Watch = bool) -> object:
    """Return `value` as it is sent in JSON; raise InvalidParameterError naming the parameter."""
    name = item.name or item.wire
    try:
        return _CHECKS[item.kind](name, value, item, watch)
    except VirtualQError:
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


def check_several(
    name: str, class_name: Optional[str], value: object
) -> Iterator[Tuple[str, object]]:
    """Yield each record that a body of several is made of, with its place: `name[2]`."""
    late.load("virtualq.models")
    from virtualq import models

    wanted = vars(models)[class_name or ""]
    kind, records, fault = kind_of(value), cast("List[object]", []), ""
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not hasattr(value, "__iter__"):
        raise refuse(name, f"must be several {class_name}, such as a list, not {kind}")
    try:
        records = list(cast("Iterable[object]", value))
    except Exception as error:  # an iterator of the caller's own failed
        fault = type(error).__name__
    if fault:
        raise refuse(name, f"could not be read: {fault}")
    if not records:
        raise refuse(name, f"must have at least one {class_name}")
    for index, record in enumerate(records):
        if not isinstance(record, wanted):
            raise refuse(f"{name}[{index}]", f"must be a {class_name}, not {kind_of(record)}")
        yield f"{name}[{index}]", record


def _integer(name: str, value: object, item: Item, watch: Watch) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise refuse(name, f"must be an int, not {kind_of(value)}")
    number = int(value)
    if not -_INT64 <= number < _INT64:
        raise refuse(name, "must fit into 64 bits")
    return number


def _number(name: str, value: object, item: Item, watch: Watch) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not abs(cast(float, value)) < _INT64:  # NaN is not below anything
        raise refuse(name, "must be a finite number")
    return cast(float, value)


def _time(name: str, value: object, item: Item, watch: Watch) -> str:
    if not isinstance(value, datetime):
        raise refuse(name, f"must be a datetime, not {kind_of(value)}")
    if value.utcoffset() is None:
        raise refuse(name, "must have a time zone, such as datetime.now(timezone.utc)")
    moment = datetime.astimezone(value, timezone.utc)
    # A subclass may print anything: the time that it stands for is asked of datetime itself.
    return datetime.isoformat(moment).replace("+00:00", "Z")


def _boolean(name: str, value: object, item: Item, watch: Watch) -> bool:
    if not isinstance(value, bool):
        raise refuse(name, f"must be True or False, not {kind_of(value)}")
    return value


def _text(name: str, value: object, item: Item, watch: Watch) -> str:
    if not isinstance(value, str):
        raise refuse(name, f"must be a str, not {kind_of(value)}")
    text = plain(value)
    if not is_encodable(text):
        raise refuse(name, NOT_ENCODABLE)
    if item.not_blank and not text.strip():
        raise refuse(name, "must not be blank")
    if not text.isprintable() and re.search(_CONTROL, text):
        raise refuse(name, "must not have a control character, such as a line break")
    return text


def _texts(name: str, value: object, item: Item, watch: Watch) -> List[str]:
    kind = kind_of(value)
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not hasattr(value, "__iter__"):
        raise refuse(name, f"must be several str, such as a list, not {kind}")
    part = item._replace(not_blank=False)
    texts: List[str] = []
    for index, text in enumerate(cast("Iterable[object]", value)):
        if index % _OFTEN == 0:
            watch()
        texts.append(_text(f"{name}[{index}]", text, part, watch))
    return texts


def _object(name: str, value: object, item: Item, watch: Watch) -> object:
    # Only a call that gives properties pays for loading what can stand in them.
    from virtualq._api import properties

    return properties.check(name, value, watch)


_CHECKS: Mapping[str, Callable[[str, object, Item, Watch], object]] = {
    "integer": _integer,
    "number": _number,
    "time": _time,
    "boolean": _boolean,
    "text": _text,
    "texts": _texts,
    "object": _object,
}
