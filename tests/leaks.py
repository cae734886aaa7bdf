"""Finds the API key and the phone number of the tests, however and wherever they are written."""

from __future__ import annotations

import json
import pickle
import re
import traceback
from pathlib import Path
from typing import Any, Iterator, List, Tuple
from urllib.parse import quote

from .calls import KEY, PHONE

TESTS = str(Path(__file__).resolve().parent)


def leaks(text: str, key: str = KEY) -> List[str]:
    """List the secrets in a text, whatever stands between the digits."""
    digits = re.sub(
        r"[^0-9a-zA-Z]", "", text.replace("%20", "").replace("%2B", "").replace("%2D", "")
    )
    spellings = (key, quote(key, safe=""), json.dumps(key)[1:-1]) if key else ()
    found = [key] if any(each.lower() in text.lower() for each in spellings) else []
    return found + ([PHONE] if "7343305027" in digits else [])


def last_digits(text: str) -> List[str]:
    """List where a text has the phone's last digits, which stand alone where a number is masked.

    The same four inside a longer number, an id or the fraction of a second are chance; a UUID, such
    as OpenTelemetry gives each process, goes on with a hyphen.
    """
    return re.findall(rf".{{0,20}}(?<![\w.]){PHONE[-4:]}(?!-?\w)", text)


def texts_of(error: BaseException) -> Iterator[Tuple[str, str]]:
    """Yield each text of an error, and where it stands: its own, its chain's, its frames'."""
    for link in chain(error):
        kind = type(link).__name__
        yield f"str of {kind}", str(link)
        yield f"repr of {kind}", repr(link)
        yield f"args of {kind}", repr(link.args)
        yield f"attributes of {kind}", repr(vars(link)) + json.dumps(vars(link), default=str)
        yield f"pickle of {kind}", pickle.dumps(link).decode("latin-1")
        yield f"print of {kind}", "".join(traceback.format_exception_only(type(link), link))
        yield from texts_of_frames(link)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and all that is chained to it."""
    yield error
    for chained in (error.__cause__, error.__context__):
        if chained is not None:
            yield from chain(chained)


def texts_of_frames(error: BaseException) -> Iterator[Tuple[str, str]]:
    """Yield what a crash reporter records of the variables of frames that are not the tests'."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if not frame.f_code.co_filename.startswith(TESTS):
            for name, value in frame.f_locals.items():
                for text in _shown(value):
                    yield f"{name} of {frame.f_code.co_name} in {frame.f_code.co_filename}", text


def _shown(value: Any, depth: int = 4) -> Iterator[str]:
    """Yield the repr of a value, its text whatever its repr says, and what is inside of it."""
    yield repr(value)
    if isinstance(value, (bytes, bytearray)):
        yield value.decode("latin-1")
    elif isinstance(value, str):
        yield str.__str__(value)
    elif depth and isinstance(value, dict):
        for name, part in value.items():
            yield from _shown(name, depth - 1)
            yield from _shown(part, depth - 1)
    elif depth and isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from _shown(part, depth - 1)
