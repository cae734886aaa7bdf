"""Is the document good, and is all of it supported? After reading.py, before schemas.py.

The own walk comes first, because openapi-spec-validator (which comes last) gives paths relative
to a schema and skips bodies that stand inline.
"""

from __future__ import annotations

import re
from typing import FrozenSet, List, Mapping, Set, Tuple, Type

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator
from openapi_spec_validator.validation.validators import SpecValidator

import document
import keywords
from document import ANNOTATIONS, METHODS, Place, Problem, child, is_list, is_object, said, words
from service import check_path

_TOP = words("openapi info jsonSchemaDialect servers paths components security tags externalDocs")
_PATH = METHODS | words("summary description parameters")
_OPERATION = words("""
    tags summary description externalDocs operationId parameters requestBody responses deprecated
    x-functions
""")
_PARAMETER = words("name in description required deprecated schema example examples x-python-name")
_FUNCTION = words("answer command found-when not-found send required")


def check(root: Place) -> None:
    """Raise Problem for the first fault, in the order of the pointers of each step."""
    version = root.need("openapi").text()
    if re.fullmatch(r"3\.[01]\.[0-9]+", version) is None:
        raise Problem("#/openapi", f'is "{version}"; supported are 3.1.x and 3.0.x')
    _check_structure(root)
    supported = keywords.SCHEMA_3_0 if version.startswith("3.0") else keywords.SCHEMA
    schemas = list(document.schemas(root))
    for schema in schemas:
        _check_schema(schema, supported)
    known = {schema.pointer for schema in schemas}
    for schema in schemas:
        _check_reference(schema, known)


def _check_structure(root: Place) -> None:
    _only(root, _TOP)
    for path in root.each("paths"):
        _only(path, _PATH)
    for operation in document.operations(root):
        _only(operation, _OPERATION)
        for function in operation.each("x-functions"):
            _only(function, _FUNCTION)
    for parameter in document.parameters(root):
        _only(parameter, _PARAMETER)
    for path in root.each("paths"):
        for method in path.members():
            if method.key in METHODS:
                check_path(path, _in_path(path) | _in_path(method))


def _in_path(owner: Place) -> Set[str]:
    """Return the names of the path parameters that stand at a path or an operation."""
    places = [place.follow() for place in owner.listed("parameters")]
    return {place.need("name").text() for place in places if place.need("in").data == "path"}


def _only(place: Place, supported: FrozenSet[str]) -> None:
    for member in place.members():
        if member.key not in supported:
            names = ", ".join(sorted(supported))
            raise member.problem(f"is not supported here; take it out. Supported: {names}")


def _check_schema(place: Place, supported: Mapping[str, keywords.Keyword]) -> None:
    if not keywords.is_schema(place.data):
        raise place.problem("must be a schema: an object, or true for any value")
    if place.data is True:
        return
    for member in place.members():
        if member.key not in supported:
            text = "is not supported in a schema (openapi/README.md lists what is); take it out"
            if member.key == "nullable":
                text = "is of OpenAPI 3.0; in 3.1 write a list of types with null in it"
            raise member.problem(text)
        keyword = supported[member.key]
        if not keyword.fits(member.data):
            raise member.problem(_faulty(place, member) or keyword.expected)
    for inner in place.listed("allOf"):
        name = inner.keyword("x-python-name")
        if name is not None and "$ref" not in inner.object():
            raise name.problem("names nothing inside an allOf; put it beside the allOf")
    _check_applies(place)


def _faulty(schema: Place, member: Place) -> str:
    """Return what is wrong with an enum or a type, the bad value named; else nothing."""
    listed = member.data if is_list(member.data) else [member.data]
    if member.key == "type":
        names = [str(name) for name in listed]
        unknown = [name for name in names if name not in keywords.TYPES]
        if unknown:
            types = ", ".join(keywords.TYPES)
            return f'names the type "{unknown[0]}", which does not exist; use {types}'
        twice = [name for index, name in enumerate(names) if name in names[:index]]
        return f'names the type "{twice[0]}" twice; name it once' if twice else ""
    if member.key == "enum" and is_list(member.data):
        if not listed:
            return f'names no value for "{schema.key}"; name one at least, or take it out'
        values = [said(value) for value in listed]
        for index, value in enumerate(values):
            if value in values[:index]:
                first = values.index(value)
                return f"has {value} twice, as {first} and as {index}; take one of them out"
    return ""


def _check_applies(place: Place) -> None:
    """Refuse a keyword that says nothing about values of the type it stands beside."""
    members = place.object()
    types = keywords.types_of(members.get("type"))
    for kind, only in keywords.ONLY_FOR.items():
        for keyword in sorted(only & set(members)):
            if types and kind not in types:
                raise place.problem(f"is for type {kind}; correct the type", keyword)
    if "default" in members:
        _check_default(place, members["default"], types)
    try:
        re.compile(str(members.get("pattern", "")))
    except re.error as error:
        text = f'is "{members["pattern"]}", which is no pattern: {error.msg}; correct it'
        raise place.problem(text, "pattern") from None
    wanted = keywords.FORMATS.get(str(members.get("format")))
    if wanted is not None and types and wanted not in types:
        raise place.problem(f"is for type {wanted}; correct the type", "format")


def _check_default(place: Place, default: object, types: Set[str]) -> None:
    if types and keywords.type_of(default) not in types:
        names = " or ".join(sorted(types))
        raise place.problem(f"is not of the type {names}; correct it", "default")
    values = place.object().get("enum")
    if is_list(values) and default not in values:
        text = f'is "{default}", which is no value of the enum; correct it'
        raise place.problem(text, "default")


def _check_reference(place: Place, known: Set[str]) -> None:
    if not is_object(place.data) or "$ref" not in place.data:
        return
    for member in place.members():
        if member.key not in ANNOTATIONS and member.key != "$ref":
            raise member.problem("must not stand beside a $ref; put both into an allOf")
    target = place.step()
    if target.pointer not in known:
        raise place.problem(f'refers to "{target.pointer}", which is no schema; correct it', "$ref")
    place.follow()


def validate(root: Place) -> None:
    """Raise Problem for the first fault that openapi-spec-validator finds, by pointer."""
    is_3_0 = root.need("openapi").text().startswith("3.0")
    kind: Type[SpecValidator] = OpenAPIV30SpecValidator if is_3_0 else OpenAPIV31SpecValidator
    found: List[Tuple[str, str]] = []
    try:
        for error in kind(root.root).iter_errors():
            found.append((child("#", *error.absolute_path), error.message))
    except RecursionError:
        # It follows schemas that contain themselves without end; check() has been through them.
        return
    except Exception:
        # It trips over what it has told of already, such as a parameter without a name, and over
        # a $ref outside of schemas that leads nowhere.
        if not found:
            for place in root.whole():
                place.follow()
            raise
    if found:
        pointer, message = min(found)
        raise Problem(pointer, f"{message}; correct it")
