"""Random small specs: each gives code that loads and loses nothing, or one line with a pointer."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import shutil
import sys
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from virtualq._api.converter import make_converter

from .generator import run, save, small_spec, texts

pytestmark = pytest.mark.once

COUNTER = itertools.count()
COMPONENTS = ("Thing", "Other", "Word", "text-list", "int_map")
NAMES = st.one_of(
    st.sampled_from(
        [
            "a",
            "b-c",
            "b_c",
            "class",
            "str",
            "list",
            "datetime",
            "extra",
            "self",
            "id",
            "ID",
            "1st",
            "größe",
            "@type",
            "__init__",
            "models",
            "None",
            "Optional",
            "HTTPCode",
            "TimeOut",
            "x.y",
            "mro",
            "field",
            "None_",
            "value",
            "known",
            "given",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=6),
)
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
SINGLE = st.sampled_from(
    [
        {"type": "integer"},
        {"type": ["integer", "null"], "format": "int64"},
        {"type": "number"},
        {"type": "string"},
        {"type": ["string", "null"]},
        {"type": "boolean"},
        {"type": "string", "format": "date-time"},
        {"type": "object"},
        {},
        {"const": "x"},
        {"$ref": "#/components/schemas/Word"},
        {"anyOf": [{"$ref": "#/components/schemas/Word"}, {"type": "string"}]},
        {"$ref": "#/components/schemas/Thing"},
        {"$ref": "#/components/schemas/Other"},
        {"anyOf": [{"$ref": "#/components/schemas/Other"}, {"type": "null"}]},
        {"$ref": "#/components/schemas/text-list"},
        {"allOf": [{"$ref": "#/components/schemas/int_map"}]},
    ]
)
REFUSED = st.sampled_from(
    [
        {"type": "sting"},
        {"$ref": "#/components/schemas/Nothing"},
        {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    ]
)


def _composed(inner: st.SearchStrategy[Dict[str, Any]]) -> st.SearchStrategy[Dict[str, Any]]:
    return st.one_of(
        inner.map(lambda item: {"type": "array", "items": item}),
        inner.map(lambda item: {"type": "object", "additionalProperties": item}),
        st.dictionaries(NAMES, inner, min_size=1, max_size=3).map(_object),
        st.tuples(inner, WORDS).map(lambda pair: {"allOf": [pair[0]], "description": pair[1]}),
    )


def _object(properties: Dict[str, Any]) -> Dict[str, Any]:
    return {"type": "object", "properties": properties}


SCHEMAS = st.recursive(SINGLE, _composed, max_leaves=6)
PROPERTIES = st.dictionaries(NAMES, SINGLE | SINGLE | SCHEMAS, min_size=1, max_size=6)


ALWAYS: Dict[str, Any] = {
    "an integer": {"type": "integer"},
    "a number": {"type": "number"},
    "a text": {"type": "string"},
    "a flag": {"type": "boolean"},
    "a time": {"type": ["string", "null"], "format": "date-time"},
    "some texts": {"$ref": "#/components/schemas/text-list"},
    "an int map": {"$ref": "#/components/schemas/int_map"},
}
"""What every spec has, so that each run tries odd values of every type."""


@st.composite
def documents(draw: st.DrawFn) -> Dict[str, Any]:
    """A spec with classes, an enumeration, a list and a map that refer to each other."""
    values = draw(st.lists(st.one_of(NAMES, st.just("")), min_size=1, max_size=4, unique=True))
    document = small_spec(
        Thing={**_object({**draw(PROPERTIES), **ALWAYS}), "description": draw(WORDS)},
        Other=_object(draw(PROPERTIES)),
        Word={"type": "string", "enum": values},
        int_map={"type": "object", "additionalProperties": {"type": "integer"}},
    )
    if draw(st.integers(0, 5)) == 0:
        document["components"]["schemas"]["Other"]["properties"]["bad"] = draw(REFUSED)
    document["components"]["schemas"]["text-list"] = {"type": "array", "items": {"type": "string"}}
    return document


def fitting(document: Dict[str, Any], schema: Any, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values that fit a schema, null left out: it is the same as a missing attribute."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return fitting(document, document["components"]["schemas"][name], depth)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    for keyword in ("allOf", "anyOf"):
        if keyword in schema:
            return fitting(document, schema[keyword][0], depth)
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "array":
        inner = fitting(document, schema["items"], depth + 1)
        return st.lists(inner, max_size=0 if depth > 3 else 2)
    if kind == "object" and "properties" in schema:
        members = {
            name: fitting(document, inner, depth + 1)
            for name, inner in (schema["properties"].items() if depth <= 3 else ())
        }
        return st.fixed_dictionaries({}, optional=members)
    if kind == "object" and "additionalProperties" in schema:
        inner = fitting(document, schema["additionalProperties"], depth + 1)
        return st.dictionaries(WORDS, inner, max_size=0 if depth > 3 else 2)
    if schema.get("format") == "date-time":
        return st.datetimes().map(lambda moment: moment.isoformat() + "Z")
    return {
        "integer": st.integers(-(2**63), 2**63 - 1),
        "number": st.floats(allow_nan=False, allow_infinity=False),
        "string": WORDS,
        "boolean": st.booleans(),
        "object": st.dictionaries(WORDS, st.integers(), max_size=2),
        None: st.one_of(st.integers(), WORDS, st.lists(st.booleans(), max_size=2)),
    }[kind]


NEAR: List[Any] = [True, False, 0, 1, 1.0, 12.5, "x", "12", "true", "a", 2**63, -(2**63), 1e300]
NEAR += ["2021-03-04T05:06:07Z", [], {}, ["x"], [1], [None], {"a": 1}, {"a": "x"}, {"a": None}]
ODD = st.sampled_from(NEAR) | st.recursive(
    st.none() | st.integers(-(2**64), 2**64) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=3,
)
"""JSON of any type, whatever a schema says."""


class Misfit(Exception):
    """A value that is not of its schema's type."""


def expected(document: Dict[str, Any], schema: Any, value: Any) -> Any:
    """Return what a value is read as by the words of openapi/README.md, with an object of a class
    as its fields by their names on the wire; nothing of the generator or of virtualq is asked.
    """
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return expected(document, document["components"]["schemas"][name], value)
    if "allOf" in schema:
        return expected(document, schema["allOf"][0], value)
    if "anyOf" in schema:
        if value is None and {"type": "null"} in schema["anyOf"]:
            return None
        last = schema["anyOf"][-1]  # any text fits an open enumeration
        return expected(document, last if last == {"type": "string"} else schema["anyOf"][0], value)
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if not schema or (value is None and "null" in kinds):
        return value
    if "enum" in schema or "const" in schema:
        return _only(
            isinstance(value, str) and value in schema.get("enum", [schema.get("const")]), value
        )
    if kinds[0] == "array":
        items = _only(isinstance(value, list), value)
        return [expected(document, schema["items"], item) for item in items]
    if kinds[0] == "object":
        return _expected_object(document, schema, _only(isinstance(value, dict), value))
    if schema.get("format") == "date-time":
        return _expected_time(_only(isinstance(value, str), value))
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "number": is_number,
        "integer": is_number and value == int(value) and -(2**63) <= value < 2**63,
    }
    fitting_value = _only(fits[kinds[0]], value)
    return float(fitting_value) if kinds[0] == "number" else fitting_value


def _only(fits: bool, value: Any) -> Any:
    if not fits:
        raise Misfit
    return value


def _expected_time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Misfit from None
    return moment.astimezone(timezone.utc)


def _expected_object(document: Dict[str, Any], schema: Any, value: Dict[str, Any]) -> Any:
    if "properties" not in schema:
        inner = schema.get("additionalProperties", {})
        return {name: expected(document, inner, part) for name, part in value.items()}
    found: Dict[str, Any] = {"extra": {}}
    for name, part in value.items():
        try:
            read = expected(document, schema["properties"][name], part)
            if part is not None:
                found["field " + name] = read
        except (KeyError, Misfit):
            if part is not None or name not in schema["properties"]:
                found["extra"][name] = part
    return found


def seen(value: Any) -> Any:
    """Return what was read in the same form: instances as their fields."""
    if isinstance(value, list):
        return [seen(item) for item in value]
    if isinstance(value, dict):
        return {name: seen(part) for name, part in value.items()}
    if not attrs.has(type(value)):
        return value
    found: Dict[str, Any] = {"extra": value.extra}
    for field in attrs.fields(type(value)):
        part = getattr(value, field.name)
        if field.name != "extra" and part is not None:
            found["field " + field.metadata["wire"]] = seen(part)
    return found


@contextlib.contextmanager
def loaded(folder: Path, name: str) -> Iterator[Tuple[Any, Any]]:
    """Load the models and the tables of a package, and forget them afterwards."""
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        yield (
            importlib.import_module(name + ".models"),
            importlib.import_module(name + "._api.tables"),
        )
    finally:
        sys.path.remove(str(folder))
        for module in [each for each in sys.modules if each.split(".")[0] == name]:
            del sys.modules[module]


@pytest.fixture(scope="module")
def outcomes() -> Iterator[List[int]]:
    """How the runs ended; a table of nothing but refusals would prove nothing."""
    ended: List[int] = []
    yield ended
    assert ended.count(0) >= 10
    assert ended.count(2) >= 5


@settings(
    max_examples=80,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(document=documents(), data=st.data())
def test_random_spec_works_or_is_refused(
    outcomes: List[int], document: Dict[str, Any], data: st.DataObject
) -> None:
    """What was made is imported, reads every value as the README says, and writes it as it was."""
    folder = Path(tempfile.mkdtemp())
    name = f"random_{next(COUNTER)}"
    try:
        package = folder / name
        package.mkdir()
        (package / "__init__.py").write_text("")
        path = save(folder, document)
        ended = run("--spec", path, "--out", package)
        outcomes.append(ended.code)
        if ended.code == 2:
            assert ended.err.startswith(f"{path}#/components/schemas/"), ended.err
            assert len(ended.err.splitlines()) == 1
            assert [each.name for each in package.iterdir()] == ["__init__.py"]
            return
        assert ended.code == 0
        assert all(len(text.splitlines()) > 5 for text in texts(package).values())
        with loaded(folder, name) as (models, tables):
            _exercise(document, models, make_converter(tables.TABLES), data)
    finally:
        shutil.rmtree(folder)


def _exercise(document: Dict[str, Any], models: Any, made: Any, data: st.DataObject) -> None:
    schema = document["components"]["schemas"]["Thing"]
    for _ in range(2):
        given_value = data.draw(fitting(document, schema))
        thing = made.structure(given_value, models.Thing)
        assert thing.extra == {}
        written = made.unstructure(thing)
        assert made.structure(written, models.Thing) == thing
        assert set(written) == set(given_value)
        assert seen(thing) == expected(document, schema, given_value)
    # A spec takes long to make, and a value no time to read.
    odd = st.fixed_dictionaries(dict.fromkeys(schema["properties"], ODD))
    for value in data.draw(st.lists(odd, min_size=4, max_size=8)):
        value = {**value, "no such name": 1}
        assert seen(made.structure(value, models.Thing)) == expected(document, schema, value)
