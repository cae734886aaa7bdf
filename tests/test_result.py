"""A Result: what it says, that it cannot be changed, and that it survives pickle and copy."""

from __future__ import annotations

import base64
import copy
import json
import pickle
from typing import Any, Callable

import pytest
import responses

from virtualq import CallerResult, Result, Session

from .calls import NAMES, PHONE, answer, call, caller, register
from .recordings import FOLDER

FIELDS = ("value", "status", "found", "attempts", "elapsed", "reconciled")
COPIES = (
    *(
        (lambda result, protocol=protocol: pickle.loads(pickle.dumps(result, protocol)))
        for protocol in range(6)
    ),
    copy.copy,
    copy.deepcopy,
)


@pytest.mark.parametrize("name", NAMES)
def test_result_says_how_the_call_went(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Status, attempts, time and whether a caller was found, beside the value."""
    register(service, name, status=200)
    result = call(vq, name)
    assert isinstance(result, Result)
    assert (result.status, result.found, result.attempts, result.reconciled) == (
        200,
        True,
        1,
        False,
    )
    assert isinstance(result.elapsed, float)
    assert 0 < result.elapsed < 3
    (found,) = result.value if name == "list_callers_waiting" else [result.value]
    assert isinstance(found, CallerResult)
    assert (found.id, found.phone) == (9911, PHONE)


@pytest.mark.parametrize("found", [True, False])
def test_result_is_true_when_a_caller_was_found(found: bool) -> None:
    """`if vq.verify_caller(...)` reads as it sounds."""
    assert bool(Result(None, found=found)) is found


@pytest.mark.parametrize("field", [*FIELDS, "anything"])
def test_result_cannot_be_changed(field: str) -> None:
    """Neither set nor deleted, neither known names nor new ones."""
    result = Result([CallerResult(id=1)])
    before = repr(result)
    with pytest.raises(AttributeError):
        setattr(result, field, 1)
    with pytest.raises(AttributeError):
        delattr(result, field)
    assert repr(result) == before


@pytest.mark.parametrize(
    "duplicate", COPIES, ids=[*(f"pickle{number}" for number in range(6)), "copy", "deepcopy"]
)
@pytest.mark.parametrize("name", NAMES)
def test_result_survives_as_an_equal(
    name: str, duplicate: Callable[[Any], Any], service: responses.RequestsMock, vq: Session
) -> None:
    """A Result may go to a cache or another process, looked at before or not."""
    register(service, name, answer(name, caller(phone=PHONE, properties={"a": [1]}, brand_new=1)))
    result = call(vq, name)
    other = duplicate(result)
    assert type(other) is type(result)
    assert other == result
    assert [getattr(other, field) for field in FIELDS] == [
        getattr(result, field) for field in FIELDS
    ]


@pytest.mark.parametrize(
    "other",
    [
        Result(2),
        Result(1, status=201),
        Result(1, found=False),
        Result(1, attempts=2),
        Result(1, elapsed=1.0),
        Result(1, reconciled=True),
        1,
    ],
    ids=repr,
)
def test_results_that_differ_are_not_equal(other: object) -> None:
    """Equality looks at the value and at everything beside it."""
    assert Result(1) == Result(1)
    assert Result(1) != other


@pytest.mark.parametrize("name", NAMES)
def test_neither_phone_nor_token_is_in_a_repr(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A Result that is printed or logged tells nothing personal, its callers neither."""
    secret = {"phone": PHONE, "token": "t0ken", "properties": {"name": "Jane"}, "brand_new": PHONE}
    register(service, name, answer(name, caller(**secret)))
    result = call(vq, name)
    for shown in (
        repr(result),
        str(result),
        repr(result.value),
        str(result.value),
        f"{result.value}",
    ):
        assert not any(each in shown for each in (PHONE, "7343305027", "t0ken", "Jane"))


def test_value_is_the_same_object_each_time(service: responses.RequestsMock, vq: Session) -> None:
    """The value is read once: what a user holds does not change behind their back."""
    register(service, "get_caller")
    result = vq.get_caller(3042, PHONE)
    assert result.value is result.value


def test_odd_field_costs_no_call_however_late_it_is_read(
    service: responses.RequestsMock, vq: Session
) -> None:
    """Looking at the value never raises: what can be wrong with an answer is told by the call."""
    register(
        service,
        "get_caller",
        answer("get_caller", caller(ewt="soon", line=[], created_at="?", skills=5)),
    )
    result = vq.get_caller(3042, PHONE)
    assert result
    assert result.value is not None
    assert set(result.value.extra) == {"ewt", "line", "created-at", "skills"}


def test_list_is_gone_through_like_its_value(service: responses.RequestsMock, vq: Session) -> None:
    """`for caller in vq.list_callers_waiting(24)`: in order, counted, by number and in part."""
    register(
        service,
        "list_callers_waiting",
        answer("list_callers_waiting", *(caller(number) for number in (7, 8, 9))),
    )
    result = vq.list_callers_waiting(24)
    assert [found.id for found in result] == [7, 8, 9]
    assert (len(result), result[0].id, result[-1].id) == (3, 7, 9)
    assert [found.id for found in result[1:]] == [8, 9]
    with pytest.raises(IndexError):
        result[3]


def test_empty_list_is_false_and_has_nothing(service: responses.RequestsMock, vq: Session) -> None:
    """Nobody waits: no error, and nothing to go through."""
    register(service, "list_callers_waiting", {"data": []})
    result = vq.list_callers_waiting(24)
    assert (bool(result), len(result), list(result), result.value) == (False, 0, [], [])


def test_result_of_one_caller_is_no_list(service: responses.RequestsMock, vq: Session) -> None:
    """Going through it is a mistake that Python tells, not a loop that does nothing."""
    register(service, "get_caller")
    result: Any = vq.get_caller(3042, PHONE)
    with pytest.raises(TypeError, match="not iterable"):
        list(result)


@pytest.mark.parametrize(
    ("value", "found"), [(None, True), ([], False), ([1], True), (1, True)], ids=repr
)
def test_result_made_by_a_test_is_as_a_call_would_give_it(value: object, found: bool) -> None:
    """Who stands in for a Session gives the value alone: a list is true when it has anything."""
    assert (Result(value).found, bool(Result(value))) == (found, found)


OLD = json.loads((FOLDER / "pickles_0.1.0.json").read_text())["pickles"]


@pytest.mark.parametrize("protocol", ["2", "4", "5"])
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Result of nobody", Result(None, found=False, status=404, attempts=2, elapsed=0.25)),
        (
            "Result of a caller",
            Result(CallerResult(id=1, phone=PHONE, extra={"new": 1}), reconciled=True),
        ),
        ("Result of a list", Result([CallerResult(id=1), CallerResult(id=2, ewt=5)])),
        ("Result of an empty list", Result([], found=False)),
    ],
)
def test_pickle_of_an_older_version_loads(name: str, expected: Result[Any], protocol: str) -> None:
    """What a cache still holds when a program is brought up to date."""
    result = pickle.loads(base64.b64decode(OLD[name][protocol]))
    assert (type(result), result) == (type(expected), expected)
