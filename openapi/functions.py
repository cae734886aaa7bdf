"""``x-functions`` of an operation -> functions of the Session: what each sends, is called on a
command line, and answers; for operations.py.

What they answer is for the schemas of the successful answers to say: ``data`` is a resource, a list
of them, or there is none. What ``x-functions`` says beside that is checked against them.
"""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

import model
from composition import merge_object
from document import Place, is_object, said, words
from model import Argument, Function, Model, Sending
from names import Taken, given_field_name
from schemas import Schemas

_WORDS = ("one", "first", "many", "nothing")
_OWN_FUNCTIONS = words("close from_env")
OWN_CONSTANTS = words("""
    BASE_PATH CLASSES KEY_HEADER MEDIA_TYPE OPERATIONS REQUEST_MEDIA_TYPE SERVERS SPEC_VERSION
""")
"""What Session and the generated operations.py have beside the functions."""
_OWN_COMMANDS = words("doctor examples gateway sandbox")
"""What the command line has beside the functions."""


class Shape(NamedTuple):
    """What the successful answers of an operation hold."""

    resource: Model
    is_list: bool


def read_shape(schemas: Schemas, operation: Place) -> Optional[Shape]:
    """Return what the successful answers hold, None when they never hold a document."""
    found: Optional[Shape] = None
    for answer in operation.need("responses").members():
        if not answer.key.startswith("2"):
            continue
        for media_type in answer.follow().each("content"):
            shape = _shape(schemas, media_type.need("schema"))
            if found is not None and shape != found:
                raise answer.problem("holds something else than the other answers; let them agree")
            found = shape
    return found


def _shape(schemas: Schemas, place: Place) -> Shape:
    data = merge_object(place).need("data", place.pointer)
    kind = schemas.value(data, "Answer").type
    is_list = isinstance(kind, model.ListType)
    if isinstance(kind, model.ListType):
        kind = kind.item.type
    resource = schemas.registry.models[kind.name] if isinstance(kind, model.ClassType) else None
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
    word = _one_of(place, _WORDS)
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
        fault = f'is "{wire}", which is no attribute of one resource; correct it'
        raise members[0].problem(fault)
    return wire, text


class Functions:
    """Reads the functions of every operation; no two may share a name or a command."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._names = Taken("a function belongs to one operation, rename one")
        self._commands = Taken('give one of them another "command"', "command")

    def read(self, operation: Place, arguments: List[Argument]) -> Tuple[Function, ...]:
        """Read the functions of one operation."""
        shape = read_shape(self._schemas, operation)
        functions = operation.each("x-functions")
        return tuple(self._function(function, arguments, shape) for function in functions)

    def _function(
        self, place: Place, arguments: List[Argument], shape: Optional[Shape]
    ) -> Function:
        name = self._names.take(given_field_name(place.key, place.pointer), place.pointer)
        if name in _OWN_FUNCTIONS or name.upper() in OWN_CONSTANTS:
            raise place.problem(f'is "{name}", a name that is there already; give it another')
        sends = self._sends(place, arguments)
        sent = [sending.argument for sending in sends]
        for argument in arguments:
            if argument.required and argument not in sent:
                text = f'does not send "{argument.wire}", which its operation requires; send it'
                raise place.problem(text)
        answer = read_answer(place, shape)
        return Function(
            name,
            command=self._command(place, name),
            sends=tuple(sends),
            answer=answer,
            resource=shape.resource.name if shape and answer != "nothing" else None,
            found_when=read_found_when(place, shape),
            not_found_is_none=_one_of(place.need("not-found"), ("none", "error")) == "none",
            pointer=place.pointer,
        )

    def _command(self, function: Place, name: str) -> str:
        given = function.get("command")
        command = given.text() if given else name.replace("_", "-")
        place = given or function
        if not re.fullmatch("[a-z][a-z0-9]*(-[a-z0-9]+)*", command):
            raise place.problem(f'gives the command "{command}"; letters, digits and - alone')
        if command in _OWN_COMMANDS:
            raise place.problem(f'gives the command "{command}", which is there already')
        return self._commands.take(command, place.pointer)

    def _sends(self, place: Place, arguments: List[Argument]) -> List[Sending]:
        keywords = place.get("required")
        required = [item.text() for item in keywords.items()] if keywords else None
        sends: List[Sending] = []
        for argument, fixed in self._entries(place, arguments):
            needed = argument.required if required is None else argument.name in required
            sends.append(Sending(argument, needed or argument.place == "path", fixed))
        offered = [sending for sending in sends if sending.fixed is None]
        for sending in offered:
            argument = sending.argument
            if keywords and argument.required and not sending.required:
                text = f'leaves out "{argument.name}", which the operation requires'
                raise keywords.problem(text)
        names = [sending.argument.name for sending in offered]
        for index, keyword in enumerate(required or ()):
            if keyword not in names:
                text = f'is "{keyword}", which it does not send; correct it'
                raise place.problem(text, "required", index)
        return sends

    def _entries(
        self, place: Place, arguments: List[Argument]
    ) -> List[Tuple[Argument, Optional[object]]]:
        """Return what a function sends, each with its fixed value, in the order of ``send``."""
        entries = place.listed("send") if place.get("send") else [place.here("*")]
        by_wire = {argument.wire: argument for argument in reversed(arguments)}
        named = [next(iter(e.data)) if is_object(e.data) and e.data else e.data for e in entries]
        for index, wire in enumerate(named):
            if wire in named[:index]:
                raise entries[index].problem(f'is "{wire}" once more; send it once')
        found: List[Tuple[Argument, Optional[object]]] = []
        for entry in entries:
            if entry.data == "*":
                found += [(a, None) for a in arguments if a.wire not in named]
            else:
                argument, fixed = _named(entry, by_wire)
                self._check_fixed(entry, argument, fixed)
                found.append((argument, fixed))
        return found

    def _check_fixed(self, entry: Place, argument: Argument, fixed: Optional[object]) -> None:
        """Refuse a fixed value that the schema of what it is sent as does not allow."""
        kind = argument.value.type
        allowed: List[object] = []
        if isinstance(kind, model.Constant):
            allowed = [kind.value]
        elif isinstance(kind, model.EnumType) and not kind.is_open:
            members = self._schemas.registry.enumerations[kind.name].members
            allowed = [member.value for member in members]
        if fixed is not None and allowed and fixed not in allowed:
            text = f"is {said(fixed)}, but its schema allows {' or '.join(map(said, allowed))}"
            raise entry.problem(f"{text}; correct it", argument.wire)


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
    kind = model.kind_of(argument.value) or ""
    is_flag = isinstance(value.data, bool)
    if not isinstance(value.data, model.FITS[kind]) or (is_flag and kind != "boolean"):
        raise value.problem(f"is no {kind}, which the request needs here; correct it")
    return argument, value.data


def _one_of(place: Place, choices: Tuple[str, ...]) -> str:
    if place.text() not in choices:
        raise place.problem(f'is "{place.text()}"; it must be {" or ".join(choices)}')
    return place.text()
