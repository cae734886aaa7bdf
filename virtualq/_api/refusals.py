"""How a parameter is refused, and what is asked of a text; for kinds and properties."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Type, TypeVar

from virtualq.errors import InvalidParameterError

if TYPE_CHECKING:
    from typing_extensions import TypeGuard

T = TypeVar("T")

# They cannot be written as UTF-8 (RFC 3629). Compiled when a text may have one: to a call without,
# the pattern would be 1 % of its start.
_SURROGATE = "[\ud800-\udfff]"
NOT_ENCODABLE = "must not have a lone surrogate"


class Json(str):
    """A value that is written as JSON already."""

    __slots__ = ()


def refuse(name: str, reason: str) -> InvalidParameterError:
    """Return the error for the parameter `name`."""
    return InvalidParameterError(f"{name}: {reason}", parameter=name)


def kind_of(value: object) -> str:
    """Return what a value is, never the value: it may be a phone number."""
    return "None" if value is None else f"a value of type {type(value).__name__}"


def is_a(value: object, kind: Type[T]) -> TypeGuard[T]:
    """Say whether a value really is of a kind: mocks and lazy objects pass for one by isinstance,
    and then lack what it has.
    """
    return issubclass(type(value), kind)


def plain(value: str) -> str:
    """Return the text of a str, of a str enum its value, whatever its own str() would say."""
    return str(value.value) if isinstance(value, Enum) else str.__str__(value)


def is_encodable(text: str) -> bool:
    """Say whether a text can be written as UTF-8."""
    return text.isascii() or re.search(_SURROGATE, text) is None
