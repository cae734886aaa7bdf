"""Keeps the API key and the phone number out of errors and log records; used by attempts."""

from __future__ import annotations

import json
import re
from typing import Callable, Optional, Pattern

MASK = "***"
# What people and URL encoders put between the digits of a phone number.
_BETWEEN = r"(?:[\s().\-/_+]|%20|%2D|%2B|%28|%29|%2F){0,3}"
# E.164 numbers have 15 digits at most.
_BEFORE_TAIL = 9
_TAIL = 6
_NEVER = "(?!)"
_LONGEST = 1000
# Cut before masking too, and all texts of a call together: a hostile answer may hold a million of
# them. Of each more is read than is kept, as masking may shorten it.
_LONGEST_READ = 4 * _LONGEST
_MOST_READ = 20 * _LONGEST
_LONGEST_SECRET = 500
# How long a secret may be: each character escaped (`\\u002B`), or digits far apart.
_ESCAPED = 6
_LONGEST_NUMBER = 160


class Secret(str):
    """A str that prints itself only when asked to: crash reporters record the repr of variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"'{MASK}'"


def mask_phone(phone: object) -> str:
    """Return what a log may say of a phone number: its last two digits, nothing of a short one."""
    text = str(phone)
    return MASK + text[-2:] if len(text) > 6 else MASK


class Redactor:
    """Masks one call's key and phone number in text that came from outside."""

    __slots__ = ("_edge", "_left", "_make", "_pattern")

    def __init__(self, key: str, phone: Optional[str] = None) -> None:
        # Compiled once, when there is something to mask; the closure keeps the key out of vars().
        self._make: Callable[[], Pattern[str]] = lambda: _pattern(key, phone)
        self._pattern: Optional[Pattern[str]] = None
        longest = min(max(len(key), len(phone or "")), _LONGEST_SECRET)
        self._edge = max(_ESCAPED * longest, _LONGEST_NUMBER)
        self._left = _MOST_READ

    def __call__(self, text: str) -> str:
        """Return `text` without the secrets, cut to a length that an error can carry.

        When a call has read enough for any error that was meant to be read, nothing is left of it.
        """
        if self._pattern is None:
            self._pattern = self._make()
        read = text[: min(_LONGEST_READ, self._left)]
        self._left -= len(read)
        masked = self._pattern.sub(MASK, read)
        if len(read) < len(text):
            # What stands at the cut may be the beginning of a secret.
            masked = masked[: -self._edge]
        return masked[:_LONGEST]


def _pattern(key: str, phone: Optional[str]) -> Pattern[str]:
    choices = [_spelled(secret) for secret in (key, phone or "") if secret.strip()]
    digits = re.sub(r"\D", "", (phone or "")[:_LONGEST_SECRET])
    # National and international spellings of a number share their last digits.
    if len(digits) >= _TAIL:
        tail = _BETWEEN.join(digits[-_TAIL:])
        before = rf"(?:\d{_BETWEEN}){{0,{_BEFORE_TAIL}}}"
        choices.append(rf"(?:\+|%2B|\\u002B)?{before}{tail}")
    return re.compile("|".join(choices) or _NEVER, re.IGNORECASE)


def _spelled(secret: str) -> str:
    """Return a pattern for a secret, each character plain, percent-encoded or escaped in JSON."""
    text = secret.strip()
    start = "".join(map(_character, text[:_LONGEST_SECRET]))
    # Of one that is longer than any should be, all that follows its start is taken for the rest.
    return start if len(text) <= _LONGEST_SECRET else rf"{start}[\s\S]*"


def _character(char: str) -> str:
    # "replace": a phone with a lone surrogate is refused, but its refusal passes here too.
    percent = "".join(f"%{byte:02X}" for byte in char.encode("utf-8", errors="replace"))
    escaped = json.dumps(char)[1:-1]
    choices = {char, percent, escaped, f"\\u{ord(char):04X}", "+" if char == " " else char}
    return f"(?:{'|'.join(re.escape(choice) for choice in sorted(choices))})"
