"""The errors: their tree, what they carry, and that they survive pickle and copy."""

from __future__ import annotations

import copy
import pickle
from typing import Any, Callable, Dict, Tuple, Type

import pytest

import virtualq
from virtualq import APIError, VirtualQError, errors

from .calls import TWO_ERRORS

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
    error = kind("it went wrong", **more)
    error.operation, error.attempts, error.elapsed, error.maybe_applied = (
        "get_caller",
        2,
        0.25,
        True,
    )
    return error


COPIES: Tuple[Callable[[Any], Any], ...] = (
    *(
        (lambda error, protocol=protocol: pickle.loads(pickle.dumps(error, protocol)))
        for protocol in range(6)
    ),
    copy.copy,
    copy.deepcopy,
)


@pytest.mark.parametrize(
    "duplicate", COPIES, ids=[*(f"pickle{number}" for number in range(6)), "copy", "deepcopy"]
)
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("fill", [True, False], ids=["filled", "bare"])
def test_error_survives_as_an_equal(
    fill: bool, kind: Type[VirtualQError], duplicate: Callable[[Any], Any]
) -> None:
    """A worker process hands its error over whole: same class, same text, same attributes."""
    error = _filled(kind) if fill else kind()
    other = duplicate(error)
    assert type(other) is kind
    assert other is not error
    assert other == error
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


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "a\nb\r\nc\x1b[31m\x00d\u2028e\x85f", "ü" * 500, "  a   b  "]
)
@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_text_is_one_printable_line_under_400_characters(
    kind: Type[VirtualQError], text: str
) -> None:
    """An IVR reads each line as a command, and a terminal obeys escapes: neither gets through."""
    said = str(kind(text))
    assert len(said) < 400
    assert said.splitlines() in ([said], [])
    assert said.isprintable()
    assert len(repr(kind(text)).splitlines()) == 1


def test_deadline_error_is_a_timeout_error_with_our_text() -> None:
    """`except TimeoutError` catches it, and its text is not an errno."""
    error = virtualq.DeadlineExceededError("too late")
    assert isinstance(error, TimeoutError)
    assert (str(error), error.args) == ("too late", ("too late",))
