"""Rows: the way into the service breaks: TLS, and the sending of the request."""

from __future__ import annotations

from .modes import (
    closed_in_request,
    dropped_at_once,
    good,
    handshake_closed,
    handshake_dripped,
    handshake_reset,
    handshake_stalled,
    nothing_read,
    plain_on_tls_port,
    read_slowly,
    refused_early_closed,
    refused_early_read_on,
    reset_in_request,
)
from .row import LOST_CHANGE, SHORT, either, fails, gives, overdue, row

UNREACHED = fails("ConnectError", maybe_applied=False)
UNREACHED_TWICE = fails("ConnectError", maybe_applied=False, attempts=2)
OUT_OF_TIME = fails("DeadlineExceededError", maybe_applied=False)
LARGE = {"properties": {"note": "x" * 6_000_000}}
# To write so much takes a busy machine some tenths of a second before anything is sent.
UNREAD = {"arguments": LARGE, "requests": 0, "deadline": 2.0}
TLS = (
    row(
        "handshake_stalled",
        handshake_stalled,
        "get_caller",
        OUT_OF_TIME,
        certificate="good",
        requests=0,
        **SHORT,
    ),
    row(
        "handshake_stalled",
        handshake_stalled,
        "line_up_caller",
        OUT_OF_TIME,
        certificate="good",
        requests=0,
        created=0,
        **SHORT,
    ),
    row(
        "handshake_dripped",
        handshake_dripped,
        "line_up_caller",
        OUT_OF_TIME,
        certificate="good",
        requests=0,
        created=0,
        **SHORT,
    ),
    row(
        "handshake_closed",
        handshake_closed,
        "line_up_caller",
        UNREACHED_TWICE,
        certificate="good",
        requests=0,
        created=0,
    ),
    row(
        "handshake_reset",
        handshake_reset,
        "get_caller",
        UNREACHED_TWICE,
        certificate="good",
        requests=0,
    ),
    row(
        "handshake_closed_once",
        (handshake_closed, good),
        "line_up_caller",
        gives(attempts=2),
        certificate="good",
        created=1,
    ),
    row(
        "handshake_reset_once",
        (handshake_reset, good),
        "notify_caller_connected",
        gives(attempts=2),
        certificate="good",
    ),
    row(
        "plain_on_tls_port",
        plain_on_tls_port,
        "line_up_caller",
        UNREACHED,
        certificate="good",
        requests=0,
        created=0,
    ),
    row("wrong_ca", (), "line_up_caller", UNREACHED, certificate="wrong_ca", requests=0, created=0),
    row(
        "wrong_name",
        (),
        "line_up_caller",
        UNREACHED,
        certificate="wrong_name",
        requests=0,
        created=0,
    ),
    row("expired", (), "get_caller", UNREACHED, certificate="expired", requests=0),
    row(
        "dropped_at_once_tls",
        dropped_at_once,
        "get_caller",
        UNREACHED_TWICE,
        certificate="good",
        requests=0,
    ),
)

SENDING = (
    overdue("nothing_read", nothing_read, "line_up_caller", created=0, **UNREAD),
    overdue(
        "nothing_read_tls",
        nothing_read,
        "line_up_caller",
        created=0,
        certificate="good",
        **UNREAD,
    ),
    overdue("read_slowly", read_slowly, "update_caller_information", **UNREAD),
    row(
        "reset_in_request",
        (reset_in_request, good),
        "line_up_caller",
        LOST_CHANGE,
        arguments=LARGE,
        created=0,
    ),
    row(
        "reset_in_request",
        (reset_in_request, good),
        "update_caller_information",
        gives(attempts=2),
        arguments=LARGE,
    ),
    row(
        "closed_in_request",
        (closed_in_request, good),
        "line_up_caller",
        LOST_CHANGE,
        arguments=LARGE,
        created=0,
    ),
    row(
        "reset_in_request_always",
        reset_in_request,
        "update_caller_information",
        LOST_CHANGE,
        arguments=LARGE,
        requests=0,
    ),
    row(
        "refused_early_read_on",
        refused_early_read_on,
        "line_up_caller",
        fails("APIError", status=413, maybe_applied=False),
        arguments=LARGE,
        requests=0,
        created=0,
    ),
    # The reset that follows may throw the answer away before it is read.
    row(
        "refused_early_closed",
        (refused_early_closed, good),
        "line_up_caller",
        either(fails("APIError", status=413, maybe_applied=False), LOST_CHANGE),
        arguments=LARGE,
        created=0,
    ),
)

ROWS = TLS + SENDING
