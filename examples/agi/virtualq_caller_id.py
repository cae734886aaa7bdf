"""Turns what the network calls the caller into a number the service knows; used by virtualq_calls.

On virtualq.phones (pip install "virtualq[phone]"). A number that cannot be decided is no number:
the caller goes to the ordinary queue.
"""

from __future__ import annotations

import os
import re
from typing import Mapping, Optional

# Bits of the Q.931 presentation indicator that say "do not show" or "not known".
_WITHHELD = 0x60
# ITU-T E.164: needs no numbering plan, and so nothing to be loaded while the caller hears silence.
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")


def international(agi: Mapping[str, str]) -> Optional[str]:
    """Return the caller's number as `+17343305027`, None for a caller who cannot be called back.

    `agi` is what Asterisk says of the call. VIRTUALQ_COUNTRY is the country in whose form the trunk
    writes numbers, such as DE; without it a number must name its country, with `+` or `00`. Raises
    ConfigurationError or InvalidParameterError for settings that cannot work.
    """
    presentation = agi.get("agi_callingpres", "")
    if presentation.isdecimal() and int(presentation) & _WITHHELD:
        return None  # the caller hides the number: using it all the same would be wrong
    number = agi.get("agi_callerid", "")
    if _INTERNATIONAL.fullmatch(number):
        return number
    from virtualq import InvalidParameterError
    from virtualq.phones import normalise

    try:
        return normalise(number, os.environ.get("VIRTUALQ_COUNTRY") or None)
    except InvalidParameterError as error:
        if error.parameter == "country":
            raise
        return None
