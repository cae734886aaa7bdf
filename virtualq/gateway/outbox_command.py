"""`virtualq gateway outbox`: what was given up, for a person to see, export and send again.

Works on the state file, also while a gateway runs on it: that one takes up what was put back.
"""

from __future__ import annotations

import json
import time
from typing import Callable, List, Sequence

from virtualq._http.redact import mask_phone
from virtualq.errors import ConfigurationError
from virtualq.gateway.store import Report, Store, StoreError

_USAGE = "the arguments are: outbox list, outbox export, or outbox send-again and ids or all"


def look(words: Sequence[str], state: str, write: Callable[[str], object]) -> int:
    """Do what `outbox ...` asks for with the reports in a state file; return the exit code.

    Raises ConfigurationError for words or a file that cannot be used.
    """
    action, numbers = (words[1] if len(words) > 1 else ""), words[2:]
    known = action in ("list", "export", "send-again") and words[0] == "outbox"
    if not known or bool(numbers) != (action == "send-again"):
        raise ConfigurationError(_USAGE)
    store = Store(state, exclusive=False)
    try:
        if action == "list":
            write("".join(f"{_line(report)}\n" for report in store.dead()) or "none\n")
        elif action == "export":
            write("".join(f"{_document(report)}\n" for report in store.dead()))
        else:
            write(f"{store.revive(_chosen(numbers, store), time.time())}\n")
        return 0
    except StoreError as error:
        fault = str(error)
    finally:
        store.close()
    raise ConfigurationError(f"--state cannot be used: {fault}")


def _chosen(numbers: Sequence[str], store: Store) -> List[int]:
    if list(numbers) == ["all"]:
        return [report.id for report in store.dead()]
    try:
        return [int(number) for number in numbers]
    except ValueError:
        pass
    raise ConfigurationError(_USAGE)


def _line(report: Report) -> str:
    line_id, phone = report.given.get("line_id"), mask_phone(report.given.get("phone"))
    return f"{report.id} {_date(report.stored)} {report.function} {line_id} {phone} {report.reason}"


def _document(report: Report) -> str:
    return json.dumps(
        {
            "id": report.id,
            "function": report.function,
            "given": report.given,
            "stored": _date(report.stored),
            "reason": report.reason,
        }
    )


def _date(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
