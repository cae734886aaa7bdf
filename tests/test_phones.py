"""Phone numbers as trunks, telephone systems and people write them: right, or refused."""

from __future__ import annotations

import re
import traceback
from typing import List, Optional

import phonenumbers
import pytest

from virtualq import ConfigurationError, InvalidParameterError
from virtualq.phones import is_withheld, normalise

from .startup.processes import modules_of

US, DE = "+17343305027", "+4917111112233"
REFUSED = None


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        # A plus says all there is to say, whatever the country.
        ("+17343305027", "DE", US),
        ("+49 171 1111 22 33", "US", DE),
        ("+49 (0) 171 1111 22 33", "US", DE),
        ("+39 (0)6 1234 5678", "DE", "+390612345678"),
        ("\uff0b1 734\u2011330\u20115027", "DE", US),
        ("++49 171 1111 22 33", "DE", REFUSED),
        ("+999 171 1111 22 33", "DE", REFUSED),
        # Calls abroad: 00 is what trunks write everywhere, some countries have their own.
        ("0049 171 1111 22 33", "DE", DE),
        ("0049 171 1111 22 33", "US", DE),
        ("011 49 171 1111 22 33", "US", DE),
        ("0011 49 171 1111 22 33", "AU", DE),
        # In Thailand 004 is a carrier's prefix: this may be a number in India.
        ("0049 171 1111 22 33", "TH", REFUSED),
        # At home, with the trunk prefix where there is one.
        ("0171 / 1111-22.33", "DE", DE),
        ("079 123 45 67", "CH", "+41791234567"),
        ("06 1 234 5678", "HU", "+3612345678"),
        ("8 (495) 123-45-67", "RU", "+74951234567"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("347 1234567", "IT", "+393471234567"),
        ("612 345 678", "ES", "+34612345678"),
        ("(734) 330-5027", "US", US),
        ("1 734 330 5027", "US", US),
        ("734 330 5027", "CA", US),
        # The country's own code without a sign of it.
        ("41791234567", "CH", "+41791234567"),
        ("4915112345678", "DE", "+4915112345678"),
        ("17343305027", "US", US),
        ("393471234567", "IT", "+393471234567"),
        ("34612345678", "ES", "+34612345678"),
        ("4512345678", "DK", "+4512345678"),
        ("919876543210", "IN", "+919876543210"),
        # ... and numbers of the country that only begin like it.
        ("45123456", "DK", "+4545123456"),
        ("393 471 2345", "IT", "+393934712345"),
        # Neither a trunk prefix nor the own code: it may be anywhere.
        ("791234567", "CH", REFUSED),
        ("17111112233", "DE", REFUSED),
        ("41791234567", "DE", REFUSED),
        ("4917111112233", "US", REFUSED),
        # One zero too many.
        ("000 17111112233", "DE", REFUSED),
        ("+49 00 171 1111", "DE", REFUSED),
        # Services, extensions, half a number.
        ("112", "DE", REFUSED),
        ("911", "US", REFUSED),
        ("7042", "LU", REFUSED),
        ("330 5027", "US", REFUSED),
        ("+49 30 1234567 ext. 12", "DE", REFUSED),
        ("*31#017111112233", "DE", REFUSED),
        ("+49171****", "DE", REFUSED),
        ("1" * 39, "DE", REFUSED),
        # Addresses.
        ("tel:+49-171-1111-2233", "US", DE),
        ("TEL:0171-1111-2233;phone-context=+49", "US", DE),
        ("tel:7042;phone-context=pbx.example", "DE", REFUSED),
        ("tel:+49-171-1111-2233;ext=12", "US", REFUSED),
        ("sip:+4917111112233@pbx.example;transport=tcp", "US", DE),
        ("sips:%2B4917111112233:secret@pbx.example", "US", DE),
        ("sip:017111112233;user=phone@192.0.2.7", "DE", DE),
        ('"Anna 2" <sip:+4917111112233@pbx.example>;tag=7', "US", DE),
        ('"Anna" <017111112233>', "DE", DE),
        ("sip:192.0.2.7", "DE", REFUSED),
        ("sip:alice1234567@pbx.example", "DE", REFUSED),
        # Nobody knows where.
        ("+1 734 330 5027", None, US),
        ("00 1 734 330 5027", None, US),
        ("1" * 39, None, "1" * 39),
        ("0171 1111 22 33", None, REFUSED),
    ],
)
def test_number(written: str, country: Optional[str], number: Optional[str]) -> None:
    """Each way of writing is that number, or is refused in words that do not repeat it."""
    if number is not REFUSED:
        assert normalise(written, country) == number
        return
    with pytest.raises(InvalidParameterError) as refusal:
        normalise(written, country)
    assert refusal.value.parameter == "number"
    assert not re.search("[0-9]{3}", str(refusal.value))


@pytest.mark.parametrize(
    "said",
    [
        *("", "  ", "anonymous", "Anonymous", "Restricted", "unknown", "<unknown>", "s"),
        *("asterisk", "Unavailable", "Private Number", "OUT_OF_AREA", "0000000000", '"" <>'),
        *("sip:anonymous@anonymous.invalid", '"Anonymous" <sip:anonymous@anonymous.invalid>'),
        *('"Anonymous" <017111112233>', "tel:anonymous", "_undef_"),
    ],
)
def test_withheld(said: str) -> None:
    """Who hides the number is not called back, even where the number came along."""
    assert is_withheld(said)
    with pytest.raises(InvalidParameterError, match="withheld"):
        normalise(said, "DE")


def test_shown() -> None:
    """A caller without a name, which is what "Unknown" says beside a number, hides nothing."""
    assert not is_withheld('"Unknown" <+17343305027>')
    assert normalise('"Unknown" <+17343305027>', "US") == US


def test_never_another_number() -> None:
    """In no country is a number of its plan taken for another one, however it is written."""
    kinds = (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE)
    wrong: List[str] = []
    for country in sorted(phonenumbers.SUPPORTED_REGIONS):
        for example in (phonenumbers.example_number_for_type(country, kind) for kind in kinds):
            if example is not None:
                wrong += _misread(example, country)
    assert wrong == []


def _misread(example: phonenumbers.PhoneNumber, country: str) -> List[str]:
    number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = re.sub("[^0-9]", "", national)
    assert normalise(number, "US") == normalise("00" + number[1:], "DE") == number
    if len(digits) >= 6:  # fewer may be an extension
        assert normalise(national, country) == number
    wrong: List[str] = []
    for written in (national, digits, number[1:], "00" + number[1:]):
        try:
            found = normalise(written, country)
        except InvalidParameterError:
            continue
        wrong += [f"{country} {written}: {found}"] if found != number else []
    return wrong


@pytest.mark.parametrize("country", ["", "ZZ", "001", "Germany", "49", 49])
def test_no_country(country: object) -> None:
    """A country that is none is a mistake of the settings, named as such, with any number."""
    with pytest.raises(InvalidParameterError) as refusal:
        normalise("+17343305027", country)  # type: ignore[arg-type]
    assert refusal.value.parameter == "country"
    assert normalise("0171 1111 22 33", "de") == DE


@pytest.mark.parametrize("given", ["0171 1111 22 33 44 55 66 77", "+49 171 x", None, 17343305027])
def test_nothing_personal_is_left(given: object) -> None:
    """No frame of ours in the traceback, which crash reporters send, has the number in it."""
    with pytest.raises(InvalidParameterError) as refusal:
        normalise(given, "DE")  # type: ignore[arg-type]
    frames = traceback.TracebackException.from_exception(refusal.value, capture_locals=True).stack
    ours = [frame for frame in frames if frame.filename.endswith("phones.py")][1:]
    assert ours
    assert str(given) not in str([frame.locals for frame in ours])
    assert refusal.value.__context__ is None


def test_hostile_text_takes_no_time() -> None:
    """A number of a megabyte is refused at once: no pattern looks through it again and again."""
    with pytest.raises(InvalidParameterError):
        normalise('"' + " " * 1_000_000, "DE")


def test_loads_the_plans_only_when_asked() -> None:
    """A process that does not normalise does not load phonenumbers (50 ms)."""
    script = "from virtualq.phones import is_withheld; is_withheld('anonymous')"
    modules = modules_of(script, base_url="http://127.0.0.1:1")
    assert "virtualq.phones" in modules
    assert not {"phonenumbers", "requests", "virtualq.session"} & modules


def test_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the error is one of configuration and names it."""
    import sys

    monkeypatch.setitem(sys.modules, "phonenumbers", None)
    monkeypatch.delitem(sys.modules, "virtualq._api.numbering", raising=False)
    monkeypatch.delattr("virtualq._api.numbering", raising=False)
    with pytest.raises(ConfigurationError, match=r"virtualq\[phone\]"):
        normalise("+17343305027", "DE")
