"""The keywords of a schema that are supported, and what each must look like; for checking.py.

A keyword that is not here is refused, never skipped. openapi/README.md shows the same as a table.
"""

from __future__ import annotations

from typing import Callable, Dict, FrozenSet, List, NamedTuple, Set, Tuple

from document import is_list, is_object

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")


_TYPE_NAMES: Tuple[Tuple[type, str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


class Keyword(NamedTuple):
    """What the value of a keyword must look like, as a test and in words."""

    fits: Callable[[object], bool]
    expected: str


def types_of(data: object) -> Set[str]:
    """Return the types that a ``type`` names, a number beside an integer."""
    names = {data} if isinstance(data, str) else set(_texts(data))
    return names | {"number"} if "integer" in names else names


def type_of(data: object) -> str:
    """Return the name of a value's type in JSON Schema, where 1.0 is an integer."""
    if isinstance(data, float) and data.is_integer():
        return "integer"
    for kind, name in _TYPE_NAMES:
        if isinstance(data, kind):
            return name
    return "null"


def is_schema(data: object) -> bool:
    """Tell whether a value may be a schema at all; false would allow nothing."""
    return data is True or is_object(data)


def _is_type(data: object) -> bool:
    names = [data] if isinstance(data, str) else data
    return _is_full_set_of_texts(names) and set(_texts(names)) <= set(TYPES)


def _is_set_of_texts(data: object) -> bool:
    return is_list(data) and len(set(_texts(data))) == len(data)


def _is_full_set_of_texts(data: object) -> bool:
    return _is_set_of_texts(data) and _is_full_list(data)


def _is_enum(data: object) -> bool:
    # By repr, because true and 1 are equal in Python and different in JSON.
    return is_list(data) and bool(data) and len(set(map(repr, data))) == len(data)


def _texts(data: object) -> List[str]:
    return [item for item in (data if is_list(data) else []) if isinstance(item, str)]


def _is_anything(_: object) -> bool:
    return True


def _is_full_list(data: object) -> bool:
    return is_list(data) and bool(data)


def _is_schema_or_false(data: object) -> bool:
    return data is False or is_schema(data)


def _is_count(data: object) -> bool:
    return isinstance(data, int) and not isinstance(data, bool) and data >= 0


def _exactly(*types: type) -> Callable[[object], bool]:
    """Return the test for a value of one of these very types: true is no number."""
    return lambda data: type(data) in types


_ANYTHING = Keyword(_is_anything, "")
_TEXT = Keyword(_exactly(str), "must be a text")
_OBJECT = Keyword(is_object, "must be an object")
_FLAG = Keyword(_exactly(bool), "must be true or false")
_NUMBER = Keyword(_exactly(int, float), "must be a number")
_COUNT = Keyword(_is_count, "must be a whole number from 0")
_SCHEMAS = Keyword(_is_full_list, "must be a list of schemas, and not empty")

SCHEMA: Dict[str, Keyword] = {
    "$comment": _TEXT,
    "$ref": _TEXT,
    "additionalProperties": Keyword(_is_schema_or_false, "must be a schema, true or false"),
    "allOf": _SCHEMAS,
    "anyOf": _SCHEMAS,
    "const": _ANYTHING,
    "default": _ANYTHING,
    "deprecated": _FLAG,
    "description": _TEXT,
    "discriminator": _OBJECT,
    "enum": Keyword(_is_enum, "must be a list of different values, and not empty"),
    "example": _ANYTHING,
    "examples": _ANYTHING,
    "exclusiveMaximum": _NUMBER,
    "exclusiveMinimum": _NUMBER,
    "externalDocs": _ANYTHING,
    "format": _TEXT,
    "items": Keyword(is_schema, "must be a schema"),
    "maxItems": _COUNT,
    "maxLength": _COUNT,
    "maxProperties": _COUNT,
    "maximum": _NUMBER,
    "minItems": _COUNT,
    "minLength": _COUNT,
    "minProperties": _COUNT,
    "minimum": _NUMBER,
    "multipleOf": _NUMBER,
    "oneOf": _SCHEMAS,
    "pattern": _TEXT,
    "properties": _OBJECT,
    "readOnly": _FLAG,
    "required": Keyword(_is_set_of_texts, "must be a list of different names"),
    "title": _TEXT,
    "type": Keyword(_is_type, f"must be one of {', '.join(TYPES)}, or a list of them"),
    "uniqueItems": _FLAG,
    "writeOnly": _FLAG,
    "x-also": Keyword(_is_full_set_of_texts, "must be a list of different names, and not empty"),
    "x-enum-descriptions": _OBJECT,
    "x-enum-names": _OBJECT,
    "x-jsonapi-resource": _TEXT,
    "x-jsonapi-update": _TEXT,
    "x-personal": _FLAG,
    "x-python-class": _FLAG,
    "x-python-flatten": _FLAG,
    "x-python-name": _TEXT,
    "x-repeats": _TEXT,
    "x-secret": _FLAG,
}
SCHEMA_3_0: Dict[str, Keyword] = {
    **SCHEMA,
    "nullable": _FLAG,
    "exclusiveMaximum": _FLAG,
    "exclusiveMinimum": _FLAG,
}
ONLY_FOR: Dict[str, FrozenSet[str]] = {
    "array": frozenset(("items", "maxItems", "minItems", "uniqueItems")),
    "number": frozenset(
        ("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf")
    ),
    "object": frozenset(
        ("additionalProperties", "maxProperties", "minProperties", "properties", "required")
    ),
    "string": frozenset(("maxLength", "minLength", "pattern")),
}
"""Keywords that say nothing about values of any other type."""
LIMITS = frozenset(name for names in ONLY_FOR.values() for name in names) - {
    *("additionalProperties", "items", "properties", "required")
}
"""Keywords that say which values of a type the service takes; none of them makes another type."""
FORMATS = {
    "date-time": "string",
    "double": "number",
    "float": "number",
    "int32": "integer",
    "int64": "integer",
}
"""Formats with a meaning here, and their type; any other is a remark about a text."""
