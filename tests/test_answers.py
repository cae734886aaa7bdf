"""How an answer is read: field by field, and never as something it does not say."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timezone
from typing import Any, Dict, Optional

import attrs
import pytest
import responses

from virtualq import CallerResult, Channel, Session, Source, UnexpectedResponseError, VirtualQCallerState

from .calls import CHANGES, LOOK_UPS, NAMES, PHONE, answer, call, caller, register

EVERY_FIELD = {
    "id",
    "line_id",
    "line_name",
    "phone",
    "channel",
    "source",
    "skills",
    "properties",
    "ewt",
    "virtualq_caller_state",
    "wait_time",
    "connected_at",
    "created_at",
    "estimated_up_time_at",
    "notified_at",
    "updated_at",
    "action_vcc",
    "message",
    "token",
    "waiting_time_in_seconds",
}


def _read(service: responses.RequestsMock, vq: Session, attributes: Dict[str, Any], **more: Any) -> CallerResult:
    resource = {"type": "waiters", "id": "9911", "attributes": attributes, **more}
    register(service, "line_up_caller", {"data": resource})
    value = call(vq, "line_up_caller").value
    assert isinstance(value, CallerResult)
    return value


def test_caller_has_every_name_of_the_answer() -> None:
    """All fields that are known, each optional, and `extra`."""
    assert {field.name for field in attrs.fields(CallerResult)} == EVERY_FIELD | {"extra"}
    empty = CallerResult()
    assert {getattr(empty, name) for name in EVERY_FIELD} == {None}
    assert empty.extra == {}


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ({"ewt": 12.0}, "ewt", 12),
        ({"ewt": -(2**63)}, "ewt", -(2**63)),
        ({"wait-time": 0}, "wait_time", 0),
        ({"wait_time": 3}, "wait_time", 3),
        ({"waiting_time_in_seconds": 3}, "waiting_time_in_seconds", 3),
        ({"action_vcc": ""}, "action_vcc", ""),
        ({"channel": "CallBack"}, "channel", Channel.CALL_BACK),
        ({"channel": "callbackext"}, "channel", "callbackext"),
        ({"source": "Widget"}, "source", Source.WIDGET),
        ({"source": "Fax"}, "source", "Fax"),
        ({"virtualq_waiter_state": "TimeOut"}, "virtualq_caller_state", VirtualQCallerState.TIME_OUT),
        ({"line": {"id": 1}}, "line_id", 1),
        ({"line": {"name": "Sales"}}, "line_name", "Sales"),
        ({"line": {}}, "line_id", None),
        ({"skills": []}, "skills", []),
        ({"properties": {}}, "properties", {}),
        ({"properties": {"wait-time": 1, "wait_time": 2, "d": "2021-03-04"}}, "properties", ...),
        ({"skills": ["a", ""]}, "skills", ["a", ""]),
    ],
)
def test_value_that_fits_is_in_its_field(
    attributes: Dict[str, Any], field: str, value: object, service: responses.RequestsMock, vq: Session
) -> None:
    """Kebab-case and snake_case are both read at the top level; keys inside properties are never touched."""
    found = _read(service, vq, attributes)
    assert getattr(found, field) == (next(iter(attributes.values())) if value is ... else value)
    assert type(getattr(found, field)) is type(value) or value is ...
    assert found.extra == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ewt", "12"),
        ("ewt", 12.5),
        ("ewt", True),
        ("ewt", 2**63),
        ("ewt", [12]),
        ("wait-time", {}),
        ("wait_time", "soon"),
        ("phone", 17343305027),
        ("message", ["hi"]),
        ("token", 1),
        ("skills", "Skill1"),
        ("skills", [1]),
        ("skills", [None]),
        ("skills", {"0": "Skill1"}),
        ("properties", [["a", 1]]),
        ("properties", "{}"),
        ("channel", 1),
        ("virtualq-waiter-state", ["Waiting"]),
        ("created-at", "yesterday"),
        ("created-at", 1614834367),
        ("created-at", ""),
        ("created_at", "2021-02-30T00:00:00Z"),
        ("line", 3042),
        ("line", [{"id": 1}]),
        ("line", {"id": "x"}),
        ("line", {"id": 1, "name": 5}),
        ("line", {"id": 1, "colour": "red"}),
    ],
)
def test_value_that_does_not_fit_costs_its_field_alone(
    name: str,
    value: object,
    service: responses.RequestsMock,
    vq: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The field is None, the value is in `extra` by its top-level name, and one WARNING names the field, not the value."""
    with caplog.at_level(logging.INFO, "virtualq"):
        found = _read(service, vq, {name: value, "action-vcc": "kept"})
    kebab = name.replace("_", "-")
    assert found.extra in ({name: value}, {kebab: value})
    assert {field for field in EVERY_FIELD if getattr(found, field) is not None} == {"id", "action_vcc"}
    (record,) = caplog.records
    assert (record.name.partition(".")[0], record.levelname) == ("virtualq", "WARNING")
    said = record.getMessage()
    assert kebab in said.replace("_", "-")
    assert str(value) not in said.replace(name, "") or str(value) in ("", "{}")


def test_line_that_does_not_fit_gives_neither_id_nor_name(service: responses.RequestsMock, vq: Session) -> None:
    """A half-read line would look whole: all of it goes to `extra`, under its own name."""
    found = _read(service, vq, {"line": {"id": 3042, "name": 5}})
    assert (found.line_id, found.line_name, found.extra) == (None, None, {"line": {"id": 3042, "name": 5}})


def test_unknown_attributes_are_kept_as_they_came(
    service: responses.RequestsMock, vq: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """An attribute of a newer service is no fault: it is in `extra`, null too, and nothing is logged."""
    unknown = {"brand-new": {"a-b": [1]}, "x_y": None, "service-waiter-state": "Connected"}
    with caplog.at_level(logging.INFO, "virtualq"):
        assert _read(service, vq, {"ewt": 1, **unknown}).extra == unknown
    assert caplog.records == []


@pytest.mark.parametrize(
    ("identifier", "value"),
    [("9911", 9911), (9911, 9911), ("0", 0), ("-5", -5), (9911.0, 9911), (str(2**63 - 1), 2**63 - 1), (None, None)],
)
def test_id_is_a_number_however_it_is_written(
    identifier: object, value: Optional[int], service: responses.RequestsMock, vq: Session
) -> None:
    """A number or a string; null is no id."""
    found = _read(service, vq, {"ewt": 1}, id=identifier)
    assert (found.id, found.extra) == (value, {})


@pytest.mark.parametrize("identifier", ["", "abc", "1e3", " 1", "١", "1_0", "9" * 5000, True, 1.5, [1], 2**63])
def test_id_that_is_no_number_is_in_extra(identifier: object, service: responses.RequestsMock, vq: Session) -> None:
    """Neither guessed nor fatal: the caller is there, without an id."""
    found = _read(service, vq, {"ewt": 1}, id=identifier)
    assert (found.id, found.ewt, found.extra) == (None, 1, {"id": identifier})


NOON = datetime(2021, 3, 4, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-03-04T12:00:00Z", NOON),
        ("2021-03-04T12:00:00z", NOON),
        ("2021-03-04t12:00:00Z", NOON),
        ("2021-03-04 12:00:00Z", NOON),
        ("2021-03-04T12:00:00", NOON),
        ("2021-03-04T12:00", NOON),
        ("2021-03-04T12", NOON),
        ("2021-03-04T14:00:00+02:00", NOON),
        ("2021-03-04T14:00:00+0200", NOON),
        ("2021-03-04T14:00:00+02", NOON),
        ("2021-03-04T06:30:00-05:30", NOON),
        ("20210304T120000Z", NOON),
        ("2021-03-05T00:00:00+12:00", NOON),
        ("2021-063T12:00:00Z", NOON),
        ("2021-W09-4T12:00:00Z", NOON),
        ("2021-03-04T12:00:00.0Z", NOON),
        ("2021-03-04T12:00:00.5Z", NOON.replace(microsecond=500000)),
        ("2021-03-04T12:00:00,25Z", NOON.replace(microsecond=250000)),
        ("2021-03-04T12:00:00.123Z", NOON.replace(microsecond=123000)),
        ("2021-03-04T12:00:00.123456Z", NOON.replace(microsecond=123456)),
        ("2021-03-04T12:00:00.1234567Z", NOON.replace(microsecond=123456)),
        ("2021-03-04T12:00:00.123456789+00:00", NOON.replace(microsecond=123456)),
        ("2021-03-04", NOON.replace(hour=0)),
        ("2021-03-03T24:00:00Z", NOON.replace(hour=0)),
    ],
)
def test_time_is_aware_and_utc_whatever_its_form(
    text: str, moment: datetime, service: responses.RequestsMock, vq: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ISO 8601 in every form gives the same instant on every Python and in every time zone; naive means UTC."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    found = _read(service, vq, {"created-at": text})
    assert found.created_at == moment
    assert found.created_at is not None and found.created_at.tzinfo is timezone.utc
    assert found.extra == {}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "body",
    [
        b"null",
        b"[]",
        b"{}",
        b'"up"',
        b"true",
        b"0",
        b'{"meta": {}}',
        b'{"errors": []}',
        b'{"data": [null]}',
        b'{"data": 1}',
        b'{"data": "x"}',
        b'{"data": {}}',
        b'{"data": [{}]}',
        b'{"data": [[]]}',
        b'{"data": {"id": "1"}}',
        b'{"data": [{"id": "1", "attributes": null}]}',
        b'{"data": {"id": "1", "attributes": []}}',
        b'{"data": {"id": null, "attributes": {}}}',
        b'{"data": [{"attributes": {"phone": null}}]}',
        b"<html>Sign in</html>",
        b"up",
        b'{"data": [',
        b'{"data": null} trailing',
        b'{"data": null, "ewt": NaN}',
        b'{"data": null, "ewt": -Infinity}',
        b'{"data": null, "x": "\xff"}',
        b'\xff\xfe{\x00"\x00d\x00',
        b'{"data": null, "x": "\\ud800"}',
        b"[" * 100_000,
        b'{"data": null, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_answer_that_is_not_the_api_s_is_never_a_value(
    body: bytes, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """No JSON, no `data`, no caller in it: an error with the HTTP status, for every function."""
    register(service, name, body=body)
    with pytest.raises(UnexpectedResponseError) as caught:
        call(vq, name)
    assert (caught.value.status, caught.value.attempts) == (200, 1)
    assert caught.value.maybe_applied is (name in CHANGES)


@pytest.mark.parametrize("name", NAMES)
def test_list_and_object_are_not_taken_for_each_other(
    name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """An object where a list belongs, and a list where an object belongs."""
    register(service, name, {"data": caller() if name in LOOK_UPS else [caller()]})
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.parametrize("name", LOOK_UPS)
def test_one_bad_caller_spoils_the_list(name: str, service: responses.RequestsMock, vq: Session) -> None:
    """A null beside a caller: nobody can say whom it stood for."""
    register(service, name, {"data": [caller(), None]})
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("status", "body"), [(204, ""), (200, ""), (200, " \n"), (202, ""), (200, '{"data": null}')])
def test_answer_without_a_value_is_no_failure(
    status: int, body: str, name: str, service: responses.RequestsMock, vq: Session
) -> None:
    """204, an empty body or a null: no value; nobody found by a look-up, a change carried out."""
    register(service, name, body=body, status=status)
    result = call(vq, name)
    assert result.value == ([] if name == "list_callers_waiting" else None)
    assert (result.found, bool(result), result.status) == (name in CHANGES, name in CHANGES, status)


@pytest.mark.parametrize("media_type", ["text/html", "text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml"])
@pytest.mark.parametrize("name", NAMES)
def test_html_is_never_success(media_type: str, name: str, service: responses.RequestsMock, vq: Session) -> None:
    """A 2xx that calls itself HTML is a login page or a proxy's, whatever stands in it."""
    register(service, name, content_type=media_type)
    with pytest.raises(UnexpectedResponseError):
        call(vq, name)


@pytest.mark.parametrize(
    "media_type", ["application/vnd.api+json", "application/json", "text/plain; charset=iso-8859-1", ""]
)
def test_json_is_utf_8_whatever_the_charset_says(
    media_type: str, service: responses.RequestsMock, vq: Session
) -> None:
    """RFC 8259; a byte order mark is ignored too."""
    body = json.dumps(answer("get_caller", caller(message="Grüße")), ensure_ascii=False)
    register(service, "get_caller", body=b"\xef\xbb\xbf" + body.encode("utf-8"), content_type=media_type)
    value = vq.get_caller(3042, PHONE).value
    assert value is not None and value.message == "Grüße"


def test_huge_number_costs_its_field_alone(service: responses.RequestsMock, vq: Session) -> None:
    """Python refuses integers of more than 4,300 digits; the answer is still read."""
    body = '{"data": {"id": "1", "attributes": {"ewt": %s, "phone": "x"}}}' % ("9" * 5000)
    register(service, "line_up_caller", body=body)
    value = call(vq, "line_up_caller").value
    assert (value.ewt, value.phone) == (None, "x")
    assert list(value.extra) == ["ewt"]


def test_answer_that_is_too_large_is_refused(service: responses.RequestsMock) -> None:
    """`max_answer_bytes` is a limit: a byte more is not read as an answer."""
    body = json.dumps(answer("get_caller")).encode()
    register(service, "get_caller", body=body)
    register(service, "get_caller", body=body)
    with Session("key", max_answer_bytes=len(body)) as vq:
        assert vq.get_caller(3042, PHONE)
    with Session("key", max_answer_bytes=len(body) - 1) as vq:
        with pytest.raises(UnexpectedResponseError) as caught:
            vq.get_caller(3042, PHONE)
    assert caught.value.status == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304, 300])
@pytest.mark.parametrize("name", NAMES)
def test_redirect_is_refused(status: int, name: str, service: responses.RequestsMock, vq: Session) -> None:
    """The key goes to no other host; a redirected change is not a success."""
    register(service, name, status=status, headers={"Location": "https://example.test/"})
    with pytest.raises(UnexpectedResponseError) as caught:
        call(vq, name)
    assert caught.value.status == status
    assert len(service.calls) == 1


def test_first_caller_of_several_is_the_one_looked_up(service: responses.RequestsMock, vq: Session) -> None:
    """A look-up by line and phone gives one caller; the list gives all of them, in order."""
    document = answer("get_caller", caller("1"), caller("2"))
    for name in LOOK_UPS:
        register(service, name, document)
        value = call(vq, name).value
        found = [each.id for each in value] if isinstance(value, list) else value.id
        assert found == ([1, 2] if name == "list_callers_waiting" else 1)
        service.reset()
