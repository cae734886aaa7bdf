"""One table of the kinds of value that a function sends: how each is checked, read, written and
explained, by ``Item.kind``; for parameters, wire, the command line, the gateway and the sandbox.

What a kind needs that most calls never use, such as the readers of fields, is loaded when asked
for: every process that makes one call pays for loading this table.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone
from typing import Callable, Dict, Iterable, List, Mapping, cast

from virtualq._api import late
from virtualq._api.operation import Item
from virtualq._api.refusals import NOT_ENCODABLE, is_a, is_encodable, kind_of, plain, refuse

# C0, DEL and C1: a phone or an agent id with one of them was cut out of something else, and in
# AGI a newline is a second command. Compiled when a text may have one, as in refusals.
_CONTROL = "[\x00-\x1f\x7f-\x9f]"
_INT64 = 2**63
_OFTEN = 1000

Watch = Callable[[], object]
"""Called now and then in what may be long; it may raise a VirtualQError when it takes too long."""


class Kind:
    """What is known of one kind of value.

    `said`      What help calls it; for a text that is none, "must be" comes before it.
    `metavar`   What stands for it in the usage of the command line.
    `annotation`  Its type in the signature of a Session function; ``{of}`` stands for ``Item.of``.
    `reader`    Name of its reader in fields.
    `check`     Returns what a keyword was given as it is sent in JSON; InvalidParameterError.
    `parse`     Returns the value that a text stands for, of ``texts`` one of them; ValueError.
    `write`     Returns a checked value as it stands in a path or a query, before it is encoded; the
                generator refuses kinds that cannot stand there.
    """

    # No NamedTuple: to make one takes longer than the rest of this file, in every process.
    __slots__ = ("annotation", "check", "metavar", "parse", "reader", "said", "write")

    def __init__(
        self,
        said: str,
        metavar: str,
        annotation: str,
        reader: str,
        check: Callable[[str, object, Item, Watch], object],
        parse: Callable[[str], object] = str,
        write: Callable[[object], str] = str,
    ) -> None:
        self.said, self.metavar, self.annotation = said, metavar, annotation
        self.reader = reader
        self.check, self.parse, self.write = check, parse, write

    def read(self, value: object) -> object:
        """Return a JSON value in its Python type; raise Misfit, as the readers of fields do."""
        from virtualq._api import fields

        reader: Callable[[object], object] = vars(fields)[self.reader]
        return reader(value)

    def understand(self, text: str) -> object:
        """Return the value that a text stands for, the text itself where check is to refuse it."""
        try:
            return self.parse(text)
        except (ValueError, RecursionError):  # json raises the second for what is nested too deep
            return text


def _check_integer(name: str, value: object, item: Item, watch: Watch) -> int:
    if not is_a(value, int) or is_a(value, bool):
        raise refuse(name, f"must be an int, not {kind_of(value)}")
    number = int(value)
    if not -_INT64 <= number < _INT64:
        raise refuse(name, "must fit into 64 bits")
    return number


def _check_number(name: str, value: object, item: Item, watch: Watch) -> float:
    number = (is_a(value, int) or is_a(value, float)) and not is_a(value, bool)
    if not number or not abs(cast(float, value)) < _INT64:  # NaN is not below anything
        raise refuse(name, "must be a finite number")
    return cast(float, value)


def _check_time(name: str, value: object, item: Item, watch: Watch) -> str:
    if not is_a(value, datetime):
        raise refuse(name, f"must be a datetime, not {kind_of(value)}")
    if value.utcoffset() is None:
        raise refuse(
            name,
            "must have a time zone, as datetime.now(timezone.utc) or 2021-03-04T05:06:07Z have",
        )
    try:
        moment = datetime.astimezone(value, timezone.utc)
    except OverflowError:
        moment = None
    if moment is None:
        raise refuse(name, "must be between the years 1 and 9999 in UTC")
    # A subclass may print anything: the time that it stands for is asked of datetime itself.
    return datetime.isoformat(moment).replace("+00:00", "Z")


def _check_boolean(name: str, value: object, item: Item, watch: Watch) -> bool:
    if not is_a(value, bool):
        raise refuse(name, f"must be True or False, not {kind_of(value)}")
    return value


def _check_text(name: str, value: object, item: Item, watch: Watch) -> str:
    if not is_a(value, str):
        raise refuse(name, f"must be a str, not {kind_of(value)}")
    text = plain(value)
    if not is_encodable(text):
        raise refuse(name, NOT_ENCODABLE)
    if item.not_blank and not text.strip():
        raise refuse(name, "must not be blank")
    if not text.isprintable() and re.search(_CONTROL, text):
        raise refuse(name, "must not have a control character, such as a line break")
    return text


def _check_texts(name: str, value: object, item: Item, watch: Watch) -> List[str]:
    part = item._replace(not_blank=False)
    texts: List[str] = []
    for index, text in enumerate(_several(name, value, "str")):
        if index % _OFTEN == 0:
            watch()
        texts.append(_check_text(f"{name}[{index}]", text, part, watch))
    return texts


def _check_object(name: str, value: object, item: Item, watch: Watch) -> object:
    # Only a call that gives properties pays for loading what can stand in them.
    late.load("virtualq._api.properties")
    from virtualq._api import properties

    return properties.check(name, value, watch)


def _check_resources(name: str, value: object, item: Item, watch: Watch) -> List[object]:
    """Return records of the class ``item.of``; what stands in them, wire has checked."""
    late.load("virtualq.models")
    from virtualq import models

    wanted = vars(models)[item.of or ""]
    records: List[object] = []
    for index, record in enumerate(_several(name, value, item.of or "")):
        if index % _OFTEN == 0:
            watch()
        if not isinstance(record, wanted):
            raise refuse(f"{name}[{index}]", f"must be a {item.of}, not {kind_of(record)}")
        records.append(record)
    if not records:
        raise refuse(name, f"must have at least one {item.of}")
    return records


def _several(name: str, value: object, of: str) -> Iterable[object]:
    kind = kind_of(value)
    if isinstance(value, (str, bytes, bytearray, Mapping)) or not hasattr(value, "__iter__"):
        raise refuse(name, f"must be several {of}, such as a list, not {kind}")
    return cast("Iterable[object]", value)


def _parse_integer(text: str) -> int:
    # int() takes digits of other scripts too. 30 digits are more than int64 has; check says so,
    # while the time that int() takes grows with the square of their number.
    if re.fullmatch("-?[0-9]{1,30}", text):
        return int(text)
    raise ValueError("not a whole number")


def _parse_boolean(text: str) -> bool:
    word = text.lower()  # .NET writes True and False
    if word in ("true", "false"):
        return word == "true"
    raise ValueError("neither true nor false")


def _parse_time(text: str) -> datetime:
    """Read ISO 8601, as 2021-03-04T05:06:07+01:00; whether a zone is there, check asks."""
    return datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


def _parse_object(text: str) -> object:
    return _parse_json(text, dict)


def _parse_resources(text: str) -> object:
    return _parse_json(text, list)


def _parse_json(text: str, wanted: type) -> object:
    value: object = json.loads(text)
    if not isinstance(value, wanted):
        raise ValueError("another type of JSON")
    return value


def _write_boolean(value: object) -> str:
    return "true" if value else "false"


_BOOLEAN = "true or false"
_OBJECT = "a JSON object, such as '{\"Vip\": true}'"
_OBJECTS = 'a JSON list of objects, such as \'[{"id": 7, "service_ewt": 240}]\''
_TEXTS = "any number of texts, each its own argument; alone, the option says: none"
_TIME = "a time with its zone, such as 2021-03-04T05:06:07Z"

KINDS: Dict[str, Kind] = {
    "integer": Kind("a whole number", "N", "int", "read_integer", _check_integer, _parse_integer),
    "number": Kind("a number", "N", "float", "read_number", _check_number, float),
    "text": Kind("text", "TEXT", "str", "read_text", _check_text),
    "boolean": Kind(
        _BOOLEAN, "BOOL", "bool", "read_boolean", _check_boolean, _parse_boolean, _write_boolean
    ),
    "texts": Kind(_TEXTS, "TEXT", "Iterable[str]", "read_texts", _check_texts),
    "object": Kind(
        _OBJECT, "JSON", "Mapping[str, object]", "read_object", _check_object, _parse_object
    ),
    "time": Kind(_TIME, "TIME", "datetime", "read_time", _check_time, _parse_time),
    "resources": Kind(
        _OBJECTS, "JSON", "Iterable[{of}]", "read_list", _check_resources, _parse_resources
    ),
}
"""By the name that the generator gives a kind, ``Item.kind``."""
