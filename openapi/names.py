"""Names on the wire -> names in Python, which are safe to emit; the values of enumerations and
constants; and the registry of the classes and enumerations that come up while schemas.py reads,
each under its own name. For schemas.py and operations.py.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from typing import Dict, Optional, Tuple

from document import Place, Problem, words
from model import Constant, Enumeration, Member, Model

WAY_OUT = "give one of them an x-python-name (openapi/README.md)"
_VALUE_WAY_OUT = "give one of them a name of its own in x-enum-names (openapi/README.md)"
_MODULE_NAMES = words("""
    Dict List Literal Optional Union annotations datetime define field Record TextEnum
""")
"""What a generated module imports or defines itself, a class of that name would hide it."""
_FIELD_NAMES = words("""
    datetime define dict do_not_call_in_templates extra field list self str int float bool object
""")
"""Names that a class body or a signature needs itself: a field of that name would hide the type
behind it.
"""
_WORD = re.compile("[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z_]+|[A-Z]+")


def member_name(value: str, pointer: str) -> str:
    """Return the name of an enumeration's member in upper case: CALL_BACK for "CallBack"."""
    if value == "":
        return "EMPTY"
    name = _snake(value, pointer).upper()
    return _legal("VALUE_" + name if name[0].isdigit() else name, pointer)


def class_name(text: str, pointer: str) -> str:
    """Return the name of a class: Channel for "channel", changed where it would hide a name."""
    parts = _identifier(text, pointer).split("_")
    name = "".join(part[:1].upper() + part[1:] for part in parts)
    if not name[0].isupper():
        name = "Class" + name
    return _legal(name + "_" if keyword.iskeyword(name) or _hides(name) else name, pointer)


def given_field_name(name: str, pointer: str) -> str:
    """Check a name that the spec itself gives a field, a parameter or a function."""
    if _legal(name, pointer) != name.lower():
        raise Problem(pointer, f'is "{name}"; a field, a parameter, a function is in lower case')
    if name in _FIELD_NAMES:
        raise Problem(pointer, f'is "{name}", which would hide a name that the models need')
    return name


def given_member_name(name: str, pointer: str) -> str:
    """Check a name that the spec itself gives a member of an enumeration."""
    if _legal(name, pointer) != name.upper():
        raise Problem(pointer, f'is "{name}"; a member of an enumeration is in upper case')
    return name


def given_class_name(name: str, pointer: str) -> str:
    """Check a name that the spec itself gives a class or an enumeration."""
    if not _legal(name, pointer)[0].isupper():
        raise Problem(pointer, f'is "{name}"; a class begins with a capital letter')
    if _hides(name):
        raise Problem(pointer, f'is "{name}", which would hide a name that the models need')
    return name


def python_name(place: Place) -> str:
    """Return the Python name of a property or parameter: its ``x-python-name``, or its own in
    snake_case, made legal and hiding nothing.
    """
    given = place.keyword("x-python-name")
    if given is not None:
        return given_field_name(given.text(), given.pointer)
    name = _snake(place.key, place.pointer)
    if name[0].isdigit():
        name = "field_" + name
    hides = keyword.iskeyword(name) or name in _FIELD_NAMES
    return _legal(name + "_" if hides else name, place.pointer)


def _hides(name: str) -> bool:
    return name in _MODULE_NAMES or hasattr(builtins, name)


def _snake(text: str, pointer: str) -> str:
    parts = _identifier(text, pointer).split("_")
    return "_".join(word.lower() for part in parts for word in _WORD.findall(part))


def _legal(name: str, pointer: str) -> str:
    """Refuse what Python would not take, or would take for another name (it compares in NFKC)."""
    is_plain = name.isidentifier() and unicodedata.normalize("NFKC", name) == name
    if not is_plain or keyword.iskeyword(name) or name.startswith("_"):
        raise Problem(pointer, f'gives "{name}", which is no name in Python; give it another')
    return name


def _identifier(text: str, pointer: str) -> str:
    """Keep what may stand in an identifier, the rest becomes an underscore."""
    normal = unicodedata.normalize("NFKC", text)  # as Python compares names
    kept = "".join(c if ("a" + c).isidentifier() else "_" for c in normal)
    if not kept.strip("_"):
        way_out = "give it an x-python-name or x-enum-names"
        raise Problem(pointer, f"has no letter or digit to make a name of; {way_out}")
    return kept


class Taken:
    """Names that are taken already, each with the pointer of what has it."""

    def __init__(self, way_out: str, what: str = "Python name") -> None:
        self._what = what
        self._pointers: Dict[str, str] = {}
        self._way_out = way_out

    def take(self, name: str, pointer: str) -> str:
        """Take a name, or refuse it with both pointers and the way out."""
        other = self._pointers.setdefault(name, pointer)
        if other != pointer:
            text = f'has the {self._what} "{name}", and so has {other}; {self._way_out}'
            raise Problem(pointer, text)
        return name


def other_spellings(place: Place, spelled: Optional[Taken]) -> Tuple[str, ...]:
    """Return the other spellings of a name on the wire, each of them nobody else's."""
    also = place.keyword("x-also")
    if also is None:
        return ()
    if spelled is None:
        raise also.problem("is for the attributes of a resource alone; take it out")
    for item in also.items():
        for spelling in (item.text(), item.text().replace("_", "-")):
            spelled.take(spelling, item.pointer)
    return tuple(item.text() for item in also.items())


def read_enumeration(place: Place, name: str) -> Enumeration:
    """Read an enumeration of texts; null among its values is no member."""
    kind = place.object().get("type")
    if kind not in (None, "string", ["string", "null"], ["null", "string"]):
        raise place.problem("is not string; only texts can be enumerated", "type")
    taken = Taken(_VALUE_WAY_OUT)
    values = [item for item in place.need("enum").items() if item.data is not None]
    members = tuple(_member(place, item, taken) for item in values)
    known = [member.value for member in members]
    for extension in ("x-enum-descriptions", "x-enum-names"):
        for entry in place.each(extension):
            if entry.key not in known:
                raise entry.problem("is no value of this enumeration; correct it")
    return Enumeration(name, place.note("description"), members, place.pointer)


def _member(place: Place, item: Place, taken: Taken) -> Member:
    value = item.text()
    names, docs = place.get("x-enum-names"), place.get("x-enum-descriptions")
    given = names.get(value) if names else None
    if given is not None:
        name = given_member_name(given.text(), given.pointer)
    else:
        name = member_name(value, item.pointer)
    return Member(taken.take(name, item.pointer), value, docs.note(value) if docs else "")


def read_constant(place: Place) -> Constant:
    """Read the one value a schema allows."""
    constant = place.need("const")
    if isinstance(constant.data, (str, bool, int)):
        return Constant(constant.data)
    raise constant.problem("must be a text, a whole number, true or false")


class Registry:
    """The classes and enumerations by name, and names by the pointer of what has them."""

    def __init__(self) -> None:
        self.models: Dict[str, Model] = {}
        self.enumerations: Dict[str, Enumeration] = {}
        self._names: Dict[str, str] = {}
        self._taken = Taken(WAY_OUT)

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
        self._names[place.pointer] = self._taken.take(name, place.pointer)
        return name
