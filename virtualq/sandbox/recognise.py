"""Which function of the Session a request comes from, by the generated operations; for rules."""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Pattern, Sequence, Tuple

from virtualq._api.operation import Item, Operation
from virtualq._api.operations import BASE_PATH, OPERATIONS
from virtualq.sandbox.exchange import Request


class _Shape(NamedTuple):
    """What the requests of one function have in common."""

    operation: Operation
    path: Pattern[str]
    items: Mapping[str, Item]


def _shape(operation: Operation) -> _Shape:
    path = re.sub(r"\\\{\w+\\\}", r"-?[0-9]+", re.escape(BASE_PATH + operation.path))
    items = {item.wire: item for item in operation.items if item.place != "path"}
    return _Shape(operation, re.compile(path), items)


_SHAPES: Sequence[_Shape] = [_shape(operation) for operation in OPERATIONS.values()]


def functions_of(request: Request) -> List[str]:
    """Return the functions a request may come from, the most telling one first; [] for none.

    A report of the state "Connected" comes from notify_caller_connected, and from
    update_caller_information too.
    """
    try:
        sent: Dict[str, object] = dict(request.query)
    except ValueError:
        sent = {}
    sent.update(request.attributes)
    ranked: List[Tuple[Tuple[int, int, int], str]] = []
    for operation, path, items in _SHAPES:
        if operation.method != request.method or not path.fullmatch(request.path):
            continue
        fixed = [item for item in items.values() if item.name is None]
        if all(_text(sent.get(item.wire)) == _text(item.fixed) for item in fixed):
            unknown = len(sent.keys() - items.keys())
            missing = sum(item.required and item.wire not in sent for item in items.values())
            ranked.append(((missing, unknown, -len(fixed)), operation.name))
    return [name for _, name in sorted(ranked)]


def _text(value: object) -> str:
    return str(value).lower()
