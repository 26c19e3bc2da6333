"""Machine-readable dates, times and durations."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.clocks import Clock, read_clock
from pipeline.dates.moments import end_at, raw_time, read_duration, read_moment

MOMENT = datetime(2026, 12, 1, 19, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T19:30:00Z", "2026-12-01t19:30z", "2026-12-01 19:30:00 +00:00", "20261201T193000Z", "2026-12-01T20:30:00.0000000+01:00",
        "2026-12-01T20:30+01", "2026-12-01T14:30:00-0500", "Tue, 01 Dec 2026 19:30:00 GMT", "1 Dec 2026 20:30 +0100", "2026-12-01 7:30 PM UTC",
        "2026/12/01 19:30 UTC", 1796153400, 1796153400.0, "1796153400", 1796153400000, "1796153400000", 1796153400000000, "/Date(1796153400000+0000)/",
        "2026-12-1T14-14-30-00+-5:00".replace("14-14-30-00", "14:30"), MOMENT, "2026-12-01T19:30:00Z[UTC]", "2026-335T19:30Z",
    ],
)  # fmt: skip
def test_moments_with_a_zone(value):
    assert read_moment(value) == MOMENT


@pytest.mark.parametrize(
    "value",
    ["2026-07-01 8pm EST", "2026-07-01T20:00 EDT", "Wed, 01 Jul 2026 20:00:00 EST", "1 Jul 2026 20:00 ET"],
)
def test_an_abbreviation_means_local_time_and_an_offset_itself(value):
    assert read_moment(value) == datetime(2026, 7, 1, 20, tzinfo=ZoneInfo("America/New_York"))
    assert read_moment("2026-07-01 20:00 -0500") == datetime(2026, 7, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T19:30",
        "2026-12-01 19:30:00",
        "20261201T1930",
        "Tue, 01 Dec 2026 19:30:00",
        "2026-12-1T19-19-30-00",
    ],
)
def test_moments_without_a_zone(value):
    assert read_moment(value) == datetime(2026, 12, 1, 19, 30)
    assert read_moment(value, utc=True) == MOMENT


@pytest.mark.parametrize("value", ["2026-12-01", "20261201", "2026/12/1", "2026-335", date(2026, 12, 1)])
def test_days(value):
    assert read_moment(value) == date(2026, 12, 1)


@pytest.mark.parametrize(
    "value",
    ["", "12 Dec", "2026-13-01", "2026-02-30", "2026-12-01T25:00", "9999-12-31T24:00", "2026-12-01T10:00+99:00", "2026-12-01 10:00 XYZ", 12, 1e30,
     float("nan"), float("inf"), True, None, [], "99999999999999999999", "Tue, 99 Foo 2026 10:00:00 GMT", "x" * 1000],
)  # fmt: skip
def test_anything_else_is_none(value):
    assert read_moment(value) is None


def test_midnight_as_24_is_the_next_day():
    assert read_moment("2026-12-01T24:00") == datetime(2026, 12, 2)


def test_raw_time_keeps_words_and_knows_unknown():
    assert raw_time("  Sat 12   Dec ") == "Sat 12 Dec"
    assert raw_time("TBA") is raw_time("") is raw_time(None) is None
    assert len(raw_time("x" * 1000)) == 200


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("19:30", time(19, 30), None), ("7pm", time(19), None), ("7:30 p.m.", time(19, 30), None), ("12am", time(0), None), ("12 pm", time(12), None),
        ("7-9pm", time(19), time(21)), ("11-1pm", time(11), time(13)), ("10am to 4pm", time(10), time(16)), ("13:00–14:30", time(13), time(14, 30)),
        ("20h30", time(20, 30), None), ("20 Uhr", time(20), None), ("20.15 Uhr", time(20, 15), None), ("19:00:00", time(19), None),
        ("6:00\u202fPM", time(18), None), ("noon", time(12), None), ("Midnight", time(0), None), ("24:00", time(0), None),
        ("10 a.m. to noon", time(10), time(12)), ("12 noon - 3pm", time(12), time(15)), ("8pm – midnight", time(20), time(0)),
        ("8-midnight", time(20), time(0)),
        ("18:00 - 2am", time(18), time(2)), ("9-2am", time(21), time(2)), ("7pm-9", time(19), time(21)),
        ("10am - 4", time(10), time(16)), ("8pm-2", time(20), time(2)),
    ],
)  # fmt: skip
def test_clocks(text, start, end):
    assert read_clock(text) == Clock(start=start, end=end, is_next_day=text == "24:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "TBA",
        "25:00",
        "13pm",
        "7:75pm",
        "2026",
        "$25",
        "19:30 on Friday the 12th",
        "7-9",
        "2.595 kr.",
    ],
)
def test_no_clocks(text):
    assert read_clock(text) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT2H30M", 9000), ("P1D", 86400), ("P1W", 604800), ("pt1.5h", 5400), ("PT10S", 10), ("P1DT1H", 90000)],
)
def test_durations(text, seconds):
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "P1M", "T1M33S", "90", None, 5, "P9999D", "PT0S"])
def test_no_durations(text):
    assert read_duration(text) is None


def test_end_of_a_night_is_the_next_day():
    start = datetime(2026, 12, 1, 22, tzinfo=timezone(timedelta(hours=1)))

    assert end_at(start, time(2)) == start + timedelta(hours=4)
    assert end_at(start, time(23)) == start + timedelta(hours=1)
    assert end_at(datetime(9999, 12, 31, 22), time(2)) == datetime(9999, 12, 31, 2)


@given(st.one_of(st.text(max_size=100), st.floats(), st.integers(), st.none(), st.booleans()))
def test_nothing_raises(value):
    assert isinstance(raw_time(value), datetime | date | str | None)
    assert read_clock(str(value)) is None or isinstance(read_clock(str(value)), Clock)


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_iso_is_read_back(moment):
    assert read_moment(moment.isoformat(timespec="seconds")) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["28 November 2026 8:30 pm", "Sat, 28 Nov 2026 8:30PM", "28 Nov 2026 11:00 a.m."]
)
def test_a_persons_half_day_is_no_time_of_rfc_822(text):
    assert read_moment(text) is None, "half past eight in the evening is not 08:30 in UTC"
