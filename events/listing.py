"""Divides a list of events into sections: tonight, the rest of today, ongoing events, and the coming days."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from events.cards import Card, card
from events.charts import NightStart, VibeRow, night_band, vibe_rows
from events.enums import Happening
from events.models import Event
from events.ongoing import is_closed_on
from events.queries import Beat
from events.words import calendar_day, capitalized, day_words, short_day, weekday
from languages.numbers import number_words
from pipeline.dates.event_times import is_evening, night_of, zone_or_utc
from places.queries import CityWeather

#: The number of days in the vibe chart.
VIBE_DAYS = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """One heading and its cards.

    `late` cards begin after midnight. `total` counts events that take place, `more` those that are not shown
    here.
    """

    key: str
    heading: str
    sub: str = ""
    href: str = ""
    total: int = 0
    more: int = 0
    cards: Sequence[Card] = ()
    late: Sequence[Card] = ()

    @property
    def all_words(self) -> str:
        """The words of the link to all of them."""
        if not self.total:
            return gettext("All that is still on")
        count = ngettext("All %(count)s event", "All %(count)s events", self.total)
        return count % {"count": number_words(self.total)}

    def shortened(self, most: int, *, href: str = "") -> "Section":
        """The same section with at most `most` cards and, where there are more, a link to all; their number is not known."""
        return replace(
            self,
            cards=self.cards[:most],
            total=0,
            more=max(len(self.cards) - most, 0),
            href=href or self.href,
        )


@dataclass(kw_only=True, slots=True)
class _Group:
    key: str
    events: list[Event] = field(default_factory=list)


def sections(
    events: Iterable[Event],
    *,
    now: datetime,
    path: str,
    totals: Counter[str] | None = None,
    first: date | None = None,
    weather: Mapping[UUID, CityWeather] | None = None,
) -> list[Section]:
    """`events` (in order of start) under their headings.

    `now` is local; `path` is the city's own; `totals` by `group_key`; what began before the day `first` is ongoing;
    `weather` by city.
    """
    groups: dict[str, _Group] = {}
    for event in events:
        key = group_key(event, now=now, first=first)
        groups.setdefault(key, _Group(key=key)).events.append(event)
    ordered = sorted(groups.values(), key=lambda group: _RANK.get(group.key, 9))
    make = partial(card, now=now, weather=weather or {})
    return [_section(group, now, path, totals or Counter(), make) for group in ordered]


#: Special sections come first; the days keep their order, since sorting is stable.
_RANK = {"tonight": 0, "today": 1, "ongoing": 2}


def group_key(event: Event, *, now: datetime, first: date | None = None) -> str:
    """`tonight`, `today`, `ongoing` for events that began before today (or `first`), else the day as ISO 8601.

    A day ends at 05:00.
    """
    start = event.start_at.astimezone(zone_or_utc(event.timezone))
    timed = event.time_known and not event.all_day
    day = night_of(start) if timed else event.start_date
    return _key(day, timed and is_evening(start), now, first)


def _key(day: date, in_the_evening: bool, now: datetime, first: date | None = None) -> str:
    if in_the_evening and day == night_of(now):
        return "tonight"
    if day < max(now.date(), first or now.date()):
        return "ongoing"
    return "today" if day == now.date() else day.isoformat()


def totals_of(beats: Sequence[Beat], *, now: datetime) -> Counter[str]:
    """How many events belong under each heading: `group_key` for counted moments."""
    by_day: Counter[tuple[date, bool]] = Counter()
    for beat in beats:
        by_day[beat.day, beat.in_the_evening] += beat.events
    found: Counter[str] = Counter()
    for (day, in_the_evening), count in by_day.items():
        found[_key(day, in_the_evening, now)] += count
    return found


def _section(
    group: _Group, now: datetime, path: str, totals: Counter[str], make: Callable[[Event], Card]
) -> Section:
    heading, sub, href = _heading(group.key, now, path)
    early: list[Card] = []
    late: list[Card] = []
    for event in (
        sorted(group.events, key=partial(_open_first, today=now.date()))
        if group.key == "ongoing"
        else group.events
    ):
        (late if group.key != "ongoing" and _after_midnight(event) else early).append(make(event))
    taking_place = sum(1 for event in group.events if event.happening != Happening.CANCELLED)
    unseen = max(totals[group.key] - taking_place, 0)
    return Section(
        key=group.key,
        heading=heading,
        sub=sub,
        href=href,
        total=taking_place + unseen,
        more=unseen,
        cards=early,
        late=late,
    )


def _open_first(event: Event, *, today: date) -> tuple[bool, date]:
    """The sort key of ongoing events: those open today first, then those that end sooner."""
    return bool(event.opening_hours) and is_closed_on(event.opening_hours, today), event.end_date


def _after_midnight(event: Event) -> bool:
    start = event.start_at.astimezone(zone_or_utc(event.timezone))
    return event.time_known and not event.all_day and start.date() > night_of(start)


def _heading(key: str, now: datetime, path: str) -> tuple[str, str, str]:
    today = now.date()
    if key == "tonight":
        return gettext("Tonight"), calendar_day(night_of(now), today=today), f"{path}tonight/"
    if key == "today":
        return (
            (gettext("Today"), calendar_day(today, today=today), f"{path}today/")
            if not is_evening(now)
            else (gettext("Today, all day"), "", f"{path}today/")
        )
    if key == "ongoing":
        return gettext("Still on"), gettext("began earlier, runs for days"), f"{path}ongoing/"
    day = date.fromisoformat(key)
    words = day_words(day, today=today)
    if day == today + timedelta(days=1):
        return words, calendar_day(day, today=today), f"{path}tomorrow/"
    return capitalized(weekday(day, long=True)), short_day(day, today=today), f"{path}{key}/"


def night_picture(beats: Sequence[Beat], *, now: datetime) -> SafeString:
    """Tonight from 17:00 to 05:00, one stroke for each event."""
    starts = [
        NightStart(minute=_night_minute(beat.start), category=beat.category)
        for beat in _tonight(beats, now)
        for _ in range(beat.events)
    ]
    return mark_safe(night_band(starts, now_minute=_night_minute(now)))  # noqa: S308 (numbers, and slugs of our own categories)


def night_summary(beats: Sequence[Beat], *, now: datetime) -> dict[str, object]:
    """A summary of tonight: `count`, `free`, and the hour at which most events begin.

    The hour is written `20:00`, '' where there are few events.
    """
    tonight = _tonight(beats, now)
    hours: Counter[int] = Counter()
    for beat in tonight:
        hours[beat.start.hour] += beat.events
    count = sum(beat.events for beat in tonight)
    hour, most = hours.most_common(1)[0] if hours else (0, 0)
    return {
        "count": count,
        "free": sum(beat.free for beat in tonight),
        "peak": f"{hour:02d}:00" if most >= 3 and len(hours) > 1 else "",
    }


def _tonight(beats: Sequence[Beat], now: datetime) -> list[Beat]:
    night = night_of(now)
    return [beat for beat in beats if beat.in_the_evening and beat.day == night]


def _night_minute(moment: datetime) -> int:
    return ((moment.hour - 17) % 24) * 60 + moment.minute


def vibe(beats: Sequence[Beat], *, now: datetime, names: Mapping[str, str]) -> Sequence[VibeRow]:
    """Hour by category over the next 7 days."""
    counts: Counter[tuple[str, int]] = Counter()
    following = now.date() + timedelta(days=VIBE_DAYS)
    for beat in beats:
        if beat.is_timed and beat.day < following:
            counts[beat.category, beat.start.hour] += beat.events
    return vibe_rows(counts, names)
