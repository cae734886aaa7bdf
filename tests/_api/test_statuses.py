"""Which error an HTTP status becomes, and what the error tells of the answer."""

from __future__ import annotations

from typing import Any, Dict

import pytest
import responses

import virtualq
from virtualq import APIError, NotFoundError, Session, VirtualQError

from ..calls import KEY, NAMES, TWO_ERRORS, call, error_document, register

STATUSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    402: "APIError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "APIError",
    408: "APIError",
    409: "ConflictError",
    410: "APIError",
    418: "APIError",
    422: "UnprocessableEntityError",
    429: "RateLimitedError",
    451: "APIError",
    499: "APIError",
    500: "ServerError",
    501: "ServerError",
    502: "ServerError",
    503: "ServerError",
    504: "ServerError",
    599: "ServerError",
    600: "APIError",
    999: "APIError",
}


@pytest.mark.shared
@pytest.mark.parametrize(("status", "name"), STATUSES.items())
@pytest.mark.parametrize(
    "body", ["", "<html>", "{}", '{"errors": [{"status": "404", "code": "not-found"}]}']
)
def test_http_decides_the_class_never_the_body(
    status: int, name: str, body: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A body that claims another status, or is none at all, changes nothing."""
    register(service, "update_caller_information", status=status, body=body)
    with Session("key", retries=0) as once, pytest.raises(APIError) as caught:
        call(once, "update_caller_information")
    assert type(caught.value).__name__ == name
    assert caught.value.status == status
    assert (caught.value.operation, caught.value.attempts) == ("update_caller_information", 1)
    assert 0 < caught.value.elapsed < 3


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "<html><body>404</body></html>",
        "{}",
        "[]",
        '{"errors": []}',
        '{"data": null}',
        '{"errors": {}}',
        '{"errors": [null]}',
        '{"error": "not found"}',
    ],
)
def test_404_without_an_error_document_is_a_wrong_address(
    body: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Else a wrong base_url would tell an IVR for ever that no caller is up."""
    register(service, name, status=404, body=body)
    with pytest.raises(NotFoundError) as caught:
        call(vq, name)
    assert (caught.value.code, caught.value.errors, caught.value.maybe_applied) == (None, (), False)


@pytest.mark.parametrize("name", NAMES)
def test_404_with_an_error_document_means_not_found(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """No error where a look-up or "connected" answers None, an error for the others."""
    register(service, name, error_document(404), status=404)
    if name in ("verify_caller", "get_caller", "notify_caller_connected", "show_caller"):
        result = call(vq, name)
        assert (result.value, result.found, result.status) == (None, False, 404)
        return
    with pytest.raises(NotFoundError) as caught:
        call(vq, name)
    assert caught.value.code == "not-found"


def test_error_tells_what_the_service_said(service: responses.RequestsMock, vq: Session) -> None:
    """The first error in attributes, all of them as plain dicts, the request's id, a short text."""
    headers = {"X-Request-Id": "r-17", "Retry-After": "30"}
    register(service, "line_up_caller", TWO_ERRORS, status=422, headers=headers)
    with pytest.raises(APIError) as caught:
        call(vq, "line_up_caller")
    error = caught.value
    assert (error.code, error.title, error.detail, error.pointer) == (
        "100",
        "Invalid",
        "No",
        "/data",
    )
    assert [dict(each) for each in error.errors] == TWO_ERRORS["errors"]
    assert (error.request_id, error.retry_after) == ("r-17", 30.0)
    assert "422" in str(error)
    assert "Invalid" in str(error)


@pytest.mark.parametrize(
    ("first", "said", "text"),
    [
        (
            {"code": None, "title": None, "detail": "x"},
            (None, None, "x", None),
            "the service answered 422: x",
        ),
        (
            {"title": ["a"], "detail": {"b": 1}, "code": 7},
            ("7", None, None, None),
            "the service answered 422: 7",
        ),
        (
            {"title": "a", "detail": 1.5, "code": True},
            (None, "a", None, None),
            "the service answered 422: a",
        ),
        (
            {"title": "a", "source": {"pointer": 5}},
            (None, "a", None, "5"),
            "the service answered 422: a (5)",
        ),
        (
            {"title": "a", "source": "text"},
            (None, "a", None, None),
            "the service answered 422: a",
        ),
        (
            {"title": "\n\x1b[2J", "source": None},
            (None, "\n\x1b[2J", None, None),
            "the service answered 422: [2J",
        ),
        (
            {"status": 422},
            (None, None, None, None),
            "got status 422 without an error document; is base_url right?",
        ),
    ],
)
def test_odd_error_document_is_still_one(
    first: Dict[str, Any],
    said: Any,
    text: str,
    service: responses.RequestsMock,
    vq: Session,
) -> None:
    """Members of the wrong type cost nothing but themselves; the error is all that was said."""
    register(service, "get_caller", {"errors": [first]}, status=422)
    with pytest.raises(virtualq.UnprocessableEntityError) as caught:
        call(vq, "get_caller")
    error = caught.value
    assert (error.code, error.title, error.detail, error.pointer) == said
    assert (error.errors, str(error)) == ((first,), text)


@pytest.mark.parametrize(("status", "doubted"), [(404, True), (429, False), (503, False)])
def test_base_url_is_doubted_where_it_can_be_the_fault(
    status: int, doubted: bool, service: responses.RequestsMock
) -> None:
    """A gateway that has no time for the service is no sign of a wrong address."""
    register(service, "get_caller", body="", status=status)
    with Session(KEY, retries=0) as vq, pytest.raises(APIError) as caught:
        call(vq, "get_caller")
    said = str(caught.value)
    assert said.startswith(f"got status {status} without an error document")
    assert ("base_url" in said) is doubted


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_chained_to_an_error(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """What lies below would carry the request, and with it the key."""
    register(service, name, status=500)
    with pytest.raises(VirtualQError) as caught:
        call(vq, name)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
