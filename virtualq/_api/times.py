"""Points in time as ISO 8601 texts: every form is read for fields.py, one written for converter.py.

``datetime.fromisoformat`` of Python 3.9 and 3.10 knows a few of these forms only, and later
releases still differ from each other, so that one grammar of our own gives the same result on
every Python.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import Match

# Compiled when a time of an unusual form comes, which a single call seldom sees.
_FORM = r"""
    (?P<year>[0-9]{4}) (?P<dash>-?)
    (?: (?P<month>[0-9]{2}) (?P=dash) (?P<day>[0-9]{2})
      | W (?P<week>[0-9]{2}) (?: (?P=dash) (?P<weekday>[0-9]) )?
      | (?P<ordinal>[0-9]{3}) )
    (?: [Tt\ ]
        (?P<hour>[0-9]{2})
        (?: (?P<colon>:?) (?P<minute>[0-9]{2}) (?: (?P=colon) (?P<second>[0-9]{2}) )? )?
        (?: [.,] (?P<fraction>[0-9]+) )?
        (?: [Zz]
          | (?P<sign>[+\-\u2212])
            (?P<off_hour>[0-9]{2})
            (?: :? (?P<off_minute>[0-9]{2}) (?: :? (?P<off_second>[0-9]{2}) )? )? )?
    )?
    """
_DIGITS_THAT_COUNT = 18
"""More digits of a fraction than any unit of time needs; the rest cannot change a microsecond."""


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 date or date and time as an aware UTC datetime.

    A text without an offset is taken as UTC, a date alone as its first moment, a week alone as
    its Monday; digits beyond microseconds are cut off. ValueError for any other text, and for a
    time before year 1 or after year 9999.
    """
    match = re.fullmatch(_FORM, text, re.VERBOSE)
    if match is None:
        raise ValueError("not a time in ISO 8601")
    try:
        day = _day(match)
        midnight = datetime(day.year, day.month, day.day, tzinfo=timezone.utc)
        return midnight + (_time_of_day(match) - _offset(match))
    except OverflowError:
        raise ValueError("a time outside of the years 1 to 9999") from None


def format_time(moment: datetime) -> str:
    """Write a datetime as ISO 8601 in UTC, ending in Z; a naive one is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def _day(match: Match[str]) -> date:
    year = int(match["year"])
    if match["month"] is not None:
        return date(year, int(match["month"]), int(match["day"]))
    if match["week"] is not None:
        return date.fromisocalendar(year, int(match["week"]), int(match["weekday"] or 1))
    day = date(year, 1, 1) + timedelta(days=int(match["ordinal"]) - 1)
    if day.year != year:
        raise ValueError("a day outside of its year")
    return day


def _time_of_day(match: Match[str]) -> timedelta:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    unit = 1 if match["second"] is not None else 60 if match["minute"] is not None else 3600
    digits = (match["fraction"] or "0")[:_DIGITS_THAT_COUNT]
    microseconds = unit * 1_000_000 * int(digits) // 10 ** len(digits)
    if (
        minute > 59
        or second > 59
        or hour > 24
        or (hour == 24 and (minute or second or microseconds))
    ):
        raise ValueError("a time outside of its day")
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)


def _offset(match: Match[str]) -> timedelta:
    hour, minute, second = (
        int(match[part] or 0) for part in ("off_hour", "off_minute", "off_second")
    )
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("an offset of a day or more")
    offset = timedelta(hours=hour, minutes=minute, seconds=second)
    return offset if match["sign"] == "+" else -offset
