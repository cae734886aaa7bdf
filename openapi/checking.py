"""Is the document good, and is all of it supported? After reading.py, before schemas.py.

The own walk comes first, because openapi-spec-validator (which comes last) gives paths relative
to a schema and skips bodies that stand inline.
"""

from __future__ import annotations

import re
from typing import Dict, FrozenSet, List, Mapping, Set, Tuple, Type

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.validators import SpecValidator

from document import (
    ANNOTATIONS,
    METHODS,
    Document,
    Place,
    Problem,
    child,
    is_list,
    is_object,
    operations,
    parameters,
    said,
    schemas,
)
from keywords import (
    FORMATS,
    ONLY_FOR,
    SCHEMA,
    SCHEMA_3_0,
    TYPES,
    Keyword,
    is_schema,
    type_of,
    types_of,
)
from service import check_path

_OPERATION = frozenset(
    [
        "tags",
        "summary",
        "description",
        "externalDocs",
        "operationId",
        "parameters",
        "requestBody",
        "responses",
        "deprecated",
        "x-functions",
    ]
)
_PATH = frozenset(("summary", "description", "parameters", *METHODS))
_PARAMETER = frozenset(
    [
        "name",
        "in",
        "description",
        "required",
        "deprecated",
        "schema",
        "example",
        "examples",
        "x-python-name",
    ]
)
_FUNCTION = frozenset(("answer", "command", "found-when", "not-found", "send", "required"))
_TOP = frozenset(
    [
        "openapi",
        "info",
        "jsonSchemaDialect",
        "servers",
        "paths",
        "components",
        "security",
        "tags",
        "externalDocs",
    ]
)


def check(document: Document) -> None:
    """Raise Problem for the first fault, in the order of the pointers of each step."""
    version = document.root.need("openapi").text()
    if re.fullmatch(r"3\.[01]\.[0-9]+", version) is None:
        raise Problem("#/openapi", f'is "{version}"; supported are 3.1.x and 3.0.x')
    _check_structure(document)
    keywords = SCHEMA_3_0 if version.startswith("3.0") else SCHEMA
    places = list(schemas(document))
    for place in places:
        _check_schema(place, keywords)
    known = {place.pointer for place in places}
    for place in places:
        _check_reference(document, place, known)


def _check_structure(document: Document) -> None:
    _only(document.root, _TOP)
    for path in document.root.each("paths"):
        _only(path, _PATH)
    for operation in operations(document):
        _only(operation, _OPERATION)
        for function in operation.each("x-functions"):
            _only(function, _FUNCTION)
    for parameter in parameters(document):
        _only(parameter, _PARAMETER)
    for path in document.root.each("paths"):
        for method in path.members():
            if method.key in METHODS:
                check_path(path, _in_path(document, path) | _in_path(document, method))


def _in_path(document: Document, owner: Place) -> Set[str]:
    """Return the names of the path parameters that stand at a path or an operation."""
    places = [document.follow(place) for place in owner.listed("parameters")]
    return {place.need("name").text() for place in places if place.need("in").data == "path"}


def _only(place: Place, supported: FrozenSet[str]) -> None:
    for member in place.members():
        if member.key not in supported:
            names = ", ".join(sorted(supported))
            raise member.problem(f"is not supported here; take it out. Supported: {names}")


def _check_schema(place: Place, keywords: Mapping[str, Keyword]) -> None:
    if not is_schema(place.data):
        raise place.problem("must be a schema: an object, or true for any value")
    if place.data is True:
        return
    for member in place.members():
        if member.key == "nullable" and "nullable" not in keywords:
            text = "is of OpenAPI 3.0; in 3.1 write a list of types with null in it"
            raise member.problem(text)
        if member.key not in keywords:
            text = "is not supported in a schema (openapi/README.md lists what is); take it out"
            raise member.problem(text)
        keyword = keywords[member.key]
        if not keyword.fits(member.data):
            raise member.problem(_faulty(member) or keyword.expected)
    for inner in place.listed("allOf"):
        name = inner.get("x-python-name") if is_object(inner.data) else None
        if name is not None and "$ref" not in inner.object():
            raise name.problem("names nothing inside an allOf; put it beside the allOf")
    _check_applies(place)


def _faulty(member: Place) -> str:
    """Return what is wrong with an enum or a type, the bad value named; else nothing."""
    if member.key == "type":
        listed = member.items() if is_list(member.data) else [member]
        names = [str(item.data) for item in listed]
        unknown = [name for name in names if name not in TYPES]
        if unknown:
            return f'names the type "{unknown[0]}", which does not exist; use {", ".join(TYPES)}'
        twice = [name for index, name in enumerate(names) if name in names[:index]]
        return f'names the type "{twice[0]}" twice; name it once' if twice else ""
    if member.key == "enum" and is_list(member.data):
        owner = Place(None, member.pointer.rpartition("/")[0]).key
        if not member.data:
            return f'names no value for "{owner}"; name one at least, or take it out'
        values = [said(value) for value in member.data]
        for index, value in enumerate(values):
            if value in values[:index]:
                first = values.index(value)
                return f"has {value} twice, as {first} and as {index}; take one of them out"
    return ""


def _check_applies(place: Place) -> None:
    """Refuse a keyword that says nothing about values of the type it stands beside."""
    members = place.object()
    types = types_of(members.get("type"))
    for kind, keywords in ONLY_FOR.items():
        for keyword in sorted(keywords & set(members)):
            if types and kind not in types:
                raise place.problem(f"is for type {kind}; correct the type", keyword)
    if types and "default" in members and type_of(members["default"]) not in types:
        names = " or ".join(sorted(types))
        raise place.problem(f"is not of the type {names}; correct it", "default")
    values = members.get("enum")
    if "default" in members and is_list(values) and members["default"] not in values:
        said = f'is "{members["default"]}", which is no value of the enum; correct it'
        raise place.problem(said, "default")
    try:
        re.compile(str(members.get("pattern", "")))
    except re.error as error:
        said = f'is "{members["pattern"]}", which is no pattern: {error.msg}; correct it'
        raise place.problem(said, "pattern") from None
    wanted = FORMATS.get(str(members.get("format")))
    if wanted is not None and types and wanted not in types:
        raise place.problem(f"is for type {wanted}; correct the type", "format")


def _check_reference(document: Document, place: Place, known: Set[str]) -> None:
    if not is_object(place.data) or "$ref" not in place.data:
        return
    for member in place.members():
        if member.key not in ANNOTATIONS and member.key != "$ref":
            raise member.problem("must not stand beside a $ref; put both into an allOf")
    target = document.step(place)
    if target.pointer not in known:
        raise place.problem(f'refers to "{target.pointer}", which is no schema; correct it', "$ref")
    document.follow(place)


def validate(data: Dict[str, object]) -> None:
    """Raise Problem for the first fault that openapi-spec-validator finds, by pointer."""
    version = str(data.get("openapi"))
    kind: Type[SpecValidator] = (
        OpenAPIV30SpecValidator if version.startswith("3.0") else OpenAPIV31SpecValidator
    )
    found: List[Tuple[str, str]] = []
    try:
        for error in kind(data).iter_errors():
            found.append((child("#", *error.absolute_path), error.message))
    except RecursionError:
        # It follows schemas that contain themselves without end; check() has been through them.
        return
    if found:
        pointer, message = min(found)
        raise Problem(pointer, f"{message}; correct it")
