"""Lists and counts for city, area, category and venue pages."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.db.models.functions import Extract

from events.enums import Happening
from events.filters import EventFilter
from events.models import Event, EventImage, Listing
from events.queries.filtering import LocalTime, not_over, public, upcoming
from places.enums import CityState
from places.models import City

#: What a card shows; everything else stays in the database.
_CARD = (
    "id", "slug", "title", "start_at", "end_at", "start_date", "end_date", "previous_start_at", "timezone", "all_day", "time_known",
    "venue_name", "venue_city", "lat", "lng", "online", "category", "price_type", "price_min", "price_max", "price_currency", "happening",
    "sold_out", "freshness", "verification", "publication", "is_sample", "place", "area__name", "area__slug", "city__name", "city__slug",
    "city__timezone", "category__name",
)  # fmt: skip


def find_city(slug: str) -> City | None:
    """The city with pages of its own, also by its old id such as `ca--los-angeles` (ask `city.slug` to redirect)."""
    wanted = Q(slug=slug) | (Q(legacy_id=slug) & ~Q(legacy_id=""))
    return City.objects.filter(wanted, state=CityState.ACTIVE).order_by("slug").first()


def city_counts(*, now: datetime) -> QuerySet[City]:
    """Active cities, each with `upcoming`, the number of its events that are still to come."""
    held = Q(events__publication="approved") & Q(events__start_at__gte=now)
    return City.objects.filter(state=CityState.ACTIVE).annotate(upcoming=Count("events", filter=held)).order_by("name")


def for_cards(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with what a card needs, in two queries: the rows, and their primary images."""
    images = EventImage.objects.filter(is_primary=True).exclude(url="").only("id", "event", "url", "thumbnail", "alt", "width", "height")
    return (
        events.select_related("area", "city", "category").only(*_CARD).prefetch_related(Prefetch("images", images, to_attr="good_images"))
    )


def for_api(events: QuerySet[Event]) -> QuerySet[Event]:
    """`events` with what `events.public.public_event` reads, in three queries whatever their number."""
    listings = Listing.objects.select_related("origin").defer("facts").order_by("first_seen_at", "id")
    return (
        events.select_related("city", "area", "organizer", "series", "counters")
        .defer("provenance", "flags", "confidence", "moderation_notes", "raw_title")
        .prefetch_related("images", Prefetch("listings", listings))
    )


def counts_by_day(wanted: EventFilter, *, first: date, days: int, now: datetime) -> dict[date, int]:
    """How many events of `wanted` begin on each of `days` days from `first`; days without one are absent."""
    last = first + timedelta(days=days - 1)
    rows = (
        upcoming(wanted, now=now)
        .filter(start_date__range=(first, last))
        .exclude(happening=Happening.CANCELLED)
        .order_by()
        .values_list("start_date")
        .annotate(Count("id"))
    )
    return dict(rows)


def counts_by_hour(wanted: EventFilter, *, first: date, days: int, now: datetime) -> dict[tuple[str, int], int]:
    """How many begin by (category slug, local hour) over `days` days from `first`, only where the time is known."""
    hour = Extract(LocalTime(F("start_at"), F("timezone")), "hour", tzinfo=None)
    rows = (
        upcoming(wanted, now=now)
        .filter(start_date__range=(first, first + timedelta(days=days - 1)), all_day=False, time_known=True)
        .order_by()
        .annotate(hour=hour)
        .values_list("category_id", "hour")
        .annotate(Count("id"))
    )
    return {(category, int(clock)): count for category, clock, count in rows}


def category_counts(wanted: EventFilter, *, now: datetime) -> dict[str, int]:
    """How many upcoming events of `wanted`, whatever its categories, each category has."""
    rows = upcoming(wanted.without("categories"), now=now).order_by().values_list("category_id").annotate(Count("id"))
    return dict(rows)


def upcoming_at_place(place_ids: Sequence[UUID], *, now: datetime) -> QuerySet[Event]:
    """What is still to come at any of the places, in order."""
    return public().filter(not_over(now), place_id__in=place_ids).order_by("start_at", "id")
