"""What parsed JSON can be, as types: lists and objects; for all that looks at a document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Dict, List

if TYPE_CHECKING:
    from typing_extensions import TypeGuard


def is_object(data: object) -> TypeGuard[Dict[str, object]]:
    """Tell whether a value is an object; reading.py has seen to it that its names are texts."""
    return isinstance(data, dict)


def is_list(data: object) -> TypeGuard[List[object]]:
    """Tell whether a value is a list."""
    return isinstance(data, list)


def said(data: object) -> str:
    """Return a value as it is written in JSON, for a message."""
    return json.dumps(data, ensure_ascii=False)
