"""What a sample consists of: towns with halls and programmes, and the occurrences that their feeds list. Pure.

A programme takes place on its weekdays. Each occurrence has its date in its id, so that yesterday's samples never
become rescheduled ones. What changes (a place, an hour, a cancellation) is known `NOTICE` days ahead, in even weeks:
feeds of an earlier edition have what was planned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

#: How many days are rendered, today included, and for how many of them changes are known.
DAYS, NOTICE = 14, 12
EVERY_DAY, WEEKEND, WEEKDAYS = (0, 1, 2, 3, 4, 5, 6), (5, 6), (0, 1, 2, 3, 4)


class Change(StrEnum):
    """What becomes of a programme in even weeks."""

    CANCELLED = "cancelled"
    SOLD_OUT = "sold out"
    LATER = "later"
    ELSEWHERE = "elsewhere"

    @property
    def needs_a_past(self) -> bool:
        """Whether readers see it only where something else was planned before."""
        return self in (Change.LATER, Change.ELSEWHERE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hall:
    """An invented venue with the coordinates of a real street corner."""

    name: str
    address: str
    lat: float
    lng: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """An event that recurs on `weekdays` (0 is Monday).

    `feeds` list it; the second one in other words (`other_title`). `series`: its dates belong together. `picture`:
    one is drawn for it. `changes` with `other_hall`: where it goes. `online`: there is no hall.
    """

    key: str
    title: str
    hall: str
    weekdays: tuple[int, ...]
    start: time
    minutes: int
    text: str
    price: str = ""
    category: str = ""
    organizer: str = ""
    feeds: tuple[str, ...]
    other_title: str = ""
    every: int = 1
    language: str = ""
    performers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    age: str = ""
    series: bool = False
    picture: bool = False
    online: bool = False
    changes: Change | None = None
    other_hall: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Town:
    """A city with samples. `city` is its slug; `currency` as ISO 4217; `free` is its word for no price."""

    city: str
    zone: ZoneInfo
    country: str
    currency: str
    halls: Mapping[str, Hall]
    programmes: tuple[Programme, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A programme of a town on a day. `is_changed`: what changes is known."""

    town: Town
    programme: Programme
    day: date
    is_changed: bool = False

    @property
    def uid(self) -> str:
        """The id in every feed that lists it: programme and day."""
        return f"{self.programme.key}-{self.day:%Y%m%d}"

    @property
    def change(self) -> Change | None:
        """What changed, as far as it is known."""
        return self.programme.changes if self.is_changed else None

    @property
    def times(self) -> tuple[datetime, datetime]:
        """Start and end in the town's zone."""
        start = datetime.combine(self.day, self.programme.start, self.town.zone)
        if self.change is Change.LATER:
            start += timedelta(hours=1)
        return start, start + timedelta(minutes=self.programme.minutes)

    @property
    def hall(self) -> Hall | None:
        """Where it takes place; None where it is online."""
        if self.programme.online:
            return None
        moved = self.change is Change.ELSEWHERE
        return self.town.halls[self.programme.other_hall if moved else self.programme.hall]

    def title_in(self, feed: str) -> str:
        """The title in a feed: the programme's own in its first feed, another wording in the others."""
        own = self.programme
        return own.title if own.feeds[0] == feed or not own.other_title else own.other_title


def programme(
    key: str, title: str, hall: str, days: tuple[int, ...], start: tuple[int, int], minutes: int, category: str, price: str, text: str,
    *feeds: str, other: str = "", organizer: str = "", every: int = 1, language: str = "", performers: tuple[str, ...] = (),
    tags: tuple[str, ...] = (), age: str = "", series: bool = False, picture: bool = False, online: bool = False,
    changes: Change | None = None, other_hall: str = "",
) -> Programme:  # fmt: skip
    """A programme in one call, so that a town's programmes read like a table."""
    return Programme(
        key=key, title=title, hall=hall, weekdays=days, start=time(*start), minutes=minutes, category=category, price=price, text=text,
        feeds=feeds, other_title=other, organizer=organizer, every=every, language=language, performers=performers, tags=tags, age=age,
        series=series, picture=picture, online=online, changes=changes, other_hall=other_hall,
    )  # fmt: skip


#: An edition in which nothing has changed yet: what a new site reads first, so that there is a before and an after.
FIRST_EDITION: Final = -1


def occurrences(town: Town, feed: str, today: date, *, notice: int = NOTICE) -> list[Occurrence]:
    """The occurrences that a feed lists on `today`, for a fortnight, in order. Changes are known `notice` days ahead."""
    return [
        Occurrence(
            town=town,
            programme=programme,
            day=day,
            is_changed=(day - today).days <= notice and day.isocalendar().week % 2 == 0,
        )
        for day in (today + timedelta(days=offset) for offset in range(DAYS))
        for programme in town.programmes
        if feed in programme.feeds
        and day.weekday() in programme.weekdays
        and day.isocalendar().week % programme.every == 0
    ]
