"""Rows: the same bad days for every function, so that none has a way of its own."""

from __future__ import annotations

from typing import Tuple

from .modes import fails_after, fails_with, good, lost_after, lost_before, silent
from .row import (
    LOOKUPS,
    LOST,
    LOST_CHANGE,
    UNREACHED_TWICE,
    Expected,
    Row,
    fails,
    gives,
    gives_nothing,
    overdue,
    row,
)

REPORTS = (
    "notify_caller_connected",
    "notify_caller_transferred",
    "update_caller_information",
    "cancel_caller",
    "update_line_group",
    "update_line_group_collection",
    "update_call_center",
)
ONCE = ("line_up_caller", "new_call_offered")
"""What is never sent again once a byte may have left."""
FUNCTIONS = (*LOOKUPS, *REPORTS, *ONCE)


def _refuses(status: int, name: str) -> Expected:
    kind = {401: "AuthenticationError", 422: "UnprocessableEntityError", 500: "ServerError"}[status]
    return fails(
        kind, status=status, attempts=1, maybe_applied=status == 500 and name not in LOOKUPS
    )


def rows_of(name: str) -> Tuple[Row, ...]:
    """Make the rows that every function has."""
    again = name not in ONCE
    well = (
        gives_nothing(found=True, attempts=1) if name == "new_call_offered" else gives(attempts=1)
    )
    lost = LOST if name in LOOKUPS else LOST_CHANGE
    # A second one is a repeat, or the look-up after a line-up.
    requests = {"requests": 1 if name == "new_call_offered" else 2}
    made = {"created": 0} if name == "line_up_caller" else {}
    first = lost_before if again else (lost_before, good)
    rows = [
        row("each_well", good, name, well),
        row("each_refused", (), name, UNREACHED_TWICE, requests=0, refused=True),
        overdue("each_silent", silent, name),
        row("each_lost", first, name, lost, **requests, **made),
        *(
            row(f"each_{status}", fails_with(status), name, _refuses(status, name), **requests)
            for status in (401, 422, 500)
        ),
    ]
    if name == "new_call_offered":
        # Counted or not, nobody can tell: it is neither sent again nor looked up.
        unknown = fails("ServerError", status=502, maybe_applied=True, attempts=1)
        rows += [
            row("each_lost_after", (lost_after, good), name, LOST_CHANGE),
            row("each_502_after", (fails_after(502), good), name, unknown),
            row(
                "each_429_then_well",
                (fails_with(429, "Retry-After: 0"), good),
                name,
                gives_nothing(found=True, attempts=2),
                requests=2,
                posts=2,
            ),
        ]
    if again:
        rows += [
            row("each_lost_then_well", (lost_before, good), name, gives(attempts=2), **requests),
            row("each_503_then_well", (fails_with(503), good), name, gives(attempts=2), **requests),
        ]
    if name == "cancel_caller":
        # Did the first attempt take the caller out of the line, or was nobody there?
        unknown = fails("ConnectionLostError", maybe_applied=True, attempts=2)
        rows += [
            row("each_lost_after", (lost_after, good), name, unknown, **requests),
            row("each_502_after", (fails_after(502), good), name, unknown, **requests),
            row("each_absent", good, name, fails("NotFoundError", attempts=1), present=False),
        ]
    return tuple(rows)


ROWS = tuple(row for name in FUNCTIONS for row in rows_of(name))
