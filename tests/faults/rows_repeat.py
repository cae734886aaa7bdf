"""Rows: calls that are repeated, or must not be, and connections that were kept and should not be used again."""

from __future__ import annotations

import datetime
from email.utils import format_datetime
from typing import Any

from .modes import (
    CLOSE,
    KEEP,
    RESET,
    STALL,
    answers,
    good,
    handshake_closed,
    late,
    lost_after,
    lost_before,
    of_another_call,
    reset_before,
    says,
    silent,
    with_headers,
)
from .row import LOST_CHANGE, Expected, Row, either, fails, gives, gives_nothing, overdue, row
from .server import Mode, Peer
from .service import NOT_FOUND, message

LOOK_UP, CHANGE, CREATE = "get_caller", "notify_caller_transferred", "line_up_caller"
TWICE = {"requests": 2}
not_found = answers("not_found", 404, NOT_FOUND)


def fails_once(status: int, *headers: str) -> Mode:
    """Make the mode of a service that does nothing but answer this status."""
    return answers(f"status_{status}", status, {"errors": [{"title": "Busy"}]}, headers=headers)


def fails_after(status: int) -> Mode:
    """Make the mode of a service that did as asked, with a gateway before it that lost the answer."""
    return says(f"status_{status}_after", message(status, body=b"<html>Bad gateway</html>"))


AGAIN = (
    *(row(f"{status}_then_good", (fails_once(status), good), LOOK_UP, gives(attempts=2, status=200), **TWICE) for status in (502, 503, 504)),
    *(row(f"{status}_then_good", (fails_once(status), good), CHANGE, gives(attempts=2, status=200), **TWICE) for status in (502, 503, 504)),
    row("500_is_not_repeated", (fails_once(500), good), LOOK_UP, fails("ServerError", status=500, attempts=1)),
    row("500_is_not_repeated", (fails_once(500), good), CHANGE, fails("ServerError", status=500, attempts=1, maybe_applied=True)),
    row("503_without_retries", (fails_once(503), good), LOOK_UP, fails("ServerError", attempts=1), options={"retries": 0}),
    row("503_three_times", (fails_once(503),) * 3 + (good,), LOOK_UP, gives(attempts=4), options={"retries": 3}, requests=4),
    row("503_once_too_often", (fails_once(503),) * 3 + (good,), LOOK_UP, fails("ServerError", attempts=3), options={"retries": 2}, requests=3),
    row("closed_then_good", (lost_before, good), CHANGE, gives(attempts=2), **TWICE),
    row("reset_then_good", (reset_before, good), "verify_caller", gives(attempts=2), **TWICE),
    row("reset_then_good_tls", (reset_before, good), "list_callers_waiting", gives(attempts=2), certificate="good", **TWICE),
    row("handshake_lost_and_closed", (handshake_closed, lost_before), LOOK_UP, fails("ConnectionLostError", attempts=2), certificate="good"),
    overdue("503_then_silent", (fails_once(503), silent), LOOK_UP, **TWICE),
    overdue("503_then_silent", (fails_once(503), silent), CHANGE, **TWICE),
)


def in_seconds(seconds: float) -> str:
    """Write a moment as Retry-After gives a date; it is read within the minute the table runs in, so only far ones are exact."""
    return format_datetime(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds), usegmt=True)


def waits(name: str, value: str, call: str, expected: Expected, status: int = 429, **fields: Any) -> Row:
    """Make the row of one answer with this Retry-After, after which the service is well."""
    posts = 2 if call == CREATE else 1
    return row(f"{status}_{name}", (fails_once(status, f"Retry-After: {value}"), good), call, expected, **{**TWICE, "posts": posts, **fields})


AT_ONCE = fails("RateLimitedError", status=429, attempts=1, maybe_applied=False)
SENSELESS = {"of_words": "soon", "negative": "-5", "beyond_float": "1e999", "not_a_number": "nan", "empty": "", "hexadecimal": "0x10",
             "of_5000_digits_and_a_letter": "9" * 5000 + "x", "date_of_nonsense": "Mon, 99 Foo 2026 99:99:99 GMT"}  # fmt: skip

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
    waits("too_long", "60", CHANGE, fails("ServerError", status=503, attempts=1, retry_after=60, maybe_applied=True), status=503,
          requests=1, within=0.15),
    waits("just_too_long", "3", LOOK_UP, AT_ONCE, requests=1, within=0.15),
    waits("too_long_date", in_seconds(86_400), LOOK_UP, AT_ONCE, requests=1, within=0.15),
    # Digits without end are a number: too long a wait. Reading them as senseless is as good, if no time is lost.
    waits("of_5000_digits", "9" * 5000, LOOK_UP, either(AT_ONCE, gives(attempts=2))),
    *(waits(f"senseless_{name}", value, LOOK_UP, gives(attempts=2)) for name, value in SENSELESS.items()),
    waits("senseless_of_words", "soon", CREATE, gives(attempts=2), created=1),
)  # fmt: skip

RECONCILED = gives(reconciled=True, found=True)
CREATED = {"created": 1, "requests": 2}
NOT_CREATED = {"created": 0, "requests": 2}

LINE_UP = (
    row("lost_but_done", (lost_after, good), CREATE, RECONCILED, **CREATED),
    row("lost_but_done_tls", (lost_after, good), CREATE, RECONCILED, certificate="good", **CREATED),
    row("reset_but_done", (says("reset_after", b"", RESET), good), CREATE, RECONCILED, **CREATED),
    row("cut_but_done", (says("answer_cut", lambda peer: peer.good[:-9], CLOSE), good), CREATE, RECONCILED, **CREATED),
    row("502_but_done", (fails_after(502), good), CREATE, RECONCILED, **CREATED),
    row("503_but_done", (fails_after(503), good), CREATE, RECONCILED, **CREATED),
    row("504_but_done", (fails_after(504), good), CREATE, RECONCILED, **CREATED),
    row("500_but_done", (fails_after(500), good), CREATE, RECONCILED, **CREATED),
    # The answer cannot be read: the outcome is unknown, so the look-up is right, and so is the bare error.
    row("html_but_done", (fails_after(200), good), CREATE, either(RECONCILED, fails("UnexpectedResponseError", status=200, maybe_applied=True)), **CREATED),
    row("lost_not_done", (lost_before, good), CREATE, LOST_CHANGE, **NOT_CREATED),
    row("lost_not_done_404", (lost_before, not_found), CREATE, LOST_CHANGE, **NOT_CREATED),
    row("503_not_done", (fails_once(503), good), CREATE, fails("ServerError", status=503, maybe_applied=True), **NOT_CREATED),
    row("lost_then_500", (lost_before, fails_once(500)), CREATE, LOST_CHANGE, **NOT_CREATED),
    row("lost_then_html", (lost_after, answers("html", body=b"<html>")), CREATE, LOST_CHANGE, **CREATED),
    row("lost_then_401", (lost_after, fails_once(401)), CREATE, LOST_CHANGE, **CREATED),
    row("lost_always", lost_after, CREATE, LOST_CHANGE, created=1, requests=3),
    row("lost_without_retries", (lost_after, good), CREATE, either(RECONCILED, LOST_CHANGE), options={"retries": 0}, **CREATED),
    # The look-up eats the time that is left; either error tells the truth.
    row("lost_then_silent", (lost_after, silent), CREATE, either(LOST_CHANGE, fails("DeadlineExceededError", maybe_applied=True)),
        deadline=0.3, within=1.5, **CREATED),
    row("handshake_lost_then_done", (handshake_closed, lost_after, good), CREATE, RECONCILED, certificate="good", **CREATED),
    row("204", says("204", message(204, body=b"", length=False)), CREATE, gives_nothing(status=204, found=True), created=1),
)  # fmt: skip

BUSY_AND_GONE = answers("busy_and_gone", 429, {}, CLOSE, headers=("Retry-After: 0", "Connection: close"))
NOT_REACHED = fails("ConnectError", maybe_applied=False, attempts=2)
UNKNOWN_OUTCOME = {"present": False, "requests": 2}

UPDATES = (
    row("lost_then_404", (lost_before, not_found), "notify_caller_connected", LOST_CHANGE, **UNKNOWN_OUTCOME),
    row("lost_then_404", (lost_before, not_found), CHANGE, LOST_CHANGE, **UNKNOWN_OUTCOME),
    row("503_then_404", (fails_once(503), not_found), "notify_caller_connected", LOST_CHANGE, **UNKNOWN_OUTCOME),
    row("handshake_lost_then_404", (handshake_closed, not_found), "notify_caller_connected", gives_nothing(status=404, attempts=2),
        present=False, certificate="good"),
    row("429_then_404", (fails_once(429, "Retry-After: 0"), not_found), "notify_caller_connected", gives_nothing(status=404, attempts=2), **UNKNOWN_OUTCOME),
    row("lost_then_422", (lost_after, fails_once(422)), CHANGE, fails("UnprocessableEntityError", status=422), **TWICE),
    row("lost_then_503", (lost_after, fails_once(503)), CHANGE, fails("ServerError", status=503, maybe_applied=True, attempts=2), **TWICE),
    # "Nothing was sent" would be true of the second attempt alone.
    row("lost_then_unreached", (lost_before, handshake_closed), CHANGE, LOST_CHANGE, certificate="good"),
    row("lost_then_unreached", (lost_before, handshake_closed), LOOK_UP, either(fails("ConnectError", attempts=2), fails("ConnectionLostError", attempts=2)),
        certificate="good"),
    row("429_then_unreached", (BUSY_AND_GONE, handshake_closed), CHANGE, NOT_REACHED, certificate="good"),
    row("429_then_unreached", (BUSY_AND_GONE, handshake_closed), CREATE, NOT_REACHED, certificate="good", created=0),
    row("look_up_lost_then_404", (lost_before, not_found), LOOK_UP, gives_nothing(status=404, attempts=2), **TWICE),
)  # fmt: skip


def kept(name: str, then: Any, call: str, **fields: Any) -> Row:
    """Make the row of a connection on which a first call went well and then this happened, before the second call."""
    created = 1 if call == CREATE else None
    expected = fields.pop("expected", gives(reconciled=False))
    return row(name, (says(name, lambda peer: peer.good, then), good), call, expected, warm=True, created=created, **fields)


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
    row("closed_when_asked", (good, lost_before, good), LOOK_UP, gives(attempts=2), warm=True, **TWICE),
    row("closed_when_asked", (good, lost_before, good), CREATE, LOST_CHANGE, warm=True, **NOT_CREATED),
    row("silent_when_asked", (good, silent), LOOK_UP, fails("DeadlineExceededError"), warm=True, deadline=0.3, within=1.5),
)

ANSWER_AND_MORE = says("answer_and_more", lambda peer: peer.good + of_another_call())
NO_CONTENT_AND_MORE = says("no_content_and_more", message(204, body=b"", length=False) + of_another_call())

NEVER_THE_NEXT = (
    row("answer_and_more", ANSWER_AND_MORE, LOOK_UP, gives()),
    row("answer_and_more", ANSWER_AND_MORE, CREATE, gives(), created=1),
    row("answer_and_more_tls", ANSWER_AND_MORE, LOOK_UP, gives(), certificate="good"),
    row("no_content_and_more", NO_CONTENT_AND_MORE, CHANGE, gives_nothing(status=204, found=True)),
    overdue("late_answer", late(0.4), LOOK_UP),
    overdue("late_answer", late(0.4), CREATE, created=1),
    overdue("late_answer_tls", late(0.4), LOOK_UP, certificate="good"),
    row("error_body_unread", answers("error_body_unread", 422, {"errors": []}), CHANGE, fails("UnprocessableEntityError")),
    row("keep_alive_promised_and_closed", says("keep_alive_promised_and_closed", with_headers("Connection: keep-alive"), CLOSE), LOOK_UP, gives()),
    overdue("half_an_answer", says("half_an_answer", lambda peer: peer.good[:-20], STALL), LOOK_UP),
)

ROWS = AGAIN + RETRY_AFTER + LINE_UP + UPDATES + KEPT + NEVER_THE_NEXT
