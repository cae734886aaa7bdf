"""Checks what the caller of a function gives, before wire makes a request of it. No I/O.

What each kind of value must be is in kinds.
"""

from __future__ import annotations

import sys
from typing import cast

from virtualq._api.kinds import KINDS, Watch
from virtualq._api.operation import Item
from virtualq._api.refusals import is_a, refuse
from virtualq.errors import VirtualQError


def check(item: Item, value: object, watch: Watch = bool) -> object:
    """Return `value` as it is sent in JSON; raise InvalidParameterError naming the parameter.

    `watch` is called now and then, and may raise a VirtualQError when it takes too long.
    """
    name = item.name or item.wire
    try:
        return KINDS[item.kind].check(name, value, item, watch)
    except VirtualQError:
        raise
    except Exception as error:  # a property, iterator or mapping of the caller's own failed
        kind = type(error).__name__
    raise refuse(name, f"could not be read: {kind}")


def check_seconds(name: str, value: object) -> float:
    """Return a time limit in seconds, a finite number above 0."""
    number = (is_a(value, int) or is_a(value, float)) and not is_a(value, bool)
    if number and 0 < cast(float, value) <= sys.float_info.max:  # NaN is not above 0
        return float(cast(float, value))
    raise refuse(name, "must be a finite number of seconds above 0")
