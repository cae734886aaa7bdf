"""Rows: connections that were kept, with something on them that is not for the next call."""

from __future__ import annotations

from typing import Any

from .modes import (
    CLOSE,
    KEEP,
    RESET,
    STALL,
    answers,
    good,
    late,
    lost_before,
    of_another_call,
    says,
    silent,
    with_headers,
)
from .row import (
    CHANGE,
    CREATE,
    LOOK_UP,
    LOST_CHANGE,
    Row,
    fails,
    gives,
    gives_nothing,
    overdue,
    row,
)
from .server import Mode, Peer
from .service import message

TWICE = {"requests": 2}


def kept(name: str, then: Any, call: str, **fields: Any) -> Row:
    """Make the row of a kept connection on which this happened between two calls."""
    created = 1 if call == CREATE else None
    expected = fields.pop("expected", gives(reconciled=False))
    return row(
        name,
        (says(name, lambda peer: peer.good, then), good),
        call,
        expected,
        warm=True,
        created=created,
        **fields,
    )


def _then_says(what: bytes, then: Any = KEEP) -> Any:
    def act(peer: Peer) -> None:
        peer.send(what)
        then(peer)

    return act


TIMED_OUT = message(408, body=b"", headers=("Connection: close",))
CALLS = (LOOK_UP, CHANGE, CREATE)

KEPT = (
    *(kept("stale_closed", CLOSE, call) for call in CALLS),
    *(kept("stale_reset", RESET, call) for call in CALLS),
    *(kept("stale_closed_tls", CLOSE, call, certificate="good") for call in CALLS),
    *(kept("stale_reset_tls", RESET, call, certificate="good") for call in CALLS),
    *(kept("stale_408", _then_says(TIMED_OUT, CLOSE), call) for call in CALLS),
    *(kept("unasked_answer", _then_says(of_another_call()), call) for call in CALLS),
    kept("unasked_answer_tls", _then_says(of_another_call()), LOOK_UP, certificate="good"),
    kept("unasked_blank_line", _then_says(b"\r\n"), LOOK_UP),
    kept("unasked_byte", _then_says(b"H"), CREATE),
    row(
        "closed_when_asked",
        (good, lost_before, good),
        LOOK_UP,
        gives(attempts=2),
        warm=True,
        **TWICE,
    ),
    row(
        "closed_when_asked",
        (good, lost_before, good),
        CREATE,
        LOST_CHANGE,
        warm=True,
        created=0,
        requests=2,
    ),
    row(
        "silent_when_asked",
        (good, silent),
        LOOK_UP,
        fails("DeadlineExceededError"),
        warm=True,
        deadline=0.3,
        within=1.5,
    ),
)

ANSWER_AND_MORE = says("answer_and_more", lambda peer: peer.good + of_another_call())
NO_CONTENT_AND_MORE = says(
    "no_content_and_more", message(204, body=b"", length=False) + of_another_call()
)


def ends_at_its_headers(name: str, status: int, *headers: str, late_body: bytes = b"") -> Mode:
    """Make the mode of an answer that has no body by its status, and speaks of one all the same."""
    head = message(status, body=b"", headers=headers, length=False)
    return says(name, head, _then_says(late_body))


SPEAKS_OF_CHUNKS = ends_at_its_headers("204_of_chunks", 204, "Transfer-Encoding: chunked")
SPEAKS_OF_A_BODY = ends_at_its_headers(
    "204_of_a_body",
    204,
    f"Content-Length: {len(of_another_call())}",
    late_body=of_another_call(),
)
NOT_MODIFIED = ends_at_its_headers("304_of_chunks", 304, "Transfer-Encoding: chunked")

NEVER_THE_NEXT = (
    row("204_of_chunks", SPEAKS_OF_CHUNKS, CHANGE, gives_nothing(status=204, attempts=1)),
    row("204_of_chunks_tls", SPEAKS_OF_CHUNKS, LOOK_UP, gives_nothing(), certificate="good"),
    row("204_of_a_body", SPEAKS_OF_A_BODY, CHANGE, gives_nothing(status=204, attempts=1)),
    row("204_of_a_body", SPEAKS_OF_A_BODY, CREATE, gives_nothing(status=204), created=1),
    row("304_of_chunks", NOT_MODIFIED, LOOK_UP, fails("UnexpectedResponseError", status=304)),
    row("answer_and_more", ANSWER_AND_MORE, LOOK_UP, gives()),
    row("answer_and_more", ANSWER_AND_MORE, CREATE, gives(), created=1),
    row("answer_and_more_tls", ANSWER_AND_MORE, LOOK_UP, gives(), certificate="good"),
    row("no_content_and_more", NO_CONTENT_AND_MORE, CHANGE, gives_nothing(status=204, found=True)),
    overdue("late_answer", late(0.4), LOOK_UP),
    overdue("late_answer", late(0.4), CREATE, created=1),
    overdue("late_answer_tls", late(0.4), LOOK_UP, certificate="good"),
    row(
        "error_body_unread",
        answers("error_body_unread", 422, {"errors": []}),
        CHANGE,
        fails("UnprocessableEntityError"),
    ),
    row(
        "keep_alive_promised_and_closed",
        says("keep_alive_promised_and_closed", with_headers("Connection: keep-alive"), CLOSE),
        LOOK_UP,
        gives(),
    ),
    overdue("half_an_answer", says("half_an_answer", lambda peer: peer.good[:-20], STALL), LOOK_UP),
)

ROWS = KEPT + NEVER_THE_NEXT
