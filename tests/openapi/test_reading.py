"""Texts that are no good spec: line and column, or a pointer, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, Tuple

import pytest

from .generator import make, real_spec, refusal, run, save, small_spec, texts, thing

pytestmark = pytest.mark.once

HEAD = "openapi: 3.1.0\ninfo: {title: Small, version: '1'}\npaths: {}\n"
FAULTS: Dict[str, Tuple[str, str]] = {
    "duplicate key": (
        HEAD + "info: {}\n",
        ':4:1: is not YAML: found duplicate key "info" with value "{}" (original value: "{}"); '
        "correct it there",
    ),
    "tab": (
        HEAD + "\tx: 1\n",
        ":4:1: is not YAML: found character '\\t' that cannot start any token; correct it there",
    ),
    "unclosed": (
        HEAD + "x: [1\n",
        ":5:1: is not YAML: expected ',' or ']', but got '<stream end>'; correct it there",
    ),
    "unknown alias": (
        HEAD + "x: *nothing\n",
        ":4:4: is not YAML: found undefined alias 'nothing'; correct it there",
    ),
    "python tag": (
        HEAD + "x: !!python/object/apply:os.system [ls]\n",
        ":4:4: is not YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object/apply:os.system'; correct it there",
    ),
    "two documents": (
        HEAD + "---\n" + HEAD,
        ":4:1: is not YAML: but found another document; correct it there",
    ),
    "yaml 1.1": (
        "%YAML 1.1\n---\n" + HEAD,
        ": asks for another YAML version than 1.2; take the %YAML line out",
    ),
    "empty": ("", "#: must be an object, an OpenAPI document"),
    "list": ("[]", "#: must be an object, an OpenAPI document"),
    "number as key": (
        HEAD + "components: {200: {}}\n",
        "#/components: has the key 200, which is no text; write it in quotes",
    ),
    "not a number": (
        HEAD + "x: .nan\n",
        "#/x: is a float, which JSON does not have; write it as a text in quotes",
    ),
    "contains itself": (
        HEAD + "x: &a [*a]\n",
        "#: is too large, too deep or contains itself through an alias; write it out without",
    ),
    "billion laughs": (
        HEAD
        + "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(
            f"{b}: &{b} [{', '.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh")
        ),
        "#: is too large, too deep or contains itself through an alias; write it out without",
    ),
    "deep": (
        HEAD + "x: " + "[" * 90 + "[" * 50 + "]" * 140 + "\n",
        "#: is too large, too deep or contains itself through an alias; write it out without",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_yaml_that_is_no_spec(name: str, tmp_path: Path) -> None:
    """Each gives one line that leads to the place."""
    text, said = FAULTS[name]
    assert refusal(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"openapi": }', ":1:13: is not JSON: Expecting value; correct it there"),
        ('{"a": 1, "a": 2}', ': has the key "a" twice in one object; keep one'),
        ('{"a": NaN}', "#/a: is a float, which JSON does not have; write it as a text in quotes"),
        (
            '{"a": "\\ud800"}',
            "#/a: is a text with half a surrogate pair, which is no character; correct it",
        ),
    ],
)
def test_json_that_is_no_spec(text: str, said: str, tmp_path: Path) -> None:
    """A JSON file is read as JSON, and as strictly."""
    assert refusal(tmp_path, text, name="spec.json") == said


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    """The first byte that cannot be read is told."""
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"openapi: \xff")
    ended = run("--spec", path, "--out", tmp_path)
    assert ended == (2, "", f"{path}: is not UTF-8 at byte 9; save it as UTF-8\n")


def test_spec_that_is_not_there(tmp_path: Path) -> None:
    """A wrong name of the file is one line, too."""
    path = tmp_path / "nothing.yaml"
    ended = run("--spec", path, "--out", tmp_path)
    said = "cannot be read (No such file or directory); name a file that can"
    assert ended == (2, "", f"{path}: {said}\n")


def test_words_that_yaml_1_1_took_for_something_else_are_texts(tmp_path: Path) -> None:
    """yes, no, on, off, dates, times in base 60 and octal numbers are what they look like."""
    words = ["yes", "no", "on", "off", "y", "2021-03-04", "2021-03-04T05:06:07Z", "12:30:45", "<<"]
    lines = "".join(f"        - {word}\n" for word in words)
    schema = f"components:\n  schemas:\n    Word:\n      type: string\n      enum:\n{lines}"
    models = texts(make(tmp_path, HEAD + schema.replace("- <<", '- "<<"').replace('- "<<"\n', "")))
    for word in words[:-1]:
        assert f' = "{word}"\n' in models["models.py"]


def test_key_that_looks_like_true_is_a_name(tmp_path: Path) -> None:
    """A property may be called on, or y."""
    schema = "components: {schemas: {Thing: {type: object, properties: {on: {type: string}}}}}"
    assert '{"wire": "on"}' in texts(make(tmp_path, HEAD + schema))["models.py"]


def _as_3_0(data: Any) -> Any:
    """Write what OpenAPI 3.1 says as 3.0.3 does: nullable, and an enum of one for a const."""
    if isinstance(data, list):
        return [_as_3_0(item) for item in data]
    if not isinstance(data, dict):
        return data
    made = {name: _as_3_0(value) for name, value in data.items()}
    if isinstance(made.get("type"), list):
        types = [kind for kind in made.pop("type") if kind != "null"]
        made.update(
            {"type": types[0]} if len(types) == 1 else {"anyOf": [{"type": t} for t in types]}
        )
        made["nullable"] = True
    if {"type": "null"} in made.get("anyOf", ()):
        made["anyOf"].remove({"type": "null"})
        made["nullable"] = True
    if isinstance(made.get("const"), str):
        made.update(type="string", enum=[made.pop("const")])
    return made


def test_json_and_yaml_give_the_same(tmp_path: Path) -> None:
    """How a spec is written down changes nothing but its name in the banner."""
    document = thing(a={"type": "string"}, ü={"type": ["integer", "null"]})
    as_json = texts(make(tmp_path, document))
    path = tmp_path / "spec.yaml"
    path.write_text(json.dumps(document))
    package = tmp_path / "other"
    package.mkdir()
    assert run("--spec", path, "--out", package).code == 0
    as_yaml = {
        name: text.replace("spec.yaml", "spec.json") for name, text in texts(package).items()
    }
    assert as_json == as_yaml


def test_openapi_3_0_gives_the_same(tmp_path: Path) -> None:
    """nullable of 3.0.3 and null among the types of 3.1 are the same models, digest included."""
    properties = {
        "a": {"type": ["string", "null"]},
        "b": {"type": ["array", "null"], "items": {"type": ["integer", "null"]}},
        "c": {"type": ["object", "null"], "properties": {"d": {"type": ["number", "null"]}}},
        "e": {"type": "boolean"},
    }
    new = small_spec(
        Thing={"type": "object", "properties": properties},
        Word={"type": ["string", "null"], "enum": ["x", None]},
    )
    old = _as_3_0(new)
    old["openapi"] = "3.0.3"
    assert texts(make(tmp_path, new, "new")) == texts(make(tmp_path, old, "old"))


def test_real_spec_in_openapi_3_0_gives_the_same_bytes(tmp_path: Path) -> None:
    """The project's own spec, written anew as 3.0.3, generates the files that are committed."""
    document = _as_3_0(real_spec())
    document["openapi"] = "3.0.3"
    del document["info"]["license"]
    path = save(tmp_path, document, "virtualq.yaml")
    assert run("--spec", path, "--out", tmp_path).code == 0
    assert run("--check", "--out", tmp_path) == (0, "", "")


def test_every_spelling_of_nullable_means_the_same(tmp_path: Path) -> None:
    """Five ways of 3.1 and two of 3.0 to say that an object or a text may be null."""
    inner = {"Inner": {"type": "object", "properties": {"a": {"type": "string"}}}}
    reference = {"$ref": "#/components/schemas/Inner"}
    spellings_3_1 = [
        {"anyOf": [reference, {"type": "null"}]},
        {"oneOf": [{"type": "null"}, reference]},
        {"oneOf": [reference, {"const": None}]},
        {"anyOf": [{"allOf": [reference]}, {"enum": [None]}]},
    ]
    spellings_3_0 = [
        {"allOf": [reference], "nullable": True},
        {"anyOf": [reference], "nullable": True},
    ]
    made = set()
    for index, spelling in enumerate(spellings_3_1 + spellings_3_0):
        wrapped = {"type": "object", "properties": {"list": {"type": "array", "items": spelling}}}
        document = small_spec(Thing=wrapped, **inner)
        document["openapi"] = "3.1.0" if spelling in spellings_3_1 else "3.0.3"
        made.add(texts(make(tmp_path, document, f"made_{index}"))["models.py"])
    assert len(made) == 1
    assert "list_: Optional[List[Optional[Inner]]] = field(" in made.pop()
