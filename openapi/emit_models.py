"""Typed model -> the text of virtualq/models.py: enumerations and attrs classes; generate.py
writes it.
"""

from __future__ import annotations

from typing import Iterator, List, Sequence

import model
from model import Enumeration, Field, Model, Scalar, Spec, Type, Value
from text import assign, docstring, literal, module, one_of

_SCALARS = {
    "any": "object",
    "boolean": "bool",
    "identifier": "int",
    "integer": "int",
    "number": "float",
    "text": "str",
    "time": "datetime",
}
_TYPING = ("Dict", "List", "Literal", "Optional", "Union")
_EXTRA_DOC = (
    "Each attribute that is in no field, by its name on the wire: unknown, or of another type."
)


def emit_models(spec: Spec, banner: str) -> str:
    """Return the text of models.py."""
    title = f"The classes and values of {spec.title}: what an answer is read into."
    body: List[str] = []
    for enumeration in spec.enumerations:
        body += ["", "", *_enumeration(enumeration)]
    if any(not made.is_sent for made in spec.models):
        body += ["", "", "def _no_extra() -> Dict[str, object]:", "    return {}"]
    for made in spec.models:
        body += ["", "", *_model(made)]
    names = [f'    "{name}",' for name in class_names(spec)]
    return module(title, banner, [*_imports(spec, body), "", "__all__ = [", *names, "]", *body])


def class_names(spec: Spec) -> List[str]:
    """Return the names of all classes and enumerations, sorted."""
    return sorted([item.name for item in spec.enumerations] + [item.name for item in spec.models])


def annotation(value: Value) -> str:
    """Return the Python type of a value, Optional where null is allowed."""
    inner = _annotation(value.type)
    return f"Optional[{inner}]" if value.nullable and inner != "object" else inner


def _annotation(kind: Type) -> str:
    if isinstance(kind, Scalar):
        return _SCALARS[kind.kind]
    if isinstance(kind, model.Constant):
        return f"Literal[{literal(kind.value)}]"
    if isinstance(kind, model.EnumType):
        return f"Union[{kind.name}, str]" if kind.is_open else kind.name
    if isinstance(kind, model.ListType):
        return f"List[{annotation(kind.item)}]"
    if isinstance(kind, model.MapType):
        return f"Dict[str, {annotation(kind.value)}]"
    if isinstance(kind, model.ClassType):
        return kind.name
    names = sorted({name for _, name in kind.options})
    return names[0] if len(names) == 1 else f"Union[{', '.join(names)}]"


def _enumeration(enumeration: Enumeration) -> Iterator[str]:
    yield f"class {enumeration.name}(TextEnum):"
    yield from docstring(enumeration.doc or f"The values of {enumeration.name}.", 4)
    yield ""
    for member in enumeration.members:
        yield from assign(f"{member.name} = ", member.value, 4)
        yield from docstring(member.doc, 4)


def _model(made: Model) -> Iterator[str]:
    yield "@define(frozen=True, kw_only=True, getstate_setstate=False)"
    yield f"class {made.name}(Record):"
    yield from docstring(made.doc or f"A {made.name}.", 4)
    yield ""
    for field in made.fields:
        yield from _field(field)
    if not made.is_sent:
        yield "    extra: Dict[str, object] = field(factory=_no_extra, repr=False, hash=False)"
        yield from docstring(_EXTRA_DOC, 4)


def _field(field: Field) -> Iterator[str]:
    start = f"    {field.name}: {annotation(Value(field.value.type, nullable=True))} = field("
    wire = f"{field.within}.{field.wire}" if field.within else field.wire
    metadata = [f'"wire": {literal(wire)}']
    if field.within:
        metadata.append(f'"within": {literal(field.within)}')
    if field.is_secret:
        metadata.append('"secret": True')
    # A list or a dict has no hash.
    has_hash = not isinstance(field.value.type, (model.ListType, model.MapType))
    arguments = ["default=None"]
    arguments += ["repr=False"] if field.is_hidden else []
    arguments += [] if has_hash and field.value.type != Scalar("any") else ["hash=False"]
    arguments += [f"metadata={{{', '.join(metadata)}}}"]
    yield from one_of(
        [f"{start}{', '.join(arguments)})"],
        [start, f"        {', '.join(arguments)}", "    )"],
        [start, *(f"        {argument}," for argument in arguments), "    )"],
    )
    yield from docstring(field.doc, 4)


def _imports(spec: Spec, body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    if ": datetime" in text or "[datetime" in text or ", datetime" in text:
        yield "from datetime import datetime"
    names = [name for name in _TYPING if f"{name}[" in text]
    if names:
        yield f"from typing import {', '.join(names)}"
    if spec.models:
        yield from ("", "from attrs import define, field")
    bases = ["Record"] * bool(spec.models) + ["TextEnum"] * bool(spec.enumerations)
    if bases:
        yield from ("", f"from virtualq._api.records import {', '.join(bases)}")
