"""In which ways digits can be read as a phone number; used by phones, on phonenumberslite."""

from __future__ import annotations

import re
from typing import List, Optional, Set

import phonenumbers
from phonenumbers import PhoneNumber

# ITU-T E.164, section 6: 15 digits at most.
_MOST_DIGITS = 15
# Without any prefix, what is shorter may as well be an extension inside a company.
_FEWEST_UNMARKED = 6


def is_country(text: str) -> bool:
    """Say whether this is the two letter code of a country with a numbering plan, in capitals."""
    return text in phonenumbers.SUPPORTED_REGIONS


def readings(digits: str, country: Optional[str]) -> Set[str]:
    """Return the numbers, in E.164, that the digits may stand for.

    None is no possible number; two or more cannot be decided. The digits may begin with `+`;
    `country` is where they were written, None when nobody knows.
    """
    found: List[Optional[PhoneNumber]] = []
    if digits.startswith("+"):
        found.append(_international(digits[1:]))
    else:
        # ITU-T E.123: what trunks write for the prefix of calls abroad, whatever the country's own.
        if digits.startswith("00"):
            found.append(_international(digits[2:]))
        if country is not None:
            found += [_at_home(digits, country), _own_code(digits, country)]
    possible = [number for number in found if number is not None]
    numbers = {_e164(number) for number in possible}
    if len(numbers) < 2:
        return numbers
    # "Possible" looks at the length alone, "valid" at the numbering plan, which decides more.
    return {_e164(number) for number in possible if phonenumbers.is_valid_number(number)} or numbers


def _international(digits: str) -> Optional[PhoneNumber]:
    """Return what digits that begin with a country code are; the number stays what it is."""
    number = _parse("+" + digits, None)
    if number is None:
        return None
    national = phonenumbers.national_significant_number(number)
    written = digits[len(str(number.country_code)) :]
    # `+49 (0) 171 ..`: nobody has a number that begins with the zero for calls at home.
    if written not in (national, "0" + national):
        if written.startswith("0"):
            return None
        # The library rewrites numbers whose country has changed its numbering plan since; a number
        # with a country code stays what it is.
        number = PhoneNumber(number.country_code, int(written))
    return number if _is_possible(number) else None


def _own_code(digits: str, country: str) -> Optional[PhoneNumber]:
    """Return what the digits are if they begin with the country's own code, without `+`."""
    code = str(phonenumbers.country_code_for_region(country))
    long_enough = len(digits) >= _FEWEST_UNMARKED
    return _international(digits) if digits.startswith(code) and long_enough else None


def _at_home(digits: str, country: str) -> Optional[PhoneNumber]:
    """Return what somebody in the country reaches with these digits."""
    number = _parse(digits, country)
    if number is None or not _is_possible(number):
        return None
    source = number.country_code_source
    if source == phonenumbers.CountryCodeSource.FROM_NUMBER_WITHOUT_PLUS_SIGN:
        return None  # for _own_code
    abroad = source == phonenumbers.CountryCodeSource.FROM_NUMBER_WITH_IDD
    if abroad or phonenumbers.national_significant_number(number) != digits:
        return number  # the prefix for calls abroad or at home was there
    if len(digits) < _FEWEST_UNMARKED or _needs_prefix(number, country):
        return None
    return number


def _needs_prefix(number: PhoneNumber, country: str) -> bool:
    """Say whether such a number is always written with a prefix for calls at home."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country)
    formats = metadata.number_format if metadata else []
    if any(form.national_prefix_optional_when_formatting for form in formats):
        return False
    shown: Optional[PhoneNumber] = number
    if not phonenumbers.is_valid_number(number):  # of no known kind: as others in the country are
        shown = phonenumbers.example_number(country)
    if shown is None:
        return False
    text = phonenumbers.format_number(shown, phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub("[^0-9]", "", text) != phonenumbers.national_significant_number(shown)


def _parse(text: str, country: Optional[str]) -> Optional[PhoneNumber]:
    try:
        return phonenumbers.parse(text, country, keep_raw_input=True)
    except phonenumbers.NumberParseException:
        return None


def _is_possible(number: PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_with_reason(number)
    fits = len(_e164(number)) <= len("+") + _MOST_DIGITS
    # The zero is part of a number in a few plans alone; else it is a prefix that was misread.
    if phonenumbers.national_significant_number(number).startswith("0"):
        fits = fits and phonenumbers.is_valid_number(number)
    return fits and reason == phonenumbers.ValidationResult.IS_POSSIBLE


def _e164(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
