"""allOf, anyOf, oneOf: what schemas.py asks for a schema that is made of others."""

from __future__ import annotations

import json
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from document import ANNOTATIONS, Place, Problem, is_object, words

_LEVELS = 50
_ENDLESS = "is an allOf that contains itself; take the reference to itself out"
_CLOSED = "contradicts properties that other members of the allOf add; write true or take it out"
_ONE_TYPE = "must be one type, or one type and null; an id is anyOf an integer and a text of digits"
_PLAIN = words("description format pattern type")
_DIGITS = "[0-9]+"


class Parts:
    """An object schema with all its ``allOf`` members merged."""

    def __init__(self) -> None:
        self.properties: Dict[str, Place] = {}
        self.required: List[Place] = []
        self.additional: Optional[Place] = None
        self.closed_by: Optional[Place] = None
        self.is_nullable = True

    def need(self, name: str, pointer: str) -> Place:
        """Return a property, or refuse the object for having none of that name."""
        if name not in self.properties:
            text = f'has no "{name}" among its properties, which is needed here; add it'
            raise Problem(pointer, text)
        return self.properties[name]

    def required_names(self, what: str) -> List[str]:
        """Return the names that are required, or refuse one that no property has."""
        names = [required.text() for required in self.required]
        for name, required in zip(names, self.required):
            if name not in self.properties:
                raise required.problem(f'is "{name}", which is no {what}; correct it')
        return names


def split_type(place: Place) -> Tuple[Optional[str], bool]:
    """Return the one type of a schema, None when it names none, and whether it may be null too."""
    named = place.get("type")
    if named is None or isinstance(named.data, str):
        names = [] if named is None else [named.text()]
    else:
        names = [item.text() for item in named.items()]
    others = [name for name in names if name != "null"]
    if len(others) > 1 or (names and not others):
        raise place.problem(_ONE_TYPE, "type")
    return (others[0] if others else None), "null" in names or place.flag("nullable")


def is_null(place: Place) -> bool:
    """Tell whether a schema allows null alone."""
    data = place.data
    return is_object(data) and (
        data.get("type") in ("null", ["null"])
        or ("const" in data and data["const"] is None)
        or data.get("enum") == [None]
    )


def is_identifier(place: Place) -> bool:
    """Tell whether a schema is a whole number that may be written as a string of digits too."""
    kinds: List[str] = []
    for member in _choices(place):
        kind = split_type(member)[0] if not is_null(member) else None
        if kind == "string" and _DIGITS not in str(member.object().get("pattern")):
            return False
        kinds += [kind] if kind else []
    return sorted(kinds) == ["integer", "string"]


def allows_null(place: Place) -> bool:
    """Tell whether null is among the choices of a schema."""
    return any(is_null(member) for member in _choices(place))


def _choices(place: Place) -> List[Place]:
    """Return the plain schemas that a schema is a choice of; none when it is anything else."""
    choice = place.get("anyOf") or place.get("oneOf")
    members = [member.follow() for member in choice.items()] if choice else []
    plain = all(is_object(m.data) and set(m.data) <= _PLAIN for m in members)
    return members if plain else []


def only_value(place: Place) -> str:
    """Return the one text a schema allows: its ``const``, or the only value of its ``enum``, as
    OpenAPI 3.0 has it.
    """
    values = place.listed("enum")
    return (values[0] if len(values) == 1 else place.need("const")).text()


def only_member(place: Place) -> Optional[Place]:
    """Return the one schema that an ``allOf`` stands for when only annotations are beside it."""
    members = place.listed("allOf")
    beside = set(place.object()) - ANNOTATIONS - {"allOf", "nullable"}
    return members[0] if len(members) == 1 and not beside else None


def settle(place: Place) -> Place:
    """Return what a schema stands for: references followed, an ``allOf`` of one member too."""
    for _ in range(_LEVELS):
        place = place.follow()
        member = only_member(place)
        if member is None:
            return place
        place = member
    raise place.problem(_ENDLESS)


def description(place: Place) -> str:
    """Return what a schema says for people: its own words or those of what it refers to.

    A default is told and never filled in: it is the service that fills it in.
    """
    if not is_object(place.data):
        return ""
    text = place.note("description")
    member = only_member(place)
    if not text and ("$ref" in place.data or member):
        text = description(member or place.step())
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


def describes_object(place: Place) -> bool:
    """Tell whether a schema, or any member of its ``allOf``, describes an object."""
    waiting, seen = [place], {""}
    while waiting:
        place = waiting.pop().follow()
        if "properties" in place.object() or split_type(place)[0] == "object":
            return True
        if place.pointer not in seen:
            waiting += place.listed("allOf")
        seen.add(place.pointer)
    return False


def merge_object(place: Place) -> Parts:
    """Merge an object schema with its ``allOf`` members; Problem for a contradiction."""
    parts = Parts()
    for member in _merged(place):
        _add(parts, member)
    owners = {prop.pointer.rsplit("/", 2)[0] for prop in parts.properties.values()}
    if parts.closed_by and len(owners) > 1:
        raise parts.closed_by.problem(_CLOSED)
    return parts


def _add(parts: Parts, place: Place) -> None:
    kind, nullable = split_type(place)
    if kind not in (None, "object"):
        text = f"is a {kind} among objects in one allOf, which nothing can be; correct the type"
        raise place.problem(text)
    parts.is_nullable &= nullable or (kind is None and "properties" not in place.object())
    for prop in place.each("properties"):
        other = parts.properties.setdefault(prop.key, prop)
        if _bare(other.data) != _bare(prop.data):
            text = f"contradicts {other.pointer}, both are in one allOf; describe it once"
            raise prop.problem(text)
    parts.required += place.listed("required")
    additional = place.get("additionalProperties")
    if additional is not None and additional.data is False:
        parts.closed_by = additional
    elif additional is not None and additional.data not in (True, {}):
        parts.additional = additional


def merge_scalar(place: Place) -> Place:
    """Merge an ``allOf`` of schemas that are no objects into one; Problem for a contradiction."""
    merged: Dict[str, object] = {}
    for part in _merged(place):
        for member in part.members():
            if member.key == "allOf" or (member.key in ANNOTATIONS and member.key in merged):
                continue
            if merged.setdefault(member.key, member.data) != member.data:
                text = "contradicts another member of the same allOf; describe it once"
                raise member.problem(text)
    return place.here(merged)


def _merged(place: Place, level: int = 0) -> Iterator[Place]:
    """Return a schema and all members of its ``allOf``, references followed."""
    if level > _LEVELS:
        raise place.problem(_ENDLESS)
    place = place.follow()
    yield place
    for member in place.listed("allOf"):
        yield from _merged(member, level + 1)


def _bare(data: object) -> object:
    """Leave the words for people out: two descriptions of one property are no contradiction."""
    if is_object(data):
        return {name: _bare(value) for name, value in data.items() if name not in ANNOTATIONS}
    return data
