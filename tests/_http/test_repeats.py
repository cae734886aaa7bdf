"""What is sent again, and when a call ends."""

from __future__ import annotations

import logging
import socket
import threading
import time
from email.utils import formatdate
from typing import Any, Iterator, List

import pytest
import requests
import responses

from virtualq import (
    APIError,
    Attempt,
    ConnectError,
    ConnectionLostError,
    DeadlineExceededError,
    RateLimitedError,
    ServerError,
    Session,
    VirtualQError,
)

from ..calls import (
    CHANGES,
    KEY,
    LINE,
    LOOK_UPS,
    NAMES,
    PHONE,
    REPORTS,
    answer,
    call,
    error_document,
    register,
)
from ..loopback import Asked, Loopback, Reply
from ..pace import Late, again_when_late, assert_within

PASSING = (429, 502, 503, 504)


LASTING = (400, 401, 403, 404, 409, 422, 500, 501, 505)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port of this machine on which nobody listens; it stays taken, so that nobody can."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield int(taken.getsockname()[1])


@pytest.mark.shared
@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize("name", NAMES)
def test_passing_fault_is_tried_again_where_that_is_safe(
    name: str, status: int, retries: int, service: responses.RequestsMock
) -> None:
    """GET and PUT after 429, 502, 503, 504, at most `retries` times; a line-up after 429 alone."""
    register(service, name, status=status, headers={"Retry-After": "0"})
    if name == "line_up_caller" and status != 429:
        register(service, "get_caller", {"data": []})
    with Session(KEY, retries=retries) as vq, pytest.raises(APIError) as caught:
        call(vq, name)
    again = name != "line_up_caller" or status == 429
    sent = [each.request.method for each in service.calls]
    if again:
        assert len(sent) == 1 + retries
    else:
        assert sent[0] == "POST"
        assert set(sent[1:]) == {"GET"}
    assert caught.value.attempts == (1 + retries if again else 1)
    assert caught.value.status == status


@pytest.mark.shared
@pytest.mark.parametrize("status", LASTING)
@pytest.mark.parametrize("name", NAMES)
def test_lasting_fault_is_not_tried_again(
    name: str, status: int, service: responses.RequestsMock
) -> None:
    """The same request would be refused again: time is better spent on the ordinary queue."""
    register(service, name, status=status)
    if name == "line_up_caller" and status >= 500:
        register(service, "get_caller", {"data": []})
    with Session(KEY, retries=3) as vq, pytest.raises(APIError) as caught:
        call(vq, name)
    assert caught.value.attempts == 1
    assert [each.request.method for each in service.calls][1:] in ([], ["GET"])


@pytest.mark.shared
@pytest.mark.parametrize("status", PASSING)
@pytest.mark.parametrize("name", [*LOOK_UPS, *REPORTS])
def test_second_attempt_counts(
    name: str, status: int, service: responses.RequestsMock, vq: Session
) -> None:
    """After a passing fault a good answer is a success like any other."""
    register(service, name, status=status, headers={"Retry-After": "0"})
    register(service, name)
    result = call(vq, name)
    assert (result.found, result.attempts, result.status, result.reconciled) == (
        True,
        2,
        200,
        False,
    )


@pytest.mark.parametrize("name", NAMES)
def test_nothing_sent_may_be_tried_again(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A connection that was refused carried nothing, not even a line-up."""
    register(service, name, body=requests.ConnectionError("refused"))
    register(service, name)
    assert call(vq, name).attempts == 2


@pytest.mark.parametrize("name", NAMES)
def test_refused_connection_is_a_connect_error(name: str, closed_port: int) -> None:
    """Nothing was sent, so nothing was carried out."""
    with (
        Session(KEY, base_url=f"http://127.0.0.1:{closed_port}") as vq,
        pytest.raises(ConnectError) as caught,
    ):
        call(vq, name)
    assert (caught.value.attempts, caught.value.maybe_applied, caught.value.operation) == (
        2,
        False,
        name,
    )


@pytest.mark.parametrize("name", NAMES)
def test_name_that_does_not_exist_is_a_connect_error(name: str) -> None:
    """The name look-up fails before anything is sent."""
    with (
        Session(KEY, base_url="https://nowhere.invalid") as vq,
        pytest.raises(ConnectError) as caught,
    ):
        call(vq, name)
    assert caught.value.maybe_applied is False


@pytest.mark.parametrize("after", ["0", " 0 ", formatdate(1_000_000_000, usegmt=True)])
@again_when_late
def test_retry_after_that_fits_is_obeyed(after: str, service: responses.RequestsMock) -> None:
    """No time to wait, or a moment that has passed, means at once: no pause of our own on top."""
    service.reset()  # of a round that was late
    register(service, "get_caller", status=503, headers={"Retry-After": after})
    register(service, "get_caller")
    with Session(KEY, deadline=5) as vq:
        result = call(vq, "get_caller")
    assert (result.attempts, result.found) == (2, True)
    assert_within(0.5, result.elapsed)


@again_when_late
def test_retry_after_is_waited_for(service: responses.RequestsMock, vq: Session) -> None:
    """One second means one second, as long as the deadline allows it."""
    service.reset()  # of a round that was late
    register(service, "line_up_caller", status=429, headers={"Retry-After": "1"})
    register(service, "line_up_caller")
    result = call(vq, "line_up_caller")
    assert result.attempts == 2
    assert result.elapsed >= 1
    assert_within(1.5, result.elapsed)


@pytest.mark.shared
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("after", ["3", "60", "999999999", formatdate(4_000_000_000, usegmt=True)])
@again_when_late
def test_retry_after_that_does_not_fit_ends_the_call(
    after: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """Waiting past the deadline helps nobody: the error comes at once and says how long to wait."""
    register(service, name, status=429, headers={"Retry-After": after})
    started = time.monotonic()
    with pytest.raises(RateLimitedError) as caught:
        call(vq, name)
    assert_within(0.5, time.monotonic() - started)
    assert caught.value.attempts == 1
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 3


@pytest.mark.parametrize(
    "after",
    ["soon", "-5", "1.5.2", "nan", "inf", "1e3", "0x10", "٣", "", ",", "Mon, 99 Foo 20 99:99"],
)
def test_senseless_retry_after_is_ignored(
    after: str, service: responses.RequestsMock, vq: Session
) -> None:
    """As if it were not there: tried again after a short pause, and not told to the user."""
    register(service, "verify_caller", status=503, headers={"Retry-After": after})
    with pytest.raises(ServerError) as caught:
        call(vq, "verify_caller")
    assert (caught.value.attempts, caught.value.retry_after) == (2, None)


@pytest.mark.parametrize("name", [*LOOK_UPS, *REPORTS])
def test_lost_answer_is_asked_for_again(name: str, loopback: Loopback) -> None:
    """A look-up changes nothing, and a report twice is the same as once."""
    loopback.steps = [None, (200, answer(name))]
    with Session(KEY, base_url=loopback.url) as vq:
        result = call(vq, name)
    assert (result.found, result.attempts, len(loopback.asked)) == (True, 2, 2)
    assert loopback.asked[0] == loopback.asked[1]


@pytest.mark.parametrize("name", [*LOOK_UPS, *REPORTS])
def test_lost_for_good_is_a_connection_lost_error(name: str, loopback: Loopback) -> None:
    """Sent, and the answer never came."""
    loopback.steps = [None]
    with Session(KEY, base_url=loopback.url) as vq, pytest.raises(ConnectionLostError) as caught:
        call(vq, name)
    assert (caught.value.attempts, caught.value.maybe_applied) == (2, name in REPORTS)
    assert len(loopback.asked) == 2


@pytest.mark.parametrize("name", NAMES)
@again_when_late
def test_deadline_ends_a_call_that_is_not_answered(name: str, loopback: Loopback) -> None:
    """The call ends on time, with a TimeoutError, and a change may have been carried out."""
    arrived, done = threading.Event(), threading.Event()

    def late(asked: Asked) -> Reply:
        arrived.set()
        done.wait(10)
        return 204, None

    loopback.steps = [late]
    loopback.asked.clear()  # of a round that was late
    started = time.monotonic()
    with Session(KEY, base_url=loopback.url) as vq, pytest.raises(DeadlineExceededError) as caught:
        call(vq, name, deadline=0.2)
    took = time.monotonic() - started
    in_time = arrived.is_set()
    done.set()
    assert took >= 0.2
    assert_within(0.4, took)
    if not in_time:
        raise Late("the deadline passed before the request had left")
    assert 0.2 <= caught.value.elapsed <= took
    assert caught.value.maybe_applied is (name in CHANGES)
    assert len(loopback.asked) == 1


@again_when_late
def test_deadline_of_the_session_holds_where_a_call_has_none(loopback: Loopback) -> None:
    """The setting of the Session counts, repeats included."""
    loopback.steps = [(503, None)]
    loopback.asked.clear()  # of a round that was late
    started = time.monotonic()
    with (
        Session(KEY, base_url=loopback.url, deadline=0.5, retries=1000) as vq,
        pytest.raises(VirtualQError),
    ):
        vq.verify_caller(LINE, PHONE)
    assert_within(0.5, time.monotonic() - started)
    if len(loopback.asked) < 2:
        raise Late("the deadline passed before there was time for a repeat")
    assert len(loopback.asked) < 20


def _pauses(loopback: Loopback, caplog: pytest.LogCaptureFixture, retries: int) -> List[float]:
    """Ask a service that is out of order; return how long each pause was, in seconds."""
    loopback.steps = [(503, None)]
    caplog.clear()
    with (
        caplog.at_level(logging.INFO),
        Session(KEY, base_url=loopback.url, deadline=30, retries=retries) as vq,
        pytest.raises(ServerError) as caught,
    ):
        vq.verify_caller(LINE, PHONE)
    pauses = [record.__dict__["pause"] for record in caplog.records if record.name == "virtualq"]
    assert len(pauses) == retries
    assert caught.value.elapsed >= sum(pauses)
    return pauses


def test_pauses_double(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """A service that comes back slowly is asked less and less often."""
    for number, pause in enumerate(_pauses(loopback, caplog, 3)):
        assert 0.05 * 2**number <= pause <= 0.15 * 2**number


def test_pauses_are_spread(loopback: Loopback, caplog: pytest.LogCaptureFixture) -> None:
    """All callers that an outage hit would else come back in the same moment."""
    pauses = [_pauses(loopback, caplog, 1)[0] for _ in range(8)]
    assert len({round(pause, 4) for pause in pauses}) > 4


def test_more_retries_than_a_pause_can_double(service: responses.RequestsMock) -> None:
    """`retries=5000` means "as long as there is time": the pause stays a number."""
    for _ in range(1100):
        register(service, "verify_caller", status=503, headers={"Retry-After": "0"})
    register(service, "verify_caller", status=503)
    service.assert_all_requests_are_fired = False
    closer = threading.Timer(0.2, lambda: vq.close())

    def close_later(attempt: Attempt) -> None:
        if attempt.number == 1101:
            closer.start()

    with (
        Session(KEY, deadline=300, retries=5000, on_attempt=close_later) as vq,
        pytest.raises(ServerError) as caught,
    ):
        vq.verify_caller(LINE, PHONE)
    closer.join()
    assert caught.value.attempts == 1101


def test_close_ends_a_pause(loopback: Loopback) -> None:
    """A Session that is closed, by a signal handler perhaps, is not waited for."""
    loopback.steps = [(503, None, {"Retry-After": "20"})]
    closer = threading.Timer(0.2, lambda: vq.close())
    vq = Session(KEY, base_url=loopback.url, deadline=60, on_attempt=lambda attempt: closer.start())
    started = time.monotonic()
    with pytest.raises(ServerError) as caught:
        vq.verify_caller(LINE, PHONE)
    closer.join()
    assert caught.value.attempts == 1
    assert time.monotonic() - started < 10


def test_proxy_that_wants_a_login_is_asked_once(loopback: Loopback) -> None:
    """Asked again it would say the same, and a person waits."""
    loopback.steps = [(407, None)]
    with (
        Session(KEY, proxies={"https": loopback.url}, retries=3) as vq,
        pytest.raises(ConnectError, match="407") as caught,
    ):
        vq.verify_caller(LINE, PHONE)
    assert (caught.value.attempts, caught.value.maybe_applied) == (1, False)
    assert [asked.method for asked in loopback.asked] == ["CONNECT"]


def test_deadline_of_weeks_is_one(loopback: Loopback) -> None:
    """Longer than poll() can count: it ended after milliseconds."""
    done = threading.Event()

    def late(asked: Asked) -> Reply:
        done.wait(0.3)
        return 200, answer("get_caller")

    loopback.steps = [late]
    with Session(KEY, base_url=loopback.url, deadline=50 * 86400) as vq:
        assert vq.get_caller(LINE, PHONE).attempts == 1


def test_call_after_a_failed_one_is_right(loopback: Loopback) -> None:
    """A Session goes on after every kind of failure."""
    steps: Any = [None, (500, None), (302, None), (200, {}), (422, error_document(422))]
    for step in steps:
        loopback.steps = [step, (200, answer("get_caller"))]
        with Session(KEY, base_url=loopback.url, retries=0) as vq:
            with pytest.raises(VirtualQError):
                call(vq, "get_caller")
            assert call(vq, "get_caller").found
