"""What each function sends, matched strictly: method, whole URL, query, every header and the exact JSON body."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Optional
from urllib.parse import parse_qsl, urlsplit

import pytest
import responses
from responses import matchers

from virtualq import Channel, ServiceState, Session, Source, __version__

from .calls import BASE, FUNCTIONS, KEY, LINE, LOOK_UPS, MEDIA_TYPE, NAMES, OTHER_PHONE, PHONE, Function, answer, call

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
        {"line_id": LINE, "phone": PHONE, "service_waiter_state": "Finished", "wait_time_when_up": 30, "agent_id": "A345"},
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
    service.add(function.method, function.url.split("?")[0], match=matching, json=answer(function.name))


@pytest.mark.parametrize("function", (*FUNCTIONS.values(), *EVERYTHING), ids=lambda function: function.name)
def test_request_is_exactly_this(function: Function, service: responses.RequestsMock, vq: Session) -> None:
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
def test_first_parameters_may_be_given_by_position(name: str, service: responses.RequestsMock, vq: Session) -> None:
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
    """None leaves an attribute out; zero, empty text, empty list, and a null inside of properties are values."""
    service.put(f"{BASE}/waiters/0", status=204)
    assert vq.update_caller_information(LINE, PHONE, **given)
    body = json.loads(service.calls[0].request.body or b"")
    assert body == {"data": {"type": "waiters", "attributes": {"line_id": LINE, "phone": PHONE, **sent}}}


@pytest.mark.parametrize("name", [name for name in NAMES if FUNCTIONS[name].attributes])
def test_body_has_no_id(name: str, service: responses.RequestsMock, vq: Session) -> None:
    """The caller is found by line and phone: no body carries an id."""
    _expect(service, FUNCTIONS[name])
    call(vq, name)
    assert set(json.loads(service.calls[0].request.body or b"")["data"]) == {"type", "attributes"}


PHONES = (
    PHONE,
    OTHER_PHONE,
    "+49171&active=false",
    "#31#+491711112233",
    "%41BC",
    "a=b;c/d?e",
    "Grüße ☎ 键",
    "anonymous",
    "'\"<>\\{}|^`",
    "~-._!*()",
)


@pytest.mark.parametrize("name", ["verify_caller", "get_caller"])
@pytest.mark.parametrize("phone", PHONES)
def test_query_is_encoded_so_that_every_decoder_reads_the_same(
    phone: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """RFC 3986 alone: no parameter is added or cut off, plus is %2B, a blank is %20."""
    service.get(f"{BASE}/waiters", json={"data": []})
    getattr(vq, name)(LINE, phone)
    url = service.calls[0].request.url or ""
    query = url.partition("?")[2]
    flag = "currently_up" if name == "verify_caller" else "active"
    assert parse_qsl(query) == [(flag, "true"), ("phone", phone), ("line_id", "3042")]
    assert "+" not in query and " " not in query
    assert re.fullmatch(r"(?:[A-Za-z0-9._~&=-]|%[0-9A-F]{2})+", query)


@pytest.mark.parametrize(("updated", "sent"), [(True, "&updated=true"), (False, "&updated=false"), (None, "")])
def test_flags_are_written_in_lower_case(
    updated: Optional[bool], sent: str, service: responses.RequestsMock, vq: Session
) -> None:
    """A flag is true or false on the wire, whatever Python calls it."""
    service.get(f"{BASE}/waiters", json={"data": []})
    vq.list_callers_waiting(24, updated=updated)
    assert service.calls[0].request.url == f"{BASE}/waiters?call_center_id=24{sent}&active=true"


def test_text_in_a_body_is_utf_8(service: responses.RequestsMock, vq: Session) -> None:
    """Unicode goes as it is, so that no reader has to undo escapes."""
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"naïve": "Grüße 📞"})
    assert '"naïve":"Grüße 📞"' in (service.calls[0].request.body or b"").decode("utf-8")


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2021, 3, 4, 5, 6, 7), "2021-03-04T05:06:07"),
        (datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc), "2021-03-04T05:06:07+00:00"),
        (datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=-5))), "2021-03-04T05:06:07-05:00"),
        (datetime(2021, 3, 4).date(), "2021-03-04"),
    ],
)
def test_times_keep_the_offset_they_have(
    moment: Any, text: str, service: responses.RequestsMock, vq: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A naive time goes without an offset; the machine's time zone changes nothing."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"when": moment})
    assert json.loads(service.calls[0].request.body or b"")["data"]["attributes"]["properties"] == {"when": text}


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        ("https://api.virtualq.tech", "https://api.virtualq.tech/api/v2/waiters"),
        ("https://api.virtualq.tech/", "https://api.virtualq.tech/api/v2/waiters"),
        ("https://example.test/other/v3", "https://example.test/other/v3/waiters"),
        ("https://example.test/other/v3/", "https://example.test/other/v3/waiters"),
        ("https://example.test:8443", "https://example.test:8443/api/v2/waiters"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/api/v2/waiters"),
        ("http://localhost", "http://localhost/api/v2/waiters"),
        ("http://[::1]:8000/x", "http://[::1]:8000/x/waiters"),
    ],
)
def test_base_url_without_a_path_gets_one(base_url: str, url: str, service: responses.RequestsMock) -> None:
    """`/api/v2` stands for no path; another path is used as it is."""
    service.post(url, json=answer("line_up_caller"))
    with Session(KEY, base_url=base_url) as vq:
        assert call(vq, "line_up_caller")


def test_look_ups_have_no_body_and_changes_have_one() -> None:
    """The table of the tests agrees with itself: a GET never has a body."""
    assert {name for name, function in FUNCTIONS.items() if function.body is None} == set(LOOK_UPS)
