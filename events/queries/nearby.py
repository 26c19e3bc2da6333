"""Current events near an event, and at a place."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from events.enums import Happening
from events.filters import EventFilter, Ordering
from events.models import Event
from events.queries.days import not_over
from events.queries.filtering import filtered, public
from pipeline.contract.enums import Setting
from pipeline.dates.event_times import AT_LEAST, zone_or_utc
from places.prediction import Running

#: A short ride. Events longer than a day are not specific to this hour.
NEAR_KM = 5.0
_LONGEST = timedelta(days=1)
#: Most sources do not state whether an event is indoors; events of these categories nearly always are.
ROOFED = ("film", "stage", "comedy", "art", "books", "games")
_OFF = (Happening.CANCELLED, Happening.POSTPONED, Happening.MOVED_ONLINE)


def indoor_nearby(event: Event, *, now: datetime, limit: int = 4) -> QuerySet[Event]:
    """Indoor events on the day of `event`, at most 5 km away, the nearest first.

    Without a point, in the same city. Events count as indoor by their setting, else by their category.
    """
    day = max(event.start_date, min(event.end_date, now.astimezone(zone_or_utc(event.timezone)).date()))
    roofed = Q(setting=Setting.INDOOR) | Q(setting=Setting.UNKNOWN, category__in=ROOFED)
    others = public().filter(not_over(now), roofed, start_date__lte=day, end_date__gte=day)
    others = others.exclude(pk=event.pk).exclude(happening__in=_OFF).exclude(online="yes")
    if event.lat is None or event.lng is None:
        return (
            others.filter(city_id=event.city_id).order_by("start_at", "id")[:limit]
            if event.city_id
            else others.none()
        )
    near = EventFilter(lat=event.lat, lng=event.lng, radius_km=NEAR_KM, ordering=Ordering.DISTANCE)
    return filtered(others, near, now=now)[:limit]


def running_at(place_ids: Collection[UUID], *, now: datetime) -> dict[UUID, list[Running]]:
    """The events running at these places now, by place, in one query, without ongoing ones."""
    end = Coalesce(
        "end_at",
        Greatest(
            "end_predicted_at",
            ExpressionWrapper(F("start_at") + Value(AT_LEAST), output_field=DateTimeField()),
        ),
    )
    held = Q(
        place__in=place_ids,
        start_at__lte=now,
        start_at__gt=now - _LONGEST,
        all_day=False,
        time_known=True,
        opening_hours="",
    )
    rows = (
        public()
        .filter(held)
        .exclude(happening__in=_OFF)
        .exclude(online="yes")
        .annotate(until=end)
        .filter(until__gt=now)
    )
    found: dict[UUID, list[Running]] = {}
    for place_id, title, until, sold_out, capacity, popularity in rows.order_by("until", "id").values_list(
        "place_id", "title", "until", "sold_out", "capacity", "popularity"
    ):
        coming = (popularity or {}).get("attending")
        filled = (
            coming / capacity
            if capacity and isinstance(coming, int) and not isinstance(coming, bool)
            else None
        )
        if until - now < _LONGEST:
            found.setdefault(place_id, []).append(
                Running(title=title, until=until, sold_out=sold_out, filled=filled)
            )
    return found
