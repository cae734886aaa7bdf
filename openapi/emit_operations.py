"""Typed model -> the text of virtualq/_api/operations.py: what each Session function sends;
generate.py writes it.
"""

from __future__ import annotations

from typing import Iterator, List, Tuple
from urllib.parse import quote

from model import Argument, Function, Request, Sending, Spec, kind_of
from text import WIDTH, assign, docstring, group, literal, one_of


def emit_operations(spec: Spec, banner: str) -> str:
    """Return the text of operations.py."""
    title = "Every operation as data: session.py names one, wire.py makes a request of it."
    functions = sorted(
        ((function, request) for request in spec.requests for function in request.functions),
        key=lambda pair: pair[0].name,
    )
    lines: List[str] = [*docstring(f"{title}\n\n{banner}", 0), "", *_IMPORTS]
    has_items = any(request.arguments for _, request in functions)
    lines.append(f"from virtualq._api.operation import {'Item, ' if has_items else ''}Operation")
    lines += ["", *assign("SPEC_VERSION = ", spec.version, 0), *_service(spec)]
    classes = [item.name for item in spec.enumerations] + [item.name for item in spec.models]
    names = [f"    {literal(name)}," for name in sorted(classes)]
    start = "CLASSES: Tuple[str, ...] = ("
    lines += [start, *names, ")"] if names else [start + ")"]
    lines.append('"""The names that models.py has for users."""')
    for function, request in functions:
        lines += ["", *_operation(function, request)]
    names = [f"{literal(function.name)}: {function.name.upper()}" for function, _ in functions]
    lines += ["", *group("OPERATIONS: Dict[str, Operation] = {", names, "}", 0)]
    return "\n".join(lines) + "\n"


_IMPORTS = [
    "from __future__ import annotations",
    "",
    "from typing import Dict, Tuple",
    "",
]


def _service(spec: Spec) -> Iterator[str]:
    service = spec.service
    if service is None:
        return
    yield "SERVERS = ("
    yield from (f"    {literal(server)}," for server in service.servers)
    yield ")"
    yield from assign("BASE_PATH = ", service.base_path, 0)
    yield from assign("KEY_HEADER = ", service.key_header, 0)
    yield from assign("MEDIA_TYPE = ", service.media_type, 0)
    yield from assign("REQUEST_MEDIA_TYPE = ", service.request_media_type, 0)


def _operation(function: Function, request: Request) -> Iterator[str]:
    path = request.path
    sends: List[Sending] = []
    for sending in function.sends:
        if sending.argument.place == "path" and sending.fixed is not None:
            path = path.replace(
                "{" + sending.argument.wire + "}", quote(_as_text(sending.fixed), safe="")
            )
        else:
            sends.append(sending)
    yield f"{function.name.upper()} = Operation("
    yield from assign("name=", function.name, 4, ",")
    yield from assign("command=", function.command, 4, ",")
    yield from assign("method=", request.method, 4, ",")
    yield from assign("path=", path, 4, ",")
    yield from _items(sends)
    yield f"    resource_type={literal(request.resource_type)},"
    yield from assign("answer=", function.answer, 4, ",")
    yield f"    resource={literal(function.resource)},"
    yield f"    not_found_is_none={function.not_found_is_none},"
    if function.found_when:
        wire, text = map(literal, function.found_when)
        yield f"    found_when=({wire}, {text}),"
    if request.several:
        yield from assign("several=", request.several.keyword, 4, ",")
        yield from assign("several_of=", request.several.class_name, 4, ",")
    yield ")"


def _items(sends: List[Sending]) -> List[str]:
    items = [list(_item(sending)) for sending in sends]
    lines = ["    items=(", *(line for item in items for line in item), "    ),"]
    if not items:
        return ["    items=(),"]
    return one_of([f"    items=({items[0][0].strip()}),"], lines) if len(items) == 1 else lines


def _item(sending: Sending) -> Iterator[str]:
    argument = sending.argument
    is_fixed = sending.fixed is not None
    values: List[Tuple[str, object]] = [
        ("name", None if is_fixed else argument.name),
        ("wire", argument.wire),
        ("place", argument.place),
        ("kind", kind_of(argument.value)),
        ("required", sending.required and not is_fixed),
        ("not_blank", argument.not_blank),
    ]
    if is_fixed:
        values.append(("fixed", _fixed(argument, sending.fixed)))
    line = f"        Item({', '.join(literal(value) for _, value in values)}),"
    if len(line) <= WIDTH:
        yield line
        return
    yield "        Item("
    for name, value in values:
        if isinstance(value, str):
            yield from assign(f"{name}=", value, 12, ",")
        else:
            yield f"            {name}={literal(value)},"
    yield "        ),"


def _fixed(argument: Argument, value: object) -> object:
    return value if argument.place == "body" else _as_text(value)


def _as_text(value: object) -> str:
    """Return a value as a query or a path carries it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
