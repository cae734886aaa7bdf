"""Paths of the document -> requests and Session functions of model.py; after schemas.py, before
emit_operations.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple

import model
from composition import description, merge_object, merge_scalar, only_value, settle, split_type
from document import METHODS, Place, words
from functions import OWN_CONSTANTS, Functions
from model import Argument, Field, Model, Request, Several, Value, kind_of
from names import WAY_OUT, Taken, given_field_name, python_name
from schemas import Schemas
from service import check_query_name

_OWN_KEYWORDS = words("""
    self deadline operations cast
    as_json json country api_key_file key_file help
""")
"""Names in the functions of session.py, and options that commands have already."""


class Operations:
    """Reads the operations of a document."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._functions = Functions(schemas)

    def read(self, root: Place) -> Tuple[Request, ...]:
        """Read every operation, by path and method."""
        return tuple(
            self._request(method, path)
            for path in root.each("paths")
            for method in path.members()
            if method.key in METHODS
        )

    def _request(self, operation: Place, path: Place) -> Request:
        arguments = self._parameters(path, operation)
        in_path = {argument.wire: argument for argument in arguments if argument.place == "path"}
        body, resource_type, several = self._body(operation, in_path)
        arguments += body
        taken = Taken(WAY_OUT)
        for argument in arguments:
            if argument.repeats is None:
                taken.take(argument.name, argument.pointer)
        functions = self._functions.read(operation, arguments)
        return Request(
            operation.key.upper(),
            path.key,
            tuple(arguments),
            resource_type,
            several,
            functions,
            operation.pointer,
        )

    def _parameters(self, path: Place, operation: Place) -> List[Argument]:
        found: Dict[Tuple[str, str], Argument] = {}
        for given in path.listed("parameters") + operation.listed("parameters"):
            place = given.follow()
            where, name = place.need("in").text(), place.need("name").text()
            if where not in ("path", "query"):
                raise place.problem(f'is "{where}"; only path and query are supported', "in")
            if where == "query":
                check_query_name(place.need("name"))
            schema, required = place.need("schema"), place.flag("required")
            found[where, name] = self._argument(place, schema, name, where, required)
        return sorted(found.values(), key=lambda argument: argument.place)

    def _argument(
        self, place: Place, schema: Place, wire: str, where: str, required: bool
    ) -> Argument:
        value = self._schemas.value(schema, wire)
        _check_carried(schema, value, wire, where)
        name = python_name(place if where == "body" else place.here(place.data, wire))
        if name in _OWN_KEYWORDS or name.upper() in OWN_CONSTANTS:
            text = f'has the Python name "{name}", which is there already; give it an x-python-name'
            raise place.problem(text)
        limits = merge_scalar(settle(schema)).object() if kind_of(value) == "text" else {}
        at_least = limits.get("minLength")
        not_blank = isinstance(at_least, int) and at_least >= 1
        doc = description(place) or description(schema)
        return Argument(name, wire, where, value, doc, place.pointer, required, not_blank)

    def _body(
        self, operation: Place, in_path: Dict[str, Argument]
    ) -> Tuple[List[Argument], Optional[str], Optional[Several]]:
        body = operation.get("requestBody")
        if body is None:
            return [], None, None
        data = settle(_member(_media_type(body.follow()).need("schema"), "data"))
        is_list = split_type(data)[0] == "array"
        resource = settle(data.need("items")) if is_list else data
        resource_type = only_value(settle(_member(resource, "type")))
        arguments = self._attributes(_member(resource, "attributes"), in_path)
        if not is_list:
            return arguments, resource_type, None
        place = _member(resource, "id")
        arguments = [self._argument(place, place, "id", "id", True), *arguments]
        keyword = given_field_name(data.need("x-python-name").text(), data.pointer)
        name = self._add_class(resource, resource_type, arguments)
        return arguments, resource_type, Several(keyword, name)

    def _add_class(self, place: Place, resource_type: str, arguments: List[Argument]) -> str:
        """Make the class whose instances are the resources of a body."""
        place.need("x-jsonapi-update")
        registry = self._schemas.registry
        name, doc = registry.name(place, place.key), description(place)
        fields = [Field(a.name, a.wire, a.value, a.doc, a.pointer, a.required) for a in arguments]
        made = Model(name, doc, tuple(fields), place.pointer, resource_type, is_sent=True)
        registry.models[name] = made
        return name

    def _attributes(self, place: Place, in_path: Dict[str, Argument]) -> List[Argument]:
        parts = merge_object(place)
        names = parts.required_names("attribute")
        in_order = [*dict.fromkeys(names), *sorted(parts.properties.keys() - set(names))]
        return [self._attribute(parts.properties[n], n in names, in_path) for n in in_order]

    def _attribute(self, place: Place, required: bool, in_path: Dict[str, Argument]) -> Argument:
        argument = self._argument(place, place, place.key, "body", required)
        repeats = place.get("x-repeats")
        if repeats is None:
            return argument
        other = in_path.get(repeats.text())
        if other is None or other.value.type != argument.value.type:
            text = f'is "{repeats.text()}", which is no path parameter of this type; correct it'
            raise repeats.problem(text)
        return replace(argument, name=other.name, required=True, repeats=other.wire)


def _member(place: Place, name: str) -> Place:
    """Return a property of an object schema, wherever in its ``allOf`` it stands."""
    return merge_object(place).need(name, place.pointer)


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
    if isinstance(value.type, model.ListType):
        what = "an array" if is_alone else "an array of something else than texts"
    elif isinstance(value.type, (model.ClassType, model.MapType)):
        what = "an object" if is_alone else "an object with members of its own"
    elif value.type == model.Scalar("any"):
        what = "any value"
    named = f'the {where} parameter "{wire}"' if is_alone else f'the attribute "{wire}"'
    can = "one value" if is_alone else "one value, texts or an object without properties"
    raise schema.problem(f"is {what}, which {named} cannot be; make it {can}")
