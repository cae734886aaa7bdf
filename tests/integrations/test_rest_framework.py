"""Each Result class has its serializer: every field, never a secret."""

from __future__ import annotations

import json

import attrs
import pytest

pytest.importorskip("rest_framework")

from . import site  # needs django

site.set_up()

from rest_framework.renderers import JSONRenderer  # noqa: E402  # needs settings

from virtualq import CallerResult, models  # noqa: E402
from virtualq.integrations import rest_framework  # noqa: E402


def test_each_result_class_has_one() -> None:
    """What is generated anew gets its serializer with no line written."""
    results = [name for name in models.__all__ if name.endswith("Result")]
    for name in results:
        made = getattr(rest_framework, f"{name}Serializer")
        fields = {each.name for each in attrs.fields(getattr(models, name))}
        assert fields - set(made().fields) <= {"extra", "token", "private_line_key"}


def test_no_secret() -> None:
    """The token is in no output; other values are as JSON has them."""
    caller = CallerResult(
        id=7, token="TOKEN", ewt=90, skills=["a"], properties={"b": [1]}, extra={"token": "TOKEN"}
    )
    text = JSONRenderer().render(rest_framework.CallerResultSerializer(caller).data).decode()
    shown = json.loads(text)
    assert "TOKEN" not in text
    assert (shown["id"], shown["ewt"], shown["skills"]) == (7, 90, ["a"])
    assert shown["properties"] == {"b": [1]}
    assert shown["created_at"] is None


def test_what_a_schema_says() -> None:
    """A value of an open enum is a text, whether the model knows it or not."""
    fields = rest_framework.CallerResultSerializer().fields
    kinds = {name: type(fields[name]).__name__ for name in ("channel", "ewt", "skills")}
    assert kinds == {"channel": "CharField", "ewt": "IntegerField", "skills": "ListField"}
