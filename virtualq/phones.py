"""Phone numbers as people, trunks and telephone systems write them, made E.164; before session.

Used by the gateway, the command line (`--country`), the AGI scripts and the Django field. What the
digits may stand for is in _api/numbering, on phonenumberslite (the extra `phone`). A wrong number
is a call to a stranger and a broken promise: what can be read in two ways is refused, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Optional, Tuple, Union

from virtualq._api import late
from virtualq.errors import ConfigurationError, InvalidParameterError, VirtualQError

# What networks and telephone systems write for a caller who hides the number, or whose number they
# do not know: RFC 3323 and 3325, Asterisk, FreeSWITCH, ISDN gateways; without blanks and marks.
_HIDDEN = frozenset(("anonym", "anonymous", "blocked", "private", "restricted", "withheld"))
_UNKNOWN = frozenset(
    (
        *("asterisk", "callerunknown", "coinline", "hidden", "idblocked", "idunavailable"),
        *("idwithheld", "none", "nonumber", "notavailable", "null", "nummerunterdrückt"),
        *("outofarea", "payphone", "privatenumber", "restrictednumber", "s", "unavailable"),
        *("unbekannt", "undef", "undefined", "undisclosed", "unknown", "unknowncaller"),
        *("unknownnumber", "withheldnumber"),
    )
)
# An address with a name takes less; a hostile text is not searched.
_LONGEST = 300
# `"Name" <number>`, as Asterisk's CALLERID(all) and a From header have it.
_NAMED = re.compile(r'\s*("[^"]*"|[^<>"]*)\s*<([^<>]*)>[^<>]*')
_ADDRESS = re.compile(r"\s*(tel|sips?):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
# The visual separators of RFC 3966, and the blanks, dashes and slashes that people use.
_SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015\u2212]")
_NUMBER = re.compile(r"\+?[0-9]+")
# A caller may be known by a hash of 39 digits in place of a number (the vendor's own connector).
_HASH = re.compile(r"[0-9]{39}")
_NEEDS = 'phone numbers need: pip install "virtualq[phone]"'


def normalise(number: str, country: Optional[str]) -> str:
    """Return a phone number in E.164, such as `+17343305027`.

    `number` may be written as at home, with `00` or the country's own prefix for calls abroad, as
    E.164 with or without `+`, as a `tel:` or `sip:` address, and with `"Name" <..>` around it.
    `country` is the two letter code (ISO 3166) of the country in which it was written, such as
    "DE". None means that nobody knows: then only a number that names its country is read, and a
    hash of 39 digits passes as it is.

    Raises InvalidParameterError naming `number` for one that is withheld, not possible, or can be
    read in two ways, and naming `country` for an unknown country; ConfigurationError when
    phonenumberslite is not installed.
    """
    outcome = _normalised(number, country)
    # Raised here, where nothing holds the number: crash reporters record the variables of frames.
    del number
    if isinstance(outcome, VirtualQError):
        raise outcome
    return outcome


def is_withheld(number: str) -> bool:
    """Say whether this stands for a caller who hides the number, or whose number is not known."""
    said, name = _without_name(number[:_LONGEST])
    address = _ADDRESS.fullmatch(said)
    word = _word(re.split("[@;]", address[2] if address else said)[0])
    return not word.strip("0") or word in _HIDDEN or word in _UNKNOWN or _word(name) in _HIDDEN


def _word(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _normalised(given: object, country: object) -> Union[str, VirtualQError]:
    if not isinstance(given, str):
        return _refuse("number", "must be a str")
    if len(given) > _LONGEST:
        return _refuse("number", "is not a phone number")
    if is_withheld(given):
        return _refuse("number", "is withheld or not known")
    if country is None and _HASH.fullmatch(given):
        return given
    try:
        late.load("virtualq._api.numbering")
        from virtualq._api import numbering
    except ImportError:
        return ConfigurationError(_NEEDS)
    region = country.upper() if isinstance(country, str) else None
    if country is not None and (region is None or not numbering.is_country(region)):
        return _refuse("country", "must be the two letter code of a country, such as 'DE'")
    digits = _digits(given)
    if digits is None:
        return _refuse("number", "is not a phone number")
    found = numbering.readings(digits, region)
    if len(found) == 1:
        return found.pop()
    if found:
        return _refuse("number", "can be read in more than one way")
    if region is None and not digits.startswith(("+", "00")):
        return _refuse("number", "does not say its country, and none is set")
    return _refuse("number", "is no possible phone number, or lacks its prefix")


def _refuse(parameter: str, reason: str) -> InvalidParameterError:
    return InvalidParameterError(f"{parameter}: {reason}", parameter=parameter)


def _without_name(given: str) -> Tuple[str, str]:
    named = _NAMED.fullmatch(given)
    return (named[2], named[1]) if named else (given, "")


def _digits(given: str) -> Optional[str]:
    """Return the digits of what was written, with its `+`; None when it is something else."""
    text, _ = _without_name(given)
    address = _ADDRESS.fullmatch(text)
    if address:
        text = _user_part(address[1].lower(), address[2])
    # Contacts copied from elsewhere hold invisible marks of direction; digits may be of any script.
    plain = (_plain(char) for char in text if unicodedata.category(char) != "Cf")
    text = _SEPARATORS.sub("", "".join(plain))
    return text if _NUMBER.fullmatch(text) else None


def _plain(char: str) -> str:
    return "+" if char == "\uff0b" else str(unicodedata.decimal(char, char))


def _user_part(scheme: str, address: str) -> str:
    """Return the number in a tel: or sip: address, an empty text when none is in it."""
    from urllib.parse import unquote

    if scheme != "tel":
        user, at, _ = address.rpartition("@")
        address = user.partition(":")[0] if at else ""  # what follows the colon is a password
    number, *parts = unquote(address).split(";")
    pairs = [part.strip().lower().partition("=") for part in parts]
    said = {name: value for name, _, value in pairs}
    if "ext" in said:
        return ""  # E.164 has no extensions, and without its own this is another number
    context = said.get("phone-context", "")  # RFC 3966, section 5.1.5
    local = context.startswith("+") and not number.startswith("+")
    return context + number if local else number
