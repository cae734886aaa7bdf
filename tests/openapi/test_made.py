"""Small specs in, classes out: what was made is loaded and used in a fresh Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest

from .generator import ROOT, make, python, refusal, small_spec, texts, thing

pytestmark = pytest.mark.once

HOSTILE = [
    '"""',
    "'''",
    '\\"""\n__import__("os").abort()\n"""',
    "ends with a backslash \\",
    'ends with a quote "',
    "a\nb\r\nc\rd\te\x00f\x1b[31m",
    "\u2028\u2029\u202e\ufeff\x85",
    "{x!r} %s {{}} ${HOME} `id` #",
    "\\N{BULLET} \\x41 \\u0041 \\",
    "größe 電話 \U0001f4de",
]

USE = """
import pickle
from made import models
from made._api.tables import TABLES
from virtualq._api.converter import make_converter
read_thing, converter = TABLES["Thing"].read, make_converter(TABLES)
"""


def test_reserved_and_hiding_names_work(tmp_path: Path) -> None:
    """A name that Python or the models need is changed, and keeps its name on the wire."""
    names = ["class", "str", "datetime", "list", "to_dict", "__init__", "größe", "@type"]
    names += ["1st-line", "self", "field", "Optional", "extra", "None", "models", "mro", "value"]
    package = make(tmp_path, thing(**{name: {"type": "string"} for name in names}))
    printed = python(
        tmp_path,
        USE
        + f"""
import typing, attrs
given = {{name: name for name in {names!r}}}
thing = read_thing(given)
assert thing.extra == {{}}
assert converter.unstructure(thing) == given
assert set(typing.get_type_hints(models.Thing)) == {{f.name for f in attrs.fields(models.Thing)}}
attrs.resolve_types(models.Thing)
print(*sorted(field.name for field in attrs.fields(models.Thing)))
""",
    )
    assert printed.split() == sorted(
        [
            "class_",
            "datetime_",
            "extra",
            "extra_",
            "field_",
            "field_1st_line",
            "größe",
            "init",
            "list_",
            "models",
            "mro",
            "none",
            "optional",
            "self_",
            "str_",
            "to_dict",
            "type",
            "value",
        ]
    )
    assert "import" not in (package / "models.py").read_text(encoding="utf-8").split("@define")[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_data_everywhere(text: str, tmp_path: Path) -> None:
    """Whatever a description, a value, a name or a title says, nothing of it is run or lost."""
    document = small_spec(
        Word={
            "type": "string",
            "description": text,
            "enum": [text, "x"],
            "x-enum-names": {text: "ODD"},
            "x-enum-descriptions": {text: text},
        },
        Thing={
            "type": "object",
            "description": text,
            "properties": {
                "a" + text: {"type": "string", "description": text, "default": text},
                "b": {"const": text},
                "c": {"$ref": "#/components/schemas/Word"},
            },
        },
    )
    document["info"].update(title=text, description=text, version=text)
    make(tmp_path, document)
    python(
        tmp_path,
        USE
        + f"""
text = {text!r}
assert models.Word.ODD.value == text
thing = read_thing({{"a" + text: "1", "b": text, "c": text}})
assert thing.extra == {{}} and thing.b == text and thing.c is models.Word.ODD
assert converter.unstructure(thing) == {{"a" + text: "1", "b": text, "c": text}}
from made._api import operations
assert operations.SPEC_VERSION == text
""",
    )


def test_odd_values_of_an_enumeration(tmp_path: Path) -> None:
    """Every value has a member with a name of its own; text and format are the value itself."""
    values = ["", "1st", "mro", "größe", "None", "a-b", "CallBack", "name", "__class__", "HTTPCode"]
    document = small_spec(
        Word={"type": "string", "enum": values},
        Thing={
            "type": "object",
            "properties": {
                "closed": {"$ref": "#/components/schemas/Word"},
                "open": {"anyOf": [{"$ref": "#/components/schemas/Word"}, {"type": "string"}]},
            },
        },
    )
    make(tmp_path, document)
    printed = python(
        tmp_path,
        USE
        + f"""
assert [member.value for member in models.Word] == {values!r}
for member in models.Word:
    assert str(member) == format(member) == f"{{member}}" == member.value == member
    assert pickle.loads(pickle.dumps(member)) is member
    thing = read_thing({{"closed": member.value, "open": member.value}})
    assert thing.closed is member and thing.open is member
thing = read_thing({{"closed": "other", "open": "other"}})
assert (thing.closed, thing.open, thing.extra) == (None, "other", {{"closed": "other"}})
print(*(member.name for member in models.Word))
""",
    )
    *lines, names = printed.strip().splitlines()
    assert names.split() == (
        [
            "EMPTY",
            "VALUE_1ST",
            "MRO",
            "GRÖSSE",
            "NONE",
            "A_B",
            "CALL_BACK",
            "NAME",
            "CLASS",
            "HTTP_CODE",
        ]
    )
    assert lines == []


FITS: Dict[str, Any] = {
    "integer": (
        {"type": "integer"},
        [0, -(2**63), 2**63 - 1, 12.0],
        [True, 1.5, "1", 2**63, 1e300],
    ),
    "int64": ({"type": "integer", "format": "int64"}, [2**63 - 1], [2**63]),
    "number": ({"type": "number"}, [0, 1.5, -2], [True, "1", 10**400]),
    "string": ({"type": "string"}, ["", "x"], [1, True, [], {}]),
    "boolean": ({"type": "boolean"}, [True, False], [0, 1, "true"]),
    "date-time": (
        {"type": "string", "format": "date-time"},
        ["2021-03-04T05:06:07Z"],
        ["", "yesterday", 1614834367, "2021-13-01T00:00:00Z"],
    ),
    "list": (
        {"type": "array", "items": {"type": "integer"}},
        [[], [1, 2]],
        [1, ["1"], [None], "12"],
    ),
    "list of texts": ({"type": "array", "items": {"type": "string"}}, [["a"]], ["ab", [1], [None]]),
    "nullable items": (
        {"type": "array", "items": {"type": ["string", "null"]}},
        [["a", None]],
        [[1]],
    ),
    "free object": ({"type": "object"}, [{}, {"a": [None]}], [[], "x", 1]),
    "typed values": (
        {"type": "object", "additionalProperties": {"type": "integer"}},
        [{}, {"a": 1}],
        [{"a": "1"}, [], {"a": None}],
    ),
    "anything": ({}, [0, "", [], {"a": None}], []),
    "constant": ({"const": 1}, [1], [True, 2, "1"]),
    "merged": (
        {"allOf": [{"type": "string"}, {"minLength": 1}, {"description": "x"}]},
        ["a"],
        [1],
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_value_that_fits_and_value_that_does_not(name: str, tmp_path: Path) -> None:
    """One that fits is in the field and is written as it came, one that does not is in extra."""
    schema, good, bad = FITS[name]
    make(tmp_path, thing(x=schema))
    python(
        tmp_path,
        USE
        + f"""
import logging
logging.disable()
for value in {good!r}:
    thing = read_thing({{"x": value}})
    assert thing.x is not None and thing.extra == {{}}, (value, thing, thing.extra)
    assert converter.unstructure(thing) == {{"x": value}}
    assert pickle.loads(pickle.dumps(thing)) == thing
for value in {bad!r}:
    thing = read_thing({{"x": value}})
    assert thing.x is None and thing.extra == {{"x": value}}, (value, thing)
    assert converter.structure(converter.unstructure(thing), models.Thing) == thing
assert read_thing({{"x": None}}) == read_thing({{}}) == models.Thing()
""",
    )


def test_number_that_is_not_finite_does_not_fit(tmp_path: Path) -> None:
    """A JSON reader of Python may let them through; they are in extra then."""
    make(tmp_path, thing(x={"type": "number"}, y={"type": "integer"}))
    python(
        tmp_path,
        USE
        + """
import logging
logging.disable()
for value in (float("inf"), float("-inf"), float("nan")):
    thing = read_thing({"x": value, "y": value})
    assert (thing.x, thing.y, list(thing.extra)) == (None, None, ["x", "y"])
""",
    )


def test_choice_by_discriminator(tmp_path: Path) -> None:
    """The tag decides on the class, by the mapping or by the name of the schema."""
    animal = {
        "type": "object",
        "properties": {"kind": {"type": "string"}, "n": {"type": "integer"}},
    }
    document = small_spec(
        Cat=animal,
        Dog=animal,
        Thing={
            "type": "object",
            "properties": {
                "pet": {
                    "oneOf": [
                        {"$ref": "#/components/schemas/Cat"},
                        {"$ref": "#/components/schemas/Dog"},
                    ],
                    "discriminator": {"propertyName": "kind", "mapping": {"miau": "Cat"}},
                }
            },
        },
    )
    make(tmp_path, document)
    python(
        tmp_path,
        USE
        + """
import logging
logging.disable()
for tag, kind in (("miau", models.Cat), ("Dog", models.Dog)):
    thing = read_thing({"pet": {"kind": tag, "n": 1}})
    assert type(thing.pet) is kind and thing.pet.n == 1
    assert converter.unstructure(thing) == {"pet": {"kind": tag, "n": 1}}
for odd in ({"kind": "Cat"}, {}, {"kind": None}, {"kind": ["Dog"]}, []):
    assert read_thing({"pet": odd}).extra == {"pet": odd}
""",
    )


def test_class_that_contains_itself(tmp_path: Path) -> None:
    """Directly, in a list, in a map and through another class."""
    node = {"$ref": "#/components/schemas/Thing"}
    document = small_spec(
        Thing={
            "type": "object",
            "properties": {
                "next": node,
                "others": {"type": "array", "items": node},
                "named": {"type": "object", "additionalProperties": node},
                "box": {"$ref": "#/components/schemas/Box"},
            },
        },
        Box={"type": "object", "properties": {"thing": node}},
    )
    make(tmp_path, document)
    python(
        tmp_path,
        USE
        + """
given = {"next": {"box": {"thing": {"others": [{}, {"named": {"a": {}}}]}}}}
thing = read_thing(given)
assert thing.next.box.thing.others[1].named["a"] == models.Thing()
assert converter.unstructure(thing) == given
assert pickle.loads(pickle.dumps(thing)) == thing
""",
    )


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        (
            {"Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}}},
            "#/components/schemas/Loop: contains itself with no object in between; put an object "
            "there",
        ),
        (
            {"Loop": {"allOf": [{"$ref": "#/components/schemas/Loop"}, {"properties": {"a": {}}}]}},
            "#/components/schemas/Loop/allOf/0: is an allOf that contains itself; take the "
            "reference to itself out",
        ),
    ],
)
def test_schema_that_contains_itself_and_nothing_else(
    schemas: Dict[str, Any], said: str, tmp_path: Path
) -> None:
    """Without an object in between there is no type to make."""
    assert refusal(tmp_path, small_spec(**schemas)) == said


def test_merged_objects(tmp_path: Path) -> None:
    """allOf has the properties of all its members, and what is required in any."""
    document = small_spec(
        Base={"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        Thing={
            "description": "Both.",
            "allOf": [
                {"$ref": "#/components/schemas/Base"},
                {"type": "object", "properties": {"b": {"type": "integer"}}},
            ],
            "properties": {"c": {"type": "boolean"}},
        },
    )
    make(tmp_path, document)
    python(
        tmp_path,
        USE
        + """
thing = read_thing({"a": "x", "b": 1, "c": True})
assert (thing.a, thing.b, thing.c, thing.extra) == ("x", 1, True, {})
assert models.Thing.__doc__ == "Both."
""",
    )


def test_merged_objects_that_contradict_each_other(tmp_path: Path) -> None:
    """The same property with two types is refused, with both pointers."""
    document = small_spec(
        Thing={
            "allOf": [
                {"type": "object", "properties": {"a": {"type": "string"}}},
                {"type": "object", "properties": {"a": {"type": "integer"}}},
            ]
        }
    )
    place = "#/components/schemas/Thing/allOf"
    assert refusal(tmp_path, document) == (
        f"{place}/1/properties/a: contradicts {place}/0/properties/a, both are in one allOf; "
        "describe it once"
    )


def test_description_beside_a_reference_counts_first(tmp_path: Path) -> None:
    """OpenAPI 3.1 lets a $ref have words of its own; without them those of its target are told."""
    own = {"$ref": "#/components/schemas/Word", "description": "Own words."}
    document = small_spec(
        Word={"type": "string", "description": "Words of the target."},
        Thing={"type": "object", "properties": {"a": own, "b": {"$ref": own["$ref"]}}},
    )
    models = texts(make(tmp_path, document))["models.py"]
    assert models.count('"""Own words."""') == models.count('"""Words of the target."""') == 1


def test_default_is_told_and_not_filled_in(tmp_path: Path) -> None:
    """The service fills it in; a client that did so too would hide what was answered."""
    package = make(tmp_path, thing(a={"type": "integer", "default": 5, "description": "Size."}))
    assert '"""Size. Default of the service: 5."""' in texts(package)["models.py"]
    python(tmp_path, USE + "assert models.Thing().a is None")


def test_secret_and_personal_values_are_not_shown(tmp_path: Path) -> None:
    """repr() goes to logs."""
    properties = {
        "token": {"type": "string", "x-secret": True},
        "phone": {"type": "string", "x-personal": True},
        "line": {"type": "string"},
    }
    make(tmp_path, thing(**properties))
    python(
        tmp_path,
        USE
        + """
shown = repr(read_thing({"token": "t0p", "phone": "+17343305027", "line": "a", "new": "n3w"}))
assert "a" in shown and not any(each in shown for each in ("t0p", "7343305027", "n3w"))
""",
    )


def test_what_is_made_is_typed_strictly(tmp_path: Path) -> None:
    """mypy --strict has nothing to say of any form that is supported, and knows the types."""
    pytest.importorskip("mypy")
    properties = {f"p{index}": schema for index, (schema, _, _) in enumerate(FITS.values())}
    word = {"type": "string", "enum": ["a", None]}
    properties["open"] = {"anyOf": [{"$ref": "#/components/schemas/Word"}, {"type": "string"}]}
    properties["self"] = {"$ref": "#/components/schemas/Thing"}
    properties["inner"] = {"type": "object", "properties": {"a-b": {"type": "string"}}}
    make(tmp_path, small_spec(Thing={"type": "object", "properties": properties}, Word=word))
    (tmp_path / "user.py").write_text(
        "from typing import Optional, Union\n"
        "from made import models\n"
        "from made._api.tables import TABLES\n"
        "thing: models.Thing = TABLES['Thing'].read({})\n"
        "a: Optional[int] = thing.p0\n"
        "b: Optional[Union[models.Word, str]] = thing.open\n"
        "c: Optional[models.ThingInner] = thing.inner\n"
        "thing.p0 = 5\n"
        "d: int = thing.p1\n"
        "models.Thing(extra=1)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", "cache", "made", "user.py"],
        cwd=str(tmp_path),
        env={"MYPYPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=900,
    )
    said = [line.rpartition("[")[2] for line in ended.stdout.splitlines() if "user.py" in line]
    assert said == ["misc]", "assignment]", "arg-type]"], ended.stdout
    assert [line for line in ended.stdout.splitlines() if line.startswith("made")] == []
