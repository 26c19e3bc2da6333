"""An event that is on several times is shown once in a list: its first card, with the next dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from events.models import Event
from events.words import clock, date_range_words, day_words
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.folding import fold_name

#: So many further dates are named.
_NAMED = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Repeat:
    """The first of some events with one title at one venue, and the `others`, the soonest first."""

    first: Event
    others: tuple[Event, ...] = ()

    def also(self, *, now: datetime, is_whole: bool) -> str:
        """The further dates: `Also Thu 26 Nov, Fri 27 Nov at 21:00 and 2 more dates`; '' where there are none.

        Where the list is not `is_whole`, their number is not known: then it ends `and more dates`.
        """
        if not self.others:
            return ""
        usual = clock_of(self.first)
        named = [self.first, *self.others[:_NAMED]]
        *most, last = [_date(event, before, now, usual) for before, event in pairwise(named)]
        left = len(self.others) - _NAMED
        if left > 0:
            most, last = [*most, last], "more dates"
            if is_whole:
                last = f"{left} more {'date' if left == 1 else 'dates'}"
        return f"Also {', '.join(most)} and {last}" if most else f"Also {last}"


def folded(events: Iterable[Event], *, most: int) -> tuple[list[Repeat], int]:
    """The events with repeats put together, at most `most` of them, and how many events that took.

    The order is that of the first of each.
    """
    found: dict[tuple[Any, ...], list[Event]] = {}
    taken = 0
    for event in events:
        key = _key(event)
        if key not in found and len(found) == most:
            break
        found.setdefault(key, []).append(event)
        taken += 1
    return [_repeat(own) for own in found.values()], taken


def _repeat(events: Sequence[Event]) -> Repeat:
    return Repeat(first=events[0], others=tuple(sorted(events[1:], key=lambda one: (one.start_at, one.pk))))


def _key(event: Event) -> tuple[Any, ...]:
    """What a reader takes for the same event: title, venue and city; a sample is never one with a real event."""
    return fold_name(event.title), fold_name(event.venue_name), event.city_id, event.is_sample


def clock_of(event: Event) -> str:
    """When it begins by its own clock, such as `20:00`; '' where only its day is known."""
    if event.all_day or not event.time_known:
        return ""
    return clock(event.start_at.astimezone(zone_or_utc(event.timezone)))


def _date(event: Event, before: Event, now: datetime, usual: str) -> str:
    """The day, unless it is that of `before`, and the time where it is another than `usual`."""
    today = now.astimezone(zone_or_utc(event.timezone)).date()
    at = clock_of(event)
    if not at:
        day = date_range_words(event.start_date, event.end_date, today=today)
    elif _day(event) == _day(before):
        return f"at {at}"
    else:
        day = day_words(_day(event), today=today)
    day = day.lower() if day in ("Today", "Tomorrow", "Yesterday") else day
    return day if at in ("", usual) else f"{day} at {at}"


def _day(event: Event) -> date:
    return event.start_at.astimezone(zone_or_utc(event.timezone)).date()
