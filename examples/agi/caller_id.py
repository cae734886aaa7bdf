"""Turns what the network calls the caller into a number that the service knows; used by calls."""

from __future__ import annotations

import os
import re
from typing import Mapping, Optional

# ITU-T E.164: 15 digits at most; what is shorter than 7 is an extension, not a caller of ours.
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
# Bits of the Q.931 presentation indicator that say "do not show" or "not known".
_WITHHELD = 0x60


def international(agi: Mapping[str, str]) -> Optional[str]:
    """Return the caller's number as `+17343305027`, None for a caller who cannot be called back.

    `agi` is what Asterisk says of the call. How numbers are written at home is set once for all
    calls: VIRTUALQ_COUNTRY_CODE (default 1), VIRTUALQ_NATIONAL_PREFIX (default: 1 in North America,
    else 0) and VIRTUALQ_INTERNATIONAL_PREFIX (default: 011 there, else 00).
    """
    presentation = agi.get("agi_callingpres", "")
    if presentation.isdecimal() and int(presentation) & _WITHHELD:
        return None  # the caller hides the number: using it all the same would be wrong
    number = re.sub(r"[\s().\-/]", "", agi.get("agi_callerid", ""))
    if not re.fullmatch(r"\+?[0-9]+", number):
        return None  # "unknown", "anonymous", a SIP name
    digits = _with_country_code(number)
    return f"+{digits}" if _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS else None


def _with_country_code(number: str) -> str:
    country = os.environ.get("VIRTUALQ_COUNTRY_CODE", "1")
    at_home = country == "1"
    abroad = os.environ.get("VIRTUALQ_INTERNATIONAL_PREFIX", "011" if at_home else "00")
    national = os.environ.get("VIRTUALQ_NATIONAL_PREFIX", "1" if at_home else "0")
    if number.startswith("+"):
        return number[1:]
    if len(number) < _FEWEST_DIGITS:
        return number
    if number.startswith(abroad):
        return number[len(abroad) :]
    if number.startswith(national):
        return country + number[len(national) :]
    # Some networks send the international form without any sign of it.
    if number.startswith(country) and len(number) > len(country) + 9:
        return number
    return country + number
