"""The related rows of events, found or created for a whole batch.

Cities, areas, places, organizers and series.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from events.facts import Canonical, Contribution
from events.models import Organizer, Origin, Series
from events.records import Entry, Located
from pipeline.text.folding import fold
from places.models import Area, City, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Ids by the names in the facts; those of series by their origin's key and their name there."""

    cities: Mapping[str, UUID]
    areas: Mapping[str, UUID]
    places: Mapping[str, UUID]
    organizers: Mapping[str, UUID]
    series: Mapping[tuple[str, str], UUID]

    def columns(self, chosen: Canonical) -> dict[str, Any]:
        """The foreign keys of an event with these facts; None for unknown rows."""
        facts = chosen.facts
        located = facts.get("located") or {}
        return {
            "city_id": self.cities.get(located.get("city") or ""),
            "area_id": self.areas.get(located.get("area") or ""),
            "place_id": self.places.get(located.get("place_id") or ""),
            "organizer_id": self.organizers.get(_organizer(facts)),
            "series_id": self.series.get((chosen.winners["recurrence"].origin, _series_name(facts))),
        }


def resolve(entries: Sequence[Entry], origin: Origin, others: Iterable[Contribution] = ()) -> Links:
    """Look up the rows that the entries and `others` name.

    At most eight queries. Organizers and series of new entries are created.
    """
    reported = list(others)
    located = [
        *(entry.located for entry in entries),
        *(_located(contribution.facts) for contribution in reported),
    ]
    return Links(
        cities=_by_slug(City, (one.city for one in located)),
        areas=_by_slug(Area, (one.area for one in located)),
        places=_places(one.place_id for one in located),
        organizers=_organizers(entries, reported),
        series={**_known_series(reported), **_series(entries, origin)},
    )


def known(contributions: Iterable[Contribution]) -> Links:
    """Look up the rows that stored contributions name; none is created."""
    return resolve((), Origin(), contributions)


def _located(facts: Mapping[str, Any]) -> Located:
    return Located(**(facts.get("located") or {}))


def _organizer(facts: Mapping[str, Any]) -> str:
    return fold((facts.get("organizer") or {}).get("name") or "")[:200]


def _series_name(facts: Mapping[str, Any]) -> str:
    return str((facts.get("recurrence") or {}).get("series_id") or "")[:300]


def _by_slug(model: Any, slugs: Iterable[str]) -> dict[str, UUID]:
    wanted = {slug for slug in slugs if slug}
    return dict(model.objects.filter(slug__in=wanted).values_list("slug", "id")) if wanted else {}


def _places(ids: Iterable[str]) -> dict[str, UUID]:
    """The places with these ids; for a merged one its survivor."""
    wanted = {place_id for place_id in ids if place_id}
    rows = Place.objects.filter(pk__in=wanted).values_list("id", "merged_into_id") if wanted else ()
    return {str(pk): survivor or pk for pk, survivor in rows}


def _organizers(entries: Sequence[Entry], reported: Sequence[Contribution]) -> dict[str, UUID]:
    named = {
        fold(ref.name)[:200]: ref
        for ref in (entry.event.organizer for entry in entries)
        if ref and fold(ref.name)
    }
    wanted = named.keys() | {name for contribution in reported if (name := _organizer(contribution.facts))}
    if not wanted:
        return {}
    known = _organizers_named(wanted)
    new = [
        Organizer(
            name=ref.name[:200],
            folded_name=folded,
            type=ref.type.value,
            url=ref.url,
            contact=ref.contact[:200],
        )
        for folded, ref in sorted(named.items())
        if folded not in known
    ]
    if new:
        Organizer.objects.bulk_create(new, ignore_conflicts=True)
        known = _organizers_named(wanted)
    return known


def _organizers_named(folded: Collection[str]) -> dict[str, UUID]:
    """The organizers with these names; one that was merged stands for the one that stayed."""
    rows = Organizer.objects.filter(folded_name__in=folded)
    return dict(rows.values_list("folded_name", Coalesce("merged_into", "id")))


def _known_series(reported: Sequence[Contribution]) -> dict[tuple[str, str], UUID]:
    """The series that stored contributions name, in one query."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for contribution in reported:
        if name := _series_name(contribution.facts):
            wanted[contribution.origin].add(name)
    if not wanted:
        return {}
    names = {name for group in wanted.values() for name in group}
    rows = Series.objects.filter(origin_id__in=list(wanted), external_id__in=names).values_list(
        "origin_id", "external_id", "id"
    )
    return {(str(origin), name): pk for origin, name, pk in rows}


def _series(entries: Sequence[Entry], origin: Origin) -> dict[tuple[str, str], UUID]:
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
    known = Series.objects.filter(origin=origin, external_id__in=rules).values_list("external_id", "id")
    return {(str(origin.key), name): pk for name, pk in known}
