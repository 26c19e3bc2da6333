"""The events of a list by where they take place, grouped by the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Avg, Case, Count, F, Func, Max, Min, QuerySet, TextField, Value, When
from django.db.models.functions import Concat

from events.charts.spots import Spot
from events.enums import Happening
from events.filters import EventFilter
from events.models import Event
from events.queries.filtering import upcoming
from pipeline.geography.place_text import called
from places.models import Place

#: Places that a map has at most: those with most events. A part of the map shows the others.
MOST_SPOTS = 1000
_ELSEWHERE = (Happening.CANCELLED, Happening.MOVED_ONLINE)


class _Rounded(Func):
    """Degrees to four places as text, as `events.charts.spots.point_key` writes them."""

    template = "round((%(expressions)s)::numeric, 4)::text"
    output_field = TextField()


_POINT = Concat(_Rounded(F("lat")), Value(","), _Rounded(F("lng")), output_field=TextField())


def spots(wanted: EventFilter, *, now: datetime, most: int = MOST_SPOTS) -> tuple[list[Spot], bool]:
    """Where the upcoming events of `wanted` take place, those with most events first, and whether these are all.

    Grouped by venue, and by point where the venue is not known. What is cancelled or moved online takes place nowhere.
    Two queries: venues are read after they are counted, since joining them to every event costs more than the rest.
    """
    rows = (
        _somewhere(wanted, now)
        .annotate(point=Case(When(place__isnull=True, then=_POINT), default=Value(""), output_field=TextField()))
        .values("place_id", "point")
        .annotate(
            y=Avg("lat"), x=Avg("lng"), count=Count("pk"), called=Max("venue_name"), street=Max("address"),
            first=Min("category_id"), last=Max("category_id"),
        )
        .order_by("-count", "place_id", "point")[: most + 1]
    )  # fmt: skip
    read = list(rows)
    venues = Place.objects.only("name", "slug").in_bulk([row["place_id"] for row in read if row["place_id"]])
    return [_spot(row, venues.get(row["place_id"])) for row in read[:most]], len(read) <= most


def _spot(row: Mapping[str, Any], venue: Place | None) -> Spot:
    return Spot(
        key=venue.id.hex if venue else row["point"],
        name=venue.name if venue else called(row["called"], row["street"]),
        lat=row["y"],
        lng=row["x"],
        count=row["count"],
        category=row["first"] if row["first"] == row["last"] else "",
        href=f"/venues/{venue.slug}-{venue.id.hex}/" if venue else "",
    )


def events_at(wanted: EventFilter, key: str, *, now: datetime) -> QuerySet[Event]:
    """The upcoming events of `wanted` at the spot `key`, by start. Raises ValueError for what is no key."""
    events = _somewhere(wanted, now).order_by("start_at", "id")
    if "," not in key:
        return events.filter(place_id=UUID(hex=key))
    lat, lng = (float(part) for part in key.split(","))
    if not (abs(lat) <= 90 and abs(lng) <= 180):
        raise ValueError("no such point")
    near = 0.0001  # the box that an index answers; the text decides
    return events.filter(
        place__isnull=True, lat__range=(lat - near, lat + near), lng__range=(lng - near, lng + near)
    ).annotate(point=_POINT).filter(point=key)  # fmt: skip


def _somewhere(wanted: EventFilter, now: datetime) -> QuerySet[Event]:
    events = upcoming(wanted.without("ordering"), now=now).order_by()
    return events.filter(lat__isnull=False).exclude(happening__in=_ELSEWHERE)
