"""Typed model -> the text of virtualq/models.py: enumerations and attrs classes; generate.py
writes it.
"""

from __future__ import annotations

from typing import Iterator, List, Sequence

from model import (
    ClassType,
    Constant,
    Enumeration,
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
from text import assign, docstring, literal, one_of

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
    body: List[str] = []
    for enumeration in spec.enumerations:
        body += ["", "", *_enumeration(enumeration)]
    if any(not model.is_sent for model in spec.models):
        body += _NO_EXTRA
    for model in spec.models:
        body += ["", "", *_model(model)]
    title = f"The classes and values of {spec.title}: what an answer is read into."
    head = docstring(f"{title}\n\n{banner}", 0)
    names = [item.name for item in spec.enumerations] + [item.name for item in spec.models]
    return "\n".join([*head, "", *_imports(spec, body), "", *_all(names), *body]) + "\n"


def annotation(value: Value, prefix: str = "") -> str:
    """Return the Python type of a value, Optional where null is allowed; ``prefix`` goes before
    names of models.py.
    """
    inner = _annotation(value.type, prefix)
    return f"Optional[{inner}]" if value.nullable and inner != "object" else inner


def _annotation(kind: Type, prefix: str) -> str:
    if isinstance(kind, Scalar):
        return _SCALARS[kind.kind]
    if isinstance(kind, Constant):
        return f"Literal[{literal(kind.value)}]"
    if isinstance(kind, EnumType):
        return f"Union[{prefix}{kind.name}, str]" if kind.is_open else prefix + kind.name
    if isinstance(kind, ListType):
        return f"List[{annotation(kind.item, prefix)}]"
    if isinstance(kind, MapType):
        return f"Dict[str, {annotation(kind.value, prefix)}]"
    if isinstance(kind, ClassType):
        return prefix + kind.name
    names = sorted({prefix + name for _, name in kind.options})
    return names[0] if len(names) == 1 else f"Union[{', '.join(names)}]"


_NO_EXTRA = [
    "",
    "",
    "def _no_extra() -> Dict[str, object]:",
    "    return {}",
]


def _enumeration(enumeration: Enumeration) -> Iterator[str]:
    yield f"class {enumeration.name}(TextEnum):"
    yield from docstring(enumeration.doc or f"The values of {enumeration.name}.", 4)
    yield ""
    for member in enumeration.members:
        yield from assign(f"{member.name} = ", member.value, 4)
        yield from docstring(member.doc, 4)


def _model(model: Model) -> Iterator[str]:
    yield "@define(frozen=True, kw_only=True, getstate_setstate=False)"
    yield f"class {model.name}(Record):"
    yield from docstring(model.doc or f"A {model.name}.", 4)
    yield ""
    for field in model.fields:
        yield from _field(field)
    if model.is_sent:
        return
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
    hidden = ["repr=False"] if field.is_hidden else []
    unhashable = ["hash=False"] if _holds_lists(field.value.type) else []
    arguments = ["default=None", *hidden, *unhashable, f"metadata={{{', '.join(metadata)}}}"]
    yield from one_of(
        [f"{start}{', '.join(arguments)})"],
        [start, f"        {', '.join(arguments)}", "    )"],
        [start, *(f"        {argument}," for argument in arguments), "    )"],
    )
    yield from docstring(field.doc, 4)


def _holds_lists(kind: Type) -> bool:
    """Tell whether a value of a type may be a list or a dict, which have no hash."""
    return isinstance(kind, (ListType, MapType)) or kind == Scalar("any")


def _imports(spec: Spec, body: Sequence[str]) -> Iterator[str]:
    text = "\n".join(body)
    yield "from __future__ import annotations"
    yield ""
    if ": datetime" in text or "[datetime" in text or ", datetime" in text:
        yield "from datetime import datetime"
    names = [name for name in _TYPING if f"{name}[" in text]
    if names:
        yield f"from typing import {', '.join(names)}"
    if spec.models:
        yield ""
        yield "from attrs import define, field"
    bases = ["Record"] * bool(spec.models) + ["TextEnum"] * bool(spec.enumerations)
    if bases:
        yield ""
        yield f"from virtualq._api.records import {', '.join(bases)}"


def _all(names: Sequence[str]) -> Iterator[str]:
    yield "__all__ = ["
    for name in sorted(names):
        yield f'    "{name}",'
    yield "]"
