"""allOf, anyOf, oneOf: what schemas.py asks for a schema that is made of others."""

from __future__ import annotations

import json
from typing import Dict, List, Mapping, Optional, Tuple

from document import ANNOTATIONS, Document, Place, Problem, is_object

_LEVELS = 50
_ENDLESS = "is an allOf that contains itself; take the reference to itself out"
_PLAIN = frozenset(("description", "format", "pattern", "type"))
_DIGITS = "[0-9]+"


class Parts:
    """An object schema with all its ``allOf`` members merged."""

    def __init__(self) -> None:
        self.properties: Dict[str, Place] = {}
        self.required: List[Place] = []
        self.additional: Optional[Place] = None
        self.closed_by: Optional[str] = None
        self.is_nullable = True

    def need(self, name: str, pointer: str) -> Place:
        """Return a property, or refuse the object for having none of that name."""
        if name not in self.properties:
            text = f'has no "{name}" among its properties, which is needed here; add it'
            raise Problem(pointer, text)
        return self.properties[name]


def split_type(place: Place) -> Tuple[Optional[str], bool]:
    """Return the one type of a schema, None when it names none, and whether null is allowed
    beside it.
    """
    types = place.object().get("type")
    if types is None or isinstance(types, str):
        names = [] if types is None else [types]
    else:
        names = [item.text() for item in place.need("type").items()]
    others = [name for name in names if name != "null"]
    if len(others) > 1 or (names and not others):
        raise place.problem(
            "must be one type, or one type and null; an id is anyOf an integer and a text of "
            "digits",
            "type",
        )
    return (others[0] if others else None), "null" in names or place.flag("nullable")


def is_null(place: Place) -> bool:
    """Tell whether a schema allows null alone."""
    data = place.data
    return is_object(data) and (
        data.get("type") in ("null", ["null"])
        or ("const" in data and data["const"] is None)
        or data.get("enum") == [None]
    )


def is_identifier(document: Document, place: Place) -> bool:
    """Tell whether a schema is a whole number that may be written as a string of digits too."""
    kinds: List[str] = []
    for member in _choices(document, place):
        kind = split_type(member)[0] if not is_null(member) else None
        if kind == "string" and _DIGITS not in str(member.object().get("pattern")):
            return False
        kinds += [kind] if kind else []
    return sorted(kinds) == ["integer", "string"]


def allows_null(document: Document, place: Place) -> bool:
    """Tell whether null is among the choices of a schema."""
    return any(is_null(member) for member in _choices(document, place))


def _choices(document: Document, place: Place) -> List[Place]:
    """Return the plain schemas that a schema is a choice of; none when it is anything else."""
    choice = place.get("anyOf") or place.get("oneOf")
    members = [document.follow(member) for member in choice.items()] if choice else []
    plain = all(is_object(m.data) and set(m.data) <= _PLAIN for m in members)
    return members if plain else []


def only_value(place: Place) -> str:
    """Return the one text a schema allows: its ``const``, or its ``enum`` of one value as
    OpenAPI 3.0 has it.
    """
    values = place.get("enum")
    if values is not None and len(values.items()) == 1:
        return values.items()[0].text()
    return place.need("const").text()


def only_member(place: Place, keyword: str) -> Optional[Place]:
    """Return the one schema an ``allOf`` (or other) stands for when nothing but annotations is
    beside it.
    """
    members = place.need(keyword).items()
    beside = set(place.object()) - ANNOTATIONS - {keyword, "nullable"}
    return members[0] if len(members) == 1 and not beside else None


def settle(document: Document, place: Place) -> Place:
    """Return what a schema stands for: references followed, an ``allOf`` of one member too."""
    for _ in range(_LEVELS):
        place = document.follow(place)
        member = only_member(place, "allOf") if "allOf" in place.object() else None
        if member is None:
            return place
        place = member
    raise place.problem(_ENDLESS)


def keywords_of(document: Document, place: Place) -> Dict[str, object]:
    """Return the keywords of a schema that is no object, those of its ``allOf`` among them."""
    return merge_scalar(document, settle(document, place)).object()


def description(document: Document, place: Place) -> str:
    """Return what a schema says for people: its own words or those of what it refers to.

    A default is told and never filled in: it is the service that fills it in.
    """
    if not is_object(place.data):
        return ""
    text = place.note("description")
    member = only_member(place, "allOf") if "allOf" in place.data else None
    if not text and ("$ref" in place.data or member):
        text = description(document, member or document.step(place))
    if "default" in place.data:
        default = json.dumps(place.data["default"], ensure_ascii=False, sort_keys=True)
        text = f"{text} Default of the service: {default}.".strip()
    return text


def choice_tags(discriminator: Place, names: Mapping[str, str]) -> Tuple[Tuple[str, str], ...]:
    """Return the values of a discriminator, each with its class.

    ``names`` has the class of each schema by its pointer; a schema that no ``mapping`` names has
    its own name as value.
    """
    mapped: Dict[str, str] = {}
    for entry in discriminator.each("mapping"):
        text = entry.text()
        pointer = text if "/" in text else "#/components/schemas/" + text
        if pointer not in names:
            raise entry.problem("names no schema of this choice; correct it")
        mapped[entry.key] = pointer
    unmapped = {pointer.rsplit("/", 1)[-1]: pointer for pointer in names.keys() - mapped.values()}
    return tuple((tag, names[pointer]) for tag, pointer in sorted({**unmapped, **mapped}.items()))


def describes_object(document: Document, place: Place) -> bool:
    """Tell whether a schema, or any member of its ``allOf``, describes an object."""
    waiting, seen = [place], {""}
    while waiting:
        place = document.follow(waiting.pop())
        members = place.object()
        if "properties" in members or split_type(place)[0] == "object":
            return True
        if place.pointer not in seen:
            waiting += place.listed("allOf")
        seen.add(place.pointer)
    return False


def merge_object(document: Document, place: Place) -> Parts:
    """Merge an object schema with its ``allOf`` members; Problem for a contradiction."""
    parts = Parts()
    _merge_into(parts, document, place, 0)
    if (
        parts.closed_by
        and len({p.pointer.rsplit("/", 2)[0] for p in parts.properties.values()}) > 1
    ):
        raise Problem(
            parts.closed_by,
            "contradicts properties that other members of the allOf add; write true or take it out",
        )
    return parts


def _merge_into(parts: Parts, document: Document, place: Place, level: int) -> None:
    if level > _LEVELS:
        raise place.problem(_ENDLESS)
    place = document.follow(place)
    kind, nullable = split_type(place)
    if kind not in (None, "object"):
        raise place.problem(
            f"is a {kind} among objects in one allOf, which nothing can be; correct the type"
        )
    parts.is_nullable &= nullable or (kind is None and "properties" not in place.object())
    for prop in place.each("properties"):
        other = parts.properties.setdefault(prop.key, prop)
        if _bare(other.data) != _bare(prop.data):
            raise prop.problem(
                f"contradicts {other.pointer}, both are in one allOf; describe it once"
            )
    parts.required += place.listed("required")
    additional = place.get("additionalProperties")
    if additional is not None and additional.data is False:
        parts.closed_by = additional.pointer
    elif additional is not None and additional.data not in (True, {}):
        parts.additional = additional
    for member in place.listed("allOf"):
        _merge_into(parts, document, member, level + 1)


def merge_scalar(document: Document, place: Place) -> Place:
    """Merge an ``allOf`` of schemas that are no objects into one; Problem for a contradiction."""
    merged: Dict[str, object] = {}
    _merge_keywords(merged, document, place, 0)
    return Place(merged, place.pointer)


def _merge_keywords(
    merged: Dict[str, object], document: Document, place: Place, level: int
) -> None:
    if level > _LEVELS:
        raise place.problem(_ENDLESS)
    place = document.follow(place)
    for member in place.members():
        if member.key == "allOf" or (member.key in ANNOTATIONS and member.key in merged):
            continue
        if merged.setdefault(member.key, member.data) != member.data:
            raise member.problem("contradicts another member of the same allOf; describe it once")
    for inner in place.listed("allOf"):
        _merge_keywords(merged, document, inner, level + 1)


def _bare(data: object) -> object:
    """Leave the words for people out: two descriptions of one property are no contradiction."""
    if is_object(data):
        return {name: _bare(value) for name, value in data.items() if name not in ANNOTATIONS}
    return data
