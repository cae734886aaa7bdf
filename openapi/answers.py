"""The answers of an operation -> what a function of the Session returns; for operations.py.

The schemas of the successful answers decide: ``data`` is a resource, a list of them, or there is
none. What ``x-functions`` says beside that is checked against them.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from document import Document, Place
from model import ClassType, ListType, Model
from problem import Problem, child
from schemas import Schemas

_WORDS = ("one", "first", "many", "nothing")


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
        content = document.follow(answer).get("content")
        for media_type in content.members() if content else ():
            shape = _shape(document, schemas, media_type.need("schema"))
            if found is not None and shape != found:
                raise Problem(
                    answer.pointer, "holds something else than the other answers; let them agree"
                )
            found = shape
    return found


def _shape(document: Document, schemas: Schemas, place: Place) -> Shape:
    data = document.follow(place).need("properties").need("data")
    kind = schemas.value(data, "Answer").type
    is_list = isinstance(kind, ListType)
    if isinstance(kind, ListType):
        kind = kind.item.type
    resource = schemas.registry.model(kind.name) if isinstance(kind, ClassType) else None
    if resource is None or resource.resource_type is None:
        raise Problem(
            data.pointer, "is no resource and no list of them; give its schema x-jsonapi-resource"
        )
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
        raise Problem(place.pointer, f'is "{word}"; it must be {" or ".join(_WORDS)}')
    if word == "nothing":
        return word
    if shape is None:
        raise Problem(place.pointer, f'is "{word}", but no answer holds a resource; say "nothing"')
    if shape.is_list != (word != "one"):
        held, right = ("a list", '"first" or "many"') if shape.is_list else ("one", '"one"')
        raise Problem(place.pointer, f'is "{word}", but the answers hold {held}; say {right}')
    return word


def read_found_when(function: Place, shape: Optional[Shape]) -> Optional[Tuple[str, str]]:
    """Return the attribute that decides whether something was found, and the text it must have."""
    place = function.get("found-when")
    if place is None:
        return None
    members = list(place.members())
    if len(members) != 1:
        raise Problem(place.pointer, "must be one attribute of the answer with its text")
    wire, text = members[0].key, members[0].text()
    known = [field.wire for field in shape.resource.fields] if shape and not shape.is_list else []
    if wire not in known:
        pointer = child(place.pointer, wire)
        raise Problem(pointer, f'is "{wire}", which is no attribute of one resource; correct it')
    return wire, text
