"""What the command line prints of a Result; cli writes it to stdout.

The token of a caller is a secret like the key, and stays out of both forms.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Dict, List, Tuple, cast

from virtualq._api import operations
from virtualq._api.operation import Operation
from virtualq.result import Result

if TYPE_CHECKING:
    from virtualq.models import CallerResult

_SECRET = "token"


def show(operation: Operation, result: Result[object], *, as_json: bool) -> str:
    """Return what to print of the outcome of an operation, lines of text or a JSON document."""
    if as_json:
        # ASCII alone: no control character can reach a terminal, no locale fails to print it.
        return json.dumps(_plain(result.value)) + "\n"
    if operation is operations.VERIFY_CALLER:
        return "up\n" if result else "not up\n"  # the models are not even loaded
    if not result:
        return "no callers\n" if operation.answer == "many" else "not found\n"
    value = result.value
    if value is None:
        return "done\n"
    callers = cast("List[CallerResult]", value if isinstance(value, list) else [value])
    return "\n".join(map(_lines, callers))


def _plain(value: object) -> object:
    if value is None or isinstance(value, list):
        callers = cast("List[CallerResult]", value or [])
        return None if value is None else [_plain(caller) for caller in callers]
    fields, extra = _members(cast("CallerResult", value))
    return {**fields, "extra": extra}


def _lines(caller: CallerResult) -> str:
    """Return a caller as lines of `name: value`, without what the service did not say."""
    fields, extra = _members(caller)
    named = {**fields, **{f"extra.{name}": value for name, value in extra.items()}}
    return "".join(
        f"{printable(name)}: {printable(_text(value))}\n"
        for name, value in named.items()
        if value is not None
    )


def _members(caller: CallerResult) -> Tuple[Dict[str, object], Dict[str, object]]:
    import attrs

    names = [field.name for field in attrs.fields(type(caller)) if field.name != "extra"]
    fields = {name: _json(getattr(caller, name)) for name in names if name != _SECRET}
    return fields, {name: value for name, value in caller.extra.items() if name != _SECRET}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        from virtualq._api.times import format_time

        return format_time(value)
    return value.value if isinstance(value, Enum) else value


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def printable(text: str) -> str:
    """Return text with each character escaped that a terminal might take for a command."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
