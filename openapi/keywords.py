"""The keywords of a schema that are supported, and what each must look like; for checking.py.

A keyword that is not here is refused, never skipped. openapi/README.md shows the same as a table.
"""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Set

from document import is_list, is_object, words

_TYPE_NAMES: Dict[type, str] = {
    bool: "boolean",  # before int, which it is an instance of
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
TYPES = sorted([*_TYPE_NAMES.values(), "null"])


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
    return next((name for kind, name in _TYPE_NAMES.items() if isinstance(data, kind)), "null")


def is_schema(data: object) -> bool:
    """Tell whether a value may be a schema at all; false would allow nothing."""
    return data is True or is_object(data)


def _texts(data: object) -> List[str]:
    return [item for item in (data if is_list(data) else []) if isinstance(item, str)]


def _is_type(data: object) -> bool:
    names = [data] if isinstance(data, str) else data
    return _is_full_set_of_texts(names) and set(_texts(names)) <= set(TYPES)


def _is_set_of_texts(data: object) -> bool:
    return is_list(data) and len(set(_texts(data))) == len(data)


def _is_full_set_of_texts(data: object) -> bool:
    return _is_set_of_texts(data) and _is_full_list(data)


def _is_full_list(data: object) -> bool:
    return is_list(data) and bool(data)


def _is_enum(data: object) -> bool:
    # By repr, because true and 1 are equal in Python and different in JSON.
    return is_list(data) and bool(data) and len(set(map(repr, data))) == len(data)


def _is_anything(_: object) -> bool:
    return True


def _is_schema_or_false(data: object) -> bool:
    return data is False or is_schema(data)


def _is_count(data: object) -> bool:
    return type(data) is int and data >= 0


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

_ALIKE = {
    "const default example examples externalDocs": _ANYTHING,
    "$comment $ref description format pattern title x-jsonapi-resource x-jsonapi-update": _TEXT,
    "x-python-name x-repeats": _TEXT,
    "discriminator properties x-enum-descriptions x-enum-names": _OBJECT,
    "deprecated readOnly uniqueItems writeOnly": _FLAG,
    "x-personal x-python-class x-python-flatten x-secret": _FLAG,
    "exclusiveMaximum exclusiveMinimum maximum minimum multipleOf": _NUMBER,
    "maxItems maxLength maxProperties minItems minLength minProperties": _COUNT,
    "allOf anyOf oneOf": _SCHEMAS,
}
SCHEMA: Dict[str, Keyword] = {
    **{name: keyword for names, keyword in _ALIKE.items() for name in names.split()},
    "additionalProperties": Keyword(_is_schema_or_false, "must be a schema, true or false"),
    "enum": Keyword(_is_enum, "must be a list of different values, and not empty"),
    "items": Keyword(is_schema, "must be a schema"),
    "required": Keyword(_is_set_of_texts, "must be a list of different names"),
    "type": Keyword(_is_type, f"must be one of {', '.join(TYPES)}, or a list of them"),
    "x-also": Keyword(_is_full_set_of_texts, "must be a list of different names, and not empty"),
}
SCHEMA_3_0: Dict[str, Keyword] = {
    **SCHEMA,
    "nullable": _FLAG,
    "exclusiveMaximum": _FLAG,
    "exclusiveMinimum": _FLAG,
}
ONLY_FOR = {
    "array": words("items maxItems minItems uniqueItems"),
    "number": words("exclusiveMaximum exclusiveMinimum maximum minimum multipleOf"),
    "object": words("additionalProperties maxProperties minProperties properties required"),
    "string": words("maxLength minLength pattern"),
}
"""Keywords that say nothing about values of any other type."""
_MAKES_ANOTHER = words("additionalProperties items properties required")
LIMITS = frozenset(name for names in ONLY_FOR.values() for name in names) - _MAKES_ANOTHER
"""Keywords that say which values of a type the service takes; none of them makes another type."""
FORMATS = {
    "date-time": "string",
    "double": "number",
    "float": "number",
    "int32": "integer",
    "int64": "integer",
}
"""Formats with a meaning here, and their type; any other is a remark about a text."""
