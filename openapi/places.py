"""Where schemas stand in an OpenAPI document: in components, parameters, bodies and answers; for
checking.py.
"""

from __future__ import annotations

from typing import Iterator, Optional

from document import Document, Place
from plain import is_object

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
