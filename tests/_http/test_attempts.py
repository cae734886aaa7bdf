"""What a user is told of each attempt: by `on_attempt`, and in the log by the same names."""

from __future__ import annotations

import logging
from typing import Any, List

import pytest
import responses

from virtualq import Attempt, ConfigurationError, Session, VirtualQError

from ..calls import KEY, LINE, NAMES, PHONE, answer, call, error_document, register
from ..leaks import leaks
from ..loopback import Loopback

TEMPLATES = dict.fromkeys(NAMES, "/waiters")
TEMPLATES.update(
    notify_caller_connected="/waiters/0",
    notify_caller_transferred="/waiters/0",
    update_caller_information="/waiters/0",
    show_caller="/waiters/{id}",
    cancel_caller="/waiters/{id}",
)


def _told(loopback: Loopback, name: str, *steps: Any, **settings: Any) -> List[Attempt]:
    """Call a function of a service that answers so; return what was told of its attempts."""
    told: List[Attempt] = []
    loopback.steps = list(steps)
    with Session(KEY, base_url=loopback.url, on_attempt=told.append, **settings) as vq:
        try:
            call(vq, name)
        except VirtualQError:
            pass
    assert len(told) == len(loopback.asked)
    return told


@pytest.mark.parametrize("name", NAMES)
def test_attempt_says_what_was_asked_and_what_came_back(name: str, loopback: Loopback) -> None:
    """Function, method and path without anything of the caller's; status and outcome."""
    (attempt,) = _told(loopback, name, (200, answer(name)))
    assert attempt[:4] == (name, loopback.asked[0].method, TEMPLATES[name], 1)
    assert attempt[5:] == (200, None, True)
    assert 0 < attempt.seconds < 3
    assert leaks(repr(attempt)) == []


def test_each_attempt_is_told_once_with_its_own_number(loopback: Loopback) -> None:
    """No answer, a passing fault, nobody there: each by its class, status and number."""
    told = _told(loopback, "get_caller", None, (503, None), (200, {"data": []}), retries=5)
    assert [attempt.number for attempt in told] == [1, 2, 3]
    assert [(attempt.status, attempt.error, attempt.found) for attempt in told] == [
        (None, "ConnectionLostError", False),
        (503, "ServerError", False),
        (200, None, False),
    ]


def test_look_up_after_a_lost_line_up_is_told_too(loopback: Loopback) -> None:
    """What the library asks by itself shows in the metrics under its own name."""
    told = _told(loopback, "line_up_caller", None, (503, None), (200, answer("get_caller")))
    assert [(attempt.operation, attempt.number, attempt.error) for attempt in told] == [
        ("line_up_caller", 1, "ConnectionLostError"),
        ("get_caller", 1, "ServerError"),
        ("get_caller", 2, None),
    ]


def test_found_is_that_of_the_result(loopback: Loopback) -> None:
    """A 404 that only means "nobody" is no error."""
    (attempt,) = _told(loopback, "get_caller", (404, error_document(404)))
    assert (attempt.status, attempt.error, attempt.found) == (404, None, False)


def test_attempt_cannot_be_changed() -> None:
    """One Attempt may go to several listeners."""
    attempt = Attempt("get_caller", "GET", "/waiters", 1, 0.1, 200, None, True)
    with pytest.raises(AttributeError):
        attempt.status = 500  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def test_what_on_attempt_raises_goes_to_the_log_alone(
    service: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    """A metrics server that is down must not cost a caller their place."""

    def broken(attempt: Attempt) -> None:
        raise RuntimeError("no metrics today")

    register(service, "get_caller", status=503, headers={"Retry-After": "0"})
    register(service, "get_caller")
    with caplog.at_level(logging.WARNING), Session(KEY, on_attempt=broken) as vq:
        result = vq.get_caller(LINE, PHONE)
    assert (result.found, result.attempts) == (True, 2)
    said = [(record.name, record.levelname) for record in caplog.records]
    assert said == [("virtualq", "ERROR")] * 2
    assert "no metrics today" in caplog.text


def test_signal_in_on_attempt_is_not_swallowed(service: responses.RequestsMock) -> None:
    """Ctrl-C ends a program wherever it comes."""

    def interrupted(attempt: Attempt) -> None:
        raise KeyboardInterrupt

    register(service, "get_caller")
    with Session(KEY, on_attempt=interrupted) as vq, pytest.raises(KeyboardInterrupt):
        vq.get_caller(LINE, PHONE)


def test_session_from_the_environment_takes_it_too(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every other setting."""
    told: List[Attempt] = []
    loopback.steps = [(200, answer("get_caller"))]
    monkeypatch.setenv("VIRTUALQ_API_KEY", KEY)
    with Session.from_env(base_url=loopback.url, on_attempt=told.append) as vq:
        vq.get_caller(LINE, PHONE)
    assert len(told) == 1


@pytest.mark.parametrize("wrong", [5, "print", [print]], ids=repr)
def test_on_attempt_that_cannot_be_called_is_refused(wrong: Any) -> None:
    """Told when the Session is made, not in the log of each call."""
    with pytest.raises(ConfigurationError, match="on_attempt"):
        Session(KEY, on_attempt=wrong)


def test_log_has_the_same_by_the_same_names(
    loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """Who writes JSON logs needs to read no text; each repeat is one INFO record."""
    with caplog.at_level(logging.DEBUG):
        told = _told(
            loopback, "get_caller", None, (503, None), (200, answer("get_caller")), retries=2
        )
    records = [record for record in caplog.records if record.name == "virtualq"]
    attempts = [record for record in records if record.levelname == "DEBUG"]
    assert [
        Attempt(*(getattr(record, name) for name in Attempt._fields)) for record in attempts
    ] == told
    assert [record.levelname for record in records] == ["DEBUG", "INFO", "DEBUG", "INFO", "DEBUG"]
    assert all(leaks(repr(vars(record))) == [] for record in records)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [(PHONE, "***27"), ("1234567", "***67"), ("123456", "***"), ("110", "***"), ("7", "***")],
)
def test_log_shows_two_digits_of_a_number_and_none_of_a_short_one(
    phone: str, shown: str, loopback: Loopback, caplog: pytest.LogCaptureFixture
) -> None:
    """Of an extension two digits would be half of it."""
    loopback.steps = [(503, None), (200, answer("get_caller"))]
    with caplog.at_level(logging.DEBUG), Session(KEY, base_url=loopback.url) as vq:
        vq.get_caller(LINE, phone)
    said = [record.getMessage() for record in caplog.records if record.name == "virtualq"]
    assert [text.partition(":")[0] for text in said] == [f"get_caller {shown}"] * 3
