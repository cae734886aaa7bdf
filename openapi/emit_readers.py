"""Types of the model -> readers in Python text; emit_converter.py uses them, field by field."""

from __future__ import annotations

import hashlib
from typing import Dict, List

from emit_models import annotation
from model import (
    ChoiceType,
    ClassType,
    Constant,
    EnumType,
    ListType,
    MapType,
    Scalar,
    Type,
    Value,
)
from names import function_name
from text import literal, one_of


class Readers:
    """The readers of composite types, each emitted once, under a name made of its type."""

    def __init__(self) -> None:
        self.lines: List[str] = []
        self._names: Dict[Type, str] = {}

    def name(self, kind: Type) -> str:
        """Return the name of the reader of a type, emitting it when it is the first of its type."""
        if isinstance(kind, Scalar):
            return "read_" + kind.kind
        if kind == ListType(Value(Scalar("text"))):
            return "read_texts"
        if kind == MapType(Value(Scalar("any"), True)):
            return "read_object"
        if kind not in self._names:
            self._names[kind] = f"_read_{_label(kind)}"
            self.lines += ["", "", *self._function(kind)]
        return self._names[kind]

    def _function(self, kind: Type) -> List[str]:
        body = self._body(kind)
        start, returned = f"def {self._names[kind]}", annotation(Value(kind), "models.")
        head = one_of(
            [f"{start}(value: object) -> {returned}:"],
            [f"{start}(", "    value: object,", f") -> {returned}:"],
        )
        return [*head, *body]

    def _body(self, kind: Type) -> List[str]:
        if isinstance(kind, EnumType):
            members = f"_MEMBERS_{function_name(kind.name).upper()}"
            if not kind.is_open:
                return [f"    return read_choice(value, {members})"]
            # Not in a function of fields.py: it would be a second call, for each open value.
            return [
                "    if isinstance(value, str):",
                f"        return {members}.get(value, value)",
                '    raise Misfit("not a text")',
            ]
        if isinstance(kind, ClassType):
            return [f"    return structure_{function_name(kind.name)}(read_object(value))"]
        if isinstance(kind, ListType):
            item = self._inner(kind.item)
            return _returned("[", [item, "for item in read_list(value)"], "]")
        if isinstance(kind, MapType):
            item = "name: " + self._inner(kind.value)
            return _returned("{", [item, "for name, item in read_object(value).items()"], "}")
        if isinstance(kind, Constant):
            return _constant(kind)
        if isinstance(kind, ChoiceType):
            return _choice(kind)
        raise TypeError(f"a scalar has a reader of its own: {kind}")

    def _inner(self, value: Value) -> str:
        if value.type == Scalar("any"):
            return "item"
        call = f"{self.name(value.type)}(item)"
        return f"None if item is None else {call}" if value.nullable else call


def _returned(start: str, parts: List[str], end: str) -> List[str]:
    return one_of(
        [f"    return {start}{' '.join(parts)}{end}"],
        [f"    return {start}", f"        {' '.join(parts)}", f"    {end}"],
        [f"    return {start}", *(f"        {part}" for part in parts), f"    {end}"],
    )


def _constant(kind: Constant) -> List[str]:
    allowed = literal(kind.value)
    return [
        # The type is compared too: true is no 1.
        f"    if type(value) is {type(kind.value).__name__} and value == {allowed}:",
        f"        return {allowed}",
        '    raise Misfit("another value than the one allowed")',
    ]


def _choice(kind: ChoiceType) -> List[str]:
    lines = ["    members = read_object(value)", f"    tag = members.get({literal(kind.tag)})"]
    for tag, name in kind.options:
        lines.append(f"    if tag == {literal(tag)}:")
        lines.append(f"        return structure_{function_name(name)}(members)")
    return [*lines, '    raise Misfit("none of the kinds known")']


def _label(kind: Type) -> str:
    """Return a name made of a type; one that has no name of its own is told by a digest."""
    if isinstance(kind, EnumType):
        return ("open_" if kind.is_open else "enum_") + function_name(kind.name)
    if isinstance(kind, ClassType):
        return "object_" + function_name(kind.name)
    words: Dict[type, str] = {
        Constant: "constant",
        ListType: "list",
        MapType: "map",
        ChoiceType: "choice",
    }
    return f"{words[type(kind)]}_{hashlib.sha256(repr(kind).encode()).hexdigest()[:8]}"
