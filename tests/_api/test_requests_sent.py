"""What each function sends, strictly: method, whole URL, query, every header, exact body."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Dict, Optional
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from responses import matchers

from virtualq import Channel, ServiceState, Session, Source, __version__

from ..calls import (
    BASE,
    FUNCTIONS,
    KEY,
    LINE,
    LOOK_UPS,
    MEDIA_TYPE,
    NAMES,
    PHONE,
    Function,
    answer,
    call,
)

SEED_PROPERTIES = {
    "MyStringProp": "Value1",
    "MyArrayProp": [45, 25, 78],
    "MyDateProp": datetime(2021, 3, 4, 5, 6, 7, 123456, tzinfo=timezone.utc),
    "MyObjectProp": {"Id": 5, "Value": "Value1"},
}


EVERYTHING = (
    Function(
        "line_up_caller",
        {
            "line_id": LINE,
            "phone": PHONE,
            "channel": Channel.CALL_IN,
            "source": Source.PHONE,
            "language": "en",
            "skills": ["Skill1", "Skill2"],
            "properties": SEED_PROPERTIES,
        },
        "POST",
        "/waiters",
        {
            "line_id": LINE,
            "phone": PHONE,
            "channel": "CallIn",
            "source": "Phone",
            "lang": "en",
            "skills": ["Skill1", "Skill2"],
            "properties": {**SEED_PROPERTIES, "MyDateProp": "2021-03-04T05:06:07.123456+00:00"},
        },
    ),
    Function(
        "notify_caller_transferred",
        {"line_id": LINE, "phone": PHONE, "wait_time_when_up": 30, "agent_id": "A345"},
        "PUT",
        "/waiters/0",
        {
            "line_id": LINE,
            "phone": PHONE,
            "service_waiter_state": "Finished",
            "wait_time_when_up": 30,
            "agent_id": "A345",
        },
    ),
    Function(
        "update_caller_information",
        {
            "line_id": LINE,
            "phone": PHONE,
            "skills": ("Skill4",),
            "properties": {"a": None},
            "ewt": 50,
            "service_state": ServiceState.DEFERRED,
            "wait_time_when_up": 30,
            "talk_time": 518,
            "agent_id": "A345",
        },
        "PUT",
        "/waiters/0",
        {
            "line_id": LINE,
            "phone": PHONE,
            "skills": ["Skill4"],
            "properties": {"a": None},
            "service_waiter_ewt": 50,
            "service_waiter_state": "Deferred",
            "wait_time_when_up": 30,
            "talk_time": 518,
            "agent_id": "A345",
        },
    ),
    Function(
        "list_callers_waiting",
        {"call_center_id": 24, "line_id": LINE, "updated": True},
        "GET",
        "/waiters?call_center_id=24&line_id=3042&updated=true&active=true",
        None,
    ),
)


def _headers(body: Optional[Any]) -> Dict[str, str]:
    headers = {
        "Accept": MEDIA_TYPE,
        "Accept-Encoding": "gzip",
        "User-Agent": f"virtualq-python/{__version__}",
        "X-Api-Key": KEY,
    }
    if body is not None:
        headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    return headers


def _expect(service: responses.RequestsMock, function: Function) -> None:
    """Let the stand-in answer this very request and no other."""
    address = urlsplit(function.url)
    matching = [matchers.query_param_matcher(dict(parse_qsl(address.query)), strict_match=True)]
    if function.body is not None:
        matching.append(matchers.json_params_matcher(function.body, strict_match=True))
    service.add(
        function.method, function.url.split("?")[0], match=matching, json=answer(function.name)
    )


@pytest.mark.parametrize(
    "function", [*FUNCTIONS.values(), *EVERYTHING], ids=lambda function: function.name
)
def test_request_is_exactly_this(
    function: Function, service: responses.RequestsMock, vq: Session
) -> None:
    """Nothing is missing from the request and nothing is in it that should not be."""
    _expect(service, function)
    assert getattr(vq, function.name)(**function.given)
    sent = service.calls[0].request
    assert (sent.method, sent.url) == (function.method, function.url)
    headers = dict(sent.headers)
    length = headers.pop("Content-Length", None)
    assert headers == _headers(function.body)
    if function.body is None:
        assert (sent.body, length) == (None, None)
    else:
        assert isinstance(sent.body, bytes)
        assert json.loads(sent.body) == function.body
        assert length == str(len(sent.body))


@pytest.mark.parametrize("name", NAMES)
def test_first_parameters_may_be_given_by_position(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """The line and the phone, or the call center, need no keyword."""
    _expect(service, FUNCTIONS[name])
    given = dict(FUNCTIONS[name].given)
    first = [given.pop(key) for key in ("line_id", "phone", "call_center_id") if key in given]
    assert getattr(vq, name)(*first, **given)


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {}),
        ({"ewt": None, "skills": None, "properties": None, "agent_id": None}, {}),
        ({"ewt": 0}, {"service_waiter_ewt": 0}),
        ({"wait_time_when_up": 0, "talk_time": 0}, {"wait_time_when_up": 0, "talk_time": 0}),
        ({"ewt": -1}, {"service_waiter_ewt": -1}),
        ({"ewt": 2**63 - 1}, {"service_waiter_ewt": 2**63 - 1}),
        ({"agent_id": ""}, {"agent_id": ""}),
        ({"service_state": ""}, {"service_waiter_state": ""}),
        ({"skills": []}, {"skills": []}),
        ({"skills": iter(["a", "b"])}, {"skills": ["a", "b"]}),
        ({"skills": {"only": 1}.keys()}, {"skills": ["only"]}),
        ({"skills": [""]}, {"skills": [""]}),
        ({"properties": {}}, {"properties": {}}),
        ({"properties": {"a": None, "": [None, {}]}}, {"properties": {"a": None, "": [None, {}]}}),
        ({"properties": {"snake_case": 1, "Pascal-Case": {"ünï": "☎"}}},) * 2,
        ({"properties": {"d": "2021-03-04T05:06:07Z"}},) * 2,
        ({"service_state": "Brand New"}, {"service_waiter_state": "Brand New"}),
        ({"agent_id": " A 1 "},) * 2,
    ],
)
def test_none_is_left_out_and_all_else_is_sent(
    given: Dict[str, Any], sent: Dict[str, Any], service: responses.RequestsMock, vq: Session
) -> None:
    """None leaves an attribute out; zero, empty text or list, and a null in properties do not."""
    service.put(f"{BASE}/waiters/0", status=204)
    assert vq.update_caller_information(LINE, PHONE, **given)
    body = json.loads(service.calls[0].request.body or b"")
    assert body == {
        "data": {"type": "waiters", "attributes": {"line_id": LINE, "phone": PHONE, **sent}}
    }


@pytest.mark.parametrize("name", [name for name in NAMES if FUNCTIONS[name].attributes])
def test_body_has_no_id(name: str, service: responses.RequestsMock, vq: Session) -> None:
    """The caller is found by line and phone: no body carries an id."""
    _expect(service, FUNCTIONS[name])
    call(vq, name)
    assert set(json.loads(service.calls[0].request.body or b"")["data"]) == {"type", "attributes"}


def test_look_ups_have_no_body_and_changes_have_one() -> None:
    """The table of the tests agrees with itself: a GET and a DELETE never have a body."""
    without = {name for name, function in FUNCTIONS.items() if function.body is None}
    assert without == {*LOOK_UPS, "cancel_caller"}
