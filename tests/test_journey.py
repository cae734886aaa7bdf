"""One caller's whole way over a real socket, and what threads and forks make of it."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any, Dict, List, Optional
from urllib.parse import parse_qs, urlsplit

import pytest

from virtualq import (
    AuthenticationError,
    CallerResult,
    Channel,
    NotFoundError,
    Result,
    ServiceState,
    Session,
    Source,
    UnprocessableEntityError,
    VirtualQCallerState,
)

from .calls import KEY, LINE, PHONE, answer, call, caller, error_document
from .loopback import Asked, Loopback, Reply

_STATES = {"Connected": "Connected", "Finished": "Finished"}
_UNAUTHORIZED = {"errors": [{"status": "401", "code": "unauthorized", "title": "Unauthorized"}]}
_INVALID = {
    "errors": [
        {"status": "422", "title": "Invalid", "source": {"pointer": "/data/attributes/channel"}}
    ]
}


class _Queue:
    """As much of the service as one caller on one line needs."""

    def __init__(self) -> None:
        self.caller: Optional[Dict[str, Any]] = None

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("x-api-key") != KEY:
            return 401, _UNAUTHORIZED
        address = urlsplit(asked.target)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        if asked.method == "GET":
            return 200, {"data": [self._resource()] if self._matches(query) else []}
        return (
            self._line_up(asked.attributes)
            if asked.method == "POST"
            else self._update(asked.attributes)
        )

    def _matches(self, query: Dict[str, str]) -> bool:
        if self.caller is None or self.caller["virtualq-waiter-state"] == "Finished":
            return False
        if "phone" in query and (query["phone"], query["line_id"]) != (PHONE, str(LINE)):
            return False
        return "currently_up" not in query or self.caller["virtualq-waiter-state"] == "Notified"

    def _line_up(self, attributes: Dict[str, Any]) -> Reply:
        if attributes["line_id"] != LINE:
            return 404, error_document(404)
        if attributes["channel"] == "Pigeon":
            return 422, _INVALID
        self.caller = {
            **attributes,
            "virtualq-waiter-state": "Waiting",
            "line": {"id": LINE, "name": "Sales"},
        }
        return 201, {"data": self._resource()}

    def _update(self, attributes: Dict[str, Any]) -> Reply:
        if self.caller is None or attributes["phone"] != PHONE:
            return 404, error_document(404)
        state = attributes.pop("service_waiter_state", None)
        self.caller.update(attributes)
        if state is not None:
            self.caller["virtualq-waiter-state"] = _STATES.get(
                state, self.caller["virtualq-waiter-state"]
            )
        return 200, {"data": self._resource()}

    def _resource(self) -> Dict[str, Any]:
        known = (
            "phone",
            "channel",
            "source",
            "skills",
            "properties",
            "line",
            "virtualq-waiter-state",
        )
        return caller(
            "9911", **{name: value for name, value in (self.caller or {}).items() if name in known}
        )


@pytest.fixture
def queue(loopback: Loopback) -> _Queue:
    """Let the server be a service with one line."""
    service = _Queue()
    loopback.steps = [service]
    return service


def _state(result: Result[Optional[CallerResult]]) -> object:
    assert result
    assert result.value is not None
    return result.value.virtualq_caller_state


def test_caller_s_whole_way(queue: _Queue, loopback: Loopback) -> None:
    """Not lined up, lined up, found, listed, up, connected, updated, transferred, gone."""
    properties = {
        "MyArrayProp": [45, 25],
        "MyDateProp": datetime(2021, 3, 4, tzinfo=timezone.utc),
        "o": {"Id": 5},
    }
    with Session(KEY, base_url=loopback.url) as vq:
        assert not vq.verify_caller(LINE, PHONE)
        assert not vq.get_caller(LINE, PHONE)
        lined_up = vq.line_up_caller(
            LINE,
            PHONE,
            channel=Channel.CALL_IN,
            source=Source.PHONE,
            language="en",
            skills=["Skill1"],
            properties=properties,
        )
        assert (lined_up.status, _state(lined_up)) == (201, VirtualQCallerState.WAITING)
        found = vq.get_caller(LINE, PHONE).value
        assert found is not None
        assert (found.id, found.line_id, found.line_name, found.phone) == (
            9911,
            LINE,
            "Sales",
            PHONE,
        )
        assert found.properties == {**properties, "MyDateProp": "2021-03-04T00:00:00+00:00"}
        assert [each.id for each in vq.list_callers_waiting(24, line_id=LINE).value] == [9911]
        assert not vq.verify_caller(LINE, PHONE)
        assert queue.caller is not None
        queue.caller["virtualq-waiter-state"] = "Notified"
        assert _state(vq.verify_caller(LINE, PHONE)) is VirtualQCallerState.NOTIFIED
        assert _state(vq.notify_caller_connected(LINE, PHONE)) is VirtualQCallerState.CONNECTED
        updated = vq.update_caller_information(
            LINE, PHONE, skills=["Skill4"], service_state=ServiceState.DEFERRED
        )
        assert updated.value is not None
        assert updated.value.skills == ["Skill4"]
        done = vq.notify_caller_transferred(LINE, PHONE, wait_time_when_up=30, agent_id="A345")
        assert _state(done) is VirtualQCallerState.FINISHED
        assert vq.list_callers_waiting(24).value == []
        assert not vq.verify_caller(LINE, PHONE)
    assert {asked.headers["host"] for asked in loopback.asked} == {loopback.url.partition("//")[2]}


def test_typed_errors_over_a_socket(queue: _Queue, loopback: Loopback) -> None:
    """A wrong key, an unknown line, an attribute that is refused, a caller who is not there."""
    with Session("wrong", base_url=loopback.url) as vq, pytest.raises(AuthenticationError):
        vq.verify_caller(LINE, PHONE)
    with Session(KEY, base_url=loopback.url) as vq:
        with pytest.raises(NotFoundError):
            call(vq, "line_up_caller", line_id=1)
        with pytest.raises(UnprocessableEntityError) as caught:
            call(vq, "line_up_caller", channel="Pigeon")
        assert caught.value.pointer == "/data/attributes/channel"
        with pytest.raises(NotFoundError):
            vq.notify_caller_transferred(LINE, PHONE)
        with pytest.raises(NotFoundError):
            vq.update_caller_information(LINE, PHONE, ewt=5)
        assert not vq.notify_caller_connected(LINE, PHONE)


def test_body_goes_out_whole_however_large(queue: _Queue, loopback: Loopback) -> None:
    """A megabyte of properties arrives as it was given."""
    text = "Grüße 📞" * 100_000
    with Session(KEY, base_url=loopback.url, deadline=20) as vq:
        result = call(vq, "line_up_caller", properties={"text": text})
    assert result.value.properties == {"text": text}


def test_threads_share_a_session(loopback: Loopback) -> None:
    """Twelve threads at once: each gets the answer to its own question."""
    barrier = threading.Barrier(12)

    def reply(asked: Asked) -> Reply:
        line = parse_qs(urlsplit(asked.target).query)["line_id"][0]
        return 200, answer("get_caller", caller(line, line={"id": int(line)}))

    loopback.steps = [reply]

    def ask(line: int) -> List[Optional[int]]:
        barrier.wait(10)
        values = [vq.get_caller(line, PHONE).value for _ in range(20)]
        return [value.line_id if value else None for value in values]

    with Session(KEY, base_url=loopback.url, deadline=20) as vq, ThreadPoolExecutor(12) as threads:
        answers = list(threads.map(ask, range(1, 13)))
    assert answers == [[line] * 20 for line in range(1, 13)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_session_goes_on_in_a_forked_child(loopback: Loopback) -> None:
    """Web servers load the program once and fork: parent and child both get their answers."""
    loopback.steps = [(200, answer("get_caller"))]
    with Session(KEY, base_url=loopback.url, deadline=5) as vq:
        assert vq.get_caller(LINE, PHONE)
        child = _fork_without_warning()
        if child == 0:
            status = 1
            try:
                status = 0 if vq.get_caller(LINE, PHONE) else 2
            finally:
                os._exit(status)
        assert vq.get_caller(LINE, PHONE)
        assert os.waitpid(child, 0)[1] == 0
        assert vq.get_caller(LINE, PHONE)
    assert len(loopback.asked) == 4


def _fork_without_warning() -> int:
    """Fork although the server runs in a thread, of which Python 3.12 warns."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()
