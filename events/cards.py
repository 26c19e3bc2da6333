"""The text of an event's card. Templates contain no logic, so that page, live fragment and mail agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from events.charts import pattern
from events.charts.spots import spot_key
from events.enums import Freshness, Happening, Publication
from events.models import Event, EventImage
from events.ongoing import hours_words, is_open_at, today_words
from events.weather import outlook_of
from events.words import (
    calendar_day,
    category_name,
    clock,
    date_range_words,
    day_words,
    price_words,
    short_day,
    span_words,
    start_day_words,
    stated_words,
    zone_words,
)
from languages.reading import current_code
from outbox.renderings.kept import QUARTER
from outbox.renderings.shown import is_collecting, show
from pipeline.contract.enums import Online
from pipeline.dates.event_times import is_evening, night_of, zone_or_utc
from places.forecast import Outlook
from places.queries import CityWeather

#: A picture of less width (pixels) is not used on a card.
GOOD_WIDTH = 480
_UNKNOWN: Mapping[UUID, CityWeather] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """A state that readers must see: `slug` selects the shape, `word` the label, and `detail` explains it."""

    slug: str
    word: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """The time for the narrow column: `day` over `start` over `end`.

    `is_clock` is false where `start` is a word; `iso` is machine-readable.
    """

    day: str
    start: str
    end: str = ""
    is_clock: bool = True
    is_now: bool = False
    was: str = ""
    iso: str = ""


class Copy(NamedTuple):
    """A copy of a picture, `width` pixels wide."""

    url: str
    width: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture on a card, in pixels. `by_format` has its copies, the smallest format first, each from narrow to wide."""

    url: str
    width: int = 0
    height: int | None = None
    by_format: tuple[tuple[str, tuple[Copy, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """The content of a card. Equal cards look the same, so that one of them is rendered (`events.fragments`).

    `also` names its other dates where a list shows it once, `zone` its zone where several meet in a list, `distance` is that
    from the reader's spot. `simple_facts` are the known simple fields as (label, words), which mails show.
    `less` is the path to which the form `less` of the page posts that one is not interested.
    `spot` is the key of its place on the map, `language` the code of the language that its words are in.
    """

    id: str
    language: str
    href: str
    title: str
    moment: Moment
    sort: int
    category: str
    category_name: str
    venue: str
    area: str
    price: str
    is_free: bool
    state: State | None
    note: str
    picture: Picture | None
    is_sample: bool
    also: str = ""
    less: str = ""
    zone: str = ""
    distance: str = ""
    simple_facts: tuple[tuple[str, str], ...] = ()
    outlook: Outlook | None = None
    spot: str = ""

    @property
    def art(self) -> SafeString:
        """The pattern that stands where there is no picture."""
        return mark_safe(pattern(self.id))  # noqa: S308 (made of numbers alone)

    @property
    def where(self) -> str:
        """`Blue Room, Indiranagar`."""
        return ", ".join(part for part in (self.venue, self.area) if part)

    @property
    def ics(self) -> str:
        """The address of the event's calendar file."""
        return self.href.rstrip("/") + ".ics"


class _Made(NamedTuple):
    """A card, and the times (seconds since 1970) between which it says the same."""

    outlook: Outlook | None
    since: float
    until: float
    card: Card


def card(event: Event, *, now: datetime, weather: Mapping[UUID, CityWeather] = _UNKNOWN) -> Card:
    """The card of `event` (from `events.queries.for_cards`) at `now`.

    With the `weather` of its city, an outdoor event shows the forecast. The card is kept on the row by language while it says
    the same: several responses may show one reading of an event (`read_cards`).
    """
    show(f"events:event:{event.id}")
    expected = outlook_of(event, weather, now=now)
    if not is_collecting():
        return _made(event, now, expected, current_code())
    made: dict[str, _Made] = vars(event).setdefault("cards_made", {})
    language, at = current_code(), now.timestamp()
    kept = made.get(language)
    if kept is None or not kept.since <= at < kept.until or kept.outlook != expected:
        kept = made[language] = _Made(
            expected, at, _same_until(event, at), _made(event, now, expected, language)
        )
    return kept.card


def _same_until(event: Event, at: float) -> float:
    """When the words of a card may next change. Days and nights begin at a quarter of an hour, opening hours at any minute."""
    step = 60.0 if event.opening_hours else QUARTER
    edges = [(at // step + 1) * step, *(edge.timestamp() for edge in (event.start_at, event.end_at) if edge)]
    return min(edge for edge in edges if edge > at)


def _made(event: Event, now: datetime, expected: Outlook | None, language: str) -> Card:
    zone = zone_or_utc(event.timezone)
    return Card(
        id=str(event.id),
        language=language,
        href=event.get_absolute_url(),
        title=event.title,
        moment=moment(event, now=now.astimezone(zone)),
        sort=int(event.start_at.timestamp()),
        category=str(event.category_id),
        category_name=category_name(str(event.category_id)),
        venue=_venue(event),
        area=event.area.name if event.area else "",
        price=price_words(event.price_type, event.price_min, event.price_max, event.price_currency),
        is_free=event.price_type == "free",
        state=state(event, now=now.astimezone(zone)),
        note=_note(event) or _open_today(event, now.astimezone(zone)),
        picture=_picture(event),
        is_sample=event.is_sample,
        simple_facts=tuple(stated_words(event)),
        outlook=expected,
        spot=spot_key(event.lat, event.lng, event.place_id),
    )


def art(event: Event) -> SafeString:
    """The event's own pattern."""
    return mark_safe(pattern(str(event.id)))  # noqa: S308 (made of numbers alone)


def _picture(event: Event) -> Picture | None:
    """The primary picture, where it is wide enough."""
    images: list[EventImage] = getattr(event, "good_images", [])
    image = images[0] if images else None
    if image is None or (image.width or 0) < GOOD_WIDTH:
        return None
    return Picture(
        url=image.url,
        width=image.width or 0,
        height=image.height,
        by_format=tuple(
            (kind, tuple(Copy(str(file["url"]), int(file["width"])) for file in files))
            for kind, files in image.by_format
        ),
    )


def moment(event: Event, *, now: datetime) -> Moment:
    """The time of the event. `now` is local to the event."""
    zone = now.tzinfo or ZoneInfo("UTC")
    if event.all_day or not event.time_known:
        return _dated_moment(event, now)
    start = event.start_at.astimezone(zone)
    end = event.end_at.astimezone(zone) if event.end_at else None
    if event.opening_hours and end and start <= now:
        is_open = is_open_at(event.opening_hours, now) and event.happening not in (
            Happening.CANCELLED,
            Happening.POSTPONED,
        )
        return Moment(
            day=gettext("Until"),
            start=short_day(end.date()),
            is_clock=False,
            is_now=is_open,
            iso=start.isoformat(),
        )
    if end and start.date() < now.date() and (end - start).days >= 1:
        return Moment(
            day=gettext("Until"),
            start=short_day(end.date()),
            end=clock(end),
            is_clock=False,
            iso=start.isoformat(),
        )
    running = (
        end is not None
        and start <= now < end
        and event.happening not in (Happening.CANCELLED, Happening.POSTPONED)
    )
    day = gettext("On now") if running else start_day_words(start, now=now)
    return Moment(
        day=day,
        start=clock(start),
        end=_end_words(start, end),
        is_now=running or _is_today(start, now),
        was=_was(event, start),
        iso=start.isoformat(),
    )


def _is_today(start: datetime, now: datetime) -> bool:
    """Whether the start is today, or in the night that is now."""
    return start.date() == now.date() or (night_of(start) == night_of(now) and is_evening(start))


def _dated_moment(event: Event, now: datetime) -> Moment:
    today = now.date()
    iso = event.start_date.isoformat()
    if event.end_date > event.start_date and event.start_date < today:
        return Moment(day=gettext("Until"), start=short_day(event.end_date), is_clock=False, iso=iso)
    day = day_words(event.start_date, today=today)
    words = gettext("All day") if event.all_day else gettext("Time open")
    until = "" if event.end_date == event.start_date else _until(calendar_day(event.end_date, today=today))
    return Moment(day=day, start=words, end=until, is_clock=False, is_now=event.start_date == today, iso=iso)


def _until(last: str) -> str:
    # Translators: the second line of a time span: the start stands above it.
    return pgettext("end of a span", "to %(last)s") % {"last": last}


def _end_words(start: datetime, end: datetime | None) -> str:
    if end is None or end == start:
        return ""
    if (end - start).total_seconds() > 20 * 3600:
        return _until(short_day(end.date()))
    return _until(clock(end))


def _was(event: Event, start: datetime) -> str:
    """The former time, if the event moved within the day; a move to another day is shown by the state."""
    before = event.previous_start_at
    if event.happening != Happening.RESCHEDULED or before is None:
        return ""
    local = before.astimezone(start.tzinfo)
    return clock(local) if local.date() == start.date() else ""


def state(event: Event, *, now: datetime) -> State | None:
    """The gravest state, or None. `now` is local to the event."""
    return next(iter(states(event, now=now)), None)


def states(event: Event, *, now: datetime) -> list[State]:
    """All states that readers must see, the gravest first. `now` is local to the event."""
    if event.publication == Publication.REMOVED:
        return [State(slug="removed", word=gettext("Removed"))]
    if event.happening == Happening.CANCELLED:
        return [State(slug="cancelled", word=gettext("Cancelled"), detail=gettext("does not take place"))]
    if event.happening == Happening.POSTPONED:
        return [State(slug="postponed", word=gettext("Postponed"), detail=gettext("new date not known yet"))]
    found: list[State] = []
    if event.sold_out:
        found.append(State(slug="sold_out", word=gettext("Sold out")))
    if event.happening == Happening.MOVED_ONLINE:
        found.append(
            State(slug="moved_online", word=gettext("Moved online"), detail=gettext("not at the venue"))
        )
    if event.happening == Happening.RESCHEDULED:
        found.append(State(slug="rescheduled", word=gettext("New time"), detail=_moved_from(event, now)))
    if former_place(event):
        found.append(State(slug="moved", word=gettext("New place"), detail=_was_at(event)))
    return found


def former_place(event: Event) -> str:
    """Where it was to be before it moved; '' where it did not move to another place."""
    if event.happening == Happening.MOVED_ONLINE or event.online == Online.YES:
        return ""
    return event.former_venue if event.former_venue != event.place_words else ""


def former_start(event: Event, *, now: datetime) -> str:
    """`Fri 20 Nov, 19:30`, when it was to begin before it moved; '' where it did not. `now` is local to the event."""
    if event.previous_start_at is None or event.happening not in (
        Happening.RESCHEDULED,
        Happening.POSTPONED,
        Happening.MOVED_ONLINE,
    ):
        return ""
    before = event.previous_start_at.astimezone(now.tzinfo)
    day = calendar_day(before.date(), today=now.date())
    return f"{day}, {clock(before)}" if event.time_known and not event.all_day else day


def _moved_from(event: Event, now: datetime) -> str:
    before = former_start(event, now=now)
    return gettext("was %(when)s") % {"when": before} if before else ""


def _was_at(event: Event) -> str:
    return gettext("was %(place)s") % {"place": event.former_venue} if event.former_venue else ""


def _venue(event: Event) -> str:
    if event.place_words:
        return event.place_words
    if event.online == Online.YES or event.happening == Happening.MOVED_ONLINE:
        return gettext("Online")
    return event.venue_city or gettext("Place not given")


def _note(event: Event) -> str:
    """A note about doubtful information."""
    if event.freshness == Freshness.MISSING:
        return gettext("Its source no longer lists it. Ask before you go.")
    if event.freshness == Freshness.GONE:
        return gettext("Its source took it down. Ask before you go.")
    return ""


def _open_today(event: Event, now: datetime) -> str:
    """Today's opening hours of an ongoing event; '' before it began."""
    began = event.start_date <= now.date() and event.happening not in (
        Happening.CANCELLED,
        Happening.POSTPONED,
    )
    return today_words(event.opening_hours, now.date()) if event.opening_hours and began else ""


def when_sentence(event: Event, *, now: datetime) -> str:
    """The time as a sentence: `Tonight, 20:00 to 23:00 IST`, `Fri 20 to Sun 22 Nov, all day`.

    `now` is local to the event.
    """
    today = now.date()
    if event.opening_hours and event.end_date > event.start_date:
        return _open_sentence(event, today)
    if event.all_day or not event.time_known:
        days = date_range_words(event.start_date, event.end_date, today=today)
        if event.all_day:
            return gettext("%(days)s, all day") % {"days": days}
        return gettext("%(days)s, time not given yet") % {"days": days}
    start = event.start_at.astimezone(now.tzinfo)
    hours = clock(start)
    if event.end_at and event.end_at > event.start_at:
        end = event.end_at.astimezone(now.tzinfo)
        is_far = (end - start).total_seconds() > 20 * 3600
        hours = span_words(
            hours, f"{calendar_day(end.date(), today=today)}, {clock(end)}" if is_far else clock(end)
        )
    return f"{start_day_words(start, now=now)}, {hours} {zone_words(start)}"


def _open_sentence(event: Event, today: date) -> str:
    said = {"hours": hours_words(event.opening_hours), "last": calendar_day(event.end_date, today=today)}
    if event.start_date <= today:
        return gettext("Open %(hours)s, until %(last)s") % said
    said["first"] = calendar_day(event.start_date, today=today)
    return gettext("Open %(hours)s, from %(first)s until %(last)s") % said
