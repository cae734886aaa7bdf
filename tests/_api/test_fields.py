"""How the attributes of a caller are read: an odd value costs its field alone."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import Any, Dict, Optional

import attrs
import pytest
import responses

from virtualq import (
    CallerResult,
    Channel,
    Session,
    Source,
    VirtualQCallerState,
)
from virtualq._api.converter import make_converter

from ..calls import call, register

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


def _read(
    service: responses.RequestsMock, vq: Session, attributes: Dict[str, Any], **more: Any
) -> CallerResult:
    resource = {"type": "waiters", "id": "9911", "attributes": attributes, **more}
    register(service, "line_up_caller", {"data": resource})
    value = call(vq, "line_up_caller").value
    assert isinstance(value, CallerResult)
    return value


def test_caller_has_every_name_of_the_answer() -> None:
    """All fields of the contract, each field optional, and `extra`; the spec may have got more."""
    fields = {field.name for field in attrs.fields(CallerResult)}
    assert fields >= EVERY_FIELD | {"extra"}
    empty = CallerResult()
    assert {getattr(empty, name) for name in fields - {"extra"}} == {None}
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
        (
            {"virtualq_waiter_state": "TimeOut"},
            "virtualq_caller_state",
            VirtualQCallerState.TIME_OUT,
        ),
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
    attributes: Dict[str, Any],
    field: str,
    value: object,
    service: responses.RequestsMock,
    vq: Session,
) -> None:
    """Kebab-case and snake_case are both read; keys inside properties are never touched."""
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
    ],
)
def test_value_that_does_not_fit_costs_its_field_alone(
    name: str,
    value: object,
    service: responses.RequestsMock,
    vq: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The field is None, the value is in `extra`, and one WARNING names the field alone."""
    with caplog.at_level(logging.INFO, "virtualq"):
        found = _read(service, vq, {name: value, "action-vcc": "kept"})
    kebab = name.replace("_", "-")
    assert found.extra in ({name: value}, {kebab: value})
    assert {field for field in EVERY_FIELD if getattr(found, field) is not None} == {
        "id",
        "action_vcc",
    }
    (record,) = caplog.records
    assert (record.name.partition(".")[0], record.levelname) == ("virtualq", "WARNING")
    said = record.getMessage()
    assert kebab in said.replace("_", "-")
    assert str(value) not in said.replace(name, "") or str(value) in ("", "{}")


@pytest.mark.parametrize(
    ("line", "line_id", "line_name", "warned"),
    [
        ({"id": 3042, "name": 5}, 3042, None, "line.name"),
        ({"id": "x", "name": "Sales"}, None, "Sales", "line.id"),
        ({"id": 3042, "name": "Sales", "colour": "red"}, 3042, "Sales", None),
        ({"id": 3042, "name": 5, "colour": "red"}, 3042, None, "line.name"),
    ],
)
def test_odd_member_of_the_line_costs_no_other(
    line: Dict[str, object],
    line_id: Optional[int],
    line_name: Optional[str],
    warned: Optional[str],
    service: responses.RequestsMock,
    vq: Session,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What fits is read; the line is kept whole in `extra`, with a WARNING for a misfit alone."""
    found = _read(service, vq, {"line": line})
    assert (found.line_id, found.line_name, found.extra) == (line_id, line_name, {"line": line})
    assert [record.args for record in caplog.records] == ([(warned,)] if warned else [])
    converter = make_converter()
    assert converter.structure(converter.unstructure(found), CallerResult) == found


def test_unknown_attributes_are_kept_as_they_came(
    service: responses.RequestsMock, vq: Session, caplog: pytest.LogCaptureFixture
) -> None:
    """An attribute of a newer service is no fault: it is in `extra`, null too, and not logged."""
    unknown = {"brand-new": {"a-b": [1]}, "x_y": None, "service-waiter-state": "Connected"}
    with caplog.at_level(logging.INFO, "virtualq"):
        assert _read(service, vq, {"ewt": 1, **unknown}).extra == unknown
    assert caplog.records == []


@pytest.mark.parametrize(
    ("identifier", "value"),
    [
        ("9911", 9911),
        (9911, 9911),
        ("0", 0),
        ("-5", -5),
        (9911.0, 9911),
        (str(2**63 - 1), 2**63 - 1),
        (None, None),
    ],
)
def test_id_is_a_number_however_it_is_written(
    identifier: object, value: Optional[int], service: responses.RequestsMock, vq: Session
) -> None:
    """A number or a string; null is no id."""
    found = _read(service, vq, {"ewt": 1}, id=identifier)
    assert (found.id, found.extra) == (value, {})


@pytest.mark.parametrize(
    "identifier", ["", "abc", "1e3", " 1", "\u0661", "1_0", "9" * 5000, True, 1.5, [1], 2**63]
)
def test_id_that_is_no_number_is_in_extra(
    identifier: object, service: responses.RequestsMock, vq: Session
) -> None:
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
    text: str,
    moment: datetime,
    service: responses.RequestsMock,
    vq: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every form of ISO 8601 gives the same instant on every Python; naive means UTC."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    found = _read(service, vq, {"created-at": text})
    assert found.created_at == moment
    assert found.created_at is not None
    assert found.created_at.tzinfo is timezone.utc
    assert found.extra == {}


def test_huge_number_costs_its_field_alone(service: responses.RequestsMock, vq: Session) -> None:
    """Python refuses integers of more than 4,300 digits; the answer is still read."""
    body = '{"data": {"id": "1", "attributes": {"ewt": %s, "phone": "x"}}}' % ("9" * 5000)
    register(service, "line_up_caller", body=body)
    value = call(vq, "line_up_caller").value
    assert (value.ewt, value.phone) == (None, "x")
    assert list(value.extra) == ["ewt"]
