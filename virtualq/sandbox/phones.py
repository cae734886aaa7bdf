"""Which phone numbers are one and the same: what people write into them does not count."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\+?[0-9][0-9 ()./\-\u00a0]*")
_BETWEEN_DIGITS = re.compile(r"[^+0-9]+")


def comparable(phone: str) -> str:
    """Return a number without the blanks, dashes, dots, slashes and brackets between its digits.

    A plus counts, and so does every character of what is no number, such as a hash or "anonymous".
    """
    text = phone.strip()
    return _BETWEEN_DIGITS.sub("", text) if _NUMBER.fullmatch(text) else text
