"""What cannot stand in properties, and how the faulty part is named."""

from __future__ import annotations

import math
from datetime import time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtualq import InvalidParameterError, Session

from ..calls import KEY, LINE, PHONE
from ..odd_values import Attrs, Data, Lazy
from ..shares import share_of

Calls = Callable[..., Any]


NAME = "update_caller_information"


class _Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("hostile")

    __str__ = __repr__


class _BrokenMapping(Lazy):
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
    Attrs,
    Data,
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
    Attrs(1, b"x"),
    Data(1, {2}.__iter__()),
    _Hostile(),
    _BrokenMapping(),
    _BrokenProperty.A,
    _Unset(),
    10**5000,
]


@pytest.mark.parametrize("value", NOT_SENDABLE, ids=lambda value: type(value).__name__)
def test_all_else_is_refused(value: object, nothing_sent: Calls) -> None:
    """JSON has no word for it: the error names the way to it; no exception of its own gets out."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(NAME, line_id=LINE, phone=PHONE, properties={"a": [0, value]})
    error = caught.value
    assert error.parameter.startswith("properties.a[1]")
    assert error.parameter in str(error)
    assert "7343305027" not in f"{error!s}{error!r}{vars(error)}"
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(
    "properties",
    [
        None.__class__,
        5,
        "a",
        b"a",
        [("a", 1)],
        ("a",),
        {"a"},
        object(),
        Attrs(1),
        Data(1),
        True,
        iter({}),
        dict,
    ],
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
        ({"a": Attrs(1, [BAD])}, "properties.a.nested[0]"),
        ({"a": Data(1, {"x": BAD})}, "properties.a.more.x"),
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
    third = Attrs(1)
    third.nested = [third]
    yield third
    fourth = Data(1)
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


def test_phone_in_a_key_is_not_in_the_error(nothing_sent: Calls) -> None:
    """The way to the faulty part may lead through a person's number."""
    with pytest.raises(InvalidParameterError) as caught:
        nothing_sent(
            NAME, line_id=LINE, phone=PHONE, properties={PHONE: {"+1 (734) 330-5027": BAD}}
        )
    shown = f"{caught.value!s}{caught.value!r}{vars(caught.value)}"
    assert "3305027" not in shown
    assert "330-5027" not in shown


@settings(max_examples=share_of(200))
@given(
    path=st.lists(
        st.integers(0, 3)
        | st.text(st.characters(categories=("Ll",), max_codepoint=127), min_size=1),
        max_size=6,
    ),
    bad=st.sampled_from([BAD, math.nan, object(), 1j]),
)
def test_way_to_any_faulty_part_is_right(path: List[Any], bad: object) -> None:
    """However deep the fault lies, the name leads to it."""
    value: Any = bad
    for step in reversed(path):
        value = [0] * step + [value] if isinstance(step, int) else {step: value}
    expected = "properties.p" + "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in path
    )
    with Session(KEY) as vq, pytest.raises(InvalidParameterError) as caught:
        vq.update_caller_information(LINE, PHONE, properties={"p": value})
    assert caught.value.parameter == expected or len(expected) > 380
