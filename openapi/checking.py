"""Is the document good, and is all of it supported? After reading.py, before validator.py and schemas.py.

The own walk comes first, because openapi-spec-validator (which comes last) gives paths relative to a schema and skips
bodies that stand inline.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, FrozenSet, List, Set, Tuple

from document import ANNOTATIONS, Document, Place
from places import METHODS, operations, parameters, schemas
from problem import Problem, child
from reading import Json

_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_FORMATS = {"date-time": "string", "int32": "integer", "int64": "integer", "float": "number", "double": "number"}


def _is_count(data: Json) -> bool:
    return isinstance(data, int) and not isinstance(data, bool) and data >= 0


def _is_number(data: Json) -> bool:
    return isinstance(data, (int, float)) and not isinstance(data, bool)


def _is_flag(data: Json) -> bool:
    return isinstance(data, bool)


def _is_text(data: Json) -> bool:
    return isinstance(data, str)


def _is_object(data: Json) -> bool:
    return isinstance(data, dict)


def _is_full_list(data: Json) -> bool:
    return isinstance(data, list) and bool(data)


def _is_set_of_texts(data: Json) -> bool:
    return isinstance(data, list) and all(isinstance(item, str) for item in data) and not _repeated(data)


def _is_type(data: Json) -> bool:
    return data in _TYPES or (_is_full_list(data) and _is_set_of_texts(data) and set(_texts(data)) <= set(_TYPES))


def _is_enum(data: Json) -> bool:
    return isinstance(data, list) and bool(data) and not _repeated(data)


def _is_schema(data: Json) -> bool:
    return data is True or isinstance(data, dict)


def _is_anything(_: Json) -> bool:
    return True


_KEYWORDS: Dict[str, Tuple[Callable[[Json], bool], str]] = {
    "type": (_is_type, f"must be one of {', '.join(_TYPES)}, or a list of them"),
    "enum": (_is_enum, "must be a list of different values, and not be empty"),
    "required": (_is_set_of_texts, "must be a list of different names"),
    "items": (_is_schema, "must be a schema"),
    "additionalProperties": (lambda data: data is False or _is_schema(data), "must be a schema, true or false"),
    "format": (_is_text, "must be a text"),
    "$ref": (_is_text, "must be a text"),
    **dict.fromkeys(("const", "default", "example", "examples", "externalDocs"), (_is_anything, "")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf"), (_is_full_list, "must be a list of schemas, and not be empty")),
    **dict.fromkeys(
        ("properties", "discriminator", "x-enum-descriptions", "x-enum-names"), (_is_object, "must be an object")
    ),
    **dict.fromkeys(
        ("title", "description", "$comment", "pattern", "x-python-name", "x-jsonapi-resource"),
        (_is_text, "must be a text"),
    ),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        (_is_count, "must be a whole number from 0"),
    ),
    **dict.fromkeys(
        ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), (_is_number, "must be a number")
    ),
    **dict.fromkeys(
        "uniqueItems deprecated readOnly writeOnly x-python-flatten x-python-class x-personal x-secret".split(),
        (_is_flag, "must be true or false"),
    ),
}
_KEYWORDS_3_0: Dict[str, Tuple[Callable[[Json], bool], str]] = {
    "nullable": (_is_flag, "must be true or false"),
    "exclusiveMinimum": (_is_flag, "must be true or false in OpenAPI 3.0"),
    "exclusiveMaximum": (_is_flag, "must be true or false in OpenAPI 3.0"),
}
_ONLY_FOR: Dict[str, FrozenSet[str]] = {
    "object": frozenset("properties required additionalProperties minProperties maxProperties discriminator".split()),
    "array": frozenset("items minItems maxItems uniqueItems".split()),
    "string": frozenset("minLength maxLength pattern".split()),
    "number": frozenset("minimum maximum exclusiveMinimum exclusiveMaximum multipleOf".split()),
}
_OPERATION = frozenset(
    "tags summary description externalDocs operationId parameters requestBody responses deprecated x-functions".split()
)
_PATH = frozenset(("summary", "description", "parameters", *METHODS))
_PARAMETER = frozenset("name in description required deprecated schema example examples x-python-name".split())
_FUNCTION = frozenset(("answer", "not-found", "send", "required"))
_TOP = frozenset("openapi info jsonSchemaDialect servers paths components security tags externalDocs".split())


def check(document: Document) -> None:
    """Raise Problem for the first fault, in the order of the pointers of each step."""
    version = document.root.need("openapi").text()
    if re.fullmatch(r"3\.[01]\.[0-9]+", version) is None:
        raise Problem("#/openapi", f'is "{version}"; supported are 3.1.x and 3.0.x')
    _check_structure(document)
    keywords = {**_KEYWORDS, **_KEYWORDS_3_0} if version.startswith("3.0") else _KEYWORDS
    places = list(schemas(document))
    for place in places:
        _check_schema(place, keywords)
    known = {place.pointer for place in places}
    for place in places:
        _check_reference(document, place, known)


def _check_structure(document: Document) -> None:
    _only(document.root, _TOP)
    paths = document.at("paths")
    for path in paths.members() if paths else ():
        _only(path, _PATH)
    for operation in operations(document):
        _only(operation, _OPERATION)
        functions = operation.get("x-functions")
        for function in functions.members() if functions else ():
            _only(function, _FUNCTION)
    for parameter in parameters(document):
        _only(parameter, _PARAMETER)


def _only(place: Place, supported: FrozenSet[str]) -> None:
    for member in place.members():
        if member.key not in supported:
            names = ", ".join(sorted(supported))
            raise Problem(member.pointer, f"is not supported here; take it out. Supported: {names}")


def _check_schema(place: Place, keywords: Dict[str, Tuple[Callable[[Json], bool], str]]) -> None:
    if not _is_schema(place.data):
        raise Problem(place.pointer, "must be a schema: an object, or true for any value")
    if place.data is True:
        return
    for member in place.members():
        if member.key == "nullable" and "nullable" not in keywords:
            raise Problem(member.pointer, "is of OpenAPI 3.0; in 3.1 write a list of types with null in it")
        if member.key not in keywords:
            raise Problem(member.pointer, "is not supported in a schema (openapi/README.md lists what is); take it out")
        fits, expected = keywords[member.key]
        if not fits(member.data):
            raise Problem(member.pointer, expected)
    _check_applies(place)


def _check_applies(place: Place) -> None:
    """Refuse a keyword that says nothing about values of the type it stands beside."""
    members = place.object()
    given = members.get("type")
    types = {given} if isinstance(given, str) else set(_texts(given))
    types |= {"number"} if "integer" in types else set()
    for kind, keywords in _ONLY_FOR.items():
        for keyword in sorted(keywords & set(members)):
            if types and kind not in types:
                raise Problem(child(place.pointer, keyword), f"is for the type {kind}, and the type here is another")
    wanted = _FORMATS.get(str(members.get("format")))
    if wanted is not None and types and wanted not in types:
        raise Problem(child(place.pointer, "format"), f"is for the type {wanted}, and the type here is another")


def _check_reference(document: Document, place: Place, known: Set[str]) -> None:
    if not isinstance(place.data, dict) or "$ref" not in place.data:
        return
    for member in place.members():
        if member.key not in ANNOTATIONS and member.key != "$ref":
            raise Problem(member.pointer, "must not stand beside a $ref; put both into an allOf")
    target = document.step(place)
    if target.pointer not in known:
        raise Problem(child(place.pointer, "$ref"), f'refers to "{target.pointer}", which is no schema; correct it')
    document.follow(place)


def _texts(data: Json) -> List[str]:
    return [item for item in data if isinstance(item, str)] if isinstance(data, list) else []


def _repeated(items: List[Json]) -> bool:
    """Tell whether two items are equal; true and 1 are not."""
    keys = [(type(item).__name__, repr(item)) for item in items]
    return len(set(keys)) < len(keys)
