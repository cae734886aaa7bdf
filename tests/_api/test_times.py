"""Times: every form of ISO 8601 gives the same aware UTC datetime on every Python."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtualq._api.times import format_time, parse_time

UTC = timezone.utc
MOMENT = datetime(2021, 3, 4, 5, 6, 7, tzinfo=UTC)
FORMS = {
    "2021-03-04T05:06:07Z": MOMENT,
    "2021-03-04t05:06:07z": MOMENT,
    "2021-03-04 05:06:07Z": MOMENT,
    "2021-03-04T05:06:07": MOMENT,
    "2021-03-04T05:06:07+00:00": MOMENT,
    "2021-03-04T05:06:07-00:00": MOMENT,
    "2021-03-04T07:06:07+02:00": MOMENT,
    "2021-03-04T07:06:07+0200": MOMENT,
    "2021-03-04T07:06:07+02": MOMENT,
    "2021-03-04T00:36:07-04:30": MOMENT,
    "2021-03-04T00:36:07\u221204:30": MOMENT,
    "2021-03-04T05:06:37+00:00:30": MOMENT,
    "2021-03-05T04:06:07+23:00": MOMENT,
    "20210304T050607Z": MOMENT,
    "20210304T070607+0200": MOMENT,
    "2021-063T05:06:07Z": MOMENT,
    "2021063T050607Z": MOMENT,
    "2021-W09-4T05:06:07Z": MOMENT,
    "2021W094T050607Z": MOMENT,
    "2021-03-04T05:06:07.1Z": MOMENT + timedelta(milliseconds=100),
    "2021-03-04T05:06:07,1Z": MOMENT + timedelta(milliseconds=100),
    "2021-03-04T05:06:07.123Z": MOMENT + timedelta(milliseconds=123),
    "2021-03-04T05:06:07.1234567Z": MOMENT + timedelta(microseconds=123456),
    "2021-03-04T05:06:07.123456789Z": MOMENT + timedelta(microseconds=123456),
    "2021-03-04T05:06:07.999999999Z": MOMENT + timedelta(microseconds=999999),
    "2021-03-04T05:06:07." + "0" * 5000 + "Z": MOMENT,
    "2021-03-04T05:06Z": MOMENT.replace(second=0),
    "2021-03-04T05:06.5Z": MOMENT.replace(second=30),
    "2021-03-04T05Z": MOMENT.replace(minute=0, second=0),
    "2021-03-04T05.25Z": MOMENT.replace(minute=15, second=0),
    "2021-03-04": datetime(2021, 3, 4, tzinfo=UTC),
    "20210304": datetime(2021, 3, 4, tzinfo=UTC),
    "2021-063": datetime(2021, 3, 4, tzinfo=UTC),
    "2021-W09": datetime(2021, 3, 1, tzinfo=UTC),
    "2020-366": datetime(2020, 12, 31, tzinfo=UTC),
    "2020-W53-7": datetime(2021, 1, 3, tzinfo=UTC),
    "2021-03-04T24:00:00Z": datetime(2021, 3, 5, tzinfo=UTC),
    "2021-12-31T24:00Z": datetime(2022, 1, 1, tzinfo=UTC),
    "0001-01-01T00:00:00Z": datetime.min.replace(tzinfo=UTC),
    "9999-12-31T23:59:59.999999Z": datetime.max.replace(tzinfo=UTC),
    "9999-12-31T24:00:00+01:00": datetime(9999, 12, 31, 23, tzinfo=UTC),
}
NO_TIMES = [
    "",
    "Z",
    "now",
    "2021",
    "2021-03",
    "2021-3-4",
    "21-03-04",
    "2021-03-04T",
    "2021-03-04T05:06:07ZZ",
    "2021-03-04T05:06:07 Z",
    " 2021-03-04T05:06:07Z",
    "2021-03-04T05:06:07Z\n",
    "2021-03-04T05:06:07.Z",
    "2021-03-04T5:06:07Z",
    "2021-03-04x05:06:07Z",
    "2021-03-04Z",
    "2021-03-04+02:00",
    "2021-13-04T05:06:07Z",
    "2021-02-30T05:06:07Z",
    "2021-366",
    "2021-000",
    "2021-W54-1",
    "2021-W09-8",
    "2021-03-04T25:00:00Z",
    "2021-03-04T24:00:01Z",
    "2021-03-04T24:00:00.1Z",
    "2021-03-04T05:60:00Z",
    "2021-03-04T05:06:60Z",
    "2021-03-04T05:06:07+24:00",
    "2021-03-04T05:06:07+02:60",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T24:00:00Z",
    "9999-12-31T23:59:59-01:00",
    "+2021-03-04T05:06:07Z",
    "-2021-03-04T05:06:07Z",
    "\u0662\u0660\u0662\u0661-03-04T05:06:07Z",
    "2021-03-04T05:06:0\u0667Z",
    "1614834367",
]


@pytest.mark.parametrize("text", FORMS, ids=lambda text: text[:40])
def test_form_is_read(text: str) -> None:
    """The value, and that it is aware and UTC."""
    moment = parse_time(text)
    assert moment == FORMS[text]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", NO_TIMES)
def test_text_that_is_no_time(text: str) -> None:
    """ValueError, whatever this Python's own fromisoformat would take."""
    with pytest.raises(ValueError, match=r"\w"):
        parse_time(text)


@given(st.datetimes(timezones=st.timezones() | st.just(UTC) | st.none()))
def test_time_that_is_written_is_read_as_the_same(moment: datetime) -> None:
    """Any datetime, with any offset or none, ends in Z and comes back."""
    try:
        text = format_time(moment)
    except OverflowError:
        return
    assert text.endswith("Z")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert parse_time(text) == aware.astimezone(UTC)


@given(
    st.from_regex(
        r"(20[0-9]{2}-?(W?[0-9]{2,3}-?){1,2}T[0-9]{2}(:?[0-9]{2}){0,3}[:.,]?[0-9]{0,7}([+-][0-9:]{2,5})?Z)",
        fullmatch=True,
    )
    | st.text("0123456789-:TZ+.,W ", max_size=30)
)
@settings(max_examples=1000)
def test_nothing_but_a_time_or_a_value_error(text: str) -> None:
    """Texts that look like times: the quick way and the grammar agree on all of them."""
    try:
        moment = parse_time(text)
    except ValueError:
        return
    assert moment.tzinfo is UTC
    assert parse_time(text.replace("T", "t", 1).replace("Z", "z", 1)) == moment
