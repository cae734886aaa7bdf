"""A document one can walk: plain data with its pointer, what is wrong with it and where (Problem,
which generate.py prints), local references followed, and where its operations, parameters and
schemas stand; after reading.py, for all that comes behind it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Iterator, List, Optional, Union
from urllib.parse import unquote

if TYPE_CHECKING:
    from typing_extensions import TypeGuard


def is_object(data: object) -> TypeGuard[Dict[str, object]]:
    """Tell whether a value is an object; reading.py has seen to it that its names are texts."""
    return isinstance(data, dict)


def is_list(data: object) -> TypeGuard[List[object]]:
    """Tell whether a value is a list."""
    return isinstance(data, list)


def said(data: object) -> str:
    """Return a value as it is written in JSON, for a message."""
    return json.dumps(data, ensure_ascii=False)


class Problem(Exception):
    """A fault of the spec that stops the generator before any file is touched.

    ``where`` is a JSON pointer in URI form (``#/components/schemas``), or ``:line:column`` of a
    text that cannot be parsed. The message says what is wrong and what to do.
    """

    def __init__(self, where: str, message: str) -> None:
        super().__init__(where, message)
        self.where = where
        self.message = message

    def __str__(self) -> str:
        return self.where + ": " + printable(self.message)


def child(pointer: str, *parts: Union[str, int]) -> str:
    """Return the pointer of something further inside, with ``~`` and ``/`` escaped as RFC 6901
    says.
    """
    return "/".join([pointer, *(str(part).replace("~", "~0").replace("/", "~1") for part in parts)])


def printable(text: str) -> str:
    """Return the text on one line: what a terminal would act on is escaped, a very long text is
    cut.
    """
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return shown if len(shown) <= 600 else shown[:600] + "..."


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

    def problem(self, message: str, *inside: Union[str, int]) -> Problem:
        """Return the Problem of this value, or of something inside of it."""
        return Problem(child(self.pointer, *inside), message)

    def object(self) -> Dict[str, object]:
        """Return the value as an object, or refuse it."""
        if is_object(self.data):
            return self.data
        raise self.problem("must be an object")

    def get(self, name: str) -> Optional[Place]:
        """Return a member of this object, None when it has no such member."""
        members = self.object()
        return Place(members[name], child(self.pointer, name)) if name in members else None

    def need(self, name: str) -> Place:
        """Return a member of this object, or refuse the object."""
        member = self.get(name)
        if member is None:
            raise self.problem(f'has no "{name}", which is needed here; add it')
        return member

    def members(self) -> Iterator[Place]:
        """Return the members of an object in the order of their names: the order in the spec
        must change nothing.
        """
        for name in sorted(self.object()):
            yield self.need(name)

    def each(self, name: str) -> Iterator[Place]:
        """Return the members of a member, none when there is no such member."""
        member = self.get(name)
        return member.members() if member else iter(())

    def listed(self, name: str) -> List[Place]:
        """Return the items of a member, none when there is no such member."""
        member = self.get(name)
        return member.items() if member else []

    def items(self) -> List[Place]:
        """Return the items of an array, or refuse it."""
        if is_list(self.data):
            return [Place(item, child(self.pointer, index)) for index, item in enumerate(self.data)]
        raise self.problem("must be a list")

    def text(self) -> str:
        """Return the value as a text, or refuse it."""
        if isinstance(self.data, str):
            return self.data
        raise self.problem("must be a text")

    def flag(self, name: str) -> bool:
        """Return a member that is true or false, false when missing."""
        member = self.get(name)
        if member is None:
            return False
        if isinstance(member.data, bool):
            return member.data
        raise member.problem("must be true or false")

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

    def components(self, name: str) -> Iterator[Place]:
        """Return the components of a kind, such as schemas."""
        components = self.root.get("components")
        return components.each(name) if components else iter(())

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
            raise reference.problem(
                f'refers to "{text}"; only references inside this file (#/...) work'
            )
        target = self.root
        for part in text.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = self._inside(target, name)
            if found is None:
                raise reference.problem(f'refers to "{text}", which does not exist; correct it')
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
    for path in document.root.each("paths"):
        yield from (member for member in path.members() if member.key in METHODS)


def parameters(document: Document) -> Iterator[Place]:
    """Return every parameter that is written out, wherever it stands."""
    owners = [*document.root.each("paths"), *operations(document)]
    yield from _written(item for owner in owners for item in owner.listed("parameters"))
    yield from _written(document.components("parameters"))


def schemas(document: Document) -> Iterator[Place]:
    """Return every schema, the inner ones after the outer ones."""
    for root in _roots(document):
        yield from _with_inner(root)


def _roots(document: Document) -> Iterator[Place]:
    yield from document.components("schemas")
    for parameter in parameters(document):
        yield from _schema(parameter)
    for operation in operations(document):
        body = operation.get("requestBody")
        yield from _contents(body) if body else ()
        yield from _answers(operation.each("responses"))
    for body in _written(document.components("requestBodies")):
        yield from _contents(body)
    yield from _answers(document.components("responses"))
    for header in _written(document.components("headers")):
        yield from _schema(header)


def _answers(places: Iterator[Place]) -> Iterator[Place]:
    for answer in _written(places):
        yield from _contents(answer)
        for header in _written(answer.each("headers")):
            yield from _schema(header)


def _with_inner(schema: Place) -> Iterator[Place]:
    yield schema
    if not is_object(schema.data):
        return
    for inner in schema.each("properties"):
        yield from _with_inner(inner)
    for keyword in ("items", "additionalProperties"):
        single = schema.get(keyword)
        if single is not None and not isinstance(single.data, bool):
            yield from _with_inner(single)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.listed(keyword):
            yield from _with_inner(inner)


def _written(places: Iterator[Place]) -> Iterator[Place]:
    """Leave references out: what they mean stands elsewhere."""
    return (place for place in places if "$ref" not in place.object())


def _contents(place: Place) -> Iterator[Place]:
    for media_type in _written(place.each("content")):
        yield from _schema(media_type)


def _schema(place: Place) -> Iterator[Place]:
    schema = place.get("schema")
    if schema is not None:
        yield schema
