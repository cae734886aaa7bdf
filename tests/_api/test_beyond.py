"""What another client was seen to send, and the vendor's documentation does not have (WIRE "A")."""

from __future__ import annotations

import json

import pytest
import responses
from responses import matchers

from virtualq import InvalidParameterError, NotFoundError, Session
from virtualq.testing import sandbox

from ..calls import BASE, LINE, MEDIA_TYPE, PHONE, caller, error_document

WAITER = BASE + "/waiters/9911"


@pytest.mark.parametrize(("name", "method"), [("show_caller", "GET"), ("cancel_caller", "DELETE")])
def test_caller_is_meant_by_id(
    name: str, method: str, service: responses.RequestsMock, vq: Session
) -> None:
    """The id is in the path; nothing else is sent, and the caller is read."""
    service.add(
        method,
        WAITER,
        json={"data": caller()},
        content_type=MEDIA_TYPE,
        match=[matchers.query_param_matcher({})],
    )
    result = getattr(vq, name)(9911)
    assert (result.value.id, result.value.phone, bool(result)) == (9911, PHONE, True)
    assert service.calls[0].request.body is None


def test_caller_who_is_not_there(service: responses.RequestsMock, vq: Session) -> None:
    """A look-up says None, a change raises."""
    for method in ("GET", "DELETE"):
        service.add(method, WAITER, json=error_document(), status=404, content_type=MEDIA_TYPE)
    shown = vq.show_caller(9911)
    assert (shown.value, shown.found, shown.status) == (None, False, 404)
    with pytest.raises(NotFoundError) as caught:
        vq.cancel_caller(9911)
    assert (caught.value.operation, caught.value.maybe_applied) == ("cancel_caller", False)


@pytest.mark.parametrize("body", ["", '{"data": null}'])
def test_answer_without_a_caller(body: str, service: responses.RequestsMock, vq: Session) -> None:
    """Nobody was shown; a cancellation was carried out all the same."""
    for method in ("GET", "DELETE"):
        service.add(method, WAITER, body=body, content_type=MEDIA_TYPE)
    assert (vq.show_caller(9911).value, vq.show_caller(9911).found) == (None, False)
    assert (vq.cancel_caller(9911).value, vq.cancel_caller(9911).found) == (None, True)


@pytest.mark.parametrize("odd", [None, "9911", "../lines", True, 1.0, 2**63])
def test_id_that_is_none(odd: object, vq: Session) -> None:
    """Refused before anything is sent."""
    for function in (vq.show_caller, vq.cancel_caller):
        with pytest.raises(InvalidParameterError) as caught:
            function(odd)  # type: ignore[arg-type]
        assert caught.value.parameter == "caller_id"


def test_appointment_is_sent(service: responses.RequestsMock, vq: Session) -> None:
    """Each under its own name, also what is false or 0."""
    attributes = {
        "line_id": LINE,
        "phone": PHONE,
        "channel": "CallBack",
        "source": "App",
        "appointment": False,
        "appointment_time": 0,
        "service_phone_to_call": "+491711112233",
    }
    service.add("POST", BASE + "/waiters", json={"data": caller()}, content_type=MEDIA_TYPE)
    vq.line_up_caller(**attributes)  # type: ignore[arg-type]
    sent = json.loads(service.calls[0].request.body or b"")
    assert sent == {"data": {"type": "waiters", "attributes": attributes}}


def test_sandbox_plays_it_through() -> None:
    """Lined up with an appointment, shown, cancelled, shown as through, gone from the line."""
    with sandbox() as service, Session(service.api_key, base_url=service.url) as vq:
        found = vq.line_up_caller(
            LINE, PHONE, channel="CallBack", source="App", appointment=True, appointment_time=1
        ).value
        assert found is not None
        assert found.id is not None
        waiting = vq.show_caller(found.id).value
        assert waiting is not None
        assert (waiting.id, waiting.phone, waiting.created_at) == (
            found.id,
            PHONE,
            found.created_at,
        )
        cancelled = vq.cancel_caller(found.id).value
        assert cancelled is not None
        assert cancelled.virtualq_caller_state == "TimeOut"
        assert vq.cancel_caller(found.id).found
        shown = vq.show_caller(found.id).value
        assert shown is not None
        assert shown.virtualq_caller_state == "TimeOut"
        assert not vq.get_caller(LINE, PHONE)
        assert vq.show_caller(found.id + 1).value is None
        with pytest.raises(NotFoundError):
            vq.cancel_caller(found.id + 1)
