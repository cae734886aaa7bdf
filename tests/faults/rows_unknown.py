"""Rows: changes whose answer was lost: did it happen? Nothing may happen twice."""

from __future__ import annotations

from .modes import (
    CLOSE,
    RESET,
    answers,
    fails_after,
    fails_with,
    good,
    handshake_closed,
    lost_after,
    lost_before,
    not_found,
    says,
    silent,
)
from .row import CHANGE, CREATE, LOOK_UP, LOST_CHANGE, fails, gives, gives_nothing, row
from .service import message

TWICE = {"requests": 2}

RECONCILED = gives(reconciled=True, found=True)
CREATED = {"created": 1, "requests": 2}
NOT_CREATED = {"created": 0, "requests": 2}

LINE_UP = (
    row("lost_but_done", (lost_after, good), CREATE, RECONCILED, **CREATED),
    row("lost_but_done_tls", (lost_after, good), CREATE, RECONCILED, certificate="good", **CREATED),
    row("reset_but_done", (says("reset_after", b"", RESET), good), CREATE, RECONCILED, **CREATED),
    row(
        "cut_but_done",
        (says("answer_cut", lambda peer: peer.good[:-9], CLOSE), good),
        CREATE,
        RECONCILED,
        **CREATED,
    ),
    row("502_but_done", (fails_after(502), good), CREATE, RECONCILED, **CREATED),
    row("503_but_done", (fails_after(503), good), CREATE, RECONCILED, **CREATED),
    row("504_but_done", (fails_after(504), good), CREATE, RECONCILED, **CREATED),
    row("500_but_done", (fails_after(500), good), CREATE, RECONCILED, **CREATED),
    row("html_but_done", (fails_after(200), good), CREATE, RECONCILED, **CREATED),
    row("lost_not_done", (lost_before, good), CREATE, LOST_CHANGE, **NOT_CREATED),
    row("lost_not_done_404", (lost_before, not_found), CREATE, LOST_CHANGE, **NOT_CREATED),
    row(
        "503_not_done",
        (fails_with(503), good),
        CREATE,
        fails("ServerError", status=503, maybe_applied=True),
        **NOT_CREATED,
    ),
    row("lost_then_500", (lost_before, fails_with(500)), CREATE, LOST_CHANGE, **NOT_CREATED),
    row(
        "lost_then_html",
        (lost_after, answers("html", body=b"<html>")),
        CREATE,
        LOST_CHANGE,
        **CREATED,
    ),
    row("lost_then_401", (lost_after, fails_with(401)), CREATE, LOST_CHANGE, **CREATED),
    row("lost_always", lost_after, CREATE, LOST_CHANGE, created=1, requests=3),
    row(
        "lost_without_retries",
        (lost_after, good),
        CREATE,
        RECONCILED,
        options={"retries": 0},
        **CREATED,
    ),
    # The look-up eats the time that is left; what is told is what became of the line-up.
    row(
        "lost_then_silent",
        (lost_after, silent),
        CREATE,
        LOST_CHANGE,
        deadline=0.3,
        within=1.5,
        **CREATED,
    ),
    row(
        "handshake_lost_then_done",
        (handshake_closed, lost_after, good),
        CREATE,
        RECONCILED,
        certificate="good",
        **CREATED,
    ),
    row(
        "204",
        says("204", message(204, body=b"", length=False)),
        CREATE,
        gives_nothing(status=204, found=True),
        created=1,
    ),
)

BUSY_AND_GONE = answers(
    "busy_and_gone", 429, {}, CLOSE, headers=("Retry-After: 0", "Connection: close")
)
NOT_REACHED = fails("ConnectError", maybe_applied=False, attempts=2)
UNKNOWN_OUTCOME = {"present": False, "requests": 2}

UPDATES = (
    row(
        "lost_then_404",
        (lost_before, not_found),
        "notify_caller_connected",
        LOST_CHANGE,
        **UNKNOWN_OUTCOME,
    ),
    row("lost_then_404", (lost_before, not_found), CHANGE, LOST_CHANGE, **UNKNOWN_OUTCOME),
    row(
        "503_then_404",
        (fails_with(503), not_found),
        "notify_caller_connected",
        LOST_CHANGE,
        **UNKNOWN_OUTCOME,
    ),
    row(
        "handshake_lost_then_404",
        (handshake_closed, not_found),
        "notify_caller_connected",
        gives_nothing(status=404, attempts=2),
        present=False,
        certificate="good",
    ),
    row(
        "429_then_404",
        (fails_with(429, "Retry-After: 0"), not_found),
        "notify_caller_connected",
        gives_nothing(status=404, attempts=2),
        **UNKNOWN_OUTCOME,
    ),
    # The refusal is of the second attempt alone; the first was carried out.
    row(
        "lost_then_422",
        (lost_after, fails_with(422)),
        CHANGE,
        fails("UnprocessableEntityError", status=422, maybe_applied=True),
        **TWICE,
    ),
    row(
        "lost_then_503",
        (lost_after, fails_with(503)),
        CHANGE,
        fails("ServerError", status=503, maybe_applied=True, attempts=2),
        **TWICE,
    ),
    # "Nothing was sent" would be true of the second attempt alone.
    row(
        "lost_then_unreached",
        (lost_before, handshake_closed),
        CHANGE,
        LOST_CHANGE,
        certificate="good",
    ),
    row(
        "lost_then_unreached",
        (lost_before, handshake_closed),
        LOOK_UP,
        fails("ConnectError", attempts=2),
        certificate="good",
    ),
    row(
        "429_then_unreached",
        (BUSY_AND_GONE, handshake_closed),
        CHANGE,
        NOT_REACHED,
        certificate="good",
    ),
    row(
        "429_then_unreached",
        (BUSY_AND_GONE, handshake_closed),
        CREATE,
        NOT_REACHED,
        certificate="good",
        created=0,
    ),
    row(
        "look_up_lost_then_404",
        (lost_before, not_found),
        LOOK_UP,
        gives_nothing(status=404, attempts=2),
        **TWICE,
    ),
)

ROWS = LINE_UP + UPDATES
