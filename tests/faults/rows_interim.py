"""Rows: answers that come before the answer (1xx), and statuses that nobody knows."""

from __future__ import annotations

from .modes import CLOSE, DRIP, STALL, answers, endless, says
from .row import LOST, LOST_CHANGE, UNREADABLE, fails, gives, overdue, row

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
PROCESSING = b"HTTP/1.1 102 Processing\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

INTERIM = (
    row(
        "100_first",
        says("100_first", lambda peer: CONTINUE + peer.good),
        "get_caller",
        gives(status=200, attempts=1),
    ),
    row(
        "102_first",
        says("102_first", lambda peer: PROCESSING + peer.good),
        "line_up_caller",
        gives(status=201, attempts=1),
        created=1,
    ),
    row(
        "103_first",
        says("103_first", lambda peer: HINTS + peer.good),
        "get_caller",
        gives(status=200, attempts=1),
    ),
    row(
        "103_first",
        says("103_first", lambda peer: HINTS + peer.good),
        "notify_caller_connected",
        gives(status=200, attempts=1),
    ),
    row(
        "five_interim_first",
        says("five_interim_first", lambda peer: CONTINUE + PROCESSING * 2 + HINTS * 2 + peer.good),
        "get_caller",
        gives(attempts=1),
    ),
    row(
        "100_then_closed", says("100_then_closed", CONTINUE, CLOSE), "get_caller", LOST, requests=2
    ),
    row(
        "103_then_closed",
        says("103_then_closed", HINTS, CLOSE),
        "notify_caller_connected",
        LOST_CHANGE,
        requests=2,
    ),
    row(
        "103_cut",
        says("103_cut", HINTS[:-2], CLOSE),
        "notify_caller_connected",
        LOST_CHANGE,
        requests=2,
    ),
    overdue(
        "100_then_silent", says("100_then_silent", CONTINUE, STALL), "line_up_caller", created=1
    ),
    overdue("103_dripped", says("103_dripped", HINTS * 50, pause=DRIP), "get_caller"),
    row(
        "100_endless",
        says("100_endless", endless(b"", CONTINUE)),
        "get_caller",
        UNREADABLE,
        memory=True,
    ),
    row(
        "103_endless",
        says("103_endless", endless(b"", HINTS)),
        "line_up_caller",
        UNREADABLE,
        requests=2,
        memory=True,
    ),
    row(
        "101",
        answers("101", 101, headers=("Upgrade: websocket",), length=False, body=b""),
        "get_caller",
        fails("UnexpectedResponseError", status=101),
    ),
    row(
        "101",
        answers("101", 101, headers=("Upgrade: websocket",), length=False, body=b""),
        "notify_caller_connected",
        fails("UnexpectedResponseError", status=101, maybe_applied=True),
    ),
    row("600", answers("600", 600, {}), "get_caller", fails("APIError", status=600)),
    row("999", answers("999", 999, {}), "get_caller", fails("APIError", status=999)),
    row(
        "999",
        answers("999", 999, {}),
        "notify_caller_connected",
        fails("APIError", status=999, maybe_applied=True),
    ),
)

ROWS = INTERIM
