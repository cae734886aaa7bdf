"""Typed model -> the text of virtualq/_api/tables.py: for each class the readers of its fields;
generate.py writes it.

The names on the wire stand in models.py, and resources.py has the one reader of every class.
"""

from __future__ import annotations

import re
from typing import Iterator, List, Sequence

import model
from document import words
from model import Field, Model, Scalar, Spec, Type, Value
from text import group, literal, module, one_of

_READERS = words("""
    choice constant list_of map_of nullable open_choice read_any read_boolean read_identifier
    read_integer read_number read_object read_text read_texts read_time
""")


def emit_tables(spec: Spec, banner: str) -> str:
    """Return the text of tables.py."""
    title = "How each class of models.py is read from an answer; resources.py goes by it."
    body = ["TABLES = Tables()"]
    for made in spec.models:
        if not made.is_sent:
            body += _table(made)
    return module(title, banner, [*_imports(body), *body])


def _table(made: Model) -> Iterator[str]:
    yield "TABLES.add("
    yield f"    models.{made.name},"
    # The id of a resource stands outside of its attributes, and is read by resources.py.
    fields = [f for f in made.fields if not (made.resource_type and f.wire == f.name == "id")]
    pairs = [line for field in fields for line in _pair(field)]
    yield from ["    {", *pairs, "    },"] if pairs else ["    {},"]
    if made.resource_type is not None:
        yield f"    resource_type={literal(made.resource_type)},"
    also = [(other, field.wire) for field in made.fields for other in field.also]
    if also:
        spellings = [f"{literal(other)}: {literal(wire)}" for other, wire in also]
        yield from group("also={", spellings, "},", 4)
    yield ")"


def _pair(field: Field) -> List[str]:
    start, reader = f"        {literal(field.name)}: ", _reader(field.value.type)
    return one_of([f"{start}{reader},"], [f"{start}(", f"            {reader}", "        ),"])


def _reader(kind: Type) -> str:
    """Return the expression that makes the reader of a type."""
    if isinstance(kind, Scalar):
        return "read_" + kind.kind
    if isinstance(kind, model.EnumType):
        return f"{'open_choice' if kind.is_open else 'choice'}(models.{kind.name})"
    if isinstance(kind, model.Constant):
        return f"constant({literal(kind.value)})"
    if isinstance(kind, model.ClassType):
        return f"TABLES.object_of({literal(kind.name)})"
    if isinstance(kind, model.ListType):
        return "read_texts" if kind == model.TEXTS else f"list_of({_inner(kind.item)})"
    if isinstance(kind, model.MapType):
        return "read_object" if kind == model.FREE else f"map_of({_inner(kind.value)})"
    names = ", ".join(f"{literal(tag)}: {literal(name)}" for tag, name in kind.options)
    return f"TABLES.choice_by({literal(kind.tag)}, {{{names}}})"


def _inner(value: Value) -> str:
    reader = _reader(value.type)
    return f"nullable({reader})" if value.nullable and reader != "read_any" else reader


def _imports(body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    readers = sorted(name for name in _READERS if re.search(rf"\b{name}\b", text))
    if readers:
        yield "from virtualq._api.fields import ("
        yield from (f"    {name}," for name in readers)
        yield ")"
    yield from ("from virtualq._api.resources import Tables", "")
    if "models." in text:
        yield from ("from .. import models", "")
