"""The query parameters of event lists, and their conversion to an EventFilter."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from events.api import readers as read
from events.api.filtering import Narrowing
from events.api.parameters import Param
from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries import filtered
from events.times import When
from outbox.renderings.shown import show
from pipeline.contract.enums import Online, Status
from pipeline.taxonomy import canonical
from places.models import Area
from places.queries import slug_of_city

LIMIT, MOST = 20, 100
#: The highest offset; beyond it clients use the cursor.
MOST_OFFSET = 10_000
RADIUS_KM = 2.0


def _category(given: str) -> str:
    slug = canonical(given)
    if not slug:
        raise ValueError(f"There is no category {given[:40]}; see /api/v1/categories.")
    return slug


#: A category by slug, name or alias.
category = read.named(_category, "category")
CITY = Param(
    name="city",
    read=read.text(80, format="city"),
    about="Slug of a city, or its old id such as `ca--los-angeles`.",
    example="bengaluru",
)
LIMITS = (
    Param(
        name="limit",
        read=read.whole(1, MOST),
        about=f"Results on a page, {LIMIT} where it is not given, at most {MOST}.",
        example=20,
    ),
    Param(
        name="offset",
        read=read.whole(0, MOST_OFFSET),
        about="Results to leave out at the start. Prefer `next`, which is stable while events are added.",
        example=40,
    ),
)
CURSOR = Param(
    name="cursor",
    read=read.text(500, format="cursor"),
    about="Where a page begins: the `cursor` inside `next` of the page before.",
    example="WyJzdGFydCJd",
)
PAGING = (*LIMITS, CURSOR)
Q = Param(
    name="q", read=read.words(3), about="Words in the event's title, venue, tags or description; the last word may be incomplete. At least 3 letters.",
    example="jazz",
)  # fmt: skip

_WHERE = (
    CITY,
    Param(name="area", read=read.text(80, format="area"), about="Slug of a part of a city.", example="indiranagar"),
    Param(name="lat", read=read.LATITUDE, about="Latitude of the centre, with `lng`.", example=12.9784),
    Param(name="lng", read=read.LONGITUDE, about="Longitude of the centre, with `lat`.", example=77.6408),
    Param(
        name="radius_km", read=read.number(0.01, 20_040), about="Distance from `lat`, `lng` in kilometres; default 2.",
        example=2,
    ),
    Param(
        name="bbox", read=read.box, many=True, example="77.5,12.9,77.7,13.1",
        about="West, south, east, north in degrees; west may be greater across the date line.",
    ),
    Param(name="venue", read=read.uuid, about="Id of a place.", example="0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"),
)  # fmt: skip
_WHEN = (
    Param(name="start_after", read=read.moment, about="From this time on: ISO 8601 with offset, or a date in UTC.", example="2026-11-21T18:00:00+05:30"),
    Param(name="start_before", read=read.moment, about="Before this time: ISO 8601 with offset, or a date in UTC.", example="2026-11-28"),
    Param(name="when", read=read.one_of(When), about="A span on the event's own clock. Tonight ends at 05:00.", example="weekend"),
    Param(name="updated_since", read=read.moment, about="Changed at this time or later.", example="2026-11-20T00:00:00Z"),
)  # fmt: skip
_DAYS = (
    Param(name="day", read=read.day, about="A day for going out, from 05:00 to 05:00 on the event's own clock.", example="2026-11-21"),
    Param(name="from_day", read=read.day, about="The first of several days; also `date_from`.", example="2026-11-21"),
    Param(name="to_day", read=read.day, about="The last of several days; also `date_to`.", example="2026-11-28"),
    Param(name="from_hour", read=read.hour, about="Starts at this time of day or later.", example="17:00"),
    Param(name="to_hour", read=read.hour, about="Starts before this time of day; over midnight where it is not later than `from_hour`.", example="05:00"),
)  # fmt: skip
_AGES = (
    Param(name="guest_age", read=read.whole(0, 120), about="Age of the youngest guest, who must be admitted.", example=7),
    Param(name="least_age", read=read.whole(0, 120), about="Events from this age on.", example=18),
)  # fmt: skip
_WHAT = (
    Param(name="category", many=True, read=read.several(category), about="Categories with commas, by slug or name; any one is enough.", example="music,art"),
    Param(name="tag", many=True, read=read.several(read.text(60)), about="Tags with commas; any one is enough.", example="jazz"),
    Param(name="price", read=read.one_of(("free", "paid")), about="Free or paid; an unknown price is neither.", example="free"),
    Param(name="price_max", read=read.amount, about="Free, or from at most this amount in the event's own currency.", example=500),
    Param(name="online", read=read.one_of(Online), about="Online: no, yes, or both.", example="no"),
    Param(name="organizer", read=read.uuid, about="Id of an organizer.", example="0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4f"),
    Param(name="source", read=read.text(120), about="Slug of a source.", example="city-calendar"),
    Param(name="language", read=read.text(12), about="BCP 47; its first part decides.", example="en"),
    Param(name="status", many=True, read=read.several(read.one_of(Status)), about=f"With commas: {', '.join(Status)}.", example="scheduled,sold_out"),
)  # fmt: skip
FILTERS = (Q, *_WHERE, *_WHEN, *_DAYS, *_WHAT, *_AGES)
ORDERING = Param(
    name="ordering", read=read.one_of(Ordering), about="`distance` needs `lat` and `lng`, `relevance` needs `q`.", example="start"
)  # fmt: skip
LISTS = (*FILTERS, ORDERING, *PAGING)
#: Other names of parameters that clients of other services expect, each with what it stands for.
ALIASES = (
    Param(name="page", read=read.whole(1, 500), about="A page of `per_page` results, from 1 on; instead of `offset`.", example=1),
    Param(name="per_page", read=read.whole(1, MOST), about="The same as `limit`.", example=20),
    Param(
        name="location", many=True, read=read.point, example="12.9784,77.6408",
        about="`lat` and `lng` with a comma; a city or an area has a parameter of its own.",
    ),
    Param(name="price_range", read=read.price_range, about="`0-max`; the same as `price_max`.", example="0-500"),
    Param(name="date_from", read=read.day, about="The same as `from_day`.", example="2026-11-21"),
    Param(name="date_to", read=read.day, about="The same as `to_day`.", example="2026-11-28"),
)  # fmt: skip
_STANDS_FOR = {"per_page": "limit", "price_range": "price_max", "date_from": "from_day", "date_to": "to_day"}


class EventFilterSet(Narrowing):
    """All values together become one EventFilter, which lists, pages, feeds and mails share."""

    beside: ClassVar[tuple[Param, ...]] = LISTS
    ordering_by_default: ClassVar[Ordering] = Ordering.START

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    @property
    def asked_for(self) -> EventFilter:
        """The filter. Raises ValidationError for what is unknown, invalid or contradicting."""
        return wanted(without_aliases(self.values), ordering=self.ordering_by_default)

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Those of `queryset` that fulfil it, in its order."""
        return filtered(queryset, self.asked_for, now=timezone.now())


def without_aliases(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their own names. Raises ValidationError where both names are given."""
    found = {name: value for name, value in values.items() if name not in {alias.name for alias in ALIASES}}
    errors: dict[str, list[str]] = {}
    for alias, name in _STANDS_FOR.items():
        if alias in values:
            errors |= {alias: [f"Give {name} or {alias}, not both."]} if name in values else {}
            found.setdefault(name, values[alias])
    if "location" in values:
        errors |= {"location": ["Give location, or lat and lng, not both."]} if "lat" in values else {}
        found["lat"], found["lng"] = values["location"]
    if "page" in values:
        taken = [name for name in ("offset", "cursor") if name in values]
        errors |= {"page": [f"Give page or {taken[0]}, not both."]} if taken else {}
        found["offset"] = min((values["page"] - 1) * found.get("limit", LIMIT), MOST_OFFSET)
    if errors:
        raise ValidationError(errors)
    return found


def city_slug(given: str) -> str:
    """The slug of an existing city. Raises ValidationError with the field `city`."""
    slug = slug_of_city(given)
    if not slug:
        raise ValidationError({"city": [f"There is no city {given[:80]}; see /api/v1/cities."]})
    return slug


def wanted(values: Mapping[str, Any], *, ordering: Ordering = Ordering.START) -> EventFilter:
    """The filter for parsed values.

    Raises ValidationError for contradicting ones. `ordering` is the default order. Notes that the response shows events of that
    city, or of all.
    """
    _check_together(values)
    if "area" in values and not Area.objects.filter(slug=values["area"]).exists():
        raise ValidationError({"area": [f"There is no area {values['area']}; see /api/v1/areas."]})
    centred = "lat" in values
    city = city_slug(values["city"]) if "city" in values else ""
    show(f"events:city:{city}" if city else "events:all")
    return EventFilter(
        city=city,
        categories=values.get("category", ()),
        tags=values.get("tag", ()),
        statuses=values.get("status", ()),
        when=When(values["when"]) if "when" in values else None,
        radius_km=values.get("radius_km", RADIUS_KM) if centred else None,
        ordering=Ordering(values.get("ordering", ordering)),
        **{name: values[name] for name in _SAME if name in values},
    )


_SAME = (
    "area", "q", "start_after", "start_before", "lat", "lng", "bbox", "price", "price_max", "online", "venue", "organizer", "source",
    "language", "updated_since", "day", "from_day", "to_day", "from_hour", "to_hour", "guest_age", "least_age",
)  # fmt: skip


def _check_together(values: Mapping[str, Any]) -> None:
    errors = {}
    if ("lat" in values) != ("lng" in values):
        errors["lng" if "lat" in values else "lat"] = ["Give both lat and lng, or neither."]
    if "radius_km" in values and "lat" not in values:
        errors["radius_km"] = ["Give lat and lng with it."]
    if values.get("ordering") == Ordering.DISTANCE and "lat" not in values:
        errors["ordering"] = ["To order by distance give lat and lng."]
    if values.get("ordering") == Ordering.RELEVANCE and "q" not in values:
        errors["ordering"] = ["To order by relevance give q."]
    after, before = values.get("start_after"), values.get("start_before")
    if after and before and after >= before:
        errors["start_before"] = ["This must be later than start_after."]
    if "cursor" in values and "offset" in values:
        errors["offset"] = ["Give cursor or offset, not both."]
    if errors:
        raise ValidationError(errors)
