"""Rows: the service refuses or fails by its status, or sends the client somewhere else."""

from __future__ import annotations

from typing import Any

from .modes import CLOSE, answers, endless, says
from .row import CHANGE, LOOK_UP, Row, fails, gives_nothing, row
from .service import NOT_FOUND, message

REFUSALS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "APIError",
    403: "PermissionDeniedError",
    405: "APIError",
    408: "APIError",
    409: "ConflictError",
    418: "APIError",
    422: "UnprocessableEntityError",
    451: "APIError",
}
FAILURES = (500, 501, 505, 511, 599)
REPEATED = (502, 503, 504)


def document(status: int) -> object:
    """Build the service's error document for a status."""
    return {
        "errors": [
            {
                "status": str(status),
                "code": "some-code",
                "title": "Some title",
                "detail": "Some detail",
                "source": {"pointer": "/data/attributes/phone"},
            }
        ]
    }


def told(status: int, call: str, kind: str, **fields: Any) -> Row:
    """Make the row of one status with a full error document, whose parts the error must show."""
    shown = {
        "code": "some-code",
        "title": "Some title",
        "detail": "Some detail",
        "pointer": "/data/attributes/phone",
    }
    may = call not in (LOOK_UP, "list_callers_waiting") and not 400 <= status < 500
    expected = fails(kind, status=status, maybe_applied=may, **shown)
    return row(
        f"status_{status}",
        answers(f"status_{status}", status, document(status)),
        call,
        expected,
        **fields,
    )


BY_STATUS = (
    *(told(status, LOOK_UP, kind) for status, kind in REFUSALS.items()),
    *(told(status, CHANGE, kind) for status, kind in REFUSALS.items()),
    *(told(status, "line_up_caller", kind, created=0) for status, kind in REFUSALS.items()),
    *(told(status, LOOK_UP, "ServerError") for status in FAILURES),
    *(told(status, CHANGE, "ServerError") for status in FAILURES),
    *(told(status, "line_up_caller", "ServerError", created=0, requests=2) for status in FAILURES),
    *(told(status, LOOK_UP, "ServerError", requests=2) for status in REPEATED),
    *(told(status, CHANGE, "ServerError", requests=2) for status in REPEATED),
    *(told(status, "line_up_caller", "ServerError", created=0, requests=3) for status in REPEATED),
    told(429, LOOK_UP, "RateLimitedError", requests=2),
    told(429, CHANGE, "RateLimitedError", requests=2),
    told(429, "line_up_caller", "RateLimitedError", requests=2, posts=2, created=0),
)

GATEWAY = b"<html><body><h1>404 Not Found</h1><hr>nginx</body></html>"
NOT_FOUND_ERROR = fails("NotFoundError", status=404, maybe_applied=False)


def missing(name: str, call: str, body: bytes) -> Row:
    """Make the row of a 404 that is not the API's: it does not say that the caller is absent."""
    return row(name, answers(name, 404, body=body), call, NOT_FOUND_ERROR)


MISSING = (
    *(
        row(
            "not_found",
            answers("not_found", 404, NOT_FOUND),
            call,
            gives_nothing(status=404, found=False),
        )
        for call in ("get_caller", "verify_caller", "notify_caller_connected")
    ),
    *(
        row("not_found", answers("not_found", 404, NOT_FOUND), call, NOT_FOUND_ERROR)
        for call in (
            "list_callers_waiting",
            "line_up_caller",
            "notify_caller_transferred",
            "update_caller_information",
        )
    ),
    missing("not_found_html", "get_caller", GATEWAY),
    missing("not_found_html", "verify_caller", GATEWAY),
    missing("not_found_html", "notify_caller_connected", GATEWAY),
    missing("not_found_empty", "verify_caller", b""),
    missing(
        "not_found_of_a_gateway",
        "verify_caller",
        b'{"message": "no Route matched with those values"}',
    ),
    missing("not_found_null", "get_caller", b"null"),
    missing("not_found_errors_null", "get_caller", b'{"errors": null}'),
    missing("not_found_errors_text", "notify_caller_connected", b'{"errors": "not found"}'),
)


def bad_refusal(name: str, status: int, kind: str, body: bytes, call: str = CHANGE) -> Row:
    """Make the row of a status whose body explains nothing: the status decides all the same."""
    may = status >= 500 and call == CHANGE
    return row(
        name, answers(name, status, body=body), call, fails(kind, status=status, maybe_applied=may)
    )


BAD_DOCUMENTS = (
    bad_refusal(
        "500_that_says_404",
        500,
        "ServerError",
        b'{"errors": [{"status": "404", "code": "not-found"}]}',
    ),
    bad_refusal("500_that_says_404", 500, "ServerError", b'{"errors": [{"status": 404}]}', LOOK_UP),
    bad_refusal("401_html", 401, "AuthenticationError", b"<html>sign in</html>", LOOK_UP),
    bad_refusal("422_empty", 422, "UnprocessableEntityError", b""),
    bad_refusal(
        "422_not_utf_8", 422, "UnprocessableEntityError", b'{"errors": [{"detail": "\xff\xfe"}]}'
    ),
    bad_refusal("422_deep", 422, "UnprocessableEntityError", b'{"errors": ' + b"[" * 200_000),
    bad_refusal("422_nan", 422, "UnprocessableEntityError", b'{"errors": [{"meta": NaN}]}'),
    bad_refusal(
        "422_errors_of_null", 422, "UnprocessableEntityError", b'{"errors": [null, 5, "x", []]}'
    ),
    bad_refusal(
        "422_members_of_objects",
        422,
        "UnprocessableEntityError",
        b'{"errors": [{"detail": {}, "code": [1], "title": 7, "source": "x"}]}',
    ),
    bad_refusal(
        "422_pointer_of_list",
        422,
        "UnprocessableEntityError",
        b'{"errors": [{"source": {"pointer": [1]}}]}',
    ),
    bad_refusal("422_top_level_list", 422, "UnprocessableEntityError", b'[{"detail": "x"}]'),
    bad_refusal(
        "422_lone_surrogate",
        422,
        "UnprocessableEntityError",
        b'{"errors": [{"detail": "\\ud83d"}]}',
    ),
    bad_refusal(
        "422_of_many_lines",
        422,
        "UnprocessableEntityError",
        b'{"errors": [{"title": "a\\r\\nb\\u2028c\\u0000d\\u001b[31m"}]}',
    ),
    bad_refusal(
        "422_of_many_words",
        422,
        "UnprocessableEntityError",
        b'{"errors": [{"detail": "' + b"word " * 100_000 + b'"}]}',
    ),
    bad_refusal(
        "422_of_many_errors",
        422,
        "UnprocessableEntityError",
        b'{"errors": [' + b'{"detail": "d"},' * 10_000 + b"{}]}",
    ),
    bad_refusal("500_with_data", 500, "ServerError", b'{"data": []}', LOOK_UP),
)


def redirect(status: int, call: str, to: str = "", where: str = "", **fields: Any) -> Row:
    """Make the row of a redirect, to another host when no target is given; nobody may follow it."""
    name = f"redirect_{status}{where}"
    mode = says(
        name,
        lambda peer: message(
            status, body=b"moved", headers=(f"Location: {to or peer.server.elsewhere}",)
        ),
        carries_out=False,
    )
    may = call not in (LOOK_UP, "verify_caller", "list_callers_waiting")
    return row(
        name,
        mode,
        call,
        fails("UnexpectedResponseError", status=status, maybe_applied=may),
        **fields,
    )


endless_redirect = says(
    "redirect_endless",
    lambda peer: endless(
        message(302, body=b"", length=False, headers=(f"Location: {peer.server.elsewhere}",)),
        b"moved ",
    )(peer),
    carries_out=False,
)

REDIRECTS = (
    *(redirect(status, LOOK_UP) for status in (301, 302, 303, 307, 308)),
    *(redirect(status, CHANGE) for status in (301, 302, 303, 307, 308)),
    *(
        redirect(status, "line_up_caller", requests=2, created=0)
        for status in (301, 302, 303, 307, 308)
    ),
    redirect(302, "verify_caller", to="/api/v2/sign_in", where="_to_same_host"),
    redirect(302, "list_callers_waiting", to="http://[not an address", where="_to_no_address"),
    redirect(302, LOOK_UP, to="//elsewhere.virtualq.test/", where="_without_scheme"),
    redirect(307, CHANGE, to="file:///etc/hostname", where="_to_a_file"),
    redirect(300, LOOK_UP),
    redirect(305, LOOK_UP),
    row(
        "redirect_nowhere",
        answers("redirect_nowhere", 302, body=b""),
        LOOK_UP,
        fails("UnexpectedResponseError", status=302),
    ),
    row(
        "not_modified",
        answers("not_modified", 304, body=b"", length=False),
        LOOK_UP,
        fails("UnexpectedResponseError", status=304),
    ),
    row(
        "redirect_endless",
        endless_redirect,
        LOOK_UP,
        fails("UnexpectedResponseError", status=302),
        within=0.2,
        memory=True,
    ),
    row(
        "redirect_then_silence",
        says(
            "redirect_then_silence",
            message(
                302, body=b"", length=False, headers=("Location: /elsewhere", "Content-Length: 500")
            ),
        ),
        LOOK_UP,
        fails("UnexpectedResponseError", status=302),
        within=0.2,
    ),
    row(
        "redirect_body_cut",
        says(
            "redirect_body_cut",
            message(302, body=b"moved", headers=("Location: /elsewhere",))[:-2],
            CLOSE,
        ),
        LOOK_UP,
        fails("UnexpectedResponseError", status=302),
    ),
)

ROWS = BY_STATUS + MISSING + BAD_DOCUMENTS + REDIRECTS
