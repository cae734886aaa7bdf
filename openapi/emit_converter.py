"""Typed model -> the text of virtualq/_converter.py: one structuring function per class; generate.py writes it.

The functions are straight code: what a generic converter would look up for each answer is settled here, once.
"""

from __future__ import annotations

import hashlib
import re
from typing import Dict, Iterator, List, Sequence, Tuple

from emit_models import annotation
from model import ChoiceType, ClassType, Constant, EnumType, Field, ListType, MapType, Model, Scalar, Spec, Type, Value
from names import function_name
from text import WIDTH, docstring, literal

_TYPING = ("Dict", "List", "Literal", "Mapping", "Optional", "Tuple", "Union")
_READERS = (
    "Misfit Reader read_any read_boolean read_choice read_identifier read_integer read_list read_members read_number "
    "read_object read_open_choice read_text read_texts read_time set_misfits_aside sort_names"
).split()


def emit_converter(spec: Spec, banner: str) -> str:
    """Return the text of _converter.py."""
    readers = _Readers()
    functions: List[str] = []
    for model in spec.models:
        functions += ["", "", *_Structure(model, readers).lines()]
    body = [*_tables(spec), *readers.lines, *functions, "", "", *_make_converter(spec)]
    title = "Answers -> the classes of models.py, by way of the readers of _fields.py; _wire.py calls it."
    return "\n".join([*docstring(f"{title}\n\n{banner}", 0), "", *_imports(body), *body]) + "\n"


class _Readers:
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
        returned = annotation(Value(kind), "models.")
        return [f"def {self._names[kind]}(value: object) -> {returned}:", *body]

    def _body(self, kind: Type) -> List[str]:
        if isinstance(kind, EnumType):
            members = f"_{function_name(kind.name).upper()}"
            if kind.is_open:
                return [f"    return read_open_choice(value, {members})"]
            return [f"    return read_choice(value, {members})"]
        if isinstance(kind, Constant):
            return [
                f"    if read_any(value) == {literal(kind.value)} and type(value) is {type(kind.value).__name__}:",
                f"        return {literal(kind.value)}",
                '    raise Misfit("another value than the one allowed")',
            ]
        if isinstance(kind, ListType):
            return [f"    return [{self._inner(kind.item)} for item in read_list(value)]"]
        if isinstance(kind, MapType):
            return [f"    return {{name: {self._inner(kind.value)} for name, item in read_object(value).items()}}"]
        if isinstance(kind, ClassType):
            return [f"    return structure_{function_name(kind.name)}(read_object(value))"]
        assert isinstance(kind, ChoiceType)
        return self._choice(kind)

    def _inner(self, value: Value) -> str:
        call = f"{self.name(value.type)}(item)"
        return f"None if item is None else {call}" if value.nullable and value.type != Scalar("any") else call

    @staticmethod
    def _choice(kind: ChoiceType) -> List[str]:
        lines = ["    members = read_object(value)", f"    tag = members.get({literal(kind.tag)})"]
        for tag, name in kind.options:
            lines.append(f"    if tag == {literal(tag)}:")
            lines.append(f"        return structure_{function_name(name)}(members)")
        return [*lines, '    raise Misfit("none of the kinds known")']


class _Structure:
    """The structuring function of one class."""

    def __init__(self, model: Model, readers: _Readers) -> None:
        self._model = model
        self._readers = readers
        self._function = function_name(model.name)
        self._table = f"_{self._function.upper()}"
        fields = [field for field in model.fields if field.value.type != Scalar("identifier")]
        self._plain = [field for field in fields if field.within is None]
        self._groups: Dict[str, List[Field]] = {}
        for field in fields:
            if field.within is not None:
                self._groups.setdefault(field.within, []).append(field)
        self._group_names = {
            within: f"_read_{self._function}_group_{number}" for number, within in enumerate(sorted(self._groups), 1)
        }

    def lines(self) -> Iterator[str]:
        """Return the lines of everything this class needs."""
        for within, name in self._group_names.items():
            yield from self._group(name, self._groups[within])
            yield from ("", "")
        yield from self._tables()
        yield from ("", "")
        yield from self._structure()

    def _group(self, name: str, fields: Sequence[Field]) -> Iterator[str]:
        yield f"{name.upper()} = frozenset(["
        yield from (f"    {literal(field.wire)}," for field in fields)
        yield "])"
        yield from ("", "")
        kinds = ", ".join(annotation(Value(field.value.type, True), "models.") for field in fields)
        yield f"def {name}(value: object) -> Tuple[{kinds}]:"
        yield f"    given = read_members(value, {name.upper()}).get"
        yield "    return ("
        for field in fields:
            yield from _argument("", field.wire, self._readers.name(field.value.type), 8)
        yield "    )"

    def _tables(self) -> Iterator[str]:
        yield f"{self._table}_READERS: Dict[str, Reader] = {{"
        for field in self._plain:
            yield f"    {literal(field.wire)}: {self._readers.name(field.value.type)},"
        for within, name in self._group_names.items():
            yield f"    {literal(within)}: {name},"
        yield "}"
        yield f"{self._table}_NAMES = frozenset({self._table}_READERS)"
        if self._model.resource_type is not None:
            yield f"{self._table}_SPELLINGS: Dict[str, str] = {{"
            for wire in sorted({*(field.wire for field in self._plain), *self._groups}):
                if "-" in wire:
                    yield f"    {literal(wire.replace('-', '_'))}: {literal(wire)},"
            yield "}"

    def _structure(self) -> Iterator[str]:
        name, table = f"models.{self._model.name}", self._table
        has_id = self._model.resource_type is not None
        given = "resource" if has_id else "members"
        yield f"def structure_{self._function}({given}: Mapping[str, object]) -> {name}:"
        what = "JSON:API resource" if has_id else "object"
        yield f'    """Read one {what}; what does not fit goes to ``extra``."""'
        yield "    extra: Dict[str, object] = {}"
        yield (
            '    known: Mapping[str, object] = read_object(resource["attributes"])' if has_id else "    known = members"
        )
        yield f"    if not {table}_NAMES.issuperset(known):"
        yield f"        known = sort_names(known, {table}_NAMES, {table + '_SPELLINGS' if has_id else '{}'}, extra)"
        yield "    given = known.get"
        yield "    try:"
        yield from ("    " + line for line in self._fields(name))
        yield "    except Misfit:"
        yield f"        fitting = set_misfits_aside(known, {table}_READERS, extra)"
        if has_id:
            yield '        identity = set_misfits_aside({"id": resource.get("id")}, {"id": read_identifier}, extra)'
            yield f'        result = structure_{self._function}({{**identity, "attributes": fitting}})'
        else:
            yield f"        result = structure_{self._function}(fitting)"
        yield "        result.extra.update(extra)"
        yield "        return result"

    def _fields(self, name: str) -> Iterator[str]:
        for within, fields in sorted(self._groups.items()):
            for field in fields:
                yield f"    {field.name}: {annotation(Value(field.value.type, True), 'models.')} = None"
            names = ", ".join(field.name for field in fields) + ("," if len(fields) == 1 else "")
            yield f"    if (value := given({literal(within)})) is not None:"
            yield f"        {names} = {self._group_names[within]}(value)"
        yield f"    return {name}("
        if self._model.resource_type is not None:
            yield '        id=None if (value := resource.get("id")) is None else read_identifier(value),'
        for field in self._plain:
            yield from _argument(field.name + "=", field.wire, self._readers.name(field.value.type), 8)
        for _, fields in sorted(self._groups.items()):
            yield from (f"        {field.name}={field.name}," for field in fields)
        yield "        extra=extra,"
        yield "    )"


def _argument(target: str, wire: str, reader: str, indent: int) -> Iterator[str]:
    """Return one argument of a call: a reader applied to an attribute, or None."""
    margin = " " * indent
    if reader == "read_any":
        yield f"{margin}{target}given({literal(wire)}),"
        return
    line = f"{margin}{target}None if (value := given({literal(wire)})) is None else {reader}(value),"
    if len(line) <= WIDTH - 4:
        yield line
        return
    yield f"{margin}{target}("
    yield f"{margin}    None"
    yield f"{margin}    if (value := given({literal(wire)})) is None"
    yield f"{margin}    else {reader}(value)"
    yield f"{margin}),"


def _label(kind: Type) -> str:
    """Return a name made of a type; what cannot be named by its parts is told apart by a digest of them."""
    if isinstance(kind, EnumType):
        return ("open_" if kind.is_open else "enum_") + function_name(kind.name)
    if isinstance(kind, ClassType):
        return "object_" + function_name(kind.name)
    word = {Constant: "constant", ListType: "list", MapType: "map", ChoiceType: "choice"}[type(kind)]
    return f"{word}_{hashlib.sha256(repr(kind).encode()).hexdigest()[:8]}"


def _tables(spec: Spec) -> Iterator[str]:
    for enumeration in spec.enumerations:
        name = enumeration.name
        yield f"_{function_name(name).upper()} = {{member.value: member for member in models.{name}}}"


def _make_converter(spec: Spec) -> Iterator[str]:
    yield "def make_converter() -> Converter:"
    yield '    """Return a new cattrs converter that reads and writes the classes of models.py."""'
    yield "    from virtualq._hooks import build_converter  # cattrs is loaded for those who ask for it"
    yield ""
    yield "    return build_converter("
    yield "        {"
    for model in spec.models:
        yield f"            models.{model.name}: structure_{function_name(model.name)},"
    yield "        },"
    yield "        {"
    for model in spec.models:
        if model.resource_type is not None:
            yield f"            models.{model.name}: {literal(model.resource_type)},"
    yield "        },"
    yield "    )"


def _imports(body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    typing = ["TYPE_CHECKING", *(name for name in _TYPING if name + "[" in text)]
    yield "from __future__ import annotations"
    yield ""
    yield f"from typing import {', '.join(typing)}"
    yield ""
    yield "from virtualq._fields import ("
    yield from (f"    {name}," for name in _READERS if re.search(rf"(?<!def )\b{name}\b", text))
    yield ")"
    yield ""
    yield "from . import models"
    yield ""
    yield "if TYPE_CHECKING:"
    yield "    from cattrs import Converter"
    yield ""
