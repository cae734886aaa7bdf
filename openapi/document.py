"""A document one can walk: Place, a value with its pointer and its local references followed;
Problem, what is wrong with one; and where operations, parameters and schemas stand. After
reading.py, for all that comes behind it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, FrozenSet, Iterable, Iterator, List, Optional, Union
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


def words(text: str) -> FrozenSet[str]:
    """Return the words of a text, such as names that are supported somewhere."""
    return frozenset(text.split())


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
    """Return the pointer of something inside, ``~`` and ``/`` escaped as RFC 6901 says."""
    return "/".join([pointer, *(str(part).replace("~", "~0").replace("/", "~1") for part in parts)])


def printable(text: str) -> str:
    """Return a text on one line: what a terminal would act on escaped, a very long text cut."""
    shown = "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )
    return shown if len(shown) <= 600 else shown[:600] + "..."


ANNOTATIONS = words("""
    title description summary default example examples deprecated readOnly writeOnly externalDocs
    $comment x-also x-python-name x-personal x-repeats x-secret
""")
"""What may stand beside a ``$ref`` or an ``allOf``: it says something about a value and nothing
about its type.
"""
METHODS = words("delete get patch post put")


@dataclass(frozen=True)
class Place:
    """A value of the document and where it stands; ``root`` is the whole, which references need."""

    data: object
    pointer: str
    root: Dict[str, object] = field(repr=False)

    def problem(self, message: str, *inside: Union[str, int]) -> Problem:
        """Return the Problem of this value, or of something inside of it."""
        return Problem(child(self.pointer, *inside), message)

    def here(self, data: object, *inside: Union[str, int]) -> Place:
        """Return a value that stands here, or inside of this one."""
        return Place(data, child(self.pointer, *inside), self.root)

    def object(self) -> Dict[str, object]:
        """Return the value as an object, or refuse it."""
        if is_object(self.data):
            return self.data
        raise self.problem("must be an object")

    def get(self, name: str) -> Optional[Place]:
        """Return a member of this object, None when it has no such member."""
        members = self.object()
        return self.here(members[name], name) if name in members else None

    def keyword(self, name: str) -> Optional[Place]:
        """Return a keyword of a schema, None when it has none of that name or is just true."""
        return self.get(name) if is_object(self.data) else None

    def need(self, name: str) -> Place:
        """Return a member of this object, or refuse the object."""
        member = self.get(name)
        if member is None:
            raise self.problem(f'has no "{name}", which is needed here; add it')
        return member

    def members(self) -> Iterator[Place]:
        """Return the members of an object by name: their order in the spec changes nothing."""
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
            return [self.here(item, index) for index, item in enumerate(self.data)]
        raise self.problem("must be a list")

    def whole(self) -> Iterator[Place]:
        """Return this value and all that stands inside of it."""
        yield self
        inner = self.members() if is_object(self.data) else ()
        for place in self.items() if is_list(self.data) else inner:
            yield from place.whole()

    def text(self) -> str:
        """Return the value as a text, or refuse it."""
        if isinstance(self.data, str):
            return self.data
        raise self.problem("must be a text")

    def flag(self, name: str) -> bool:
        """Return a keyword that is true or false, false when missing."""
        member = self.keyword(name)
        if member is None or isinstance(member.data, bool):
            return member is not None and member.data is True
        raise member.problem("must be true or false")

    def note(self, name: str) -> str:
        """Return a keyword that is a text for people, empty when missing."""
        member = self.keyword(name)
        return member.text() if member else ""

    @property
    def key(self) -> str:
        """The last part of the pointer: the name this value has where it stands."""
        return self.pointer.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")

    def follow(self) -> Place:
        """Return what a ``$ref`` means in the end, the place itself when it is none."""
        place, seen = self, [self.pointer]
        while is_object(place.data) and "$ref" in place.data:
            place = place.step()
            if place.pointer in seen:
                raise self.problem(
                    "is a $ref that leads back to itself; let one of them be a schema"
                )
            seen.append(place.pointer)
        return place

    def step(self) -> Place:
        """Return what a ``$ref`` points to."""
        reference = self.need("$ref")
        text = reference.text()
        if text != "#" and not text.startswith("#/"):
            only = "only references inside this file (#/...) work"
            raise reference.problem(f'refers to "{text}"; {only}')
        target = Place(self.root, "#", self.root)
        for part in text.split("/")[1:]:
            found = target._inside(unquote(part).replace("~1", "/").replace("~0", "~"))
            if found is None:
                raise reference.problem(f'refers to "{text}", which does not exist; correct it')
            target = found
        return target

    def _inside(self, name: str) -> Optional[Place]:
        if is_list(self.data) and re.fullmatch("0|[1-9][0-9]{0,8}", name):
            number = int(name)
            return self.here(self.data[number], name) if number < len(self.data) else None
        return self.keyword(name)


def components(root: Place, name: str) -> Iterator[Place]:
    """Return the components of a kind, such as schemas."""
    found = root.get("components")
    return found.each(name) if found else iter(())


def operations(root: Place) -> Iterator[Place]:
    """Return every operation, by path and method."""
    for path in root.each("paths"):
        yield from (member for member in path.members() if member.key in METHODS)


def parameters(root: Place) -> Iterator[Place]:
    """Return every parameter that is written out, wherever it stands."""
    owners = [*root.each("paths"), *operations(root)]
    yield from _written(item for owner in owners for item in owner.listed("parameters"))
    yield from _written(components(root, "parameters"))


def schemas(root: Place) -> Iterator[Place]:
    """Return every schema, the inner ones after the outer ones."""
    for schema in _outer(root):
        yield from _with_inner(schema)


def _outer(root: Place) -> Iterator[Place]:
    yield from components(root, "schemas")
    yield from _schemas(parameters(root))
    for operation in operations(root):
        body = operation.get("requestBody")
        yield from _contents(body) if body else ()
        yield from _answers(operation.each("responses"))
    for body in _written(components(root, "requestBodies")):
        yield from _contents(body)
    yield from _answers(components(root, "responses"))
    yield from _schemas(_written(components(root, "headers")))


def _answers(places: Iterable[Place]) -> Iterator[Place]:
    for answer in _written(places):
        yield from _contents(answer)
        yield from _schemas(_written(answer.each("headers")))


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


def _contents(place: Place) -> Iterator[Place]:
    return _schemas(_written(place.each("content")))


def _written(places: Iterable[Place]) -> Iterator[Place]:
    """Leave references out: what they mean stands elsewhere."""
    return (place for place in places if "$ref" not in place.object())


def _schemas(places: Iterable[Place]) -> Iterator[Place]:
    for place in places:
        schema = place.get("schema")
        if schema is not None:
            yield schema
