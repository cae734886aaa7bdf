"""Typed model -> the text of virtualq/_api/tables.py: one structuring function per class.

The functions are straight code: what a generic converter would look up for each answer is settled
here, once. One reader driven by tables was measured at 1.11 times the time (1.08 times the
instructions), with which long lists would take more than 1.1 times as long as pydantic's.
generate.py writes the text; emit_readers.py makes the readers of single values.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, List, Sequence

from emit_readers import Readers
from model import Field, Model, Spec
from names import function_name
from text import docstring, group, literal, one_of

_TYPING = ("Dict", "List", "Literal", "Mapping", "Optional", "Tuple", "Union")
_READERS = (
    "Misfit",
    "Reader",
    "identify",
    "lift",
    "read_any",
    "read_boolean",
    "read_choice",
    "read_constant",
    "read_identifier",
    "read_integer",
    "read_list",
    "read_number",
    "read_object",
    "read_text",
    "read_texts",
    "read_time",
    "set_misfits_aside",
    "sort_names",
)


def emit_converter(spec: Spec, banner: str) -> str:
    """Return the text of tables.py."""
    readers = Readers()
    functions: List[str] = []
    for model in _answered(spec):
        functions += ["", "", *_Structure(model, readers).lines()]
    body = [*_tables(spec), *readers.lines, *functions, "", "", *_structures(spec)]
    body += ["", "", *_make_converter(spec)]
    title = "Answers -> the classes of models.py, with the readers of fields.py; for wire.py."
    head = [*docstring(f"{title}\n\n{banner}", 0), "", *_imports(spec, body)]
    return "\n".join([*head, *body]) + "\n"


class _Structure:
    """The structuring function of one class."""

    def __init__(self, model: Model, readers: Readers) -> None:
        self._model = model
        self._readers = readers
        self._is_resource = model.resource_type is not None
        self._function = function_name(model.name)
        self._table = self._function.upper()
        # The id of a resource stands outside of its attributes.
        fields = [f for f in model.fields if not (self._is_resource and f.wire == f.name == "id")]
        self._plain = [field for field in fields if field.within is None]
        self._lifted: Dict[str, List[Field]] = {}
        for field in fields:
            if field.within is not None:
                self._lifted.setdefault(field.within, []).append(field)

    def lines(self) -> Iterator[str]:
        """Return the lines of everything this class needs."""
        yield from self._tables()
        yield from ("", "")
        yield from self._structure()

    def _tables(self) -> Iterator[str]:
        pairs = [f"{literal(f.wire)}: {self._readers.name(f.value.type)}" for f in self._plain]
        yield from group(f"_READERS_{self._table}: Dict[str, Reader] = {{", pairs, "}", 0)
        lifted = f"_LIFTED_{self._table}: Dict[str, Dict[str, Reader]] = {{"
        yield lifted if self._lifted else f"{lifted}}}"
        for within, members in self._lifted.items():
            pairs = [f"{literal(f.wire)}: {self._readers.name(f.value.type)}" for f in members]
            yield from group(f"{literal(within)}: {{", pairs, "},", 4)
        if self._lifted:
            yield "}"
        names = f"_READERS_{self._table}"
        names = f"{{*{names}, *_LIFTED_{self._table}}}" if self._lifted else names
        yield f"_NAMES_{self._table} = frozenset({names})"
        if self._is_resource:
            wires = sorted({*(field.wire for field in self._plain), *self._lifted})
            spellings = {wire.replace("-", "_"): wire for wire in wires if "-" in wire}
            for field in self._plain:
                for other in field.also:
                    spellings.update({other: field.wire, other.replace("-", "_"): field.wire})
            pairs = [
                f"{literal(other)}: {literal(wire)}" for other, wire in sorted(spellings.items())
            ]
            yield from group(f"_SPELLINGS_{self._table}: Dict[str, str] = {{", pairs, "}", 0)

    def _structure(self) -> Iterator[str]:
        name, table = f"models.{self._model.name}", self._table
        given, what = (
            ("resource", "JSON:API resource") if self._is_resource else ("known", "object")
        )
        signature = f"def structure_{self._function}"
        yield from one_of(
            [f"{signature}({given}: Mapping[str, object]) -> {name}:"],
            [f"{signature}(", f"    {given}: Mapping[str, object],", f") -> {name}:"],
        )
        yield f'    """Read one {what}; what does not fit goes to ``extra``."""'
        yield "    extra: Dict[str, object] = {}"
        if self._is_resource:
            yield '    known: Mapping[str, object] = read_object(resource["attributes"])'
        yield f"    if not _NAMES_{table}.issuperset(known):"
        spellings = f"_SPELLINGS_{table}" if self._is_resource else "{}"
        arguments = ["known", f"_NAMES_{table}", spellings, "extra"]
        yield from group("known = sort_names(", arguments, ")", 8)
        if self._is_resource:
            yield "    identifier = identify(resource, extra)"
        yield "    given = known.get"
        yield "    try:"
        yield from self._result(name)
        yield "    except Misfit:"
        arguments = ["known", f"_READERS_{table}", f"_LIFTED_{table}", "extra"]
        yield from group("fitting = set_misfits_aside(", arguments, ")", 8)
        yield from self._again()
        yield "        result.extra.update(extra)"
        yield "        return result"

    def _result(self, name: str) -> Iterator[str]:
        for number, within in enumerate(self._lifted, 1):
            wire = literal(within)
            arguments = [wire, f"given({wire})", f"_LIFTED_{self._table}[{wire}]", "extra"]
            yield from group(f"lifted_{number} = lift(", arguments, ").get", 8)
        yield f"        return {name}("
        if self._is_resource:
            yield "            id=None if identifier is None else read_identifier(identifier),"
        for field in self._plain:
            yield from ("    " + line for line in self._argument(field.name + "=", field))
        for number, fields in enumerate(self._lifted.values(), 1):
            for field in fields:
                lines = self._argument(field.name + "=", field, f"lifted_{number}")
                yield from ("    " + line for line in lines)
        yield "            extra=extra,"
        yield "        )"

    def _again(self) -> Iterator[str]:
        """Return the lines that read once more what does fit."""
        function = f"structure_{self._function}"
        if not self._is_resource:
            yield f"        result = {function}(fitting)"
            return
        yield '        ids = {"id": identifier}'
        yield '        fitting_ids = set_misfits_aside(ids, {"id": read_identifier}, {}, extra)'
        resource = '{**fitting_ids, "attributes": fitting}'
        yield from one_of(
            [f"        result = {function}({resource})"],
            [f"        result = {function}(", f"            {resource}", "        )"],
        )

    def _argument(self, target: str, field: Field, given: str = "given") -> List[str]:
        """Return one argument of a call: a reader applied to an attribute, or None."""
        reader, wire = self._readers.name(field.value.type), literal(field.wire)
        margin = " " * 8
        if reader == "read_any":
            return [f"{margin}{target}{given}({wire}),"]
        test, call = f"if (value := {given}({wire})) is None", f"else {reader}(value)"
        start, end = f"{margin}{target}(", f"{margin}),"
        return one_of(
            [f"{margin}{target}None {test} {call},"],
            [start, f"{margin}    None {test} {call}", end],
            [start, *(f"{margin}    {line}" for line in ("None", test, call)), end],
            indent=4,
        )


def _answered(spec: Spec) -> List[Model]:
    return [model for model in spec.models if not model.is_sent]


def _structures(spec: Spec) -> Iterator[str]:
    pairs = [
        f"{literal(model.name)}: structure_{function_name(model.name)}"
        for model in _answered(spec)
        if model.resource_type is not None
    ]
    yield from group("STRUCTURES: Dict[str, Structure] = {", pairs, "}", 0)
    yield '"""The resources, by the name of their class."""'


def _tables(spec: Spec) -> Iterator[str]:
    for enumeration in spec.enumerations:
        name = enumeration.name
        table = f"_MEMBERS_{function_name(name).upper()}"
        yield f"{table} = {{member.value: member for member in models.{name}}}"


def _make_converter(spec: Spec) -> Iterator[str]:
    yield "def make_converter() -> Converter:"
    yield '    """Return a new cattrs converter that reads and writes the classes of models.py."""'
    yield "    from virtualq._api.converter import build_converter  # loads cattrs"
    yield ""
    models = _answered(spec)
    names = [(f"models.{model.name}", function_name(model.name)) for model in models]
    structures = [f"{name}: structure_{function}" for name, function in names]
    resource_types = [
        f"models.{model.name}: {literal(model.resource_type)}"
        for model in models
        if model.resource_type is not None
    ]
    yield from group("structures: Dict[type, Structure] = {", structures, "}", 4)
    yield from group("resource_types: Dict[type, str] = {", resource_types, "}", 4)
    yield "    return build_converter(structures, resource_types)"


def _imports(spec: Spec, body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    typing = ["TYPE_CHECKING", *(name for name in _TYPING if name + "[" in text)]
    readers = [name for name in _READERS if re.search(rf"\b{name}\b", text)]
    yield "from __future__ import annotations"
    yield ""
    yield f"from typing import {', '.join(typing)}"
    yield ""
    if readers:
        yield "from virtualq._api.fields import ("
        yield from (f"    {name}," for name in readers)
        yield ")"
        yield ""
    if spec.models or spec.enumerations:
        yield "from .. import models"
        yield ""
    yield "if TYPE_CHECKING:"
    yield "    from cattrs import Converter"
    yield ""
    yield "    from virtualq._api.converter import Structure"
    yield ""
