"""``x-functions`` of an operation -> functions of the Session: what each sends, is called on a
command line, and answers; for operations.py.

What they answer is for the schemas of the successful answers to say: ``data`` is a resource, a list
of them, or there is none. What ``x-functions`` says beside that is checked against them.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from composition import merge_object
from document import Document, Place, Problem, child, is_object, said
from model import (
    FITS,
    Argument,
    ClassType,
    Constant,
    EnumType,
    Function,
    ListType,
    Model,
    Sending,
    kind_of,
)
from names import Taken, given_field_name
from schemas import Schemas

_WORDS = ("one", "first", "many", "nothing")
_OWN_FUNCTIONS = ("close", "from_env")
OWN_CONSTANTS = (
    "BASE_PATH",
    "CLASSES",
    "KEY_HEADER",
    "MEDIA_TYPE",
    "OPERATIONS",
    "REQUEST_MEDIA_TYPE",
    "SERVERS",
    "SPEC_VERSION",
)
"""What Session and the generated operations.py have beside the functions."""
_OWN_COMMANDS = ("doctor", "examples", "gateway", "sandbox")
"""What the command line has beside the functions."""


class Shape(NamedTuple):
    """What the successful answers of an operation hold."""

    resource: Model
    is_list: bool


def read_shape(document: Document, schemas: Schemas, operation: Place) -> Optional[Shape]:
    """Return what the successful answers hold, None when they never hold a document."""
    found: Optional[Shape] = None
    for answer in operation.need("responses").members():
        if not answer.key.startswith("2"):
            continue
        for media_type in document.follow(answer).each("content"):
            shape = _shape(document, schemas, media_type.need("schema"))
            if found is not None and shape != found:
                raise answer.problem("holds something else than the other answers; let them agree")
            found = shape
    return found


def _shape(document: Document, schemas: Schemas, place: Place) -> Shape:
    data = merge_object(document, place).need("data", place.pointer)
    kind = schemas.value(data, "Answer").type
    is_list = isinstance(kind, ListType)
    if isinstance(kind, ListType):
        kind = kind.item.type
    resource = schemas.registry.model(kind.name) if isinstance(kind, ClassType) else None
    if resource is None or resource.resource_type is None:
        raise data.problem("is no resource and no list of them; give its schema x-jsonapi-resource")
    return Shape(resource, is_list)


def read_answer(function: Place, shape: Optional[Shape]) -> str:
    """Return the word for what a function answers: the one given if it can be, else the one that
    follows from the schemas.
    """
    place = function.get("answer")
    if place is None:
        return "nothing" if shape is None else "many" if shape.is_list else "one"
    word = place.text()
    if word not in _WORDS:
        raise place.problem(f'is "{word}"; it must be {" or ".join(_WORDS)}')
    if word == "nothing":
        return word
    if shape is None:
        raise place.problem(f'is "{word}", but no answer holds a resource; say "nothing"')
    if shape.is_list != (word != "one"):
        held, right = ("a list", '"first" or "many"') if shape.is_list else ("one", '"one"')
        raise place.problem(f'is "{word}", but the answers hold {held}; say {right}')
    return word


def read_found_when(function: Place, shape: Optional[Shape]) -> Optional[Tuple[str, str]]:
    """Return the attribute that decides whether something was found, and the text it must have."""
    place = function.get("found-when")
    if place is None:
        return None
    members = list(place.members())
    if len(members) != 1:
        raise place.problem("must be one attribute of the answer with its text")
    wire, text = members[0].key, members[0].text()
    known = [field.wire for field in shape.resource.fields] if shape and not shape.is_list else []
    if wire not in known:
        pointer = child(place.pointer, wire)
        raise Problem(pointer, f'is "{wire}", which is no attribute of one resource; correct it')
    return wire, text


class Functions:
    """Reads the functions of every operation; no two may share a name or a command."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._names = Taken("a function belongs to one operation, rename one")
        self._commands = Taken('give one of them another "command"', "command")

    def read(self, operation: Place, arguments: List[Argument]) -> Tuple[Function, ...]:
        """Read the functions of one operation."""
        shape = read_shape(self._document, self._schemas, operation)
        functions = operation.each("x-functions")
        return tuple(self._function(function, arguments, shape) for function in functions)

    def _function(
        self, place: Place, arguments: List[Argument], shape: Optional[Shape]
    ) -> Function:
        name = self._names.take(given_field_name(place.key, place.pointer), place.pointer)
        if name in _OWN_FUNCTIONS or name.upper() in OWN_CONSTANTS:
            raise place.problem(f'is "{name}", a name that is there already; give it another')
        sends = self._sends(place, arguments)
        for argument in arguments:
            if argument.required and argument not in [sending.argument for sending in sends]:
                raise place.problem(
                    f'does not send "{argument.wire}", which its operation requires; send it'
                )
        answer = read_answer(place, shape)
        return Function(
            name,
            self._command(place, name),
            tuple(sends),
            answer,
            shape.resource.name if shape and answer != "nothing" else None,
            read_found_when(place, shape),
            _one_of(place.need("not-found"), ("none", "error")) == "none",
            place.pointer,
        )

    def _command(self, place: Place, name: str) -> str:
        given = place.get("command")
        command = given.text() if given else name.replace("_", "-")
        pointer = given.pointer if given else place.pointer
        if not re.fullmatch("[a-z][a-z0-9]*(-[a-z0-9]+)*", command):
            raise Problem(pointer, f'gives the command "{command}"; letters, digits and - alone')
        if command in _OWN_COMMANDS:
            raise Problem(pointer, f'gives the command "{command}", which is there already')
        return self._commands.take(command, pointer)

    def _sends(self, place: Place, arguments: List[Argument]) -> List[Sending]:
        keywords = place.get("required")
        required = [item.text() for item in keywords.items()] if keywords else None
        entries = place.listed("send") if place.get("send") else [Place("*", place.pointer)]
        by_wire = {argument.wire: argument for argument in reversed(arguments)}
        named = [next(iter(e.data)) if is_object(e.data) and e.data else e.data for e in entries]
        for index, wire in enumerate(named):
            if wire in named[:index]:
                raise entries[index].problem(f'is "{wire}" once more; send it once')
        sends: List[Sending] = []
        for entry in entries:
            if entry.data == "*":
                found: List[Tuple[Argument, Optional[object]]] = [
                    (argument, None) for argument in arguments if argument.wire not in named
                ]
            else:
                found = [_named(entry, by_wire)]
                self._check_fixed(entry, *found[0])
            for argument, fixed in found:
                needed = argument.required if required is None else argument.name in required
                sends.append(Sending(argument, needed or argument.place == "path", fixed))
        offered = [sending.argument.name for sending in sends if sending.fixed is None]
        for sending in sends:
            argument = sending.argument
            if keywords and argument.required and sending.fixed is None and not sending.required:
                raise keywords.problem(
                    f'leaves out "{argument.name}", which the operation requires'
                )
        for index, keyword in enumerate(required or ()):
            if keyword not in offered:
                pointer = child(place.pointer, "required", index)
                raise Problem(pointer, f'is "{keyword}", which it does not send; correct it')
        return sends

    def _check_fixed(self, entry: Place, argument: Argument, fixed: Optional[object]) -> None:
        """Refuse a fixed value that the schema of what it is sent as does not allow."""
        kind = argument.value.type
        allowed: List[object] = []
        if isinstance(kind, Constant):
            allowed = [kind.value]
        elif isinstance(kind, EnumType) and not kind.is_open:
            enumeration = self._schemas.registry.enumeration(kind.name)
            allowed = [member.value for member in enumeration.members]
        if fixed is not None and allowed and fixed not in allowed:
            words = " or ".join(map(said, allowed))
            pointer = child(entry.pointer, argument.wire)
            raise Problem(pointer, f"is {said(fixed)}, but its schema allows {words}; correct it")


def _named(entry: Place, by_wire: Dict[str, Argument]) -> Tuple[Argument, Optional[object]]:
    """Return what one entry of ``send`` names, and the value it fixes."""
    if isinstance(entry.data, str):
        wire, value = entry.data, None
    else:
        members = list(entry.members())
        if len(members) != 1:
            raise entry.problem("must be a name, or one name with the value to send")
        wire, value = members[0].key, members[0]
    argument = by_wire.get(wire)
    if argument is None:
        raise entry.problem(f'names "{wire}", which is nothing this request can send; correct it')
    if value is None:
        return argument, None
    kind = kind_of(argument.value) or ""
    if not isinstance(value.data, FITS[kind]) or (
        isinstance(value.data, bool) and kind != "boolean"
    ):
        raise value.problem(f"is no {kind}, which the request needs here; correct it")
    return argument, value.data


def _one_of(place: Place, choices: Tuple[str, ...]) -> str:
    if place.text() not in choices:
        raise place.problem(f'is "{place.text()}"; it must be {" or ".join(choices)}')
    return place.text()
