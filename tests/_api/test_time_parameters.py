"""A point in time among the parameters: aware, and sent in UTC."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, Optional

import pytest

from virtualq import InvalidParameterError
from virtualq._api import parameters
from virtualq._api.operation import Item

RESTART = Item("restarted", "restarted_at", "body", "time", False, False)


class _NoZone(tzinfo):
    def utcoffset(self, moment: Optional[datetime]) -> None:
        return None


class _Odd(datetime):
    def isoformat(self, *_: Any, **__: Any) -> str:
        return "\ud800"

    __str__ = isoformat


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc), "2021-03-04T05:06:07Z"),
        (
            datetime(2021, 3, 4, 5, 6, 7, 123000, tzinfo=timezone(timedelta(hours=2))),
            "2021-03-04T03:06:07.123000Z",
        ),
        (_Odd(2021, 3, 4, 5, 6, 7, tzinfo=timezone.utc), "2021-03-04T05:06:07Z"),
    ],
)
def test_time_is_sent_in_utc(moment: datetime, sent: str) -> None:
    """Whatever zone it was given in; what a class of the user's own prints does not count."""
    assert parameters.check(RESTART, moment) == sent


@pytest.mark.parametrize(
    "wrong",
    [
        datetime(2021, 3, 4),
        datetime(2021, 3, 4, tzinfo=_NoZone()),
        datetime.min.replace(tzinfo=timezone(timedelta(hours=2))),
        "2021-03-04T05:06:07Z",
        1614834367,
    ],
    ids=["naive", "no zone", "before year 1", "text", "number"],
)
def test_time_that_could_be_any_is_refused(wrong: object) -> None:
    """A naive one would depend on where the program runs; year 0 is none."""
    with pytest.raises(InvalidParameterError) as caught:
        parameters.check(RESTART, wrong)
    assert caught.value.parameter == "restarted"
    assert str(caught.value).startswith("restarted: must ")
