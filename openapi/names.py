"""Names on the wire -> names in Python: schemas.py and operations.py ask here, and what comes
back is safe to emit.
"""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from typing import Dict

from problem import Problem

_MODULE_NAMES = frozenset(
    [
        "Dict",
        "List",
        "Literal",
        "Optional",
        "Union",
        "annotations",
        "datetime",
        "define",
        "field",
        "Record",
        "TextEnum",
    ]
)
"""What a generated module imports or defines itself, a class of that name would hide it."""
_FIELD_NAMES = frozenset(
    [
        "datetime",
        "define",
        "dict",
        "do_not_call_in_templates",
        "extra",
        "field",
        "list",
        "self",
        "str",
        "int",
        "float",
        "bool",
        "object",
    ]
)
"""Names that a class body or a signature needs itself: a field of that name would hide the type
behind it.
"""
_WORD = re.compile("[A-Z]+(?=[A-Z][a-z])|[A-Z]?[^A-Z_]+|[A-Z]+")


def field_name(wire: str, pointer: str) -> str:
    """Return the Python name of a property or parameter: snake_case, made legal, hiding nothing."""
    name = _snake(wire, pointer)
    if name[0].isdigit():
        name = "field_" + name
    return _legal(name + "_" if keyword.iskeyword(name) or name in _FIELD_NAMES else name, pointer)


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
    is_taken = keyword.iskeyword(name) or name in _MODULE_NAMES or hasattr(builtins, name)
    return _legal(name + "_" if is_taken else name, pointer)


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
    if name in _MODULE_NAMES or hasattr(builtins, name):
        raise Problem(pointer, f'is "{name}", which would hide a name that the models need')
    return name


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
            raise Problem(
                pointer, f'has the {self._what} "{name}", and so has {other}; {self._way_out}'
            )
        return name


def _snake(text: str, pointer: str) -> str:
    words = [word for part in _identifier(text, pointer).split("_") for word in _WORD.findall(part)]
    return "_".join(word.lower() for word in words)


def _legal(name: str, pointer: str) -> str:
    """Refuse what Python would not take, or would take for another name (it compares in NFKC)."""
    is_plain = name.isidentifier() and unicodedata.normalize("NFKC", name) == name
    if not is_plain or keyword.iskeyword(name) or name.startswith("_"):
        raise Problem(pointer, f'gives "{name}", which is no name in Python; give it another')
    return name


def _identifier(text: str, pointer: str) -> str:
    """Keep what may stand in an identifier, the rest becomes an underscore; Python itself
    compares names in NFKC.
    """
    kept = "".join(
        c if ("a" + c).isidentifier() else "_" for c in unicodedata.normalize("NFKC", text)
    )
    if not kept.strip("_"):
        raise Problem(
            pointer,
            "has no letter or digit to make a name of; give it an x-python-name or x-enum-names",
        )
    return kept
