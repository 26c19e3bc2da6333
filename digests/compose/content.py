"""What a digest shows of its events, in the active language."""

from collections import OrderedDict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext, ngettext

from digests.choosing.learnt import fits
from digests.choosing.pool import end_of
from digests.enums import Cadence, DeliveryKind, Target
from digests.models import Delivery, Subscription
from events.cards import Card, Picture, State, card, states
from events.enums import Happening
from events.models import Event
from events.queries import for_cards, public
from events.recommended import Fit
from events.repeats import Repeat, clock_of, folded
from events.seo import plain_text
from events.visit_sources import BY_MAIL
from events.words import calendar_day, short_day, weekday
from languages.addresses import in_language
from languages.reading import current_code
from pipeline.dates.event_times import zone_or_utc
from pipeline.text.sanitize.mending import without_controls

#: Letters of an event's text: two lines on a phone.
TEXT: Final = 150
#: So many further dates of a line are named.
_NAMED: Final = 3
#: Pixels that a picture takes on a wide screen; the copy that is sent is at least so wide.
PICTURE_WIDTH: Final = 536
#: The first lines have a picture, where there is a good one.
PICTURES: Final = 3
#: Events, and entries, that a process keeps.
_MOST_KEPT: Final = 1_000
#: States under which nothing takes place; the others are milder.
OFF_STATES: Final = ("cancelled", "postponed", "removed")
#: What of an event's row no mail shows.
_UNREAD: Final = (
    "provenance",
    "quality",
    "flags",
    "confidence",
    "moderation_notes",
    "popularity",
    "venue_external_ids",
)
_OFF: Final = (Happening.CANCELLED, Happening.POSTPONED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shot:
    """A picture of our own server, `width` by `height` pixels on a wide screen."""

    url: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One event in a mail, all of it words: `weekday` and `day` over `hour`, where it is, its text, its further dates.

    `because` is for one reader alone: why it is for them.
    """

    title: str
    url: str
    calendar_url: str
    weekday: str
    day: str
    hour: str
    facts: str
    text: str
    also: str
    category: str
    states: tuple[State, ...]
    is_sample: bool
    note: str = ""
    because: str = ""
    shot: Shot | None = None

    @property
    def when(self) -> str:
        """`Sat 28 Nov, 20:00`."""
        return ", ".join(part for part in (f"{self.weekday} {self.day}".strip(), self.hour) if part)

    @property
    def is_off(self) -> bool:
        """Whether it does not take place, so that neither its text nor its calendar file is of use."""
        return any(state.slug in OFF_STATES for state in self.states)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Entries of a digest, those that were sent before and have changed apart from the others."""

    is_changed: bool
    entries: tuple[Entry, ...]


def events_of(deliveries: Iterable[Delivery], *, now: datetime) -> dict[UUID, Event]:
    """The events of recorded digests as they are now (`read_events`), read at once for all of them."""
    ids = dict.fromkeys(pk for delivery in deliveries for pk in delivery.event_ids)
    return {event.pk: event for event in read_events(list(ids), now=now)} if ids else {}


def fits_of(deliveries: Iterable[Delivery], *, now: datetime) -> Mapping[UUID, Fit]:
    """By person how the new events of recorded digests fit them, read at once for all of them; nobody without consent.

    It is asked when a mail is composed, so that a consent which was withdrawn meanwhile leaves no reason in it.
    """
    wanted: dict[UUID, set[UUID]] = {}
    for delivery in deliveries:
        if delivery.kind == DeliveryKind.DIGEST and (person := delivery.subscription.user_id):
            wanted.setdefault(person, set()).update(delivery.event_ids[delivery.changed :])
    return fits(wanted, now=now)


def still_on(delivery: Delivery, events: Mapping[UUID, Event]) -> list[Event]:
    """Those of `events` (`events_of`) that a recorded digest may still have, in its order.

    Those removed or merged since are left out, and of the new ones those cancelled, moved elsewhere or over; one that was
    sent before is there also when it is cancelled.
    """
    rows = [events[pk] for pk in delivery.event_ids if pk in events]
    changed = set(delivery.event_ids[: delivery.changed])
    until = end_of(delivery.subscription, now=delivery.created_at)
    return [event for event in rows if event.pk in changed or _belongs(event, delivery.subscription, until)]


_kept: OrderedDict[UUID, Event] = OrderedDict()


def read_events(ids: Sequence[UUID], *, now: datetime) -> list[Event]:
    """Those of the events that readers see and that are not over, in the given order, as they are now.

    Many mails show the same events: a row is read again when it has changed.
    """
    rows = public().filter(pk__in=ids).order_by()
    current = {pk: stamp for pk, *stamp in rows.values_list("pk", "version", "updated_at")}
    kept = {pk: event for pk in current if (event := _kept.get(pk))}
    found = {pk: event for pk, event in kept.items() if _stamp(event) == current[pk]}
    if stale := [pk for pk in current if pk not in found]:
        read = for_cards(Event.objects.filter(pk__in=stale)).defer(None).defer(*_UNREAD).in_bulk()
        found |= read
        _kept.update(read)
        bound(_kept)
    return [found[pk] for pk in ids if pk in found and found[pk].over_at > now]


def bound(kept: OrderedDict[Any, Any], most: int = _MOST_KEPT) -> None:
    """Forget the oldest. Several threads send: what one forgets another may be about to ask for."""
    while len(kept) > most:
        with suppress(KeyError):
            kept.popitem(last=False)


def _stamp(event: Event) -> list[object]:
    return [event.version, event.updated_at]


def reasons_of(events: Sequence[Event], fit: Fit | None) -> dict[UUID, str]:
    """Why each of the events is for one reader, in the active language, where there is something to say."""
    return (
        {event.pk: said for event in events if (said := without_controls(fit.reason(event.pk)))}
        if fit
        else {}
    )


def parts_of(
    delivery: Delivery, events: Sequence[Event], *, now: datetime, reasons: Mapping[UUID, str]
) -> tuple[Part, ...]:
    """What the mail shows of `events` (`still_on`), in the active language; `reasons` (`reasons_of`) are for its reader alone."""
    before = set(delivery.event_ids[: delivery.changed])
    changed = [event for event in events if event.pk in before]
    lines = folded([event for event in events if event.pk not in before], most=len(events))[0]
    fresh = tuple(
        replace(
            entry_of(line, now=now, has_picture=number < PICTURES), because=reasons.get(line.first.pk, "")
        )
        for number, line in enumerate(lines)
    )
    news = tuple(entry_of(Repeat(first=event), now=now, has_picture=False) for event in changed)
    return tuple(part for part in (Part(is_changed=True, entries=news), Part(is_changed=False, entries=fresh)) if part.entries)  # fmt: skip


def entry_of(line: Repeat, *, now: datetime, has_picture: bool) -> Entry:
    """The entry of an event with its further dates; kept for the hour, as long as none of them changes."""
    stamps = tuple((one.pk, one.version, one.updated_at) for one in (line.first, *line.others))
    key = (
        stamps,
        current_code(),
        settings.SITE_URL,
        now.replace(minute=0, second=0, microsecond=0),
        has_picture,
    )
    made = _entries.get(key)
    if made is None:
        made = _entries[key] = _entry(line, now=now, has_picture=has_picture)
        bound(_entries)
    return made


_entries: OrderedDict[Hashable, Entry] = OrderedDict()


def _entry(line: Repeat, *, now: datetime, has_picture: bool) -> Entry:
    event = line.first
    zone = zone_or_utc(event.timezone)
    local = now.astimezone(zone)
    shown = card(event, now=now)
    first = (
        event.start_date if event.all_day or not event.time_known else event.start_at.astimezone(zone).date()
    )
    facts = [shown.where, shown.price, *(f"{label}: {words}" for label, words in shown.simple_facts), shown.category_name]  # fmt: skip
    return Entry(
        title=without_controls(shown.title),
        url=f"{_page(shown.href)}?{BY_MAIL}",
        calendar_url=settings.SITE_URL + shown.ics,
        weekday=weekday(first),
        day=short_day(first, today=local.date()),
        hour=shown.moment.start if event.start_at > now else _hour(event, shown),
        facts=without_controls(" · ".join(part for part in facts if part)),
        text=without_controls(plain_text(event.description, limit=TEXT)),
        also=_also(line.others, today=local.date(), usual=clock_of(event)),
        category=shown.category,
        states=tuple(states(event, now=local)),
        is_sample=event.is_sample,
        note=shown.note,
        shot=_shot(shown.picture) if has_picture else None,
    )


def _hour(event: Event, shown: Card) -> str:
    """What has begun: when it began, by its clock."""
    return clock_of(event) or shown.moment.start


def _also(others: Sequence[Event], *, today: date, usual: str) -> str:
    """`Also Thu 26 Nov, Fri 27 Nov at 21:00 and 2 more dates`; '' where there are none."""
    if not others:
        return ""
    named, left = [_date(event, today, usual) for event in others[:_NAMED]], len(others) - _NAMED
    dates = ", ".join(named)
    if left <= 0:
        return gettext("Also %(dates)s") % {"dates": dates}
    words = ngettext(
        "Also %(dates)s and %(number)d more date", "Also %(dates)s and %(number)d more dates", left
    )
    return words % {"dates": dates, "number": left}


def _date(event: Event, today: date, usual: str) -> str:
    at = clock_of(event)
    day = event.start_at.astimezone(zone_or_utc(event.timezone)).date() if at else event.start_date
    said = calendar_day(day, today=today)
    return said if at in ("", usual) else gettext("%(day)s at %(hour)s") % {"day": said, "hour": at}


def _shot(picture: Picture | None) -> Shot | None:
    """Our own copy that is wide enough, at the width of the mail; never a picture of somebody else's server."""
    copies = next((copies for kind, copies in picture.by_format if kind == "webp"), ()) if picture else ()
    if not picture or not copies or not picture.height or not picture.width:
        return None
    copy = next((one for one in copies if one.width >= PICTURE_WIDTH), copies[-1])
    height = round(PICTURE_WIDTH * picture.height / picture.width)
    if height > PICTURE_WIDTH:  # a portrait would push the words away
        return None
    address = copy.url if copy.url.startswith("http") else settings.SITE_URL + copy.url
    return Shot(url=address, width=PICTURE_WIDTH, height=height)


def _page(path: str) -> str:
    """The address of a page of the site in the active language."""
    return in_language(settings.SITE_URL + path, current_code())


def _belongs(event: Event, subscription: Subscription, until: datetime) -> bool:
    """Whether a new event is still what the subscription asked for."""
    if event.happening in _OFF:
        return False
    if (
        subscription.kind in (Target.CITY, Target.AREA, Target.CATEGORY)
        and event.city_id != subscription.city_id
    ):
        return False
    return subscription.cadence == Cadence.INSTANT or event.start_at < until
