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
# Cut before masking too: a hostile text may be huge. Far longer than what masking may shrink.
_LONGEST_READ = 100 * _LONGEST


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

    __slots__ = ("_pattern",)

    def __init__(self, key: str, phone: Optional[str] = None) -> None:
        # Compiled only when there is something to mask; the closure keeps the key out of vars().
        self._pattern: Callable[[], Pattern[str]] = lambda: _pattern(key, phone)

    def __call__(self, text: str) -> str:
        """Return `text`, cut to a length that an error can carry, without the secrets."""
        return self._pattern().sub(MASK, text[:_LONGEST_READ])[:_LONGEST]


def _pattern(key: str, phone: Optional[str]) -> Pattern[str]:
    choices = [_spelled(secret) for secret in (key, phone or "") if secret.strip()]
    digits = re.sub(r"\D", "", phone or "")
    # National and international spellings of a number share their last digits.
    if len(digits) >= _TAIL:
        tail = _BETWEEN.join(digits[-_TAIL:])
        before = rf"(?:\d{_BETWEEN}){{0,{_BEFORE_TAIL}}}"
        choices.append(rf"(?:\+|%2B|\\u002B)?{before}{tail}")
    return re.compile("|".join(choices) or _NEVER, re.IGNORECASE)


def _spelled(secret: str) -> str:
    """Return a pattern for a secret, each character plain, percent-encoded or escaped in JSON."""
    return "".join(_character(char) for char in secret.strip())


def _character(char: str) -> str:
    # "replace": a phone with a lone surrogate is refused, but its refusal passes here too.
    percent = "".join(f"%{byte:02X}" for byte in char.encode("utf-8", errors="replace"))
    escaped = json.dumps(char)[1:-1]
    choices = {char, percent, escaped, f"\\u{ord(char):04X}", "+" if char == " " else char}
    return f"(?:{'|'.join(re.escape(choice) for choice in sorted(choices))})"
