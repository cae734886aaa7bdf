"""Paths of the document -> requests and Session functions of model.py; after schemas.py, before
emit_operations.py.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, List, Optional, Tuple

from addresses import check_query_name
from answers import Shape, read_answer, read_found_when, read_shape
from composition import description, only_value, split_type
from document import Document, Place
from model import (
    Argument,
    Constant,
    EnumType,
    Field,
    Function,
    ListType,
    MapType,
    Model,
    Request,
    Scalar,
    Sending,
    Several,
    Value,
)
from names import Taken, given_field_name
from places import METHODS
from plain import is_object
from problem import Problem, child
from registry import WAY_OUT
from schemas import Schemas, python_name

_SEVERAL = {"object": "an object", "texts": "an array"}
_OWN_KEYWORDS = ("deadline", "self")
_OWN_FUNCTIONS = ("close", "from_env")
_OWN_CONSTANTS = (
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
_FITS: Dict[str, Tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "text": (str,),
    "boolean": (bool,),
    "texts": (list,),
    "object": (dict,),
    "time": (str,),
}


def kind_of(value: Value) -> Optional[str]:
    """Return the kind of a value that a request can carry, None when it can carry none of that
    type.
    """
    if isinstance(value.type, EnumType):
        return "text"
    if isinstance(value.type, Scalar):
        return value.type.kind if value.type.kind in _FITS else None
    if isinstance(value.type, ListType) and value.type.item == Value(Scalar("text")):
        return "texts"
    is_free = isinstance(value.type, MapType) and value.type.value == Value(Scalar("any"), True)
    return "object" if is_free else None


class Operations:
    """Reads the operations of a document."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._functions = Taken("a function belongs to one operation, rename one")
        self._commands = Taken('give one of them another "command"', "command")

    def read(self) -> Tuple[Request, ...]:
        """Read every operation, by path and method."""
        paths = self._document.at("paths")
        return tuple(
            self._request(path.key, method, path)
            for path in (paths.members() if paths else ())
            for method in path.members()
            if method.key in METHODS
        )

    def _request(self, path: str, operation: Place, item: Place) -> Request:
        arguments = self._parameters(item, operation)
        in_path = {argument.wire: argument for argument in arguments if argument.place == "path"}
        body, resource_type, several = self._body(operation, in_path)
        arguments += body
        taken = Taken(WAY_OUT)
        for argument in arguments:
            if argument.repeats is None:
                taken.take(argument.name, argument.pointer)
        shape = read_shape(self._document, self._schemas, operation)
        functions = operation.get("x-functions")
        read = [
            self._function(function, arguments, shape)
            for function in (functions.members() if functions else ())
        ]
        return Request(
            operation.key.upper(),
            path,
            tuple(arguments),
            resource_type,
            several,
            tuple(read),
            operation.pointer,
        )

    def _parameters(self, item: Place, operation: Place) -> List[Argument]:
        found: Dict[Tuple[str, str], Argument] = {}
        for owner in (item, operation):
            parameters = owner.get("parameters")
            for given in parameters.items() if parameters else ():
                place = self._document.follow(given)
                where, name = place.need("in").text(), place.need("name").text()
                if where not in ("path", "query"):
                    raise Problem(
                        child(place.pointer, "in"),
                        f'is "{where}"; only path and query are supported',
                    )
                if where == "query":
                    check_query_name(place.need("name"))
                found[where, name] = self._argument(
                    place, place.need("schema"), name, where, place.flag("required")
                )
        return sorted(found.values(), key=lambda argument: argument.place)

    def _argument(
        self, place: Place, schema: Place, wire: str, where: str, required: bool
    ) -> Argument:
        value = self._schemas.value(schema, wire)
        if kind_of(value) is None:
            raise Problem(
                schema.pointer,
                "has a type no request can carry; use a single value, texts or a free object",
            )
        if where in ("path", "query") and kind_of(value) in ("object", "texts"):
            raise Problem(
                schema.pointer,
                f"is {_SEVERAL[str(kind_of(value))]}, which a {where} cannot carry; use one value",
            )
        named = Place(place.data, child(place.pointer, wire)) if where != "body" else place
        at_least = self._document.follow(schema).object().get("minLength", 0)
        not_blank = isinstance(at_least, int) and at_least >= 1
        doc = description(self._document, place) or description(self._document, schema)
        if python_name(named) in _OWN_KEYWORDS:
            raise Problem(
                place.pointer,
                f'has the Python name "{python_name(named)}", which every function has already; '
                "give it an x-python-name",
            )
        return Argument(
            python_name(named), wire, where, value, required, not_blank, doc, place.pointer
        )

    def _body(
        self, operation: Place, in_path: Dict[str, Argument]
    ) -> Tuple[List[Argument], Optional[str], Optional[Several]]:
        body = operation.get("requestBody")
        if body is None:
            return [], None, None
        schema = self._document.follow(self._media_type(self._document.follow(body)).need("schema"))
        data = self._document.follow(schema.need("properties").need("data"))
        is_list = split_type(data)[0] == "array"
        resource = self._document.follow(data.need("items")) if is_list else data
        members = resource.need("properties")
        resource_type = only_value(self._document.follow(members.need("type")))
        arguments = self._attributes(members, in_path)
        if not is_list:
            return arguments, resource_type, None
        place = members.need("id")
        identifier = self._argument(place, place, "id", "id", True)
        keyword = given_field_name(data.need("x-python-name").text(), data.pointer)
        name = self._add_class(resource, resource_type, [identifier, *arguments])
        return [identifier, *arguments], resource_type, Several(keyword, name)

    def _add_class(self, place: Place, resource_type: str, arguments: List[Argument]) -> str:
        """Make the class whose instances are the resources of a body."""
        place.need("x-jsonapi-update")
        name = self._schemas.registry.name(place, place.key)
        fields = [
            Field(a.name, a.wire, a.value, a.doc, a.required, False, False, a.pointer)
            for a in arguments
        ]
        doc = description(self._document, place)
        self._schemas.registry.add_model(
            Model(name, doc, tuple(fields), resource_type, place.pointer, is_sent=True)
        )
        return name

    def _attributes(self, members: Place, in_path: Dict[str, Argument]) -> List[Argument]:
        attributes = self._document.follow(members.need("attributes"))
        required = attributes.get("required")
        names = [item.text() for item in required.items()] if required else []
        properties = attributes.need("properties")
        for index, name in enumerate(names):
            if properties.get(name) is None:
                pointer = child(attributes.pointer, "required", index)
                raise Problem(pointer, f'is "{name}", which is no attribute; correct it')
        places = sorted(
            properties.members(), key=lambda p: names.index(p.key) if p.key in names else len(names)
        )
        return [self._attribute(place, place.key in names, in_path) for place in places]

    def _attribute(self, place: Place, required: bool, in_path: Dict[str, Argument]) -> Argument:
        argument = self._argument(place, place, place.key, "body", required)
        repeats = place.get("x-repeats")
        if repeats is None:
            return argument
        other = in_path.get(repeats.text())
        if other is None or other.value.type != argument.value.type:
            raise Problem(
                repeats.pointer,
                f'is "{repeats.text()}", which is no path parameter of this type; correct it',
            )
        return replace(argument, name=other.name, required=True, repeats=other.wire)

    @staticmethod
    def _media_type(body: Place) -> Place:
        types = list(body.need("content").members())
        if len(types) != 1:
            raise Problem(child(body.pointer, "content"), "must have exactly one media type")
        return types[0]

    def _function(
        self, place: Place, arguments: List[Argument], shape: Optional[Shape]
    ) -> Function:
        name = self._functions.take(given_field_name(place.key, place.pointer), place.pointer)
        if name in _OWN_FUNCTIONS or name.upper() in _OWN_CONSTANTS:
            raise Problem(
                place.pointer, f'is "{name}", a name that is there already; give it another'
            )
        sends = self._sends(place, arguments)
        for argument in arguments:
            if argument.required and argument not in [sending.argument for sending in sends]:
                raise Problem(
                    place.pointer,
                    f'does not send "{argument.wire}", which its operation requires; send it',
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
        send = place.get("send")
        entries = send.items() if send else [Place("*", place.pointer)]
        by_wire = {argument.wire: argument for argument in reversed(arguments)}
        named = [next(iter(e.data)) if is_object(e.data) and e.data else e.data for e in entries]
        for index, wire in enumerate(named):
            if wire in named[:index]:
                raise Problem(entries[index].pointer, f'is "{wire}" once more; send it once')
        sends: List[Sending] = []
        for entry in entries:
            if entry.data == "*":
                found: List[Tuple[Argument, Optional[object]]] = [
                    (argument, None) for argument in arguments if argument.wire not in named
                ]
            else:
                found = [_named(entry, by_wire)]
            for argument, fixed in found:
                needed = argument.required if required is None else argument.name in required
                sends.append(Sending(argument, needed or argument.place == "path", fixed))
        offered = [sending.argument.name for sending in sends if sending.fixed is None]
        for sending in sends:
            argument = sending.argument
            if keywords and argument.required and sending.fixed is None and not sending.required:
                raise Problem(
                    keywords.pointer, f'leaves out "{argument.name}", which the operation requires'
                )
        for index, keyword in enumerate(required or ()):
            if keyword not in offered:
                pointer = child(place.pointer, "required", index)
                raise Problem(pointer, f'is "{keyword}", which it does not send; correct it')
        return sends


def _named(entry: Place, by_wire: Dict[str, Argument]) -> Tuple[Argument, Optional[object]]:
    """Return what one entry of ``send`` names, and the value it fixes."""
    if isinstance(entry.data, str):
        wire, value = entry.data, None
    else:
        members = list(entry.members())
        if len(members) != 1:
            raise Problem(entry.pointer, "must be a name, or one name with the value to send")
        wire, value = members[0].key, members[0]
    argument = by_wire.get(wire)
    if argument is None:
        raise Problem(
            entry.pointer, f'names "{wire}", which is nothing this request can send; correct it'
        )
    if value is None:
        return argument, None
    kind = kind_of(argument.value) or ""
    if not isinstance(value.data, _FITS[kind]) or (
        isinstance(value.data, bool) and kind != "boolean"
    ):
        raise Problem(value.pointer, f"is no {kind}, which the request needs here; correct it")
    allowed = argument.value.type
    if isinstance(allowed, Constant) and allowed.value != value.data:
        raise Problem(value.pointer, f"is {value.data!r}; only {allowed.value!r} is allowed here")
    return argument, value.data


def _one_of(place: Place, choices: Tuple[str, ...]) -> str:
    if place.text() not in choices:
        raise Problem(place.pointer, f'is "{place.text()}"; it must be {" or ".join(choices)}')
    return place.text()
