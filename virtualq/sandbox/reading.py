"""Reads what a request says, by the items of the generated operations; called by rules.

Values come back under the names of the Session's parameters; a query item that a function always
sends under its name on the wire. What is wrong raises Refusal, with every fault at once.
"""

from __future__ import annotations

import json
from typing import Any, Callable, Dict, Iterable, List, Mapping, NoReturn, Sequence, Tuple, cast

from virtualq._api.fields import Misfit, read_identifier, read_object
from virtualq._api.kinds import KINDS
from virtualq._api.operation import Item, Operation
from virtualq._api.operations import REQUEST_MEDIA_TYPE
from virtualq.sandbox.exchange import Fault, Refusal, Request

# The spec says the type of each value, and the readers make sure of it.
Given = Dict[str, Any]

_MEDIA_TYPE, _, _CHARSET = REQUEST_MEDIA_TYPE.partition("; ")
# Far deeper than properties need to be, and far from what json and the stack can carry.
_DEEPEST = 100


def read_attributes(request: Request, operation: Operation) -> Given:
    """Read the attributes of a JSON:API body, as an operation may send them.

    Attributes that the operation does not know are ignored. Raises Refusal: 415 for another media
    type, 400 for what is not JSON, 409 for another resource type, 422 for each fault of a value.
    """
    _check_media_type(request)
    data = _object(_object(read_json(request), "").get("data"), "/data")
    return _read_resource(data, "/data", operation, operation)


def read_collection(
    request: Request, operation: Operation, each: Operation
) -> List[Tuple[int, Given]]:
    """Read a JSON:API body with a list of resources; return id and attributes of each.

    `each` says what the attributes of one may be. Raises Refusal as read_attributes does.
    """
    _check_media_type(request)
    data = _object(read_json(request), "").get("data")
    if not isinstance(data, list):
        raise Refusal(422, Fault("/data is not a list.", "/data"))
    if not data:
        raise Refusal(422, Fault("/data is empty.", "/data"))
    found: List[Tuple[int, Given]] = []
    for place, resource in enumerate(cast("List[object]", data)):
        pointer = f"/data/{place}"
        members = _object(resource, pointer)
        given = _read_resource(members, pointer, operation, each)
        try:
            found.append((read_identifier(members.get("id")), given))
        except Misfit as misfit:
            raise Refusal(422, Fault(f"{pointer}/id is {misfit}.", f"{pointer}/id")) from None
    return found


def _read_resource(
    data: Dict[str, object], pointer: str, operation: Operation, attributes_of: Operation
) -> Given:
    if data.get("type") != operation.resource_type:
        detail = f"The type must be {operation.resource_type!r}."
        raise Refusal(409, Fault(detail, f"{pointer}/type"))
    attributes = _object(data.get("attributes"), f"{pointer}/attributes")
    items = [item for item in attributes_of.items if item.place == "body"]

    def at_attribute(name: str, detail: str) -> Fault:
        return Fault(detail, pointer=f"{pointer}/attributes/{name}")

    return _read_items(items, attributes, 422, at_attribute)


def read_members(request: Request, items: Iterable[Item]) -> Given:
    """Read the members of a plain JSON object, as the sandbox's own commands are given them.

    Raises Refusal (422) for a member that is not known too: a slip would let something else happen.
    """
    members, known = _object(read_json(request), ""), list(items)
    unknown = [name for name in members if name not in {item.wire for item in known}]
    if unknown:
        raise Refusal(422, *(_at_member(name, f"{name} is not known.") for name in unknown))
    return _read_items(known, members, 422, _at_member)


def read_query(request: Request, operations: Sequence[Operation]) -> Given:
    """Read the query of a look-up that may be any of these operations.

    Raises Refusal (400) for a parameter that none of them has, that comes twice or has a value of
    another type. None must be there: all callers are asked for without any (openapi/virtualq.yaml).
    """
    known = {
        item.wire: item
        for operation in operations
        for item in operation.items
        if item.place == "query"
    }
    given: Dict[str, object] = {}
    for name, text in _pairs(request):
        if name not in known or name in given:
            what = "given twice" if name in given else "not known"
            raise Refusal(400, _at_parameter(name, f"{name} is {what}."))
        given[name] = KINDS[known[name].kind].understand(text)
    return _read_items([known[name] for name in given], given, 400, _at_parameter)


def read_json(request: Request) -> object:
    """Read a body as strict JSON in UTF-8; raises Refusal (400) for anything else."""
    try:
        content: object = json.loads(request.body.decode("utf-8"), parse_constant=_no_constant)
        # A lone surrogate may be escaped in JSON, but is no character that could be kept.
        json.dumps(content, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Refusal(400, Fault("The body is not a JSON document in UTF-8.")) from None
    if _is_too_deep(content):
        raise Refusal(400, Fault(f"The body is nested more than {_DEEPEST} levels deep."))
    return content


def _check_media_type(request: Request) -> None:
    given, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.strip().replace('"', "")
    if given.strip() != _MEDIA_TYPE or charset not in ("", _CHARSET):
        raise Refusal(415, Fault(f"The body must be sent as {REQUEST_MEDIA_TYPE}."))


def _read_items(
    items: Iterable[Item],
    given: Mapping[str, object],
    status: int,
    fault: Callable[[str, str], Fault],
) -> Given:
    values: Given = {}
    faults: List[Fault] = []
    for item in items:
        if item.wire not in given:
            if item.required:
                faults.append(fault(item.wire, f"{item.wire} is missing."))
            continue
        try:
            values[item.name or item.wire] = _read_item(item, given[item.wire])
        except Misfit as misfit:
            faults.append(fault(item.wire, f"{item.wire} is {misfit}."))
    if faults:
        raise Refusal(status, *faults)
    return values


def _read_item(item: Item, value: object) -> object:
    read = KINDS[item.kind].read(value)
    if item.not_blank and isinstance(read, str) and not read.strip():
        raise Misfit("blank")
    return read


def _pairs(request: Request) -> List[Tuple[str, str]]:
    try:
        return request.query
    except ValueError:
        raise Refusal(400, Fault("The query is not percent-encoded UTF-8.")) from None


def _object(value: object, pointer: str) -> Dict[str, object]:
    try:
        return read_object(value)
    except Misfit as misfit:
        raise Refusal(422, Fault(f"{pointer or 'The body'} is {misfit}.", pointer)) from None


def _is_too_deep(content: object) -> bool:
    level = [content]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in _children(node)]
    return bool(level)


def _children(node: object) -> Iterable[object]:
    if isinstance(node, dict):
        return cast("Dict[str, object]", node).values()
    return cast("List[object]", node) if isinstance(node, list) else ()


def _at_member(name: str, detail: str) -> Fault:
    return Fault(detail, pointer=f"/{name}")


def _at_parameter(name: str, detail: str) -> Fault:
    return Fault(detail, parameter=name)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
