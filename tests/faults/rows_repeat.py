"""Rows: calls that are repeated or must not be, and the pauses that the service asks for."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from typing import Any

from .modes import (
    fails_with,
    good,
    handshake_closed,
    lost_before,
    reset_before,
    silent,
)
from .row import CHANGE, CREATE, LOOK_UP, Expected, Row, fails, gives, overdue, row

TWICE = {"requests": 2}

AGAIN = (
    *(
        row(
            f"{status}_then_good",
            (fails_with(status), good),
            LOOK_UP,
            gives(attempts=2, status=200),
            **TWICE,
        )
        for status in (502, 503, 504)
    ),
    *(
        row(
            f"{status}_then_good",
            (fails_with(status), good),
            CHANGE,
            gives(attempts=2, status=200),
            **TWICE,
        )
        for status in (502, 503, 504)
    ),
    row(
        "500_is_not_repeated",
        (fails_with(500), good),
        LOOK_UP,
        fails("ServerError", status=500, attempts=1),
    ),
    row(
        "500_is_not_repeated",
        (fails_with(500), good),
        CHANGE,
        fails("ServerError", status=500, attempts=1, maybe_applied=True),
    ),
    row(
        "503_without_retries",
        (fails_with(503), good),
        LOOK_UP,
        fails("ServerError", attempts=1),
        options={"retries": 0},
    ),
    row(
        "503_three_times",
        (fails_with(503),) * 3 + (good,),
        LOOK_UP,
        gives(attempts=4),
        options={"retries": 3},
        requests=4,
    ),
    row(
        "503_once_too_often",
        (fails_with(503),) * 3 + (good,),
        LOOK_UP,
        fails("ServerError", attempts=3),
        options={"retries": 2},
        requests=3,
    ),
    row("closed_then_good", (lost_before, good), CHANGE, gives(attempts=2), **TWICE),
    row("reset_then_good", (reset_before, good), "verify_caller", gives(attempts=2), **TWICE),
    row(
        "reset_then_good_tls",
        (reset_before, good),
        "list_callers_waiting",
        gives(attempts=2),
        certificate="good",
        **TWICE,
    ),
    row(
        "handshake_lost_and_closed",
        (handshake_closed, lost_before),
        LOOK_UP,
        fails("ConnectionLostError", attempts=2),
        certificate="good",
    ),
    overdue("503_then_silent", (fails_with(503), silent), LOOK_UP, **TWICE),
    overdue("503_then_silent", (fails_with(503), silent), CHANGE, **TWICE),
)


def in_seconds(seconds: float) -> str:
    """Write a moment as a Retry-After date; only days away, as the table takes a minute to run."""
    return format_datetime(
        datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds),
        usegmt=True,
    )


def waits(
    name: str, value: str, call: str, expected: Expected, status: int = 429, **fields: Any
) -> Row:
    """Make the row of one answer with this Retry-After, after which the service is well."""
    posts = 2 if call == CREATE else 1
    return row(
        f"{status}_{name}",
        (fails_with(status, f"Retry-After: {value}"), good),
        call,
        expected,
        **{**TWICE, "posts": posts, **fields},
    )


AT_ONCE = fails("RateLimitedError", status=429, attempts=1, maybe_applied=False)
SENSELESS = {
    "of_words": "soon",
    "negative": "-5",
    "beyond_float": "1e999",
    "not_a_number": "nan",
    "empty": "",
    "hexadecimal": "0x10",
    "of_5000_digits_and_a_letter": "9" * 5000 + "x",
    "date_of_nonsense": "Mon, 99 Foo 2026 99:99:99 GMT",
}

RETRY_AFTER = (
    waits("zero", "0", LOOK_UP, gives(attempts=2)),
    waits("zero", "0", CHANGE, gives(attempts=2)),
    waits("zero", "0", CREATE, gives(attempts=2), created=1),
    waits("fits", "1", LOOK_UP, gives(attempts=2)),
    waits("fits", "1", CREATE, gives(attempts=2), created=1),
    waits("fits", "1", CHANGE, gives(attempts=2), status=503),
    waits("past", in_seconds(-86_400), LOOK_UP, gives(attempts=2)),
    waits("too_long", "60", LOOK_UP, AT_ONCE, requests=1, within=0.15),
    waits("too_long", "60", CREATE, AT_ONCE, requests=1, within=0.15, created=0),
    waits(
        "too_long",
        "60",
        CHANGE,
        fails("ServerError", status=503, attempts=1, retry_after=60, maybe_applied=True),
        status=503,
        requests=1,
        within=0.15,
    ),
    waits("just_too_long", "3", LOOK_UP, AT_ONCE, requests=1, within=0.15),
    waits("too_long_date", in_seconds(86_400), LOOK_UP, AT_ONCE, requests=1, within=0.15),
    waits("of_5000_digits", "9" * 5000, LOOK_UP, gives(attempts=2)),
    *(
        waits(f"senseless_{name}", value, LOOK_UP, gives(attempts=2))
        for name, value in SENSELESS.items()
    ),
    waits("senseless_of_words", "soon", CREATE, gives(attempts=2), created=1),
)

ROWS = AGAIN + RETRY_AFTER
