"""A document one can walk: plain data with its pointer, local references followed, and where its
operations, parameters and schemas stand; after reading.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, Iterator, List, Optional
from urllib.parse import unquote

from problem import Problem, child, is_list, is_object

ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "summary",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "$comment",
        "x-also",
        "x-python-name",
        "x-personal",
        "x-repeats",
        "x-secret",
    ]
)
"""What may stand beside a ``$ref`` or an ``allOf``: it says something about a value and nothing
about its type.
"""


@dataclass(frozen=True)
class Place:
    """A value of the document and where it stands."""

    data: object
    pointer: str

    def object(self) -> Dict[str, object]:
        """Return the value as an object, or refuse it."""
        if is_object(self.data):
            return self.data
        raise Problem(self.pointer, "must be an object")

    def get(self, name: str) -> Optional[Place]:
        """Return a member of this object, None when it has no such member."""
        members = self.object()
        return Place(members[name], child(self.pointer, name)) if name in members else None

    def need(self, name: str) -> Place:
        """Return a member of this object, or refuse the object."""
        member = self.get(name)
        if member is None:
            raise Problem(self.pointer, f'has no "{name}", which is needed here; add it')
        return member

    def members(self) -> Iterator[Place]:
        """Return the members of an object in the order of their names: the order in the spec
        must change nothing.
        """
        for name in sorted(self.object()):
            yield self.need(name)

    def items(self) -> List[Place]:
        """Return the items of an array, or refuse it."""
        if is_list(self.data):
            return [Place(item, child(self.pointer, index)) for index, item in enumerate(self.data)]
        raise Problem(self.pointer, "must be a list")

    def text(self) -> str:
        """Return the value as a text, or refuse it."""
        if isinstance(self.data, str):
            return self.data
        raise Problem(self.pointer, "must be a text")

    def flag(self, name: str) -> bool:
        """Return a member that is true or false, false when missing."""
        member = self.get(name)
        if member is None:
            return False
        if isinstance(member.data, bool):
            return member.data
        raise Problem(member.pointer, "must be true or false")

    def note(self, name: str) -> str:
        """Return a member that is a text for people, empty when missing."""
        member = self.get(name) if is_object(self.data) else None
        return member.text() if member else ""

    @property
    def key(self) -> str:
        """The last part of the pointer: the name this value has where it stands."""
        return self.pointer.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")


class Document:
    """The whole document, with its local references."""

    def __init__(self, root: Dict[str, object]) -> None:
        self.root = Place(root, "#")

    def at(self, *names: str) -> Optional[Place]:
        """Return what stands at a path of members, None when it is not there."""
        place: Optional[Place] = self.root
        for name in names:
            place = place.get(name) if place else None
        return place

    def follow(self, place: Place) -> Place:
        """Return what a ``$ref`` means in the end, the place itself when it is none."""
        seen = [place.pointer]
        while is_object(place.data) and "$ref" in place.data:
            place = self.step(place)
            if place.pointer in seen:
                raise Problem(
                    seen[0], "is a $ref that leads back to itself; let one of them be a schema"
                )
            seen.append(place.pointer)
        return place

    def step(self, place: Place) -> Place:
        """Return what a ``$ref`` points to."""
        reference = place.need("$ref")
        text = reference.text()
        if text != "#" and not text.startswith("#/"):
            raise Problem(
                reference.pointer,
                f'refers to "{text}"; only references inside this file (#/...) work',
            )
        target = self.root
        for part in text.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = self._inside(target, name)
            if found is None:
                raise Problem(
                    reference.pointer, f'refers to "{text}", which does not exist; correct it'
                )
            target = found
        return target

    @staticmethod
    def _inside(place: Place, name: str) -> Optional[Place]:
        if is_object(place.data):
            return place.get(name)
        if (
            is_list(place.data)
            and re.fullmatch("0|[1-9][0-9]{0,8}", name)
            and int(name) < len(place.data)
        ):
            return Place(place.data[int(name)], child(place.pointer, name))
        return None


METHODS = ("delete", "get", "patch", "post", "put")


def operations(document: Document) -> Iterator[Place]:
    """Return every operation, by path and method."""
    paths = document.at("paths")
    for path in paths.members() if paths else ():
        yield from (member for member in path.members() if member.key in METHODS)


def parameters(document: Document) -> Iterator[Place]:
    """Return every parameter that is written out, wherever it stands."""
    paths = document.at("paths")
    for path in paths.members() if paths else ():
        yield from _listed(path.get("parameters"))
    for operation in operations(document):
        yield from _listed(operation.get("parameters"))
    yield from _written(document.at("components", "parameters"))


def schemas(document: Document) -> Iterator[Place]:
    """Return every schema, the inner ones after the outer ones."""
    for root in _roots(document):
        yield from _with_inner(root)


def _roots(document: Document) -> Iterator[Place]:
    components = document.at("components", "schemas")
    yield from components.members() if components else ()
    for parameter in parameters(document):
        yield from _schema(parameter)
    bodies = [operation.get("requestBody") for operation in operations(document)]
    for body in [
        *(body for body in bodies if body),
        *_written(document.at("components", "requestBodies")),
    ]:
        yield from _contents(body)
    answers = [operation.get("responses") for operation in operations(document)]
    for group in [*answers, document.at("components", "responses")]:
        for answer in _written(group):
            yield from _contents(answer)
            for header in _written(answer.get("headers")):
                yield from _schema(header)
    for header in _written(document.at("components", "headers")):
        yield from _schema(header)


def _with_inner(schema: Place) -> Iterator[Place]:
    yield schema
    if not is_object(schema.data):
        return
    properties = schema.get("properties")
    for inner in properties.members() if properties else ():
        yield from _with_inner(inner)
    for keyword in ("items", "additionalProperties"):
        single = schema.get(keyword)
        if single is not None and not isinstance(single.data, bool):
            yield from _with_inner(single)
    for keyword in ("allOf", "anyOf", "oneOf"):
        several = schema.get(keyword)
        for inner in several.items() if several else ():
            yield from _with_inner(inner)


def _listed(place: Optional[Place]) -> Iterator[Place]:
    """Return the items of a list, references left out: what they mean stands elsewhere."""
    for item in place.items() if place else ():
        if "$ref" not in item.object():
            yield item


def _written(place: Optional[Place]) -> Iterator[Place]:
    """Return the members of an object, references left out: what they mean stands elsewhere."""
    for member in place.members() if place else ():
        if "$ref" not in member.object():
            yield member


def _contents(place: Place) -> Iterator[Place]:
    for media_type in _written(place.get("content")):
        yield from _schema(media_type)


def _schema(place: Place) -> Iterator[Place]:
    schema = place.get("schema")
    if schema is not None:
        yield schema
