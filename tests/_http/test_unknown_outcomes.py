"""What is asked and said when nobody knows whether a change was carried out."""

from __future__ import annotations

import threading
from typing import Any, Dict, Tuple, Type

import pytest
import responses

from virtualq import (
    APIError,
    ConnectionLostError,
    DeadlineExceededError,
    NotFoundError,
    ServerError,
    Session,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq._api import wire
from virtualq._api.operation import Operation
from virtualq._http import clock

from ..calls import (
    CHANGES,
    KEY,
    LOOK_UPS,
    REPORTS,
    answer,
    call,
    caller,
    error_document,
    register,
)
from ..loopback import Asked, Loopback, Reply, Step
from ..pace import Late, again_when_late

NOBODY: Step = (200, {"data": []})


def _methods(loopback: Loopback) -> str:
    return " ".join(asked.method for asked in loopback.asked)


@pytest.mark.parametrize("first", [None, (503, error_document(503))], ids=["lost", "503"])
@pytest.mark.parametrize("name", REPORTS)
def test_not_found_after_an_unknown_outcome_is_not_believed(
    name: str, first: Step, loopback: Loopback
) -> None:
    """The first attempt may have finished the caller: neither success nor "not found"."""
    loopback.steps = [first, (404, error_document(404))]
    with Session(KEY, base_url=loopback.url) as vq, pytest.raises(ConnectionLostError) as caught:
        call(vq, name)
    assert (caught.value.attempts, caught.value.maybe_applied) == (2, True)


@pytest.mark.parametrize("name", REPORTS)
def test_not_found_after_a_refusal_is_believed(name: str, loopback: Loopback) -> None:
    """A 429 says that nothing was done: the 404 after it is the truth."""
    loopback.steps = [(429, error_document(429)), (404, error_document(404))]
    with Session(KEY, base_url=loopback.url) as vq:
        if name == "notify_caller_connected":
            assert call(vq, name).status == 404
        else:
            with pytest.raises(NotFoundError) as caught:
                call(vq, name)
            assert caught.value.maybe_applied is False


@pytest.mark.parametrize("name", ["verify_caller", "get_caller"])
def test_not_found_by_a_second_look_up_is_believed(name: str, loopback: Loopback) -> None:
    """A look-up that was lost changed nothing."""
    loopback.steps = [None, (404, error_document(404))]
    with Session(KEY, base_url=loopback.url) as vq:
        assert (call(vq, name).found, len(loopback.asked)) == (False, 2)


UNKNOWN: Dict[str, Tuple[Step, Type[VirtualQError]]] = {
    "lost": (None, ConnectionLostError),
    "500": ((500, error_document(500)), ServerError),
    "502": ((502, None), ServerError),
    "503": ((503, None), ServerError),
    "504": ((504, None), ServerError),
    "no data": ((200, {}), UnexpectedResponseError),
}


@pytest.mark.parametrize("outcome", UNKNOWN)
def test_line_up_of_unknown_outcome_is_looked_up(outcome: str, loopback: Loopback) -> None:
    """Never sent twice: the caller is asked for, and found is the success that it is."""
    loopback.steps = [UNKNOWN[outcome][0], (200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url) as vq:
        result = call(vq, "line_up_caller")
    assert (result.found, result.reconciled, _methods(loopback)) == (True, True, "POST GET")
    assert result.value is not None
    assert result.value.id == 9911
    assert (
        loopback.asked[1].target == "/api/v2/waiters?active=true&phone=%2B17343305027&line_id=3042"
    )


def test_attempts_of_a_reconciled_line_up_are_its_own(loopback: Loopback) -> None:
    """Sent once and refused for the moment, sent again and lost, then looked up once: two."""
    loopback.steps = [
        (429, error_document(429), {"Retry-After": "0"}),
        None,
        (200, answer("get_caller")),
    ]
    with Session(KEY, base_url=loopback.url) as vq:
        result = call(vq, "line_up_caller")
    assert (result.attempts, result.reconciled, result.status) == (2, True, 200)
    assert _methods(loopback) == "POST POST GET"


def test_redirected_line_up_is_not_looked_up(loopback: Loopback) -> None:
    """What was redirected did not reach the service; a GET to the same address would not either."""
    loopback.steps = [(302, None), (200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url) as vq, pytest.raises(UnexpectedResponseError):
        call(vq, "line_up_caller")
    assert _methods(loopback) == "POST"


LOOK_UPS_IN_VAIN: Dict[str, Step] = {
    "nobody": NOBODY,
    "404": (404, error_document(404)),
    "401": (401, error_document(401)),
    "lost": None,
    "500": (500, None),
    "odd": (200, {}),
}


@pytest.mark.shared
@pytest.mark.parametrize("look_up", LOOK_UPS_IN_VAIN)
@pytest.mark.parametrize("outcome", UNKNOWN)
def test_line_up_that_cannot_be_confirmed_says_so(
    outcome: str, look_up: str, loopback: Loopback
) -> None:
    """The error is that of the line-up, and tells that the caller may be lined up all the same."""
    step, expected = UNKNOWN[outcome]
    loopback.steps = [step, LOOK_UPS_IN_VAIN[look_up]]
    with Session(KEY, base_url=loopback.url) as vq, pytest.raises(VirtualQError) as caught:
        call(vq, "line_up_caller")
    assert type(caught.value) is expected
    assert (caught.value.maybe_applied, caught.value.operation, caught.value.attempts) == (
        True,
        "line_up_caller",
        1,
    )
    assert _methods(loopback).split().count("POST") == 1
    assert set(_methods(loopback).split()) == {"POST", "GET"}


@pytest.mark.shared
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 429])
@pytest.mark.parametrize("name", CHANGES)
def test_refused_change_was_not_carried_out(name: str, status: int, loopback: Loopback) -> None:
    """A 4xx is the service's own word: nothing is looked up, and `maybe_applied` is false."""
    loopback.steps = [(status, error_document(status))]
    with Session(KEY, base_url=loopback.url, retries=0) as vq:
        if (name, status) == ("notify_caller_connected", 404):
            assert not call(vq, name)
            return
        with pytest.raises(APIError) as caught:
            call(vq, name)
    assert caught.value.maybe_applied is False
    assert len(loopback.asked) == 1


@pytest.mark.shared
@pytest.mark.parametrize("outcome", UNKNOWN)
@pytest.mark.parametrize("name", [*LOOK_UPS, *REPORTS])
def test_change_without_a_4xx_may_have_been_carried_out(
    name: str, outcome: str, loopback: Loopback
) -> None:
    """Once a byte may have left; a look-up never changes anything."""
    step, expected = UNKNOWN[outcome]
    loopback.steps = [step]
    with Session(KEY, base_url=loopback.url, retries=0) as vq, pytest.raises(expected) as caught:
        call(vq, name)
    assert caught.value.maybe_applied is (name in REPORTS)


@pytest.mark.shared
@pytest.mark.parametrize("status", [301, 500, 502, 503, 504, 599])
@pytest.mark.parametrize("name", REPORTS)
def test_answer_proves_that_the_request_was_sent(
    name: str, status: int, service: responses.RequestsMock
) -> None:
    """Also behind `responses`, with which users test their own code."""
    register(service, name, status=status, body="")
    with Session(KEY, retries=0) as vq, pytest.raises(VirtualQError) as caught:
        call(vq, name)
    assert caught.value.maybe_applied is True


@again_when_late
def test_line_up_after_a_deadline_is_not_looked_up(loopback: Loopback) -> None:
    """No time is left for it: the error says that the caller may be lined up."""
    arrived, done = threading.Event(), threading.Event()

    def late(asked: Asked) -> Reply:
        arrived.set()
        done.wait(10)
        return 200, {"data": caller()}

    loopback.steps = [late]
    loopback.asked.clear()  # of a round that was late
    with (
        Session(KEY, base_url=loopback.url, deadline=0.5) as vq,
        pytest.raises(DeadlineExceededError) as caught,
    ):
        call(vq, "line_up_caller")
    in_time = arrived.is_set()
    done.set()
    if not in_time:
        raise Late("the deadline passed before the request had left")
    assert (caught.value.maybe_applied, _methods(loopback)) == (True, "POST")


def test_deadline_that_passes_before_the_look_up_hides_nothing(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that stands still between the two: the line-up may have happened all the same."""
    build, now = wire.build, clock.now

    def stand_still(operation: Operation, *more: Any) -> wire.Request:
        if operation.name == "get_caller":
            monkeypatch.setattr(clock, "now", lambda: now() + 30)
        return build(operation, *more)

    monkeypatch.setattr(wire, "build", stand_still)
    loopback.steps = [None]
    with (
        Session(KEY, base_url=loopback.url, deadline=20) as vq,
        pytest.raises(ConnectionLostError) as caught,
    ):
        call(vq, "line_up_caller")
    assert (caught.value.operation, caught.value.attempts) == ("line_up_caller", 1)
    assert (caught.value.maybe_applied, _methods(loopback)) == (True, "POST")
