"""Enumerations and constants of the document -> model.py; what schemas.py asks for an ``enum``."""

from __future__ import annotations

from typing import List

from document import Place
from model import Constant, Enumeration, Member
from names import Taken, given_member_name, member_name
from problem import Problem, child

_WAY_OUT = "give one of them a name of its own in x-enum-names (openapi/README.md)"


def read_enumeration(place: Place, name: str) -> Enumeration:
    """Read an enumeration of texts; null among its values is no member."""
    kind = place.object().get("type")
    if kind not in (None, "string", ["string", "null"], ["null", "string"]):
        raise Problem(child(place.pointer, "type"), "is not string; only texts can be enumerated")
    taken = Taken(_WAY_OUT)
    values = [item for item in place.need("enum").items() if item.data is not None]
    members = tuple(_member(place, item, taken) for item in values)
    _check_extensions(place, [member.value for member in members])
    return Enumeration(name, place.note("description"), members, place.pointer)


def read_constant(place: Place) -> Constant:
    """Read the one value a schema allows."""
    constant = place.need("const")
    if isinstance(constant.data, (str, bool, int)):
        return Constant(constant.data)
    raise Problem(constant.pointer, "must be a text, a whole number, true or false")


def _member(place: Place, item: Place, taken: Taken) -> Member:
    value = item.text()
    names, docs = place.get("x-enum-names"), place.get("x-enum-descriptions")
    given = names.get(value) if names else None
    name = (
        given_member_name(given.text(), given.pointer)
        if given
        else member_name(value, item.pointer)
    )
    return Member(taken.take(name, item.pointer), value, docs.note(value) if docs else "")


def _check_extensions(place: Place, values: List[str]) -> None:
    for name in ("x-enum-descriptions", "x-enum-names"):
        extension = place.get(name)
        for entry in extension.members() if extension else ():
            if entry.key not in values:
                raise Problem(entry.pointer, "is no value of this enumeration; correct it")
