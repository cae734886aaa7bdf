"""The generated reading of one resource: spellings, oddities and what is said about them.

test_fields.py has the same from a user's side, test_models.py the way back.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import datetime, timezone
from typing import Any, Dict, List

import attrs
import pytest

from virtualq import CallerResult, Channel, Source, VirtualQCallerState
from virtualq._api.converter import make_converter
from virtualq._api.tables import TABLES

Attributes = Dict[str, Any]
UTC = timezone.utc
ALL: Attributes = {
    "action-vcc": "none",
    "channel": "CallIn",
    "connected-at": "2021-03-04T05:10:00.000Z",
    "created-at": "2021-03-04T05:00:00+02:00",
    "estimated-up-time-at": "2021-03-04T05:08:30.123456789Z",
    "ewt": 12.0,
    "line": {"id": 3042, "name": "Sales"},
    "message": "hi",
    "notified-at": "20210304T050800Z",
    "phone": "+17343305027",
    "properties": {"some-key": 1, "some_key": {"a-b": None}, "date": "2021-03-04"},
    "skills": ["Skill1", "Skill2"],
    "source": "Phone",
    "token": "t0ken",
    "updated-at": "2021-03-04",
    "virtualq-waiter-state": "TimeOut",
    "wait-time": 42,
    "waiting-time-in-seconds": 0,
}
EXPECTED = CallerResult(
    id=9911,
    action_vcc="none",
    channel=Channel.CALL_IN,
    connected_at=datetime(2021, 3, 4, 5, 10, tzinfo=UTC),
    created_at=datetime(2021, 3, 4, 3, 0, tzinfo=UTC),
    estimated_up_time_at=datetime(2021, 3, 4, 5, 8, 30, 123456, tzinfo=UTC),
    ewt=12,
    line_id=3042,
    line_name="Sales",
    message="hi",
    notified_at=datetime(2021, 3, 4, 5, 8, tzinfo=UTC),
    phone="+17343305027",
    properties={"some-key": 1, "some_key": {"a-b": None}, "date": "2021-03-04"},
    skills=["Skill1", "Skill2"],
    source=Source.PHONE,
    token="t0ken",
    updated_at=datetime(2021, 3, 4, tzinfo=UTC),
    virtualq_caller_state=VirtualQCallerState.TIME_OUT,
    wait_time=42,
    waiting_time_in_seconds=0,
)


def read_caller(resource: Attributes) -> CallerResult:
    """Read a resource by the table of callers."""
    caller: CallerResult = TABLES["CallerResult"].read(resource)
    return caller


def read(identifier: object = "9911", **attributes: Any) -> CallerResult:
    """Read a caller with these attributes, given by their names in snake_case."""
    kebab = {name.replace("_", "-"): value for name, value in attributes.items()}
    return read_caller({"id": identifier, "type": "waiters", "attributes": kebab})


def test_every_attribute_is_read() -> None:
    """The whole caller, each value in its type; the spec may have got more by now."""
    assert read_caller({"id": "9911", "attributes": ALL}) == EXPECTED
    assert set(ALL) <= {
        field.metadata.get("within", field.metadata["wire"])
        for field in attrs.fields(CallerResult)
        if field.name not in ("id", "extra")
    }


def test_snake_case_is_read_alike() -> None:
    """The service writes snake_case when asked to; keys inside properties stay as they are."""
    snake = {name.replace("-", "_"): value for name, value in ALL.items()}
    assert read_caller({"id": 9911, "attributes": snake}) == EXPECTED


def test_kebab_case_wins_over_snake_case() -> None:
    """When both are there, the other one is left in extra, in whatever order they come."""
    for names in (("wait-time", "wait_time"), ("wait_time", "wait-time")):
        given_value = {name: len(name.split("-")) for name in names}
        caller = read_caller({"attributes": given_value})
        assert (caller.wait_time, caller.extra) == (2, {"wait_time": 1})


def test_mixed_spelling_is_no_known_name() -> None:
    """Half kebab, half snake is another attribute."""
    caller = read_caller({"attributes": {"virtualq-waiter_state": "Waiting"}})
    assert caller == CallerResult(extra={"virtualq-waiter_state": "Waiting"})


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [("9911", 9911), (9911, 9911), ("0", 0), ("-5", -5), ("007", 7), (12.0, 12), (None, None)],
)
def test_id_is_a_number_given_as_number_or_text(identifier: object, expected: object) -> None:
    """The wire has both."""
    assert read(identifier) == CallerResult(id=expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "odd", ["", "x", "1.0", "+1", " 1", "1_0", "\u0661", "9" * 5000, 2**63, True, 1.5, [], {}]
)
def test_odd_id_never_costs_the_caller(odd: object, caplog: pytest.LogCaptureFixture) -> None:
    """It is left in extra, and the rest is read."""
    caller = read(odd, ewt=1)
    assert (caller.id, caller.ewt, caller.extra) == (None, 1, {"id": odd})
    assert [record.levelname for record in caplog.records] == ["WARNING"]


@pytest.mark.parametrize(
    ("own", "attribute", "expected", "extra"),
    [
        ("x", 7, 7, {"id": "x"}),
        ("x", "y", None, {"id": "y"}),
        ("x", None, None, {"id": "x"}),
        (None, 7, 7, {}),
        (None, "y", None, {"id": "y"}),
        (5, 7, 5, {"id": 7}),
    ],
)
def test_id_among_the_attributes_stands_in(
    own: object, attribute: object, expected: object, extra: Attributes
) -> None:
    """For one that is missing or does not fit; what is written is read as the same again."""
    caller = read_caller({"id": own, "type": "waiters", "attributes": {"id": attribute}})
    assert (caller.id, caller.extra) == (expected, extra)
    assert read_caller(make_converter().unstructure(caller)) == caller


ODD: Dict[str, List[object]] = {
    "ewt": ["12", 12.5, True, 2**63, -(2**63) - 1, float("inf"), [], {}],
    "phone": [17343305027, True, [], {}],
    "skills": ["Skill1", [1], [None], {}, 1],
    "properties": [[], "x", 1, True],
    "channel": [1, True, [], {}],
    "created-at": ["", "yesterday", 1614834367, True, [], "2021-13-01"],
    "line": ["Sales", 3042, []],
}


@pytest.mark.parametrize("name", ODD)
def test_odd_value_is_left_in_extra(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Its field is None, one WARNING has the field and not the value, and the rest is read."""
    others = {other: value for other, value in ALL.items() if other != name}
    for odd in ODD[name]:
        caplog.clear()
        caller = read_caller({"id": "9911", "attributes": {**ALL, name: odd}})
        rest = read_caller({"id": "9911", "attributes": others})
        assert caller.extra == {name: odd}
        assert attrs.evolve(caller, extra={}) == rest
        assert [(each.name, each.levelno) for each in caplog.records] == [
            ("virtualq", logging.WARNING)
        ]
        said = caplog.records[0].getMessage()
        assert said == f"The answer's {name!r} does not fit its type, see extra."


def test_several_odd_values_are_told_one_by_one(caplog: pytest.LogCaptureFixture) -> None:
    """One WARNING for each."""
    caller = read("x", ewt="1", phone=2, wait_time=3)
    assert caller == CallerResult(wait_time=3, extra={"id": "x", "ewt": "1", "phone": 2})
    assert sorted(each.args[0] for each in caplog.records if isinstance(each.args, tuple)) == [
        "ewt",
        "id",
        "phone",
    ]


def test_unknown_attributes_are_kept_as_they_came() -> None:
    """Under their own names, null too; nothing is said about them."""
    unknown = {"new-one": [1], "new_two": None, "id": 5, "Phone": "x", "": ""}
    caller = read_caller({"id": 1, "attributes": {**unknown, "ewt": None}})
    assert caller == CallerResult(id=1, extra=unknown)


def test_null_is_none() -> None:
    """Every attribute may be null."""
    caller = read_caller({"id": None, "attributes": dict.fromkeys(ALL)})
    assert caller == CallerResult()


@pytest.mark.parametrize("line", [{}, {"id": None}, {"id": None, "name": None}])
def test_line_without_anything(line: Attributes) -> None:
    """An empty line is no odd one."""
    assert read(line=line) == CallerResult(id=9911)


def test_instances_share_nothing() -> None:
    """Each has an extra of its own."""
    first, second = CallerResult(), CallerResult()
    first.extra["a"] = 1
    assert second.extra == {}


def test_converter_loads_cattrs_only_when_asked() -> None:
    """A script that makes one call does not pay for it."""
    code = (
        "import sys, virtualq._api.converter as c\n"
        "assert 'cattrs' not in sys.modules\n"
        "c.make_converter()\n"
        "assert 'cattrs' in sys.modules\n"
        "import virtualq._api.operations\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    code = "import sys, virtualq._api.operations\nassert 'attrs' not in sys.modules\n"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
