"""Bad days on order, as a web developer's test meets them: the error, and what was carried out."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional, Type

import pytest

import virtualq.testing
from virtualq.errors import (
    ConnectionLostError,
    DeadlineExceededError,
    NotFoundError,
    RateLimitedError,
    ServerError,
    TransportError,
    UnexpectedResponseError,
    VirtualQError,
)
from virtualq.sandbox.face import Face
from virtualq.session import Session

WHO = (3042, "+17343305027")
LINING_UP = {"channel": "CallIn", "source": "Phone"}


@pytest.fixture
def vq(sandbox: Face) -> Iterator[Session]:
    """A Session that talks to it."""
    with Session(sandbox.api_key, base_url=sandbox.url, deadline=20) as session:
        yield session


def soon(passes: bool) -> Optional[float]:
    """Return a deadline that is no wait where it is to pass, and that of `vq` elsewhere."""
    return 1.5 if passes else None


@pytest.mark.parametrize(
    ("order", "error", "maybe_applied"),
    [
        ({"status": 503}, ServerError, True),
        ({"status": 429, "retry_after": 60}, RateLimitedError, False),
        ({"status": 404}, NotFoundError, False),
        ({"timeout": True}, DeadlineExceededError, True),
        ({"lost": True}, ConnectionLostError, True),
        ({"reset": True}, ConnectionLostError, True),
        ({"html": True}, UnexpectedResponseError, True),
        ({"malformed": True}, UnexpectedResponseError, True),
        ({"status": 302}, UnexpectedResponseError, True),
        ({"latency": 60}, DeadlineExceededError, True),
        ({"drip": 1}, DeadlineExceededError, True),
    ],
    ids=str,
)
def test_each_is_its_error(
    sandbox: Face,
    vq: Session,
    order: Dict[str, Any],
    error: Type[VirtualQError],
    maybe_applied: bool,
) -> None:
    """A report that goes wrong is the error of DESIGN's tree, at once; then all is well again."""
    vq.line_up_caller(*WHO, **LINING_UP)
    sandbox.fail("update_caller_information", **order)
    with pytest.raises(error) as caught:
        vq.update_caller_information(
            *WHO, skills=["a"], deadline=soon(error is DeadlineExceededError)
        )
    assert caught.value.maybe_applied is maybe_applied
    found = vq.get_caller(*WHO).value
    assert found is not None
    assert found.skills == (["a"] if {"latency", "drip"} & order.keys() else None)
    sandbox.heal()
    assert vq.update_caller_information(*WHO, skills=["a"])


def test_times_and_the_repeat(sandbox: Face, vq: Session) -> None:
    """What fails once is repeated where that is safe; several orders come one after another."""
    sandbox.fail("get_caller", status=503, retry_after=0, times=1)
    assert vq.get_caller(*WHO).attempts == 2
    sandbox.fail("line_up_caller", status=503, retry_after=1, times=1)
    sandbox.fail("line_up_caller", status=422, times=1)
    statuses = []
    for _ in range(2):
        with pytest.raises(VirtualQError) as caught:
            vq.line_up_caller(*WHO, **LINING_UP)
        statuses.append((caught.value.status, caught.value.retry_after))
    assert statuses == [(503, 1.0), (422, None)]
    assert vq.line_up_caller(*WHO, **LINING_UP)


@pytest.mark.parametrize("how", [{}, {"lost": True}, {"timeout": True}, {"status": 502}], ids=str)
def test_applied_and_lost(sandbox: Face, vq: Session, how: Dict[str, Any]) -> None:
    """The change is made and its answer lost: the dangerous branch, told as error or reconciled."""
    sandbox.fail("line_up_caller", applied=True, times=1, **how)
    outcome: object = None
    try:
        deadline = soon("timeout" in how)
        outcome = vq.line_up_caller(*WHO, **LINING_UP, deadline=deadline).reconciled
    except VirtualQError as error:
        outcome = error.maybe_applied
    assert outcome is True
    assert vq.get_caller(*WHO)
    assert len(vq.list_callers_waiting(24).value) == 1
    assert [seen.function for seen in sandbox.requests].count("line_up_caller") == 1


def test_lost_and_not_applied(sandbox: Face, vq: Session) -> None:
    """A line-up that never arrived is an error, and nobody stands in the line."""
    sandbox.fail("line_up_caller", lost=True, times=1)
    with pytest.raises(ConnectionLostError) as caught:
        vq.line_up_caller(*WHO, **LINING_UP)
    assert caught.value.maybe_applied
    assert not vq.get_caller(*WHO)


def test_what_was_refused_is_not_applied(sandbox: Face, vq: Session) -> None:
    """A line that is not there stays a 404, whatever is ordered to be applied."""
    sandbox.fail("line_up_caller", applied=True, status=503)
    with pytest.raises(NotFoundError):
        vq.line_up_caller(1, WHO[1], **LINING_UP)


def test_novelties_cost_no_call(sandbox: Face, vq: Session) -> None:
    """Attributes and states that nobody has heard of pass, as from a newer service."""
    sandbox.fail(unknown_attributes=True, unknown_state=True)
    caller = vq.line_up_caller(*WHO, **LINING_UP).value
    assert caller is not None
    assert caller.virtualq_caller_state == "Reconsidering"
    assert caller.extra["novel-attribute"] == "a value"
    (listed,) = vq.list_callers_waiting(24).value
    assert listed.virtualq_caller_state == "Reconsidering"


def test_probability_repeats(sandbox: Face) -> None:
    """A share of the calls fails, and the same ones in every run."""
    runs = []
    for _ in range(2):
        sandbox.fail("verify_caller", lost=True, probability=0.4)
        outcomes = []
        with Session(sandbox.api_key, base_url=sandbox.url, retries=0) as vq:
            for _ in range(40):
                try:
                    vq.verify_caller(*WHO)
                    outcomes.append(True)
                except TransportError:
                    outcomes.append(False)
        runs.append(outcomes)
        sandbox.reset()
    assert runs[0] == runs[1]
    assert 8 <= runs[0].count(False) <= 24


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"function": "line_up", "status": 503}, "there is no function 'line_up'"),
        ({"function": "verify_caller"}, "say what is to go wrong"),
        ({"status": 99}, "status"),
        ({"status": 503, "times": 0}, "times"),
        ({"status": 503, "probability": 0}, "probability"),
        ({"latency": -1}, "latency"),
        ({"drip": float("nan")}, "drip"),
    ],
)
def test_an_order_that_cannot_be(sandbox: Face, order: Dict[str, Any], said: str) -> None:
    """A test with a slip in it fails there, instead of testing a good day."""
    with pytest.raises(ValueError, match=said):
        sandbox.fail(**order)


def test_in_process_nobody_waits() -> None:
    """A deadline that would pass has passed at once: a suite of such tests stays quick."""
    with virtualq.testing.sandbox() as sandbox, Session(sandbox.api_key, deadline=3000) as vq:
        for order in ({"timeout": True}, {"latency": 3599}, {"drip": 3599}):
            sandbox.fail("list_callers_waiting", times=1, **order)
            with pytest.raises(DeadlineExceededError):
                vq.list_callers_waiting(24)
