"""Paths of the document -> requests and Session functions of model.py; after schemas.py, before
emit_operations.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple

from addresses import check_query_name
from composition import description, only_value, split_type
from document import Document, Place
from functions import Functions
from model import Argument, Field, Model, Request, Several, kind_of
from names import Taken, given_field_name
from places import METHODS
from problem import Problem, child
from registry import WAY_OUT
from schemas import Schemas, python_name

_SEVERAL = {"object": "an object", "texts": "an array"}
_OWN_KEYWORDS = ("deadline", "self")


class Operations:
    """Reads the operations of a document."""

    def __init__(self, document: Document, schemas: Schemas) -> None:
        self._document = document
        self._schemas = schemas
        self._functions = Functions(document, schemas)

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
