"""What the command line prints of a Result; command writes it to stdout.

What the spec marks as secret, such as the token of a caller, stays out of every form.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from enum import Enum
from typing import Any, Dict, List, Optional, Set, Tuple, cast

from virtualq._api.operation import Operation
from virtualq.errors import ConfigurationError
from virtualq.result import Result

_WORDS = {"verify_caller": ("up", "not up"), "is_virtualq_active": ("active", "not active")}
"""Of the functions that answer a question, what yes and no are; the models are not even loaded."""


def show(operation: Operation, result: Result[Any], *, as_json: bool, field: Optional[str]) -> str:
    """Return what to print of the outcome of an operation: text, JSON, or one field alone."""
    if as_json:
        return _json_document(result)
    if field is not None:
        values = [getattr(record, field) for record in _records(result)]
        return "".join(f"{_field_text(value)}\n" for value in values)
    if operation.name in _WORDS:
        return _WORDS[operation.name][not result] + "\n"
    records = _records(result)
    if records:
        return "\n".join(map(_lines, records))
    if result:
        return "done\n"
    return f"no {_plural(operation)}\n" if operation.answer == "many" else "not found\n"


def fields_of(operation: Operation) -> List[str]:
    """Return the names of the fields of an operation's answer, but for secret ones."""
    from virtualq import models

    return _shown_names(vars(models)[operation.resource or ""])


def check_field(operation: Operation, name: str) -> None:
    """Raise ConfigurationError for what is no field of the answer, or a secret one."""
    known = fields_of(operation)
    if name not in known:
        raise ConfigurationError(f"--field must be one of {', '.join(known)}")


def show_error(error: Exception, message: str) -> str:
    """Return an error as a line of JSON."""
    told = {
        "error": type(error).__name__,
        "message": message,
        "status": getattr(error, "status", None),
        "maybe_applied": getattr(error, "maybe_applied", False),
    }
    return json.dumps(told)


def _json_document(result: Result[Any]) -> str:
    records = [_plain(record) for record in _records(result)]
    told = {
        "status": result.status,
        "found": result.found,
        "attempts": result.attempts,
        "reconciled": result.reconciled,
        "value": records if isinstance(result.value, list) else records[0] if records else None,
    }
    # ASCII alone: no control character can reach a terminal, no locale fails to print it.
    return json.dumps(told) + "\n"


def _records(result: Result[Any]) -> List[object]:
    value: object = result.value
    if isinstance(value, list):
        return cast("List[object]", value)
    return [] if value is None else [value]


def _plural(operation: Operation) -> str:
    words = re.findall("[A-Z][a-z]+", (operation.resource or "").replace("Result", ""))
    return " ".join(words).lower() + "s"


def _plain(record: object) -> Dict[str, object]:
    fields, extra = _members(record)
    return {**fields, "extra": extra}


def _lines(record: object) -> str:
    """Return a record as lines of `name: value`, without what the service did not say."""
    fields, extra = _members(record)
    named = {**fields, **{f"extra.{name}": value for name, value in extra.items()}}
    return "".join(
        f"{printable(name)}: {printable(_text(value))}\n"
        for name, value in named.items()
        if value is not None
    )


def _shown_names(kind: Any) -> List[str]:
    import attrs

    fields = attrs.fields(kind)
    return [f.name for f in fields if f.name != "extra" and not f.metadata.get("secret")]


def _members(record: object) -> Tuple[Dict[str, object], Dict[str, object]]:
    import attrs

    kind: Any = type(record)
    fields = {name: _json(getattr(record, name)) for name in _shown_names(kind)}
    secret: Set[str] = set()
    for field in attrs.fields(kind):
        if field.metadata.get("secret"):
            secret |= {field.metadata["wire"], field.name}
    extra = cast("Dict[str, object]", getattr(record, "extra", {}))
    return fields, {name: value for name, value in extra.items() if name not in secret}


def _json(value: object) -> object:
    if isinstance(value, datetime):
        from virtualq._api.times import format_time

        return format_time(value)
    return value.value if isinstance(value, Enum) else value


def _field_text(value: object) -> str:
    return "" if value is None else printable(_text(_json(value)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def printable(text: str) -> str:
    """Return text with each character escaped that a terminal might take for a command."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )
