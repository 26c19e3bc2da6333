"""The rows that events point to: cities, areas, places, organizers and series, looked up or made for a whole batch."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from events.models import Organizer, Origin, Series
from events.records import Entry
from places.geography import fold
from places.models import Area, City


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Ids by the names that facts use."""

    cities: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    organizers: Mapping[str, UUID]
    series: Mapping[str, UUID]

    def columns(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """The foreign keys of an event with these facts; what is not known here is None."""
        located = facts.get("located") or {}
        organizer = (facts.get("organizer") or {}).get("name") or ""
        recurrence = facts.get("recurrence") or {}
        return {
            "city_id": self.cities.get(located.get("city") or ""),
            "area_id": self.areas.get(located.get("area") or ""),
            "place_id": UUID(located["place_id"]) if located.get("place_id") else None,
            "organizer_id": self.organizers.get(fold(organizer)[:200]),
            "series_id": self.series.get(recurrence.get("series_id") or ""),
        }


def resolve(entries: Sequence[Entry], origin: Origin) -> Links:
    """Look up what the entries name; organizers and series that are new are made. At most six queries."""
    return Links(
        cities=_by_slug(City, (entry.located.city for entry in entries)),
        areas=_by_slug(Area, (entry.located.area for entry in entries)),
        organizers=_organizers(entries),
        series=_series(entries, origin),
    )


def _by_slug(model: Any, slugs: Iterable[str]) -> dict[str, UUID]:
    wanted = {slug for slug in slugs if slug}
    return dict(model.objects.filter(slug__in=wanted).values_list("slug", "id")) if wanted else {}


def _organizers(entries: Sequence[Entry]) -> dict[str, UUID]:
    named = {fold(ref.name)[:200]: ref for ref in (entry.event.organizer for entry in entries) if ref and fold(ref.name)}
    if not named:
        return {}
    known = dict(Organizer.objects.filter(folded_name__in=named).values_list("folded_name", "id"))
    new = [
        Organizer(name=ref.name[:200], folded_name=folded, type=ref.type.value, url=ref.url, contact=ref.contact[:200])
        for folded, ref in sorted(named.items())
        if folded not in known
    ]
    if new:
        Organizer.objects.bulk_create(new, ignore_conflicts=True)
        known = dict(Organizer.objects.filter(folded_name__in=named).values_list("folded_name", "id"))
    return known


def _series(entries: Sequence[Entry], origin: Origin) -> dict[str, UUID]:
    rules = {
        entry.event.recurrence.series_id[:300]: entry.event
        for entry in entries
        if entry.event.recurrence and entry.event.recurrence.series_id
    }
    if not rules:
        return {}
    rows = [
        Series(
            origin=origin,
            external_id=series_id,
            rrule=event.recurrence.rrule[:1000] if event.recurrence else "",
            rdate=list(event.recurrence.rdate)[:500] if event.recurrence else [],
            exdate=list(event.recurrence.exdate)[:500] if event.recurrence else [],
            title=event.title[:300],
            timezone=event.timezone,
        )
        for series_id, event in sorted(rules.items())
    ]
    Series.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["origin", "external_id"],
        update_fields=["rrule", "rdate", "exdate", "title", "timezone"],
    )
    return dict(Series.objects.filter(origin=origin, external_id__in=rules).values_list("external_id", "id"))


def columns_for(facts: Mapping[str, Any], *, event: Any) -> dict[str, Any]:
    """The foreign keys of one event with stored facts; organizer and series are looked up and never made."""
    located = facts.get("located") or {}
    organizer = fold((facts.get("organizer") or {}).get("name") or "")[:200]
    organizers = dict(Organizer.objects.filter(folded_name=organizer).values_list("folded_name", "id")) if organizer else {}
    links = Links(
        cities=_by_slug(City, [located.get("city") or ""]),
        areas=_by_slug(Area, [located.get("area") or ""]),
        organizers=organizers,
        series={},
    )
    return {**links.columns(facts), "series_id": event.series_id}
