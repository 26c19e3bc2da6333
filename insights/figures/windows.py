"""Windows that slide: the last hour by the minute, day by the hour, week and month by the day. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Name: grain of the sums, length of a step, number of steps. The last step is under way.
_WINDOWS: Final = {
    "hour": ("minute", _MINUTE, 60),
    "day": ("hour", _HOUR, 24),
    "week": ("day", _DAY, 7),
    "month": ("day", _DAY, 30),
}
NAMES: Final = tuple(_WINDOWS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """From `since` until before `until`, both at whole steps in UTC."""

    name: str
    grain: str
    step: timedelta
    since: datetime
    until: datetime

    @property
    def before(self) -> "Window":
        """The window of the same length that ends where this one begins."""
        return Window(name=self.name, grain=self.grain, step=self.step, since=self.since - (self.until - self.since), until=self.since)  # fmt: skip

    @property
    def moments(self) -> list[datetime]:
        """The begin of each step."""
        return [self.since + self.step * number for number in range((self.until - self.since) // self.step)]


def window_of(name: str, *, now: datetime) -> Window:
    """The window of that name (`NAMES`) whose last step contains `now`. Raises KeyError."""
    grain, step, steps = _WINDOWS[name]
    moment = now.astimezone(UTC).replace(second=0, microsecond=0)
    if grain != "minute":
        moment = moment.replace(minute=0)
    if grain == "day":
        moment = moment.replace(hour=0)
    until = moment + step
    return Window(name=name, grain=grain, step=step, since=until - step * steps, until=until)
