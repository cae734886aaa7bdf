"""The errors: their tree, what they carry, and that they are plain data which survives pickle and copy."""

from __future__ import annotations

import copy
import pickle
from typing import Any, Callable, Dict, Tuple, Type

import pytest
import responses

import virtualq
from virtualq import APIError, NotFoundError, Session, VirtualQError, errors

from .calls import NAMES, call, error_document, register

# DESIGN.md, "Errors": each class with its direct bases.
TREE: Dict[str, Tuple[str, ...]] = {
    "VirtualQError": ("Exception",),
    "ConfigurationError": ("VirtualQError", "ValueError"),
    "InvalidParameterError": ("VirtualQError", "ValueError"),
    "TransportError": ("VirtualQError",),
    "ConnectError": ("TransportError",),
    "ConnectionLostError": ("TransportError",),
    "DeadlineExceededError": ("TransportError", "TimeoutError"),
    "UnexpectedResponseError": ("VirtualQError",),
    "APIError": ("VirtualQError",),
    "BadRequestError": ("APIError",),
    "AuthenticationError": ("APIError",),
    "PermissionDeniedError": ("APIError",),
    "NotFoundError": ("APIError",),
    "ConflictError": ("APIError",),
    "UnprocessableEntityError": ("APIError",),
    "RateLimitedError": ("APIError",),
    "ServerError": ("APIError",),
}
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
ATTRIBUTES = {"operation", "attempts", "elapsed", "maybe_applied"}
MORE_ATTRIBUTES = {
    "InvalidParameterError": {"parameter"},
    "UnexpectedResponseError": {"status"},
    "APIError": {"status", "code", "title", "detail", "pointer", "errors", "retry_after", "request_id"},
}
CLASSES = [getattr(virtualq, name) for name in TREE]
DOCUMENT = {
    "errors": [
        {"status": "422", "code": 100, "title": "Invalid", "detail": "No", "source": {"pointer": "/data"}, "x": [1]},
        {"detail": "second", "meta": {"a": [None, True, 1.5]}},
    ]
}


def test_tree_is_the_one_of_the_contract() -> None:
    """Each class has exactly its bases, and no other class is in the tree."""
    assert {kind.__name__: tuple(base.__name__ for base in kind.__bases__) for kind in CLASSES} == TREE
    found = {value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, VirtualQError)}
    assert found == set(CLASSES)


def _filled(kind: Type[VirtualQError]) -> VirtualQError:
    """Make an error of a class with every attribute set."""
    more: Dict[str, Any] = {}
    if issubclass(kind, APIError):
        objects = tuple(DOCUMENT["errors"])
        more = {"status": 422, "errors": objects, "retry_after": 1.5, "request_id": "r-1"}
    elif kind is virtualq.InvalidParameterError:
        more = {"parameter": "properties.a[2].b"}
    elif kind is virtualq.UnexpectedResponseError:
        more = {"status": 302}
    error = kind("it went wrong", **more)
    error.operation, error.attempts, error.elapsed, error.maybe_applied = "get_caller", 2, 0.25, True
    return error


COPIES: Tuple[Callable[[Any], Any], ...] = (
    *((lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol))) for protocol in range(6)),
    copy.copy,
    copy.deepcopy,
)


@pytest.mark.parametrize("duplicate", COPIES, ids=[*(f"pickle{number}" for number in range(6)), "copy", "deepcopy"])
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("fill", [True, False], ids=["filled", "bare"])
def test_error_survives_as_an_equal(fill: bool, kind: Type[VirtualQError], duplicate: Callable[[Any], Any]) -> None:
    """A worker process hands its error over whole: same class, same text, same attributes."""
    error = _filled(kind) if fill else kind()
    other = duplicate(error)
    assert type(other) is kind
    assert other is not error
    assert other == error
    assert not other != error
    assert hash(other) == hash(error)
    assert (str(other), repr(other), vars(other)) == (str(error), repr(error), vars(error))


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_errors_that_differ_are_not_equal(kind: Type[VirtualQError]) -> None:
    """Equality looks at the class, the text and every attribute."""
    error, other = _filled(kind), _filled(kind)
    assert error == other
    other.attempts = 3
    assert error != other
    assert kind("one") != kind("two")
    assert kind("one") != VirtualQError("one") or kind is VirtualQError
    assert kind("one") != "one"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_attributes_are_those_of_the_contract(kind: Type[VirtualQError]) -> None:
    """Nothing a user may ask for is missing, and nothing else is kept."""
    expected = set(ATTRIBUTES)
    for base in kind.__mro__:
        expected |= MORE_ATTRIBUTES.get(base.__name__, set())
    assert set(vars(kind())) == expected
    assert all(hasattr(kind(), name) for name in expected)


@pytest.mark.parametrize("text", ["x" * 10_000, "a\nb\r\nc\x1b[31m\x00d\u2028e\x85f", "ü" * 500, "  a   b  "])
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_text_is_one_printable_line_under_400_characters(kind: Type[VirtualQError], text: str) -> None:
    """An IVR reads each line as a command, and a terminal obeys escapes: neither comes through an error."""
    said = str(kind(text))
    assert len(said) < 400
    assert said.splitlines() in ([said], [])
    assert said.isprintable()
    assert len(repr(kind(text)).splitlines()) == 1


@pytest.mark.parametrize(("status", "name"), STATUSES.items())
@pytest.mark.parametrize("body", ["", "<html>", "{}", '{"errors": [{"status": "404", "code": "not-found"}]}'])
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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("body", ["", "<html><body>404</body></html>", "{}", "[]", '{"errors": []}', '{"data": null}', '{"errors": {}}', '{"errors": [null]}', '{"error": "not found"}'])
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
    if name in ("verify_caller", "get_caller", "notify_caller_connected"):
        result = call(vq, name)
        assert (result.value, result.found, result.status) == (None, False, 404)
        return
    with pytest.raises(NotFoundError) as caught:
        call(vq, name)
    assert caught.value.code == "not-found"


def test_error_tells_what_the_service_said(service: responses.RequestsMock, vq: Session) -> None:
    """The first error in attributes, all of them as plain dicts, the request's id, a short text."""
    headers = {"X-Request-Id": "r-17", "Retry-After": "30"}
    register(service, "line_up_caller", DOCUMENT, status=422, headers=headers)
    with pytest.raises(APIError) as caught:
        call(vq, "line_up_caller")
    error = caught.value
    assert (error.code, error.title, error.detail, error.pointer) == ("100", "Invalid", "No", "/data")
    assert [dict(each) for each in error.errors] == DOCUMENT["errors"]
    assert (error.request_id, error.retry_after) == ("r-17", 30.0)
    assert "422" in str(error)
    assert "Invalid" in str(error)


@pytest.mark.parametrize(
    "first",
    [
        {"code": None, "title": None, "detail": None},
        {"title": ["a"], "detail": {"b": 1}, "code": True},
        {"detail": "", "source": "text"},
        {"detail": "", "source": {"pointer": 5.5}},
        {"title": "\n\x1b[2J", "source": None},
        {"status": 422},
    ],
)
def test_odd_error_document_is_still_one(
    first: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """Members of the wrong type cost nothing but themselves."""
    register(service, "get_caller", {"errors": [first]}, status=422)
    with pytest.raises(virtualq.UnprocessableEntityError) as caught:
        call(vq, "get_caller")
    said = (caught.value.code, caught.value.title, caught.value.detail, caught.value.pointer)
    assert all(each is None or isinstance(each, str) for each in said)
    assert len(caught.value.errors) == 1
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_chained_to_an_error(name: str, service: responses.RequestsMock, vq: Session) -> None:
    """What lies below would carry the request, and with it the key."""
    register(service, name, status=500)
    with pytest.raises(VirtualQError) as caught:
        call(vq, name)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_deadline_error_is_a_timeout_error_with_our_text() -> None:
    """`except TimeoutError` catches it, and its text is not an errno."""
    error = virtualq.DeadlineExceededError("too late")
    assert isinstance(error, TimeoutError)
    assert (str(error), error.args) == ("too late", ("too late",))
