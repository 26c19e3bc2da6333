"""When a digest is due, computed from zone, day and hour. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digests.enums import Cadence
from pipeline.dates.event_times import as_local

#: A missed mail is sent within this time, once; later it is only noted that it was missed, for so long.
MADE_UP_FOR, NOTED_FOR = timedelta(hours=24), timedelta(days=6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """When mails are due: on `weekday` (0 is Monday; every day where it is None) at `hour`, by the clock of `zone`."""

    zone: ZoneInfo
    weekday: int | None
    hour: int

    @classmethod
    def of(cls, cadence: str, *, zone: ZoneInfo, weekday: int, hour: int) -> "Schedule":
        """The schedule of a subscription that is weekly or daily."""
        return cls(zone=zone, weekday=weekday if cadence == Cadence.WEEKLY else None, hour=hour)

    def last(self, now: datetime) -> datetime:
        """The latest moment (UTC), at or before the aware `now`, at which a mail was due.

        An hour that the clock skips is later by as much as it skips; of one that it shows twice, the first counts.
        """
        return next(moment for day in self._days(now) if (moment := self.moment(day)) <= now)

    def next(self, now: datetime) -> datetime:
        """The first moment (UTC) after the aware `now` at which a mail is due."""
        later = self.last(now)
        step = timedelta(days=1 if self.weekday is None else 7)
        while later <= now:
            later = self.last(later + step + timedelta(hours=4))
        return later

    def moment(self, day: date) -> datetime:
        """The moment (UTC) of that day."""
        return as_local(datetime.combine(day, time(self.hour)), self.zone).astimezone(UTC)

    def _days(self, now: datetime) -> Iterator[date]:
        """The days on which mails are due, the last first."""
        today = now.astimezone(self.zone).date() + timedelta(
            days=1
        )  # a skipped hour may fall on the next day
        if self.weekday is not None:
            today -= timedelta(days=(today.weekday() - self.weekday) % 7)
        step = 1 if self.weekday is None else 7
        return (today - timedelta(days=step * back) for back in range(4))

    def period(self, moment: datetime) -> str:
        """The name of the local week, such as `2026-W47`, or day, `2026-11-19`, of the moment at which a mail was due."""
        day = moment.astimezone(self.zone).date()
        if self.weekday is None:
            return day.isoformat()
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"


def is_due(moment: datetime, now: datetime) -> bool:
    """Whether the moment has come and is not too long ago."""
    return now - moment < MADE_UP_FOR


def is_noted(moment: datetime, now: datetime) -> bool:
    """Whether a mail that was due then, and can no longer be sent, is still to be noted as missed."""
    return MADE_UP_FOR <= now - moment < NOTED_FOR
