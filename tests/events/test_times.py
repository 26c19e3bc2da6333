from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.times import Span, When, when_span
from pipeline.dates.event_times import (
    AT_LEAST,
    PREDICTED_HOURS,
    as_local,
    local_day,
    local_midnight,
    over_at,
    predicted_end,
    sort_moment,
    zone_or_utc,
)

NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")
ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Pacific/Apia",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
walls = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2036, 1, 1))
moments = st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC))


def at(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_time_that_dst_skips_moves_forward() -> None:
    assert as_local(datetime(2026, 3, 8, 2, 30), NEW_YORK).isoformat() == "2026-03-08T03:30:00-04:00"


def test_a_time_that_occurs_twice_is_the_first() -> None:
    assert as_local(datetime(2026, 11, 1, 1, 30), NEW_YORK).isoformat() == "2026-11-01T01:30:00-04:00"


@given(walls, zones)
def test_a_local_time_survives_the_way_to_utc_and_back(wall: datetime, zone: ZoneInfo) -> None:
    local = as_local(wall, zone)
    assert local.astimezone(UTC).astimezone(zone) == local
    assert local.replace(tzinfo=None) >= wall.replace(fold=0)
    assert local.replace(tzinfo=None) - wall.replace(fold=0) <= timedelta(hours=24)


@given(moments, zones)
def test_a_local_day_holds_its_moment(moment: datetime, zone: ZoneInfo) -> None:
    day = local_day(moment, zone.key)
    assert local_midnight(day, zone) <= moment < local_midnight(day + timedelta(days=1), zone)


@given(moments, zones, st.sampled_from([*PREDICTED_HOURS, "unheard of"]))
def test_a_predicted_end_is_after_the_start_and_over_no_earlier_than_three_hours(
    moment: datetime, zone: ZoneInfo, category: str
) -> None:
    start = moment.astimezone(zone)
    end = predicted_end(start, category)
    assert isinstance(end, datetime)
    assert end > start
    assert over_at(start, None, timezone=zone.key, predicted=end) >= moment + AT_LEAST


@given(moments, zones)
def test_spans_are_in_order_and_hold_now_where_they_should(now: datetime, zone: ZoneInfo) -> None:
    spans = {when: when_span(when, now=now, timezone=zone.key) for when in When}
    assert all(span.start < span.end for span in spans.values())
    assert spans[When.TODAY].holds(now)
    assert spans[When.WEEK].holds(now)
    assert spans[When.TODAY].end == spans[When.TOMORROW].start
    assert spans[When.WEEKEND].end > now


def test_predicted_end_is_elapsed_time_across_a_dst_change() -> None:
    start = at("2026-10-31T23:00:00")
    assert predicted_end(start, "nightlife").isoformat() == "2026-11-01T04:00:00-05:00"


def test_predicted_end_of_a_date_is_the_date() -> None:
    assert predicted_end(date(2026, 5, 1), "music") == date(2026, 5, 1)
    assert predicted_end(at("2026-05-01T00:00:00"), "music", all_day=True) == at("2026-05-01T00:00:00")


def test_over_at_of_an_all_day_event_is_the_end_of_its_last_local_day() -> None:
    assert over_at(date(2026, 5, 1), date(2026, 5, 3), timezone="Asia/Kolkata") == datetime(
        2026, 5, 3, 18, 30, tzinfo=UTC
    )
    assert over_at(date(2026, 5, 1), None, timezone="Asia/Kolkata", predicted=date(2026, 5, 1)) == datetime(
        2026, 5, 1, 18, 30, tzinfo=UTC
    )


def test_over_at_takes_the_end_itself() -> None:
    assert over_at(
        at("2026-05-01T20:00:00"), at("2026-05-01T20:30:00"), timezone="America/New_York"
    ) == datetime(2026, 5, 2, 0, 30, tzinfo=UTC)


def test_sort_moment_of_a_date_is_local_midnight() -> None:
    assert sort_moment(date(2026, 5, 1), "Asia/Kolkata") == datetime(2026, 4, 30, 18, 30, tzinfo=UTC)
    assert sort_moment(at("2026-05-01T00:10:00", KOLKATA), "Asia/Kolkata") == datetime(
        2026, 4, 30, 18, 40, tzinfo=UTC
    )


def test_local_day_is_the_event_s_own() -> None:
    assert local_day(datetime(2026, 5, 1, 20, 0, tzinfo=UTC), "Asia/Kolkata") == date(2026, 5, 2)
    assert local_day(date(2026, 5, 1), "Asia/Kolkata") == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("now", "first", "last"),
    [
        ("2026-11-21T12:00:00", "2026-11-21T17:00:00-05:00", "2026-11-22T05:00:00-05:00"),
        ("2026-11-21T23:00:00", "2026-11-21T17:00:00-05:00", "2026-11-22T05:00:00-05:00"),
        ("2026-11-22T02:00:00", "2026-11-21T17:00:00-05:00", "2026-11-22T05:00:00-05:00"),
        ("2026-11-22T05:00:00", "2026-11-22T17:00:00-05:00", "2026-11-23T05:00:00-05:00"),
    ],
)
def test_tonight_runs_to_five(now: str, first: str, last: str) -> None:
    span = when_span(When.TONIGHT, now=at(now), timezone="America/New_York")
    assert span == Span(datetime.fromisoformat(first), datetime.fromisoformat(last))


@pytest.mark.parametrize(
    "now", ["2026-11-16T09:00:00", "2026-11-20T16:00:00", "2026-11-21T12:00:00", "2026-11-22T23:59:00"]
)
def test_the_weekend_is_the_present_or_the_next(now: str) -> None:
    span = when_span(When.WEEKEND, now=at(now), timezone="America/New_York")
    assert span == Span(
        datetime.fromisoformat("2026-11-20T17:00:00-05:00"),
        datetime.fromisoformat("2026-11-23T00:00:00-05:00"),
    )


def test_today_of_a_dst_change_has_25_hours() -> None:
    span = when_span(When.TODAY, now=at("2026-11-01T12:00:00"), timezone="America/New_York")
    assert span.end - span.start == timedelta(hours=25)


def test_an_unknown_zone_counts_as_utc() -> None:
    assert zone_or_utc("Nowhere/City").key == "UTC"
