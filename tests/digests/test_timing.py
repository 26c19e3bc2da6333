"""The time of the weekly mail, in every zone and at every clock change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import example, given
from hypothesis import strategies as st

from digests.timing import MADE_UP_FOR, is_due, last_hour, period
from pipeline.dates.zones import zone_named

ZONES = st.sampled_from(sorted(name for name in available_timezones() if zone_named(name))).map(ZoneInfo)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2037, 12, 1), timezones=st.just(UTC)
)
ROUND = timedelta(minutes=10)
KOLKATA = ZoneInfo("Asia/Kolkata")


@given(ZONES, MOMENTS)
@example(ZoneInfo("Pacific/Apia"), datetime(2011, 12, 30, 12, tzinfo=UTC))  # a Friday that never was
@example(ZoneInfo("Antarctica/Troll"), datetime(2026, 3, 29, 1, tzinfo=UTC))  # two hours at once
def test_the_hour_is_a_thursday_at_nine_and_within_the_last_week(zone, now):
    hour = last_hour(zone, now)
    local = hour.astimezone(zone)
    assert (local.weekday(), local.hour, local.minute) == (3, 9, 0)
    assert timedelta(0) <= now - hour < timedelta(days=8)


@given(ZONES, MOMENTS)
def test_each_week_has_one_hour_and_one_period(zone, now):
    hour = last_hour(zone, now)
    following = last_hour(zone, hour + timedelta(days=8))
    assert timedelta(days=6, hours=20) <= following - hour <= timedelta(days=7, hours=4)
    assert period(zone, following) != period(zone, hour)


@given(ZONES, MOMENTS, st.integers(0, 2 * 144))
def test_a_round_that_comes_late_still_has_the_same_week(zone, now, rounds):
    hour = last_hour(zone, now)
    late = hour + ROUND * rounds
    assert is_due(zone, late) == (late - hour < MADE_UP_FOR)
    assert not is_due(zone, late) or period(zone, late) == period(zone, hour)


@given(ZONES, MOMENTS)
def test_nothing_is_due_before_the_hour(zone, now):
    hour = last_hour(zone, now)
    assert not is_due(zone, hour - timedelta(seconds=1))


def test_the_hour_is_the_citys():
    assert last_hour(KOLKATA, datetime(2026, 11, 19, 4, tzinfo=UTC)) == datetime(
        2026, 11, 19, 3, 30, tzinfo=UTC
    )
    assert last_hour(ZoneInfo("America/New_York"), datetime(2026, 11, 19, 4, tzinfo=UTC)) == datetime(
        2026, 11, 12, 14, tzinfo=UTC
    )
