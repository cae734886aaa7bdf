"""Typed model -> the text of virtualq/_api/operations.py: what each Session function sends;
generate.py writes it.
"""

from __future__ import annotations

from typing import Dict, Iterator, List
from urllib.parse import quote

from emit_models import class_names
from model import Function, Request, Sending, Spec, kind_of
from text import WIDTH, assign, group, literal, module, one_of


def emit_operations(spec: Spec, banner: str) -> str:
    """Return the text of operations.py."""
    title = "Every operation as data: session.py names one, wire.py makes a request of it."
    functions = [(function, request) for request in spec.requests for function in request.functions]
    functions.sort(key=lambda pair: pair[0].name)
    has_items = any(request.arguments for _, request in functions)
    lines = ["from typing import Dict, Tuple", ""]
    lines.append(f"from virtualq._api.operation import {'Item, ' if has_items else ''}Operation")
    lines += ["", *assign("SPEC_VERSION = ", spec.version, 0), *_service(spec)]
    names = [f"    {literal(name)}," for name in class_names(spec)]
    start = "CLASSES: Tuple[str, ...] = ("
    lines += [start, *names, ")"] if names else [start + ")"]
    lines.append('"""The names that models.py has for users."""')
    for function, request in functions:
        lines += ["", *_operation(function, request)]
    names = [f"{literal(function.name)}: {function.name.upper()}" for function, _ in functions]
    lines += ["", *group("OPERATIONS: Dict[str, Operation] = {", names, "}", 0)]
    return module(title, banner, lines)


def _service(spec: Spec) -> Iterator[str]:
    service = spec.service
    if service is None:
        return
    yield from ["SERVERS = (", *(f"    {literal(server)}," for server in service.servers), ")"]
    yield from assign("BASE_PATH = ", service.base_path, 0)
    yield from assign("KEY_HEADER = ", service.key_header, 0)
    yield from assign("MEDIA_TYPE = ", service.media_type, 0)
    yield from assign("REQUEST_MEDIA_TYPE = ", service.request_media_type, 0)


def _operation(function: Function, request: Request) -> Iterator[str]:
    path = request.path
    sends: List[Sending] = []
    for sending in function.sends:
        if sending.argument.place == "path" and sending.fixed is not None:
            value = quote(_as_text(sending.fixed), safe="")
            path = path.replace("{" + sending.argument.wire + "}", value)
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
    items = [_item(sending) for sending in sends]
    if not items:
        return ["    items=(),"]
    lines = ["    items=(", *(line for item in items for line in item), "    ),"]
    return one_of([f"    items=({items[0][0].strip()}),"], lines) if len(items) == 1 else lines


def _item(sending: Sending) -> List[str]:
    argument, is_fixed = sending.argument, sending.fixed is not None
    values: Dict[str, object] = {
        "name": None if is_fixed else argument.name,
        "wire": argument.wire,
        "place": argument.place,
        "kind": kind_of(argument.value),
        "required": sending.required and not is_fixed,
        "not_blank": argument.not_blank,
    }
    if is_fixed:
        in_body = argument.place == "body"
        values["fixed"] = sending.fixed if in_body else _as_text(sending.fixed)
    line = f"        Item({', '.join(map(literal, values.values()))}),"
    if len(line) <= WIDTH:
        return [line]
    lines = [assign(f"{name}=", value, 12, ",") for name, value in values.items()]
    return ["        Item(", *(line for each in lines for line in each), "        ),"]


def _as_text(value: object) -> str:
    """Return a value as a query or a path carries it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
