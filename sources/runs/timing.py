"""When a source is due next. Pure: computed from the source's settings, how its run ended and the clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b

from pipeline.dates.event_times import zone_or_utc

DAY = timedelta(days=1)
#: A normal wait is stretched by up to this share of itself, and at most by this time, so that sources do not
#: start all at once.
SPREAD, SPREAD_MOST = 0.05, timedelta(minutes=5)
#: A wait after a failure is stretched by up to this share.
SPREAD_FAILED = 0.1
#: With an event's start within NEAR a source is due four times as often, but not more often than FLOOR (or
#: its own schedule).
NEAR, QUICKER, FLOOR = timedelta(hours=24), 4, timedelta(minutes=15)
#: A run whose process died is retried at once, but only for so many failures in a row: the source may be what
#: kills it.
LOST_AT_ONCE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Timetable:
    """A source's schedule as an operator set it.

    `key` is any value of the source's own (its id); it spreads the sources over time. With `at`, the source
    is due once a day at this time in `timezone`.
    """

    key: str
    minutes: int
    at: time | None = None
    timezone: str = "UTC"
    obey_hints: bool = True
    quicken: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a run ended.

    `failures` in a row, this one included; 0 after a success. `retry_after` in seconds, as the other side
    asked. `hint` is how long the answer may be cached (Cache-Control, Expires, ttl). `soonest` is the start
    of the source's next event. With `lost` the run's process died, which proves nothing about the source.
    """

    failures: int = 0
    retry_after: float | None = None
    hint: timedelta | None = None
    soonest: datetime | None = None
    lost: bool = False


def next_due(table: Timetable, ended: Ended, now: datetime) -> datetime:
    """When to run again, after `now` (aware).

    After a success: the schedule, sooner with an event near, later where the answer's cache time is longer
    (up to a day). After a failure: the schedule, doubled for each failure in a row, a day at most, but never
    sooner than after a success. Retry-After of the other side takes precedence, to the second, up to a day.
    """
    chance = _chance(table.key, now)
    if ended.failures:
        if ended.lost and ended.failures <= LOST_AT_ONCE:
            return now
        due = (
            next_at(table, now, chance) if table.at else now + _after_failures(table, ended.failures, chance)
        )
        return max(due, now + min(timedelta(seconds=ended.retry_after or 0), DAY))
    if table.at:
        return next_at(table, now, chance)
    wait = timedelta(minutes=table.minutes)
    if table.quicken and ended.soonest is not None and now < ended.soonest <= now + NEAR:
        wait = min(wait, max(FLOOR, wait / QUICKER))
    if table.obey_hints and ended.hint is not None:
        wait = max(wait, min(ended.hint, DAY))
    return now + _spread(wait, chance)


def next_at(table: Timetable, now: datetime, chance: float = 0.0) -> datetime:
    """The next moment, in UTC, at which local clocks show `table.at`, plus up to five minutes by `chance`.

    Once on each local day. A time that the clock skips is later by as much as it skips; of a time that it
    shows twice, the first one counts (PEP 495).
    """
    assert table.at is not None
    zone = zone_or_utc(table.timezone)
    today = now.astimezone(zone).date()
    moments = (
        datetime.combine(today + timedelta(days=days), table.at, zone).astimezone(UTC)
        for days in range(-1, 4)
    )
    return next(moment for moment in moments if moment > now) + SPREAD_MOST * chance


def _after_failures(table: Timetable, failures: int, chance: float) -> timedelta:
    normal = timedelta(minutes=table.minutes)
    wait = normal * 2 ** min(failures - 1, 20) * (1 + SPREAD_FAILED * chance)
    if wait > DAY:
        wait = DAY * (1 - SPREAD_FAILED * chance)
    return max(wait, _spread(normal, chance))


def _spread(wait: timedelta, chance: float) -> timedelta:
    return wait + min(wait * SPREAD, SPREAD_MOST) * chance


def _chance(key: str, now: datetime) -> float:
    """A pseudo-random number from 0 to 1, the same for the same source and moment."""
    digest = blake2b(f"{key} {now.isoformat()}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64
