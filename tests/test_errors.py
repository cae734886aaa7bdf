"""The errors: their tree, what they carry, and that they survive pickle, copy and JSON."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from typing import Any, Callable, Dict, Tuple, Type

import pytest

import virtualq
from virtualq import APIError, VirtualQError, errors

from .calls import TWO_ERRORS
from .recordings import FOLDER

# Each class with its direct bases.
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


ATTRIBUTES = {"operation", "attempts", "elapsed", "maybe_applied"}


MORE_ATTRIBUTES = {
    "InvalidParameterError": {"parameter"},
    "UnexpectedResponseError": {"status"},
    "APIError": {
        "status",
        "code",
        "title",
        "detail",
        "pointer",
        "errors",
        "retry_after",
        "request_id",
    },
}


CLASSES = [getattr(virtualq, name) for name in TREE]


def test_tree_is_the_one_of_the_contract() -> None:
    """Each class has exactly its bases, and no other class is in the tree."""
    assert {
        kind.__name__: tuple(base.__name__ for base in kind.__bases__) for kind in CLASSES
    } == TREE
    found = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, VirtualQError)
    }
    assert found == set(CLASSES)


def _filled(kind: Type[VirtualQError]) -> VirtualQError:
    """Make an error of a class with every attribute set."""
    more: Dict[str, Any] = {}
    if issubclass(kind, APIError):
        objects = tuple(TWO_ERRORS["errors"])
        more = {"status": 422, "errors": objects, "retry_after": 1.5, "request_id": "r-1"}
    elif kind is virtualq.InvalidParameterError:
        more = {"parameter": "properties.a[2].b"}
    elif kind is virtualq.UnexpectedResponseError:
        more = {"status": 302}
    common: Dict[str, Any] = {"operation": "get_caller", "attempts": 2, "elapsed": 0.25}
    return kind("it went wrong", maybe_applied=True, **common, **more)


def _through_json(error: VirtualQError) -> VirtualQError:
    """Do what Celery's default result serializer does with an exception."""
    return type(error)(*json.loads(json.dumps(error.args)))


COPIES: Dict[str, Callable[[Any], Any]] = {
    "oldest pickle": lambda error: pickle.loads(pickle.dumps(error, 0)),
    "newest pickle": lambda error: pickle.loads(pickle.dumps(error, 5)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "JSON": _through_json,
    "JSON of a pickle of a copy": lambda error: _through_json(
        pickle.loads(pickle.dumps(copy.copy(error)))
    ),
}


@pytest.mark.parametrize("duplicate", COPIES)
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_error_survives_as_an_equal(kind: Type[VirtualQError], duplicate: str) -> None:
    """A worker process hands its error over whole: same class, same text, same attributes."""
    for error in (_filled(kind), kind()):
        other = COPIES[duplicate](error)
        assert type(other) is kind
        assert other is not error
        assert other == error
        assert hash(other) == hash(error)
        assert (str(other), repr(other), vars(other)) == (str(error), repr(error), vars(error))


def test_unknown_outcome_survives_json() -> None:
    """A line-up that came back from a queue as "safe to resend" would line its caller up twice."""
    error = virtualq.ConnectionLostError("lost", operation="line_up_caller", maybe_applied=True)
    assert _through_json(error).maybe_applied is True
    late = virtualq.ConnectionLostError("lost")
    late.maybe_applied = True
    assert _through_json(late).maybe_applied is True


def test_facts_of_a_newer_version_are_no_fault() -> None:
    """The web server may be older than the worker whose result it reads."""
    error = virtualq.NotFoundError("gone", {"status": 404, "brand_new": 1, "attempts": 2})
    assert (error.status, error.attempts) == (404, 2)
    assert not hasattr(error, "brand_new")


OLD: Dict[str, Dict[str, str]] = json.loads((FOLDER / "pickles_0.1.0.json").read_text())["pickles"]


@pytest.mark.parametrize("protocol", ["2", "4", "5"])
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_pickle_of_an_older_version_loads(kind: Type[VirtualQError], protocol: str) -> None:
    """What waited in a queue while a program was brought up to date; whole, and JSON after it."""
    error = pickle.loads(base64.b64decode(OLD[kind.__name__][protocol]))
    assert error == _filled(kind)
    assert _through_json(error) == error


@pytest.mark.parametrize("kind", [VirtualQError, virtualq.NotFoundError])
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


@pytest.mark.parametrize(
    "text",
    ["x" * 10_000, "a\nb\r\nc\x1b[31m\x00d\u2028e\x85f", "ü" * 500, "  a   b  ", " " * 10**7],
)
def test_text_is_one_printable_line_under_400_characters(text: str) -> None:
    """An IVR reads each line as a command, and a terminal obeys escapes: neither gets through."""
    for error in (
        VirtualQError(text),
        virtualq.DeadlineExceededError(text),
        virtualq.InvalidParameterError("wrong", parameter=text),
        APIError(errors=[{"detail": text}], status=422),
    ):
        for said in (str(error), str(getattr(error, "parameter", ""))):
            assert len(said) < 400
            assert said.splitlines() in ([said], [])
            assert said.isprintable()
        assert len(repr(error).splitlines()) == 1


def test_deadline_error_is_a_timeout_error_with_our_text() -> None:
    """`except TimeoutError` catches it, and its text is not an errno."""
    error = virtualq.DeadlineExceededError("too late")
    assert isinstance(error, TimeoutError)
    assert (str(error), error.args) == ("too late", ("too late",))
