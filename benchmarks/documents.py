"""Answers with any number of callers in them; the peer sends them and bulk reads them."""

from __future__ import annotations

import json
from typing import Dict, List

Resource = Dict[str, object]

LINE = 3042
PHONE = "+17343305027"
_PHONES = (PHONE, "+49 171 1111 22 33")
_CHANNELS = ("CallIn", "CallBack")
_SOURCES = ("Phone", "Mobile", "Widget", "App", "Other", "Kiosk")  # the last one is not in the spec
_STATES = ("Waiting", "Notified", "Connected")


def _moment(seconds: int) -> str:
    """Return a time on one day in March 2021 as the service writes it."""
    minutes, second = divmod(seconds % 86_400, 60)
    return f"2021-03-04T{minutes // 60:02}:{minutes % 60:02}:{second:02}.{seconds % 1000:03}Z"


def caller(number: int) -> Resource:
    """Return one caller with every attribute that the service answers with, no two alike.

    Every fourth has not been notified or connected yet: those attributes are null.
    """
    waiting = number % 4 == 0
    attributes: Dict[str, object] = {
        "action-vcc": "none",
        "channel": _CHANNELS[number % 2],
        "connected-at": None if waiting else _moment(number + 600),
        "created-at": _moment(number),
        "estimated-up-time-at": _moment(number + 510),
        "ewt": 60 + number % 900,
        "message": f"caller {number}",
        "notified-at": None if waiting else _moment(number + 480),
        "phone": _PHONES[number % 2],
        "properties": {"MyStringProp": f"Value{number}", "MyArrayProp": [45, 25, number]},
        "skills": ["Skill1", f"Skill{number % 7}"],
        "source": _SOURCES[number % len(_SOURCES)],
        "token": f"token-{number:08}",
        "updated-at": _moment(number + 601),
        "virtualq-waiter-state": _STATES[number % len(_STATES)],
        "wait-time": number % 3600,
        "waiting-time-in-seconds": number % 3600,
        "line": {"id": LINE, "name": "Sales"},
    }
    return {"id": str(9000 + number), "type": "waiters", "attributes": attributes}


def callers(count: int) -> List[Resource]:
    """Return so many callers."""
    return [caller(number) for number in range(1, count + 1)]


def document(count: int) -> bytes:
    """Return the body of an answer that lists so many callers."""
    return json.dumps({"data": callers(count)}, separators=(",", ":")).encode()
