"""Rows: the service repeats the key and the number wherever it can; nobody may pass them on."""

from __future__ import annotations

from typing import Any

from .modes import CLOSE, STALL, answers, chunked_head, says
from .privacy import EVERYTHING, KEY, SPELLINGS
from .row import CHANGE, CREATE, LOOK_UP, UNEXPECTED, UNREADABLE, Row, fails, gives, row
from .service import LINE, PHONE, caller, message

REFUSED = fails("UnprocessableEntityError", status=422, maybe_applied=False)
PHONE_AS_NUMBER = int(PHONE)


def told(name: str, *members: Any, call: str = CHANGE) -> Row:
    """Make the row of a 422 with these error objects."""
    return row(name, answers(name, 422, {"errors": list(members)}), call, REFUSED)


MEMBERS = (
    *(
        told(f"spelling_{number:02}", {"title": "Invalid", "detail": f"No good: {spelling}!"})
        for number, spelling in enumerate(SPELLINGS)
    ),
    *(
        told(f"spelling_in_title_{number:02}", {"title": spelling}, call=CREATE)
        for number, spelling in enumerate(SPELLINGS)
    ),
    told("in_detail", {"detail": EVERYTHING}),
    told("in_title", {"title": EVERYTHING}),
    told("in_code", {"code": EVERYTHING}),
    told("in_status", {"status": EVERYTHING}),
    told("in_pointer", {"source": {"pointer": f"/data/attributes/{EVERYTHING}"}}),
    told("in_parameter", {"source": {"parameter": EVERYTHING}}),
    told("in_meta", {"meta": {"seen": [EVERYTHING, {"deep": EVERYTHING}]}}),
    told("in_names", {EVERYTHING: 1, "meta": {KEY: 2, PHONE: 3}}),
    told(
        "as_number",
        {
            "meta": {"phone": PHONE_AS_NUMBER, "as_float": float(PHONE_AS_NUMBER)},
            "code": PHONE_AS_NUMBER,
        },
    ),
    told("in_second_error", {"detail": "fine"}, {"detail": EVERYTHING}),
    told("glued_to_words", {"detail": f"key{KEY}key phone{PHONE}phone x{PHONE[1:]}x"}),
    *(
        told(f"at_the_edge_{size}", {"detail": "x" * size + KEY, "title": "y" * size + PHONE})
        for size in range(60, 420, 20)
    ),
)

STATUSES = (
    *(
        row(
            f"in_{status}",
            answers(f"in_{status}", status, {"errors": [{"detail": EVERYTHING, "title": KEY}]}),
            CREATE,
            fails(kind, status=status),
            requests=2,
            posts=2,
        )
        for status, kind in (
            (400, "BadRequestError"),
            (401, "AuthenticationError"),
            (403, "PermissionDeniedError"),
            (409, "ConflictError"),
            (429, "RateLimitedError"),
            (500, "ServerError"),
        )
    ),
    row(
        "in_404",
        answers("in_404", 404, {"errors": [{"detail": EVERYTHING}]}),
        CHANGE,
        fails("NotFoundError", status=404),
    ),
    row(
        "in_html_404",
        answers("in_html_404", 404, body=f"<html>{EVERYTHING}</html>".encode()),
        LOOK_UP,
        fails("NotFoundError", status=404),
    ),
    row(
        "in_html_200",
        answers("in_html_200", body=f"<html>{EVERYTHING}</html>".encode()),
        LOOK_UP,
        fails("UnexpectedResponseError", status=200),
    ),
    row(
        "in_broken_json",
        answers("in_broken_json", body=f'{{"data": {EVERYTHING}'.encode()),
        LOOK_UP,
        fails("UnexpectedResponseError"),
    ),
    row(
        "in_bad_utf_8",
        answers("in_bad_utf_8", body=f"{EVERYTHING}\udcff".encode("utf-8", "surrogateescape")),
        LOOK_UP,
        fails("UnexpectedResponseError"),
    ),
    row(
        "in_wrong_shape",
        answers("in_wrong_shape", document={"data": EVERYTHING, KEY: PHONE}),
        CHANGE,
        fails("UnexpectedResponseError"),
    ),
    row("in_reason", answers("in_reason", 422, {}, reason=EVERYTHING), CHANGE, REFUSED),
    row(
        "in_reason_of_200",
        answers("in_reason_of_200", 200, {}, reason=EVERYTHING),
        LOOK_UP,
        fails("UnexpectedResponseError", status=200),
    ),
)


def in_header(name: str, status: int = 422, expected: Any = REFUSED, call: str = CHANGE) -> Row:
    """Make the row of an answer with everything in one header."""
    mode = f"in_{name.lower().replace('-', '_')}"
    return row(
        mode,
        answers(mode, status, {}, headers=(f"{name}: {EVERYTHING}",)),
        call,
        expected,
        requests=2,
    )


RATE_LIMITED = fails("RateLimitedError", status=429)

HEADERS = (
    in_header("X-Request-Id"),
    in_header("Request-Id"),
    in_header("X-Correlation-Id"),
    in_header("Retry-After", 429, RATE_LIMITED, LOOK_UP),
    in_header("WWW-Authenticate", 401, fails("AuthenticationError", status=401)),
    in_header("Set-Cookie"),
    in_header("Server", 500, fails("ServerError", status=500)),
    in_header("Location", 302, fails("UnexpectedResponseError", status=302), LOOK_UP),
    in_header("Location", 307, fails("UnexpectedResponseError", status=307, maybe_applied=True)),
    row(
        "request_id_is_the_key",
        answers("request_id_is_the_key", 422, {}, headers=(f"X-Request-Id: {KEY}",)),
        CHANGE,
        REFUSED,
    ),
    row(
        "request_id_is_the_phone",
        answers("request_id_is_the_phone", 422, {}, headers=(f"X-Request-Id: {PHONE}",)),
        CHANGE,
        REFUSED,
    ),
    row(
        "retry_after_is_the_phone",
        answers("retry_after_is_the_phone", 429, {}, headers=(f"Retry-After: {PHONE[1:]}",)),
        LOOK_UP,
        RATE_LIMITED,
        requests=2,
    ),
    row(
        "in_content_encoding",
        answers("in_content_encoding", 200, {}, headers=(f"Content-Encoding: {KEY}",)),
        LOOK_UP,
        UNEXPECTED,
    ),
    row(
        "in_charset",
        answers("in_charset", body=b"\xff", headers=(f"Content-Type: text/html; charset={KEY}",)),
        LOOK_UP,
        UNEXPECTED,
    ),
)

# Libraries quote what they could not read in their exceptions, which may come chained.
QUOTED = (
    row(
        "in_status_line",
        says("in_status_line", EVERYTHING.encode() + b"\r\n\r\n", CLOSE),
        LOOK_UP,
        UNREADABLE,
    ),
    row(
        "in_status_line",
        says("in_status_line", f"HTTP/1.1 {KEY} {PHONE}\r\n\r\n".encode(), CLOSE),
        CHANGE,
        UNREADABLE,
    ),
    row(
        "in_http_version",
        says("in_http_version", f"HTTP/{KEY} 200 OK\r\n\r\n".encode(), CLOSE),
        LOOK_UP,
        UNREADABLE,
    ),
    row(
        "in_header_without_colon",
        says(
            "in_header_without_colon", f"HTTP/1.1 200 OK\r\n{KEY} {PHONE}\r\n\r\n".encode(), CLOSE
        ),
        LOOK_UP,
        UNREADABLE,
    ),
    row(
        "in_length",
        says(
            "in_length", f"HTTP/1.1 200 OK\r\nContent-Length: {KEY}{PHONE}\r\n\r\n".encode(), CLOSE
        ),
        LOOK_UP,
        UNREADABLE,
    ),
    row(
        "in_chunk_size",
        says("in_chunk_size", chunked_head() + f"{KEY}{PHONE}\r\n".encode(), CLOSE),
        LOOK_UP,
        UNREADABLE,
    ),
    row(
        "in_body_cut",
        says("in_body_cut", message(422, {"errors": [{"detail": EVERYTHING}]})[:-3], CLOSE),
        CHANGE,
        fails("ConnectionLostError"),
        requests=2,
    ),
    row(
        "in_body_stopped",
        says("in_body_stopped", message(422, {"errors": [{"detail": EVERYTHING}]})[:-3], STALL),
        CHANGE,
        fails("DeadlineExceededError"),
        deadline=0.3,
        within=1.5,
    ),
)

ODD = {
    **caller(LINE, PHONE),
    "attributes": {
        "phone": {"number": PHONE, "key": KEY},
        "ewt": EVERYTHING,
        "line": {"id": LINE},
        "updated-at": KEY,
    },
}

LOGGED = (
    # A value that does not fit is kept aside; the warning names its field and no value.
    row("in_odd_value", answers("in_odd_value", document={"data": [ODD]}), LOOK_UP, gives()),
    row("in_odd_value", answers("in_odd_value", document={"data": ODD}), CHANGE, gives()),
    row(
        "in_id",
        answers("in_id", document={"data": [{**caller(LINE, PHONE), "id": KEY + PHONE}]}),
        LOOK_UP,
        gives(),
    ),
)

ROWS = MEMBERS + STATUSES + HEADERS + QUOTED + LOGGED
