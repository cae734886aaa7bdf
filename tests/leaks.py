"""Finds the API key and the phone number of the tests in a text, however they are spelled."""

from __future__ import annotations

import json
import re
from typing import List
from urllib.parse import quote

from .calls import KEY, PHONE


def leaks(text: str, key: str = KEY) -> List[str]:
    """List the secrets in a text, whatever stands between the digits."""
    digits = re.sub(
        r"[^0-9a-zA-Z]", "", text.replace("%20", "").replace("%2B", "").replace("%2D", "")
    )
    spellings = (key, quote(key, safe=""), json.dumps(key)[1:-1]) if key else ()
    found = [key] if any(each.lower() in text.lower() for each in spellings) else []
    return found + ([PHONE] if "7343305027" in digits else [])
