"""The typed model of a spec: what schemas.py and operations.py make, and all the emitters see."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Dict, Optional, Sequence, Tuple, Union, cast

from document import is_object


@dataclass(frozen=True)
class Scalar:
    """A single value: any, boolean, identifier, integer, number, text or time."""

    kind: str


@dataclass(frozen=True)
class Constant:
    """The one value that is allowed."""

    value: Union[str, int, bool]


@dataclass(frozen=True)
class EnumType:
    """A text out of an enumeration; an open one takes any other text too."""

    name: str
    is_open: bool


@dataclass(frozen=True)
class ListType:
    """An array."""

    item: Value


@dataclass(frozen=True)
class MapType:
    """An object with any names and values of one type."""

    value: Value


@dataclass(frozen=True)
class ClassType:
    """An object that is read into a class."""

    name: str


@dataclass(frozen=True)
class ChoiceType:
    """One of several classes, told apart by a text property."""

    tag: str
    options: Tuple[Tuple[str, str], ...]
    """Value of the tag, name of the class."""


Type = Union[Scalar, Constant, EnumType, ListType, MapType, ClassType, ChoiceType]


@dataclass(frozen=True)
class Value:
    """A type, and whether null is allowed beside it."""

    type: Type
    nullable: bool = False


ANY = Value(Scalar("any"), nullable=True)
TEXTS = ListType(Value(Scalar("text")))
FREE = MapType(ANY)
"""An object with any members."""
FITS: Dict[str, Tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "boolean": (bool,),
    "texts": (list,),
    "object": (dict,),
    "time": (str,),
}
"""The kinds of value that a request can carry, with the types of JSON that a fixed one may have."""
_CONSTANTS: Dict[type, str] = {bool: "boolean", int: "integer", str: "text"}


def kind_of(value: Value) -> Optional[str]:
    """Return the kind of a value in a request, None when no request can carry one of its type."""
    if isinstance(value.type, EnumType):
        return "text"
    if isinstance(value.type, Constant):
        return _CONSTANTS[type(value.type.value)]
    if isinstance(value.type, Scalar):
        return value.type.kind if value.type.kind in FITS else None
    if value.type == TEXTS:
        return "texts"
    return "object" if value.type == FREE else None


@dataclass(frozen=True)
class Field:
    """One field of a class. ``within`` is the object on the wire that it is lifted out of."""

    name: str
    wire: str
    value: Value
    doc: str
    pointer: str
    required: bool = False
    is_hidden: bool = False
    """Whether it stays out of ``repr``."""
    is_secret: bool = False
    within: Optional[str] = None
    also: Tuple[str, ...] = ()
    """Other spellings on the wire, beside those that differ in - and _ alone."""


@dataclass(frozen=True)
class Model:
    """One class. ``resource_type`` is the JSON:API type of a resource, None for a plain object;
    ``is_sent`` tells one that a request is made of, not an answer.
    """

    name: str
    doc: str
    fields: Tuple[Field, ...]
    pointer: str
    resource_type: Optional[str] = None
    is_sent: bool = False


@dataclass(frozen=True)
class Member:
    """One member of an enumeration."""

    name: str
    value: str
    doc: str


@dataclass(frozen=True)
class Enumeration:
    """One enumeration of texts."""

    name: str
    doc: str
    members: Tuple[Member, ...]
    pointer: str


@dataclass(frozen=True)
class Argument:
    """One thing a request carries: a part of the path, a query parameter, an attribute of the
    body, or the ``id`` of one of several resources in it. ``repeats`` names the path parameter
    whose value it carries once more.
    """

    name: str
    wire: str
    place: str
    value: Value
    doc: str
    pointer: str
    required: bool = False
    not_blank: bool = False
    repeats: Optional[str] = None


@dataclass(frozen=True)
class Sending:
    """An argument as one function sends it: fixed, or taken by keyword."""

    argument: Argument
    required: bool
    fixed: Optional[object] = None


@dataclass(frozen=True)
class Function:
    """One function of the Session. ``command`` is its name on a command line; ``answer`` is one,
    first, many or nothing, ``resource`` the class of what is answered; ``found_when`` is the
    attribute, by its name on the wire, and the text it must have for the answer to count as found.
    """

    name: str
    command: str
    sends: Tuple[Sending, ...]
    answer: str
    resource: Optional[str]
    found_when: Optional[Tuple[str, str]]
    not_found_is_none: bool
    pointer: str


@dataclass(frozen=True)
class Several:
    """A body of several resources: the keyword they are given by, and the class of each."""

    keyword: str
    class_name: str


@dataclass(frozen=True)
class Request:
    """One HTTP operation, and the functions that use it."""

    method: str
    path: str
    arguments: Tuple[Argument, ...]
    resource_type: Optional[str]
    several: Optional[Several]
    functions: Tuple[Function, ...]
    pointer: str


@dataclass(frozen=True)
class Service:
    """What every request has in common."""

    servers: Tuple[str, ...]
    base_path: str
    key_header: str
    media_type: str
    request_media_type: str


@dataclass(frozen=True)
class Spec:
    """A whole spec, good and complete."""

    title: str
    version: str
    enumerations: Tuple[Enumeration, ...]
    models: Tuple[Model, ...]
    requests: Tuple[Request, ...]
    service: Optional[Service]


def digest(spec: Spec) -> str:
    """Name all that a spec says; comments, order, layout, YAML or JSON, 3.0 or 3.1 are nothing."""
    said = _without_pointers(asdict(spec))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("ascii")).hexdigest()


def _without_pointers(data: object) -> object:
    if is_object(data):
        return {name: _without_pointers(data[name]) for name in data.keys() - {"pointer"}}
    if isinstance(data, (list, tuple)):
        return [_without_pointers(item) for item in cast("Sequence[object]", data)]
    return data
