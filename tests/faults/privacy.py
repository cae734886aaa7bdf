"""What must stay secret, in every spelling, and the places where it could come out."""

from __future__ import annotations

import logging
import pickle
import re
from pathlib import Path
from types import TracebackType
from typing import Iterator, List, Optional, Set, Tuple
from urllib.parse import quote, unquote

from .service import PHONE

KEY = "test-Key/9f8A+7b6C5d=4e3F"
KEY_SPELLINGS = (KEY, quote(KEY, safe=""), quote(KEY), KEY.lower(), KEY.upper())
PHONE_SPELLINGS = (
    PHONE,
    quote(PHONE),
    PHONE[1:],
    "0017343305027",
    "+1 734 330 5027",
    "+1-734-330-5027",
    "+1 (734) 330-5027",
    "(734) 330-5027",
    "+1.734.330.5027",
    f"tel:{PHONE}",
    f"<{PHONE}>",
    f"phone={PHONE}&line_id=1",
)
SPELLINGS = KEY_SPELLINGS + PHONE_SPELLINGS
EVERYTHING = " | ".join(SPELLINGS)

# The national number, its digits apart by what people and formats put between them.
_PHONE = re.compile(r"[\W_]{0,3}".join(PHONE[2:]))
_HERE = str(Path(__file__).parent)


def _key_in(text: str) -> bool:
    """Say whether the key, or so much of it that it helps a thief, is in the text."""
    lowered = text.lower()
    pieces = [KEY.lower()[i : i + 10] for i in range(len(KEY) - 9)]
    return any(piece in lowered for piece in pieces)


def secrets_in(text: str, *, phone: bool = True) -> List[str]:
    """Name what is given away by a text, read as it is and percent-decoded."""
    found = []
    if _key_in(text) or _key_in(unquote(text)):
        found.append("the key")
    if phone and (_PHONE.search(text) or _PHONE.search(unquote(text))):
        found.append("the phone number")
    return found


def chain(
    error: Optional[BaseException], seen: Optional[Set[int]] = None
) -> Iterator[BaseException]:
    """Walk an error and all that is chained to it."""
    seen = set() if seen is None else seen
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    yield from chain(error.__cause__, seen)
    yield from chain(error.__context__, seen)


def _attributes(error: BaseException) -> Iterator[Tuple[str, object]]:
    for name in dir(error):
        if not name.startswith("__"):
            yield name, getattr(error, name, None)
    yield "__dict__", getattr(error, "__dict__", None)
    yield "__notes__", getattr(error, "__notes__", None)


def leaks_of(error: BaseException) -> List[str]:
    """Name each place of an error, and of its chain, that gives the key or the number away."""
    places = [("pickle", pickle.dumps(error).decode("latin-1"))]
    for link in chain(error):
        kind = type(link).__name__
        places += [(f"str of {kind}", str(link)), (f"repr of {kind}", repr(link))]
        places += [
            (f"{kind}.{name}", f"{value!r} {value}")
            for name, value in _attributes(link)
            if not callable(value)
        ]
    return [f"{place} shows {secret}" for place, text in places for secret in secrets_in(text)]


def leaks_of_frames(error: BaseException) -> List[str]:
    """Name each local variable in the tracebacks that shows the key, but for those of the tests."""
    found = []
    for link in chain(error):
        trace: Optional[TracebackType] = link.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if not code.co_filename.startswith(_HERE):
                values = trace.tb_frame.f_locals.items()
                found += [
                    f"local {name} of {code.co_name} shows the key"
                    for name, value in values
                    if secrets_in(repr(value), phone=False)
                ]
            trace = trace.tb_next
    return found


class Listener(logging.Handler):
    """Keeps every log record of every library while it is in place."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: List[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(record)

    def __enter__(self) -> Listener:
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)
        return self

    def __exit__(self, *exc: object) -> None:
        root = logging.getLogger()
        root.setLevel(self._level)
        root.removeHandler(self)

    def leaks(self) -> List[str]:
        """Name each record that gives something away, by its text or by any of its attributes."""
        texts = [(record, f"{record.getMessage()} {record.__dict__!r}") for record in self.records]
        return [
            f"a log record of {record.name} shows {secret}"
            for record, text in texts
            for secret in secrets_in(text)
        ]
