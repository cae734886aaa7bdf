"""Paths of the document -> requests and Session functions of model.py; after schemas.py, before
emit_operations.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple

from composition import (
    description,
    keywords_of,
    merge_object,
    only_value,
    settle,
    split_type,
)
from document import METHODS, Document, Place, child
from functions import OWN_CONSTANTS, Functions
from model import (
    Argument,
    ClassType,
    Field,
    ListType,
    MapType,
    Model,
    Request,
    Scalar,
    Several,
    Value,
    kind_of,
)
from names import WAY_OUT, Taken, given_field_name, python_name
from schemas import Schemas
from service import check_query_name

_OWN_KEYWORDS = frozenset(
    [
        *("self", "deadline", "operations", "cast"),  # in the functions of session.py
        *("as_json", "json", "country", "api_key_file", "key_file", "help"),  # options of commands
    ]
)


class Operations:
    """Reads the operations of a document."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._functions = Functions(document, schemas)

    def read(self) -> Tuple[Request, ...]:
        """Read every operation, by path and method."""
        return tuple(
            self._request(path.key, method, path)
            for path in self._document.root.each("paths")
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
        return Request(
            operation.key.upper(),
            path,
            tuple(arguments),
            resource_type,
            several,
            self._functions.read(operation, arguments),
            operation.pointer,
        )

    def _parameters(self, item: Place, operation: Place) -> List[Argument]:
        found: Dict[Tuple[str, str], Argument] = {}
        for owner in (item, operation):
            for given in owner.listed("parameters"):
                place = self._document.follow(given)
                where, name = place.need("in").text(), place.need("name").text()
                if where not in ("path", "query"):
                    raise place.problem(f'is "{where}"; only path and query are supported', "in")
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
        _check_carried(schema, value, wire, where)
        named = Place(place.data, child(place.pointer, wire)) if where != "body" else place
        name = python_name(named)
        if name in _OWN_KEYWORDS or name.upper() in OWN_CONSTANTS:
            raise place.problem(
                f'has the Python name "{name}", which is there already; give it an x-python-name'
            )
        not_blank = False
        if kind_of(value) == "text":
            at_least = keywords_of(self._document, schema).get("minLength", 0)
            not_blank = isinstance(at_least, int) and at_least >= 1
        doc = description(self._document, place) or description(self._document, schema)
        return Argument(name, wire, where, value, required, not_blank, doc, place.pointer)

    def _body(
        self, operation: Place, in_path: Dict[str, Argument]
    ) -> Tuple[List[Argument], Optional[str], Optional[Several]]:
        body = operation.get("requestBody")
        if body is None:
            return [], None, None
        schema = self._media_type(self._document.follow(body)).need("schema")
        data = settle(self._document, self._member(schema, "data"))
        is_list = split_type(data)[0] == "array"
        resource = settle(self._document, data.need("items")) if is_list else data
        resource_type = only_value(settle(self._document, self._member(resource, "type")))
        arguments = self._attributes(self._member(resource, "attributes"), in_path)
        if not is_list:
            return arguments, resource_type, None
        place = self._member(resource, "id")
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

    def _member(self, place: Place, name: str) -> Place:
        """Return a property of an object schema, wherever in its ``allOf`` it stands."""
        return merge_object(self._document, place).need(name, place.pointer)

    def _attributes(self, place: Place, in_path: Dict[str, Argument]) -> List[Argument]:
        parts = merge_object(self._document, place)
        names = [required.text() for required in parts.required]
        for required in parts.required:
            if required.text() not in parts.properties:
                text = f'is "{required.text()}", which is no attribute; correct it'
                raise required.problem(text)
        places = sorted(
            parts.properties.values(),
            key=lambda p: (names.index(p.key) if p.key in names else len(names), p.key),
        )
        return [self._attribute(place, place.key in names, in_path) for place in places]

    def _attribute(self, place: Place, required: bool, in_path: Dict[str, Argument]) -> Argument:
        argument = self._argument(place, place, place.key, "body", required)
        repeats = place.get("x-repeats")
        if repeats is None:
            return argument
        other = in_path.get(repeats.text())
        if other is None or other.value.type != argument.value.type:
            raise repeats.problem(
                f'is "{repeats.text()}", which is no path parameter of this type; correct it'
            )
        return replace(argument, name=other.name, required=True, repeats=other.wire)

    @staticmethod
    def _media_type(body: Place) -> Place:
        types = list(body.need("content").members())
        if len(types) != 1:
            raise body.problem("must have exactly one media type", "content")
        return types[0]


def _check_carried(schema: Place, value: Value, wire: str, where: str) -> None:
    """Refuse a value that cannot stand in its place of a request."""
    kind, is_alone = kind_of(value), where in ("path", "query")
    if kind is not None and not (is_alone and kind in ("object", "texts")):
        return
    what = "a choice of several types"
    if isinstance(value.type, ListType):
        what = "an array" if is_alone else "an array of something else than texts"
    elif isinstance(value.type, (ClassType, MapType)):
        what = "an object" if is_alone else "an object with members of its own"
    elif value.type == Scalar("any"):
        what = "any value"
    named = f'the {where} parameter "{wire}"' if is_alone else f'the attribute "{wire}"'
    can = "one value" if is_alone else "one value, texts or an object without properties"
    raise schema.problem(f"is {what}, which {named} cannot be; make it {can}")
