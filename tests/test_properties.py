"""What may stand in properties, how it goes over the wire, and how the faulty part of the rest is named."""

from __future__ import annotations

import collections
import dataclasses
import json
import math
import types
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, IntFlag
from fractions import Fraction
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, NamedTuple
from uuid import UUID

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import responses
from virtualq import Channel, InvalidParameterError, Session

from .calls import BASE, KEY, LINE, PHONE

Calls = Callable[..., Any]
NAME = "update_caller_information"


class _Colour(Enum):
    RED = "red"
    PAIR = (1, "a")
    WHEN = date(2021, 3, 4)


class _Number(IntEnum):
    ONE = 1


class _Flags(IntFlag):
    A = 1
    B = 2


@attrs.define
class _Attrs:
    a: int
    nested: Any = None


@attrs.frozen(slots=False)
class _Frozen:
    b: str = "x"


@dataclasses.dataclass
class _Data:
    c: int
    more: Any = dataclasses.field(default_factory=list)


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


class _Lazy(Mapping[str, Any]):
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> Any:
        return {"a": 1}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


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
    (_Lazy(), {"a": 1}),
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
    (_Attrs(1, [_Frozen()]), {"a": 1, "nested": [{"b": "x"}]}),
    (_Data(1, {"when": date(2021, 3, 4)}), {"c": 1, "more": {"when": "2021-03-04"}}),
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


@pytest.mark.parametrize("text", ["1.10", "0", "-0.001", "1E+30", "123456789012345678901234567890.5"])
def test_decimal_keeps_its_value(text: str, service: responses.RequestsMock, vq: Session) -> None:
    """Not a digit of a Decimal is lost, whether it goes as a number or as text."""
    service.put(f"{BASE}/waiters/0", status=204)
    vq.update_caller_information(LINE, PHONE, properties={"a": Decimal(text)})
    body = json.loads(service.calls[0].request.body or b"", parse_float=Decimal)
    assert Decimal(body["data"]["attributes"]["properties"]["a"]) == Decimal(text)


class _Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("hostile")

    __str__ = __repr__


class _BrokenMapping(_Lazy):
    def __getitem__(self, key: str) -> Any:
        raise KeyError(PHONE)


@attrs.define
class _Unset:
    a: int = attrs.field(init=False)


class _BrokenProperty(Enum):
    A = "a"

    @property
    def value(self) -> Any:
        raise RuntimeError(PHONE)


NOT_SENDABLE: List[Any] = [
    float("nan"),
    float("inf"),
    float("-inf"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    b"bytes",
    bytearray(b"x"),
    memoryview(b"x"),
    1j,
    object(),
    object,
    _Attrs,
    _Data,
    Fraction(1, 2),
    Path("x"),
    timedelta(1),
    time(1, 2),
    lambda: 1,
    iter([1]),
    (each for each in "a"),
    Exception("x"),
    ...,
    NotImplemented,
    "\ud800",
    "a\udfffb",
    {1: "a"},
    {None: 1},
    {b"a": 1},
    {("a",): 1},
    {"\ud800": 1},
    {"a": {"b": [float("nan")]}},
    [[object()]],
    _Attrs(1, b"x"),
    _Data(1, {2}.__iter__()),
    _Hostile(),
    _BrokenMapping(),
    _Unset(),
    10**5000,
]


@pytest.mark.parametrize("value", NOT_SENDABLE, ids=lambda value: type(value).__name__)
def test_all_else_is_refused(value: object, nothing_sent: Calls) -> None:
    """JSON has no word for it: the error names the way to it, and no exception of its own comes through."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties={"a": [0, value]})
    error = caught.value
    assert error.parameter == "properties" or error.parameter.startswith("properties.a[1]")
    assert error.parameter in str(error)
    assert "7343305027" not in f"{error!s}{error!r}{vars(error)}"
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    "properties",
    [None.__class__, 5, "a", b"a", [("a", 1)], ("a",), {"a"}, object(), _Attrs(1), _Data(1), True, iter({}), dict],
    ids=lambda value: type(value).__name__,
)
def test_properties_are_a_mapping(properties: object, nothing_sent: Calls) -> None:
    """Not a list of pairs, not an object, not a text."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties=properties)
    assert caught.value.parameter == "properties"


BAD = b"bad"


@pytest.mark.parametrize(
    ("properties", "parameter"),
    [
        ({"a": [0, 1, {"b": BAD}]}, "properties.a[2].b"),
        ({"a": BAD}, "properties.a"),
        ({"a": {"b": {"c": BAD}}}, "properties.a.b.c"),
        ({"a": (BAD,)}, "properties.a[0]"),
        ({"a": [[], [0, [BAD]]]}, "properties.a[1][1][0]"),
        ({"a": _Attrs(1, [BAD])}, "properties.a.nested[0]"),
        ({"a": _Data(1, {"x": BAD})}, "properties.a.more.x"),
        ({"With Blank": BAD}, "properties.With Blank"),
        ({1: "a"}, "properties"),
        ({"a": {1: "a"}}, "properties.a"),
        ({"a": [{1: "a"}]}, "properties.a[0]"),
        ({"ok": 1, "bad": float("nan"), "worse": BAD}, "properties.bad"),
    ],
)
def test_error_names_the_way_to_the_faulty_part(
    properties: Dict[Any, Any], parameter: str, nothing_sent: Calls
) -> None:
    """`properties.a[2].b`: a program with a hundred properties must be told which."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties=properties)
    assert caught.value.parameter == parameter
    assert str(caught.value).startswith(parameter)


def _cycles() -> Iterator[Any]:
    first: List[Any] = []
    first.append(first)
    yield first
    second: Dict[str, Any] = {}
    second["a"] = {"b": [second]}
    yield second
    third = _Attrs(1)
    third.nested = [third]
    yield third
    fourth = _Data(1)
    fourth.more = {"again": fourth}
    yield fourth
    deep: List[Any] = []
    for _ in range(100_000):
        deep = [deep]
    yield deep
    broad: Dict[str, Any] = {}
    for _ in range(5_000):
        broad = {"a": broad}
    yield broad


@pytest.mark.parametrize("number", range(6))
def test_cycle_and_endless_depth_are_refused(number: int, nothing_sent: Calls) -> None:
    """What contains itself cannot be written down; never a RecursionError."""
    value = list(_cycles())[number]
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties={"loop": value})
    assert caught.value.parameter.startswith("properties.loop")
    assert len(str(caught.value)) < 400


def test_mapping_that_contains_itself_is_refused(nothing_sent: Calls) -> None:
    """The outermost mapping counts too."""
    properties: Dict[str, Any] = {}
    properties["a"] = properties
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties=properties)
    assert caught.value.parameter == "properties.a"


def test_same_object_twice_is_no_cycle(service: responses.RequestsMock, vq: Session) -> None:
    """A value that is shared is written twice."""
    shared = {"x": [1]}
    assert _sent(service, vq, {"a": shared, "b": [shared, shared]}) == {"a": shared, "b": [shared, shared]}


def test_what_is_given_is_not_changed(service: responses.RequestsMock, vq: Session) -> None:
    """The user's own objects stay as they were."""
    given: Dict[str, Any] = {"a": (1, {2}), "when": date(2021, 3, 4), "b": {"c": Decimal(1)}}
    before = repr(given)
    _sent(service, vq, given)
    assert repr(given) == before


def test_phone_in_a_key_is_not_in_the_error(nothing_sent: Calls) -> None:
    """The way to the faulty part may lead through a person's number."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties={PHONE: {"+1 (734) 330-5027": BAD}})
    shown = f"{caught.value!s}{caught.value!r}{vars(caught.value)}"
    assert "3305027" not in shown
    assert "330-5027" not in shown


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(properties=st.dictionaries(st.text(), _json, max_size=5))
def test_json_arrives_as_it_was_given(properties: Dict[str, Any]) -> None:
    """Any JSON, any key, any depth: what the service reads is what the user wrote."""
    with responses.RequestsMock() as service, Session(KEY) as vq:
        assert _sent(service, vq, properties) == properties


@settings(max_examples=200, deadline=None)
@given(
    path=st.lists(st.integers(0, 3) | st.text(st.characters(categories=("Ll",), max_codepoint=127), min_size=1), max_size=6),
    bad=st.sampled_from([BAD, math.nan, object(), 1j]),
)
def test_way_to_any_faulty_part_is_right(path: List[Any], bad: object) -> None:
    """However deep the fault lies, the name leads to it."""
    value: Any = bad
    for step in reversed(path):
        value = [0] * step + [value] if isinstance(step, int) else {step: value}
    expected = "properties.p" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        vq.update_caller_information(LINE, PHONE, properties={"p": value})
    assert caught.value.parameter == expected or len(expected) > 380
