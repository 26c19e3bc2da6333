"""When a source is due: schedules, local time, cache hints, failures, and the order of sources."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sources.queries.due import AGEING, PRIORITY_MOST, urgency
from sources.runs.timing import DAY, FLOOR, SPREAD_MOST, Ended, Timetable, next_at, next_due

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
GOOD = Ended()

moments = st.datetimes(datetime(2026, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))
minutes = st.integers(1, 20_000)
zones = st.sampled_from([
    "Asia/Kolkata", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "America/Nuuk", "Africa/Casablanca", "Asia/Beirut",
])  # fmt: skip
times = st.times().map(lambda value: value.replace(second=0, microsecond=0))


def table(**fields: Any) -> Timetable:
    return Timetable(**{"key": "a", "minutes": 240, **fields})


def wait(ended: Ended = GOOD, *, now: datetime = NOW, **fields: Any) -> timedelta:
    return next_due(table(**fields), ended, now) - now


def test_a_good_end_waits_for_the_schedule_and_a_little_more() -> None:
    assert 4 * HOUR <= wait() <= 4 * HOUR + SPREAD_MOST


def test_many_sources_do_not_strike_together() -> None:
    due = {next_due(table(key=str(number)), GOOD, NOW) for number in range(500)}
    assert len(due) == 500
    assert max(due) - min(due) > timedelta(minutes=4)


def test_daily_at_a_local_time() -> None:
    due = next_due(table(at=time(2, 0), timezone="Asia/Kolkata"), GOOD, NOW)
    assert timedelta() <= due - datetime(2026, 11, 21, 20, 30, tzinfo=UTC) <= SPREAD_MOST


def test_a_time_that_the_clock_skips_comes_later_and_one_that_it_shows_twice_comes_once() -> None:
    berlin = table(at=time(2, 30), timezone="Europe/Berlin")
    spring = next_at(berlin, datetime(2026, 3, 28, 23, 30, tzinfo=UTC))
    assert spring.astimezone(ZoneInfo("Europe/Berlin")).time() == time(3, 30)
    autumn = next_at(berlin, datetime(2026, 10, 24, 22, 0, tzinfo=UTC))
    assert autumn == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_at(berlin, autumn) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@given(moments, times, zones)
def test_once_on_every_local_day(now: datetime, at: time, zone: str) -> None:
    daily = table(at=at, timezone=zone)
    days = [now]
    for _ in range(400):
        days.append(next_at(daily, days[-1]))
    for earlier, later in pairwise(days[1:]):
        assert timedelta(hours=22) <= later - earlier <= timedelta(hours=26)
    assert len(days) - 2 == round((days[-1] - days[1]) / DAY)


def test_an_event_near_makes_it_sooner_but_not_too_soon() -> None:
    near, far, begun = (Ended(soonest=NOW + HOUR * hours) for hours in (3, 30, -1))
    assert HOUR <= wait(near) < HOUR * 1.1
    assert wait(far) == wait(begun) == wait()
    assert FLOOR <= wait(near, minutes=30) < FLOOR * 1.1
    assert wait(near, minutes=10) == wait(minutes=10)
    assert wait(near, quicken=False) == wait()


def test_the_answers_own_hint_wins_where_it_is_longer_up_to_a_day() -> None:
    assert wait(Ended(hint=HOUR)) == wait()
    assert 9 * HOUR <= wait(Ended(hint=9 * HOUR)) <= 9 * HOUR + SPREAD_MOST
    assert DAY <= wait(Ended(hint=40 * DAY)) <= DAY + SPREAD_MOST
    assert wait(Ended(hint=9 * HOUR), obey_hints=False) == wait()
    assert wait(Ended(hint=9 * HOUR, soonest=NOW + HOUR)) >= 9 * HOUR


def test_retry_after_is_kept_to_the_second_up_to_a_day() -> None:
    assert wait(Ended(failures=1, retry_after=54_321)) == timedelta(seconds=54_321)
    assert wait(Ended(failures=1, retry_after=10.0**7)) == DAY
    assert wait(Ended(failures=1, retry_after=60)) >= 4 * HOUR
    assert wait(Ended(failures=1, retry_after=80_000), at=time(13, 0)) == timedelta(seconds=80_000)


def test_a_run_whose_process_died_begins_at_once_but_not_for_ever() -> None:
    assert [wait(Ended(failures=count, lost=True)) == timedelta() for count in (1, 2, 3)] == [
        True,
        True,
        False,
    ]


@given(
    moments,
    minutes,
    st.lists(st.tuples(st.booleans(), st.integers(0, 200_000)), max_size=30),
    st.text(max_size=5),
)
def test_errors_never_speed_anything_up(
    now: datetime, every: int, outcomes: list[tuple[bool, int]], key: str
) -> None:
    """Whatever the sequence: after an error at least the normal wait, at most a day (or the schedule, where
    that is longer)."""
    one, failures = table(minutes=every, key=key), 0
    for failed, asked in outcomes:
        failures = failures + 1 if failed else 0
        due = next_due(one, Ended(failures=failures, retry_after=asked if failed else None), now)
        normal = next_due(one, GOOD, now)
        assert normal - now >= timedelta(minutes=every)
        assert due >= normal
        assert due - now <= max(DAY, normal - now)
        if failed and asked <= 86_400:
            assert due >= now + timedelta(seconds=asked)
        now = due


@given(moments, minutes, st.integers(1, 12))
def test_each_failure_in_a_row_waits_longer_until_about_a_day(
    now: datetime, every: int, failures: int
) -> None:
    shorter, longer = (
        next_due(table(minutes=every), Ended(failures=count), now) - now for count in (failures, failures + 1)
    )
    assert longer > shorter or longer >= DAY * 0.9


@given(moments, st.integers(1, 9), times, zones)
def test_a_daily_source_that_fails_is_asked_when_it_would_be_anyway(
    now: datetime, failures: int, at: time, zone: str
) -> None:
    daily = table(at=at, timezone=zone)
    assert next_due(daily, Ended(failures=failures), now) == next_due(daily, GOOD, now)


@given(st.lists(st.integers(-32_768, 32_767), min_size=1, max_size=6), st.integers(1, 3))
def test_no_source_starves_under_any_load_of_higher_priority(priorities: list[int], capacity: int) -> None:
    """Every minute `capacity` of the due ones are fetched and are due again at once; the humble one still
    gets its turn."""
    since = dict.fromkeys(range(len(priorities)), 0)
    humble = min(since, key=lambda number: priorities[number])
    longest = (2 * PRIORITY_MOST + 1) * int(AGEING / timedelta(minutes=1)) + len(priorities) + 1
    for minute in range(longest + 1):
        ranked = sorted(
            since, key=lambda number: -urgency(priorities[number], timedelta(minutes=minute - since[number]))
        )
        for number in ranked[:capacity]:
            since[number] = minute
        if humble in ranked[:capacity]:
            return
    raise AssertionError(f"still waiting after {longest} minutes")
