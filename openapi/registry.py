"""Names, enumerations and constants of the document -> model.py, and the classes and enumerations
that come up while schemas.py reads, each under its own name.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from document import Place
from model import Constant, Enumeration, Member, Model
from names import (
    Taken,
    class_name,
    field_name,
    given_class_name,
    given_field_name,
    given_member_name,
    member_name,
)
from problem import is_object

WAY_OUT = "give one of them an x-python-name (openapi/README.md)"
_VALUE_WAY_OUT = "give one of them a name of its own in x-enum-names (openapi/README.md)"


def read_enumeration(place: Place, name: str) -> Enumeration:
    """Read an enumeration of texts; null among its values is no member."""
    kind = place.object().get("type")
    if kind not in (None, "string", ["string", "null"], ["null", "string"]):
        raise place.problem("is not string; only texts can be enumerated", "type")
    taken = Taken(_VALUE_WAY_OUT)
    values = [item for item in place.need("enum").items() if item.data is not None]
    members = tuple(_member(place, item, taken) for item in values)
    _check_extensions(place, [member.value for member in members])
    return Enumeration(name, place.note("description"), members, place.pointer)


def read_constant(place: Place) -> Constant:
    """Read the one value a schema allows."""
    constant = place.need("const")
    if isinstance(constant.data, (str, bool, int)):
        return Constant(constant.data)
    raise constant.problem("must be a text, a whole number, true or false")


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
        for entry in place.each(name):
            if entry.key not in values:
                raise entry.problem("is no value of this enumeration; correct it")


def python_name(place: Place) -> str:
    """Return the name of a property or parameter in Python: its ``x-python-name``, or one made
    of its own.
    """
    given = place.get("x-python-name") if is_object(place.data) else None
    return (
        given_field_name(given.text(), given.pointer)
        if given
        else field_name(place.key, place.pointer)
    )


def other_spellings(place: Place, spelled: Optional[Taken]) -> Tuple[str, ...]:
    """Return the other spellings of a name on the wire, each of them nobody else's."""
    also = place.get("x-also") if is_object(place.data) else None
    if also is None:
        return ()
    if spelled is None:
        raise also.problem("is for the attributes of a resource alone; take it out")
    for item in also.items():
        for spelling in (item.text(), item.text().replace("_", "-")):
            spelled.take(spelling, item.pointer)
    return tuple(item.text() for item in also.items())


class Registry:
    """Names by the pointer of what has them; two that would be equal are refused."""

    def __init__(self) -> None:
        self._names: Dict[str, str] = {}
        self._models: Dict[str, Model] = {}
        self._enumerations: Dict[str, Enumeration] = {}
        self._classes = Taken(WAY_OUT)

    def known(self, place: Place) -> Optional[str]:
        """Return the name something has already, None when it has none yet."""
        return self._names.get(place.pointer)

    def name(self, place: Place, hint: str) -> str:
        """Give a class or an enumeration its name, once: its own, or one made of a hint."""
        known = self.known(place)
        if known is not None:
            return known
        given = place.get("x-jsonapi-resource") or place.get("x-jsonapi-update")
        if given is None and place.pointer == "#/components/schemas/" + place.key:
            given = place.get("x-python-name")
        if given is not None:
            name = given_class_name(given.text(), given.pointer)
        else:
            name = class_name(hint, place.pointer)
        self._names[place.pointer] = self._classes.take(name, place.pointer)
        return name

    def model(self, name: str) -> Model:
        """Return the class of a name."""
        return self._models[name]

    def enumeration(self, name: str) -> Enumeration:
        """Return the enumeration of a name."""
        return self._enumerations[name]

    def add_model(self, model: Model) -> None:
        """Keep a class."""
        self._models[model.name] = model

    def add_enumeration(self, enumeration: Enumeration) -> None:
        """Keep an enumeration."""
        self._enumerations[enumeration.name] = enumeration

    @property
    def models(self) -> Tuple[Model, ...]:
        """Every class so far, by name."""
        return tuple(self._models[name] for name in sorted(self._models))

    @property
    def enumerations(self) -> Tuple[Enumeration, ...]:
        """Every enumeration so far, by name."""
        return tuple(self._enumerations[name] for name in sorted(self._enumerations))
