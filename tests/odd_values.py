"""Odd values that a program may give by mistake, and classes that may stand in properties."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction
from typing import Any, Iterator, List, Mapping

import attrs

from .calls import PHONE


@attrs.define
class Attrs:
    a: int
    nested: Any = None


@dataclasses.dataclass
class Data:
    c: int
    more: Any = dataclasses.field(default_factory=list)


class Lazy(Mapping[str, Any]):
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> Any:
        return {"a": 1}[key]

    def __iter__(self) -> Iterator[str]:
        return iter(["a"])

    def __len__(self) -> int:
        return 1


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return object.__getattribute__(self, name)
        raise RuntimeError(f"hostile {PHONE}")

    def __repr__(self) -> str:
        raise RuntimeError("hostile")

    __str__ = __repr__
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("hostile")


class BrokenIterable:
    def __iter__(self) -> Iterator[str]:
        yield "a"
        raise KeyError(PHONE)


class IntLike:
    def __index__(self) -> int:
        return 3042

    __int__ = __index__


class Posing:
    """Passes for another kind, as mocks with a `spec` and lazy objects do."""

    def __init__(self, kind: type) -> None:
        self._kind = kind

    @property
    def __class__(self) -> Any:
        return self._kind

    def __repr__(self) -> str:
        return f"posing as {self._kind.__name__}"


NO_INTEGER: List[Any] = [
    None,
    True,
    False,
    "3042",
    "",
    b"3042",
    3042.0,
    float("nan"),
    float("inf"),
    Decimal(3042),
    Fraction(3042),
    3042j,
    [3042],
    (),
    {},
    set(),
    object(),
    int,
    lambda: 3042,
    IntLike(),
    Hostile(),
    Posing(int),
    2**63,
    -(2**63) - 1,
    10**5000,
]
NO_TEXT: List[Any] = [
    True,
    17343305027,
    1.5,
    PHONE.encode(),
    bytearray(b"1"),
    [PHONE],
    (PHONE,),
    {},
    object(),
    str,
    Hostile(),
    Posing(str),
    Decimal(1),
]
BLANK: List[Any] = ["", " ", "\t", "\n", "\u00a0", "\u2003\u3000", "   \r\n"]
CONTROL: List[Any] = [
    f"+1734{character}3305027"
    for character in ("\n", "\r", "\x00", "\t", "\x1b", "\x7f", "\x85", "\x9f", "\x0b", "\x1f")
]
SURROGATE: List[Any] = ["\ud800", "+1734\udfff3305027", "\udcff", "\ud83d", "a\ude00\ud83d"]
BAD_TEXT = NO_TEXT + CONTROL + SURROGATE
NO_SKILLS: List[Any] = [
    "Skill1",
    b"Skill1",
    bytearray(b"x"),
    5,
    1.5,
    True,
    object(),
    str,
    Hostile(),
    BrokenIterable(),
    {"Skill1": 1},
    memoryview(b"abc"),
    range(3),
    [1],
    ["a", None],
    [b"a"],
    [["a"]],
    ["a\n"],
    ["\ud800"],
    [Hostile()],
]
BAD_SECONDS: List[Any] = [
    0,
    -1,
    -0.001,
    float("nan"),
    float("inf"),
    float("-inf"),
    "3",
    "",
    True,
    False,
    [3],
    {},
    Decimal(3),
    3j,
    object(),
    Hostile(),
    Posing(float),
    10**5000,
    b"3",
]
