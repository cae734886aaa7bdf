"""What may stand in properties, and how it goes over the wire."""

from __future__ import annotations

import collections
import json
import types
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from typing import Any, Dict, List, NamedTuple
from uuid import UUID

import attrs
import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from virtualq import Channel, Session

from ..calls import BASE, KEY, LINE, PHONE
from ..odd_values import Attrs, Data, Lazy
from ..shares import share_of


class _Colour(Enum):
    RED = "red"
    PAIR = (1, "a")
    WHEN = date(2021, 3, 4)


class _Number(IntEnum):
    ONE = 1


class _Flags(IntFlag):
    A = 1
    B = 2


@attrs.frozen(slots=False)
class _Frozen:
    b: str = "x"


class _Pair(NamedTuple):
    x: int
    y: int


class _Text(str):
    def __str__(self) -> str:
        return "another text"


class _Integer(int):
    def __repr__(self) -> str:
        return "not a number"

    __str__ = __repr__


ID = UUID("12345678-1234-5678-1234-567812345678")


OFFSET = timezone(timedelta(hours=2))


SENDABLE: List[Any] = [
    (None, None),
    (True, True),
    (0, 0),
    (-1.5, -1.5),
    (10**30, 10**30),
    ("", ""),
    ("Grüße 📞\n\x00", "Grüße 📞\n\x00"),
    ("2021-03-04T05:06:07Z", "2021-03-04T05:06:07Z"),
    ([], []),
    ({}, {}),
    ([1, [2, [3]]], [1, [2, [3]]]),
    ((1, "a"), [1, "a"]),
    ({7}, [7]),
    (frozenset({7}), [7]),
    (_Pair(1, 2), [1, 2]),
    ({"a": {"b": {"c-d": {"e_f": 1}}}},) * 2,
    (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
    (types.MappingProxyType({"a": 1}), {"a": 1}),
    (Lazy(), {"a": 1}),
    (datetime(2021, 3, 4, 5, 6, 7), "2021-03-04T05:06:07"),
    (datetime(2021, 3, 4, 5, 6, 7, 8, tzinfo=timezone.utc), "2021-03-04T05:06:07.000008+00:00"),
    (datetime(2021, 3, 4, 5, 6, 7, tzinfo=OFFSET), "2021-03-04T05:06:07+02:00"),
    (date(2021, 3, 4), "2021-03-04"),
    (_Colour.RED, "red"),
    (_Colour.PAIR, [1, "a"]),
    (_Colour.WHEN, "2021-03-04"),
    (_Number.ONE, 1),
    (_Flags.A | _Flags.B, 3),
    (Channel.CALL_IN, "CallIn"),
    (ID, str(ID)),
    (Attrs(1, [_Frozen()]), {"a": 1, "nested": [{"b": "x"}]}),
    (Data(1, {"when": date(2021, 3, 4)}), {"c": 1, "more": {"when": "2021-03-04"}}),
    (_Text("plain"), "plain"),
    (_Integer(5), 5),
]


def _sent(service: responses.RequestsMock, vq: Session, properties: Any) -> Any:
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties=properties)
    return json.loads(service.calls[0].request.body or b"")["data"]["attributes"]["properties"]


@pytest.mark.parametrize(("value", "wire"), SENDABLE, ids=lambda value: type(value).__name__)
def test_value_goes_over_the_wire_as_json(
    value: object, wire: object, service: responses.RequestsMock, vq: Session
) -> None:
    """JSON as it is; times as ISO 8601; enums, classes and collections as what they stand for."""
    sent = _sent(service, vq, {"a": value, "list": [value]})
    assert sent == {"a": wire, "list": [wire]}
    assert type(sent["a"]) is type(wire)


@pytest.mark.parametrize(
    "text", ["1.10", "0", "-0.001", "1E+30", "123456789012345678901234567890.5"]
)
def test_decimal_keeps_its_value(text: str, service: responses.RequestsMock, vq: Session) -> None:
    """Not a digit of a Decimal is lost, whether it goes as a number or as text."""
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"a": Decimal(text)})
    body = json.loads(service.calls[0].request.body or b"", parse_float=Decimal)
    assert Decimal(body["data"]["attributes"]["properties"]["a"]) == Decimal(text)


class _OddDatetime(datetime):
    def isoformat(self, *_: Any, **__: Any) -> str:
        return "\ud800"


class _OddDate(date):
    def isoformat(self) -> str:
        return "\ud800"


class _OddDecimal(Decimal):
    def __str__(self) -> str:
        return "\ud800"


class _OddUUID(UUID):
    def __str__(self) -> str:
        return "\ud800"


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (_OddDatetime(2021, 3, 4), "2021-03-04T00:00:00"),
        (_OddDate(2021, 3, 4), "2021-03-04"),
        (_OddDecimal("1.10"), "1.10"),
        (_OddUUID(str(ID)), str(ID)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_a_subclass_prints_does_not_count(
    value: object, wire: str, service: responses.RequestsMock, vq: Session
) -> None:
    """It failed in the encoder, whose exception had the whole body with the phone in it."""
    assert _sent(service, vq, {"a": value}) == {"a": wire}


def test_same_object_twice_is_no_cycle(service: responses.RequestsMock, vq: Session) -> None:
    """A value that is shared is written twice."""
    shared = {"x": [1]}
    assert _sent(service, vq, {"a": shared, "b": [shared, shared]}) == {
        "a": shared,
        "b": [shared, shared],
    }


def test_what_is_given_is_not_changed(service: responses.RequestsMock, vq: Session) -> None:
    """The user's own objects stay as they were."""
    given: Dict[str, Any] = {"a": (1, {2}), "when": date(2021, 3, 4), "b": {"c": Decimal(1)}}
    before = repr(given)
    _sent(service, vq, given)
    assert repr(given) == before


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=share_of(300))
@given(properties=st.dictionaries(st.text(), _json, max_size=5))
def test_json_arrives_as_it_was_given(properties: Dict[str, Any]) -> None:
    """Any JSON, any key, any depth: what the service reads is what the user wrote."""
    with responses.RequestsMock() as service, Session(KEY) as vq:
        assert _sent(service, vq, properties) == properties
