"""When a digest is due: on the chosen day and at the chosen hour, in every zone and at every clock change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.enums import Cadence
from digests.timing import MADE_UP_FOR, NOTED_FOR, Schedule, is_due, is_noted
from pipeline.dates.zones import zone_named

ZONES = st.sampled_from(sorted(name for name in available_timezones() if zone_named(name))).map(ZoneInfo)
#: Zones with a clock change in the north and in the south, without one, and with one of half an hour.
CHANGING = st.sampled_from(
    ["America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Sydney", "Australia/Lord_Howe"]
).map(ZoneInfo)
MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1), max_value=datetime(2037, 12, 1), timezones=st.just(UTC)
)
ROUND = timedelta(minutes=10)


def schedules(zones: st.SearchStrategy[ZoneInfo]) -> st.SearchStrategy[Schedule]:
    return st.builds(Schedule, zone=zones, weekday=st.integers(0, 6) | st.none(), hour=st.integers(0, 23))


def is_on_the_clock(schedule: Schedule, moment: datetime) -> bool:
    """Whether the clock there shows the hour, or skipped it by as much as it is late."""
    local = moment.astimezone(schedule.zone)
    wall = local.replace(tzinfo=None)
    wanted = wall.replace(hour=schedule.hour, minute=0, second=0, microsecond=0)
    if wall == wanted:
        return True
    before = (moment - timedelta(hours=30)).astimezone(schedule.zone).utcoffset()
    skipped = (local.utcoffset() or timedelta()) - (before or timedelta())
    return timedelta() < skipped and (wall - wanted) % timedelta(days=1) == skipped % timedelta(days=1)


@given(schedules(CHANGING), MOMENTS)
@example(Schedule(zone=ZoneInfo("America/New_York"), weekday=6, hour=2), datetime(2026, 3, 8, 8, tzinfo=UTC))
@example(
    Schedule(zone=ZoneInfo("America/New_York"), weekday=6, hour=1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
)
@example(Schedule(zone=ZoneInfo("Europe/London"), weekday=6, hour=1), datetime(2026, 3, 29, 2, tzinfo=UTC))
@example(
    Schedule(zone=ZoneInfo("Australia/Sydney"), weekday=6, hour=2), datetime(2026, 10, 3, 17, tzinfo=UTC)
)
@example(
    Schedule(zone=ZoneInfo("Australia/Lord_Howe"), weekday=6, hour=2), datetime(2026, 10, 3, 16, tzinfo=UTC)
)
def test_it_is_due_on_the_chosen_day_at_the_chosen_hour(schedule, now):
    moment = schedule.last(now)
    local = moment.astimezone(schedule.zone)
    assert is_on_the_clock(schedule, moment)
    assert schedule.weekday is None or local.weekday() == schedule.weekday
    assert timedelta(0) <= now - moment < timedelta(days=1 if schedule.weekday is None else 7, hours=3)


@given(schedules(ZONES), MOMENTS)
@example(
    Schedule(zone=ZoneInfo("Pacific/Apia"), weekday=4, hour=9), datetime(2011, 12, 31, 12, tzinfo=UTC)
)  # a Friday that never was
@example(
    Schedule(zone=ZoneInfo("Antarctica/Troll"), weekday=6, hour=1), datetime(2026, 3, 29, 1, tzinfo=UTC)
)  # two hours at once
def test_each_period_comes_once_and_none_is_left_out(schedule, now):
    moment = schedule.last(now)
    following = schedule.next(moment)
    step = timedelta(days=1 if schedule.weekday is None else 7)
    assert abs(following - moment - step) <= timedelta(hours=26)
    assert schedule.period(following) != schedule.period(moment)
    assert schedule.last(following) == following
    assert schedule.last(following - timedelta(seconds=1)) == moment


@given(schedules(ZONES), MOMENTS, st.integers(0, 7 * 144))
def test_a_round_that_comes_late_is_made_up_for_within_a_day_and_noted_for_some(schedule, now, rounds):
    moment = schedule.last(now)
    late = moment + ROUND * rounds
    assert is_due(moment, late) == (late - moment < MADE_UP_FOR)
    assert is_noted(moment, late) == (MADE_UP_FOR <= late - moment < NOTED_FOR)


@given(schedules(CHANGING), MOMENTS)
def test_the_first_of_two_equal_hours_counts(schedule, now):
    moment = schedule.last(now)
    assert moment.astimezone(schedule.zone).fold == 0


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Asia/Kolkata", datetime(2026, 11, 23, 3, 30, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 11, 23, 14, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("Australia/Sydney", datetime(2026, 11, 22, 22, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2026, 11, 22, 22, tzinfo=UTC)),
    ],
)
def test_monday_at_nine_is_that_of_the_subscriber(zone, hour):
    schedule = Schedule.of(Cadence.WEEKLY, zone=ZoneInfo(zone), weekday=0, hour=9)
    assert schedule.last(datetime(2026, 11, 24, 12, tzinfo=UTC)) == hour
    assert schedule.period(hour) == "2026-W48"


def test_a_daily_mail_has_the_day_as_its_period():
    schedule = Schedule.of(Cadence.DAILY, zone=ZoneInfo("Asia/Kolkata"), weekday=3, hour=7)
    assert schedule.period(schedule.last(datetime(2026, 11, 24, 12, tzinfo=UTC))) == "2026-11-24"
