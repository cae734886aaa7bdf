"""Typed model -> the text of virtualq/_api/tables.py: for each class the readers of its fields;
generate.py writes it.

The names on the wire stand in models.py, and resources.py has the one reader of every class.
"""

from __future__ import annotations

import re
from typing import Iterator, List, Sequence

from model import (
    ClassType,
    Constant,
    EnumType,
    Field,
    ListType,
    MapType,
    Model,
    Scalar,
    Spec,
    Type,
    Value,
)
from text import docstring, group, literal, one_of

_READERS = (
    "choice",
    "constant",
    "list_of",
    "map_of",
    "nullable",
    "open_choice",
    "read_any",
    "read_boolean",
    "read_identifier",
    "read_integer",
    "read_number",
    "read_object",
    "read_text",
    "read_texts",
    "read_time",
)


def emit_tables(spec: Spec, banner: str) -> str:
    """Return the text of tables.py."""
    title = "How each class of models.py is read from an answer; resources.py goes by it."
    body = ["TABLES = Tables()"]
    for model in spec.models:
        if not model.is_sent:
            body += _table(model)
    head = docstring(f"{title}\n\n{banner}", 0)
    return "\n".join([*head, "", *_imports(body), *body]) + "\n"


def _table(model: Model) -> Iterator[str]:
    yield "TABLES.add("
    yield f"    models.{model.name},"
    # The id of a resource stands outside of its attributes, and is read by resources.py.
    fields = [f for f in model.fields if not (model.resource_type and f.wire == f.name == "id")]
    pairs = [line for field in fields for line in _pair(field)]
    yield from ["    {", *pairs, "    },"] if pairs else ["    {},"]
    if model.resource_type is not None:
        yield f"    resource_type={literal(model.resource_type)},"
    also = [(other, field.wire) for field in model.fields for other in field.also]
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
    if isinstance(kind, EnumType):
        return f"{'open_choice' if kind.is_open else 'choice'}(models.{kind.name})"
    if isinstance(kind, Constant):
        return f"constant({literal(kind.value)})"
    if isinstance(kind, ClassType):
        return f"TABLES.object_of({literal(kind.name)})"
    if isinstance(kind, ListType):
        is_plain = kind.item == Value(Scalar("text"))
        return "read_texts" if is_plain else f"list_of({_inner(kind.item)})"
    if isinstance(kind, MapType):
        is_plain = kind.value == Value(Scalar("any"), True)
        return "read_object" if is_plain else f"map_of({_inner(kind.value)})"
    names = ", ".join(f"{literal(tag)}: {literal(name)}" for tag, name in kind.options)
    return f"TABLES.choice_by({literal(kind.tag)}, {{{names}}})"


def _inner(value: Value) -> str:
    reader = _reader(value.type)
    return f"nullable({reader})" if value.nullable and reader != "read_any" else reader


def _imports(body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    readers = [name for name in _READERS if re.search(rf"\b{name}\b", text)]
    yield "from __future__ import annotations"
    yield ""
    if readers:
        yield from [
            "from virtualq._api.fields import (",
            *(f"    {name}," for name in readers),
            ")",
        ]
    yield "from virtualq._api.resources import Tables"
    yield ""
    if "models." in text:
        yield from ("from .. import models", "")
