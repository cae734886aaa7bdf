"""Times: every form of ISO 8601 gives the same aware UTC datetime on every Python."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from virtualq._api.fields import read_time
from virtualq._api.times import format_time

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
    "2021-03-04T07:06:07.1+02:00": MOMENT + timedelta(milliseconds=100),
    "2021-03-04T05:06:07.123Z": MOMENT + timedelta(milliseconds=123),
    "2021-03-04T05:06:07.1234567Z": MOMENT + timedelta(microseconds=123456),
    "2021-03-04T05:06:07.123456789Z": MOMENT + timedelta(microseconds=123456),
    "2021-03-04T05:06:07.999999999Z": MOMENT + timedelta(microseconds=999999),
    "2021-03-04T05:06:07." + "0" * 5000 + "Z": MOMENT,
    "2021-03-04T05:06Z": MOMENT.replace(second=0),
    "2021-03-04T05:06.5Z": MOMENT.replace(second=30),
    "2021-03-04T05:06.12Z": MOMENT.replace(microsecond=200_000),
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
    "2021-03-04T05:06:07:123Z",
    "2021-03-04T050607123456Z",
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
    "0001-000T00:00:00Z",
    "9999-366T00:00:00Z",
]


@pytest.mark.parametrize("text", FORMS, ids=lambda text: text[:40])
def test_form_is_read(text: str) -> None:
    """The value, and that it is aware and UTC."""
    moment = read_time(text)
    assert moment == FORMS[text]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize("text", NO_TIMES)
def test_text_that_is_no_time(text: str) -> None:
    """ValueError, whatever this Python's own fromisoformat would take."""
    with pytest.raises(ValueError, match=r"\w"):
        read_time(text)


@given(st.datetimes(timezones=st.timezones() | st.just(UTC) | st.none()))
def test_time_that_is_written_is_read_as_the_same(moment: datetime) -> None:
    """Any datetime, with any offset or none, ends in Z and comes back."""
    try:
        text = format_time(moment)
    except OverflowError:
        return
    assert text.endswith("Z")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    assert read_time(text) == aware.astimezone(UTC)


def _digits(least: int, most: int, width: int = 2) -> st.SearchStrategy[str]:
    return st.integers(least, most).map(f"{{:0{width}}}".format)


# Parts that are in range or just beyond, put together in a way that is right or nearly so.
_DATES = st.tuples(
    st.sampled_from(["-", ""]),
    st.one_of(
        st.tuples(_digits(0, 9999, 4), _digits(0, 13), _digits(0, 32)),
        st.tuples(_digits(0, 9999, 4), _digits(0, 54).map("W{}".format), _digits(0, 8, 1)),
        st.tuples(_digits(0, 9999, 4), _digits(0, 54).map("W{}".format)),
        st.tuples(_digits(0, 9999, 4), _digits(0, 367, 3)),
    ),
).map(lambda parts: parts[0].join(parts[1]))
_CLOCKS = st.tuples(
    st.sampled_from([":", ":", ""]),
    st.lists(_digits(0, 25) | _digits(0, 61), min_size=1, max_size=3),
).map(lambda parts: parts[0].join(parts[1]))
_FRACTIONS = st.just("") | st.from_regex("[.,][0-9]{1,20}", fullmatch=True)
_OFFSETS = st.one_of(
    st.sampled_from(["", "Z", "z"]),
    *[
        st.tuples(st.just(sign), _digits(0, 25), st.sampled_from([":", ""]), _digits(0, 61)).map(
            "".join
        )
        for sign in "++--\u2212"
    ],
)
_LIKE_TIMES = st.tuples(
    _DATES, st.sampled_from(["T", "T", "t", " "]), _CLOCKS, _FRACTIONS, _OFFSETS
).map("".join)
# As services write them, which fromisoformat is asked first for.
_USUAL = st.tuples(
    st.tuples(_digits(0, 9999, 4), _digits(0, 13), _digits(0, 32)).map("-".join),
    st.tuples(_digits(0, 25), _digits(0, 61), _digits(0, 61)).map(":".join),
    st.just("") | st.from_regex("[.]([0-9]{3}){1,2}", fullmatch=True),
).map("{0[0]}T{0[1]}{0[2]}Z".format)


def test_nothing_but_a_time_or_a_value_error() -> None:
    """Texts that are times or nearly so: the quick way and the grammar agree on all of them."""
    counts = {"read": 0, "refused": 0, "with an offset": 0, "usual": 0}

    @settings(max_examples=600, database=None)
    @given(_LIKE_TIMES | _USUAL)
    def try_one(text: str) -> None:
        try:
            moment = read_time(text)
        except ValueError:
            counts["refused"] += 1
            return
        counts["read"] += 1
        counts["usual"] += len(text) in (20, 24, 27) and text[10] == "T" and text[-1] == "Z"
        counts["with an offset"] += text[-1] not in "Zz" and bool(set("+-") & set(text[11:]))
        assert moment.tzinfo is UTC
        # The grammar alone reads these: the quick way of usual texts must say the same.
        assert read_time(text.replace("T", "t", 1).replace("Z", "z", 1)) == moment

    try_one()
    assert min(counts.values()) > 10, f"{counts}: one side is hardly tried"
