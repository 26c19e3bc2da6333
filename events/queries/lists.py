"""Lists and counts for city, area, category and venue pages."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
    Window,
    prefetch_related_objects,
)
from django.db.models.functions import Greatest, RowNumber

from events.enums import Happening
from events.filters import EventFilter
from events.models import Event, EventImage, Listing
from events.queries.city_tally import tally
from events.queries.conditions import named
from events.queries.filtering import OF_A_DATE, upcoming
from outbox.renderings.rows import KeptRows
from outbox.renderings.shown import is_collecting
from outbox.replica import cursor_of_readers
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import is_evening, night_of
from places.enums import CityState
from places.models import City

#: The columns of a card.
_CARD = (
    "id", "slug", "title", "start_at", "end_at", "start_date", "end_date", "previous_start_at", "timezone", "all_day", "time_known", "opening_hours",
    "venue_name", "address", "venue_city", "lat", "lng", "online", "setting", "category", "price_type", "price_min", "price_max", "price_currency", "happening",
    "sold_out", "freshness", "verification", "publication", "is_sample", "place", "former_venue", "area__name", "area__slug", "city__name", "city__slug",
    "city__timezone", *SIMPLE,
)  # fmt: skip

#: The columns of an event in a calendar or in RSS.
_FED = (
    *OF_A_DATE, "version", "created_at", "updated_at", "published_at", "venue_name", "address", "lat", "lng", "online_url", "description", "tags", "category",
    "price_type", "price_min", "price_max", "price_currency", *SIMPLE,
)  # fmt: skip
#: The columns of an event that no page shows.
UNSHOWN = ("flags", "confidence", "moderation_notes", "raw_title")
#: Some 4 kB each.
_ROWS: KeptRows[UUID, Event] = KeptRows(lambda one: f"events:event:{one}", most=4_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class CityCount:
    """A city, and the number of its events that have not begun."""

    city: City
    upcoming: int


def city_counts(*, now: datetime, among: QuerySet[City] | None = None) -> list[CityCount]:
    """Active cities by name, or those `among` them, in two queries; the counts are those of `city_tally`."""
    cities = list(City.objects.filter(state=CityState.ACTIVE) if among is None else among)
    counts = tally({city.id: city.slug for city in cities}, now=now)
    return [CityCount(city=city, upcoming=counts.get(city.id, 0)) for city in cities]


def for_cards(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with the data of a card, in two queries: the rows, and their primary images."""
    return _with_columns(events).prefetch_related(_images())


def read_cards(*lists: QuerySet[Event]) -> list[list[Event]]:
    """The events of several lists with the data of a card: a query for each list, and one for all images.

    A response that all may share takes the rows that this process has read for another one: a query for each list, and two for
    the rows that are missing. Do not change them.
    """
    if not is_collecting():
        read = [list(_with_columns(events)) for events in lists]
        prefetch_related_objects([event for events in read for event in events], _images())
        return read
    ids = [list(events.values_list("id", flat=True)) for events in lists]
    rows = cards_by_id(one for each in ids for one in each)
    return [[rows[one] for one in each if one in rows] for each in ids]


def cards_of(ids: Sequence[UUID]) -> list[Event]:
    """The events with the data of a card, in this order, as `read_cards`. Two queries at most, none for no ids."""
    rows = cards_by_id(ids) if is_collecting() else for_cards(Event.objects.filter(pk__in=ids)).in_bulk()
    return [rows[one] for one in ids if one in rows]


def cards_by_id(ids: Iterable[UUID]) -> dict[UUID, Event]:
    """The events with the data of a card, as `read_cards`, in two queries at most."""
    return _ROWS.take(ids, lambda missing: for_cards(Event.objects.filter(pk__in=missing)).in_bulk())


def _with_columns(events: QuerySet[Event]) -> QuerySet[Event]:
    return events.select_related("area", "city").only(*_CARD)


def _images() -> "Prefetch[Any]":
    images = (
        EventImage.objects.filter(is_primary=True)
        .exclude(url="")
        .only("id", "event", "url", "files", "width", "height")
    )
    return Prefetch("images", images, to_attr="good_images")


def for_api(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with what `events.public.public_event` reads, in three queries whatever their number."""
    return (
        events.select_related("city", "area", "organizer", "series", "counters")
        .defer("provenance", *UNSHOWN)
        .prefetch_related("images", listings_shown())
    )


def listings_shown() -> "Prefetch[Any]":
    """Where an event is listed, the first one first, with its source."""
    listings = Listing.objects.select_related("origin").defer("facts").order_by("first_seen_at", "id")
    return Prefetch("listings", listings)


def for_json(events: QuerySet[Event]) -> QuerySet[Event]:
    """As `for_api`, for a thousand events at once: what many of them share is read, and made, once (nine queries)."""
    listings = (
        Listing.objects.only("event", "origin", "url", "missing_since", "changed_at", "first_seen_at")
        .prefetch_related("origin")
        .order_by("first_seen_at", "id")
    )
    return events.defer("provenance", *UNSHOWN).prefetch_related(
        "city", "area", "organizer", "series", "counters", "images", Prefetch("listings", listings)
    )


def for_feeds(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with what calendars and RSS say of them, in one query: nothing that stands beside the row."""
    return events.only(*_FED)


#: Some hundreds of rows in one: reading them one by one takes twice as long as finding them.
_PULSE: Final = """
SELECT json_agg(json_build_array(extract(epoch FROM start_at), start_date, category_id, time_known AND NOT all_day, count, free))::text
FROM ({chosen}) AS chosen
"""


class Beat(NamedTuple):
    """How many `events` begin at one moment in one category, and how many of them are `free`.

    `start` is local to the reader of `pulse`; `day` ends at 05:00 where the time is known (`is_timed`).
    """

    start: datetime
    day: date
    category: str
    is_timed: bool
    in_the_evening: bool
    events: int
    free: int


def pulse(wanted: EventFilter, *, first: date, days: int, now: datetime) -> list[Beat]:
    """The starts of `days` days from `first`, in one query, for all counts and charts of a page. `now` is local to the city.

    Cancelled events do not count.
    """
    rows = (
        upcoming(wanted, now=now)
        .filter(start_date__range=(first, first + timedelta(days=days - 1)))
        .exclude(happening=Happening.CANCELLED)
        .order_by()
        .values("start_at", "start_date", "category_id", "all_day", "time_known")
        .annotate(count=Count("id"), free=Count("id", filter=Q(price_type="free")))
    )
    chosen, given = named(rows)
    with cursor_of_readers() as cursor:
        cursor.execute(_PULSE.format(chosen=chosen), given)
        [told] = cursor.fetchone()
    dates = {f"{day}": day for day in (first + timedelta(days=number) for number in range(days))}
    beats = []
    for moment, day, category, is_timed, count, free in json.loads(told or "[]"):
        start, night, in_the_evening = _local(moment, now.tzinfo)
        if is_timed:
            beats.append(Beat(start, night, category, True, in_the_evening, count, free))
        else:
            beats.append(Beat(start, dates[day], category, False, False, count, free))
    return beats


@lru_cache(maxsize=8192)
def _local(moment: float, zone: tzinfo | None) -> tuple[datetime, date, bool]:
    """A start (seconds since 1970) in the city's zone, its night, and whether it is in the evening. The same ones come again."""
    start = datetime.fromtimestamp(moment, zone)
    return start, night_of(start), is_evening(start)


def first_of_each_day(events: QuerySet[Event], *, most: int, most_later: int, today: date) -> QuerySet[Event]:
    """At most `most` events of yesterday and today, and `most_later` of each later day, the earliest first.

    Of those that began before yesterday also at most `most`, the first to end.
    """
    before = today - timedelta(days=2)
    order = Case(When(start_date__lte=before, then=F("end_date")), default=F("start_date"))
    rank = Window(
        RowNumber(),
        partition_by=Greatest(F("start_date"), Value(before)),
        order_by=[order.asc(), F("start_at").asc(), F("id").asc()],
    )
    near = Q(start_date__lte=today, rank_of_day__lte=most)
    return events.annotate(rank_of_day=rank).filter(near | Q(rank_of_day__lte=most_later))


def category_counts(wanted: EventFilter, *, now: datetime) -> dict[str, int]:
    """The number of upcoming events in each category, for `wanted` without its categories."""
    rows = (
        upcoming(wanted.without("categories"), now=now)
        .order_by()
        .values_list("category_id")
        .annotate(Count("id"))
    )
    return dict(rows)
