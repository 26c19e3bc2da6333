"""When in the week a person goes out: ranges of time on weekdays, over midnight where the end is not the later one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final

from django.utils.translation import gettext

from accounts.exceptions import InputRefused

#: Ranges that one person can name: three on each day.
MOST_RANGES: Final = 21
DAY_BEGINS, DAY_ENDS = time(0, 0), time(23, 59)
_DAY, _WEEK = 24 * 60, 7 * 24 * 60
#: Minutes of a week, both included.
Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class TimeRange:
    """From one time of day to another, both included, on the clock of the event; `day` is 1, Monday, to 7.

    Where `end` is earlier it is that of the next day, and where both are the same the range lasts 24 hours.
    """

    day: int
    begin: time = DAY_BEGINS
    end: time = DAY_ENDS

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> "TimeRange":
        """What `to_json` wrote."""
        return cls(
            day=given["day"],
            begin=time.fromisoformat(given["from"]),
            end=time.fromisoformat(given["to"]),
        )

    def to_json(self) -> dict[str, Any]:
        """`{"day": 5, "from": "18:00", "to": "23:59"}`."""
        return {"day": self.day, "from": f"{self.begin:%H:%M}", "to": f"{self.end:%H:%M}"}

    @property
    def spans(self) -> list[Span]:
        """The same as minutes of the week from Monday 00:00 on; in two parts over the end of Sunday."""
        begin = (self.day - 1) * _DAY + _minutes(self.begin)
        last = (self.day - 1) * _DAY + _minutes(self.end)
        if self.end < self.begin:
            last += _DAY
        elif self.end == self.begin:
            last += _DAY - 1
        if last < _WEEK:
            return [(begin, last)]
        return [(begin, _WEEK - 1), (0, last - _WEEK)]


def checked(given: Iterable[Mapping[str, Any] | TimeRange]) -> list[TimeRange]:
    """The ranges in the order of the week, each once. Raises InputRefused."""
    found: set[TimeRange] = set()
    for one in given:
        made = one if isinstance(one, TimeRange) else _read(one)
        if made.day not in range(1, 8):
            raise InputRefused("days", gettext("have days from 1, Monday, to 7, Sunday."))
        found.add(made)
    if len(found) > MOST_RANGES:
        raise InputRefused(
            "days", gettext("are at most %(number)s ranges. Leave some out.") % {"number": MOST_RANGES}
        )
    return sorted(found)


def in_week(ranges: Iterable[TimeRange]) -> str:
    """All of them as a multirange of PostgreSQL (int4multirange) over the minutes of the week."""
    spans = [f"[{begin},{last}]" for one in ranges for begin, last in one.spans]
    return f"{{{','.join(spans)}}}"


def _read(given: Mapping[str, Any]) -> TimeRange:
    begin, end = given.get("from") or DAY_BEGINS, given.get("to") or DAY_ENDS
    return TimeRange(day=given["day"], begin=begin.replace(second=0, microsecond=0), end=end.replace(second=0, microsecond=0))  # fmt: skip


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
