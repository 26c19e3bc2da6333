"""The comparison of two venues that may be one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from events.models import Event
from events.ongoing import hours_words
from events.words import count_words
from moderation.desk.comparison import Comparison, Side, letters, mapped, rows_of
from moderation.desk.reasons import chance_words, reasons_in_words
from places.models import Place
from places.services import survivor_of
from places.services.choosing import CHOOSABLE

_LABELS: Final[Mapping[str, str]] = {
    "name": "name", "address": "address", "area": "city and part", "point": "point", "phone": "telephone", "website": "website",
    "opening_hours": "opening hours", "kinds": "kind", "ids": "known elsewhere as", "events": "events", "locked": "set by a person",
}  # fmt: skip
#: What the evidence of older reviews calls these fields.
_FROZEN: Final[Mapping[str, str]] = {"area": "city"}


def compare_venues(evidence: Mapping[str, Any], *, stays: UUID | None = None) -> Comparison | None:
    """The two venues of a review as they are now; as they were at its filing where one is gone.

    `stays` is who survives, by default the better known one. None where the evidence names no two venues.
    """
    frozen = evidence.get("places") or []
    if len(frozen) != 2:
        return None
    ids = [UUID(str(one["id"])) for one in frozen]
    places = Place.objects.select_related("city", "area").in_bulk(ids)
    if len(places) < 2 or any(place.merged_into_id for place in places.values()):
        return _as_filed(frozen, evidence)
    first, second = (places[pk] for pk in ids)
    kept, _ = survivor_of(first, second)
    counts = dict(Event.objects.filter(place__in=ids).order_by().values_list("place").annotate(Count("pk")))
    survivor = places.get(stays, kept) if stays else kept
    other = second if survivor is first else first
    said = {
        name: (words, [_text(place, name, counts) for place in (first, second)])
        for name, words in _LABELS.items()
    }
    merged = {name: _text(survivor, name, counts) or _text(other, name, counts) for name in CHOOSABLE}
    sides = tuple(
        _side(place, letter, counts, evidence, stays=place is survivor, names_reasons=place is second)
        for place, letter in zip((first, second), letters(), strict=False)
    )
    return Comparison(sides=sides, rows=rows_of(said, merged, pick=CHOOSABLE), **mapped(sides))


def _side(
    place: Place, letter: str, counts: Mapping[UUID, int], evidence: Mapping[str, Any], *, stays: bool, names_reasons: bool
) -> Side:  # fmt: skip
    return Side(
        id=place.pk, letter=letter, name=place.name, link=reverse("admin:places_place_change", args=[place.pk]),
        facts=(count_words(counts.get(place.pk, 0), "event"),), stays=stays, **(_likeness(evidence) if names_reasons else {}),
        point=(place.lat, place.lng) if place.lat is not None and place.lng is not None else None,
    )  # fmt: skip


def _likeness(evidence: Mapping[str, Any]) -> dict[str, Any]:
    similarity = evidence.get("similarity")
    return {
        "chance": chance_words(float(similarity)) if similarity is not None else "",
        "reasons": tuple(reasons_in_words(str(evidence.get("why") or ""))),
    }


def _text(place: Place, name: str, counts: Mapping[UUID, int]) -> str:
    """A field of a venue in words, '' where it is not known."""
    if name == "area":
        return ", ".join(str(part) for part in (place.area, place.city) if part)
    if name == "point":
        return f"{place.lat:.5f}, {place.lng:.5f}" if place.lat is not None and place.lng is not None else ""
    if name == "opening_hours":
        return hours_words(place.opening_hours)
    if name == "kinds":
        return ", ".join(kind.replace("_", " ") for kind in place.kinds)
    if name == "ids":
        return "\n".join(
            f"{platform.replace('_', ' ')}: {known_as}" for platform, known_as in place.external_ids.items()
        )
    if name == "events":
        return str(counts.get(place.pk, 0))
    if name == "locked":
        return ", ".join(place.locked_fields).replace("_", " ")
    return str(getattr(place, name))


def _as_filed(frozen: Sequence[Mapping[str, Any]], evidence: Mapping[str, Any]) -> Comparison:
    """The two as they were when the question was asked: without choices, since nothing is left to decide."""
    said = {name: (words, [_filed(one, name) for one in frozen]) for name, words in _LABELS.items()}
    sides = tuple(
        Side(
            id=UUID(str(one["id"])), letter=letter, name=str(one.get("name") or ""), facts=("as it was when this was asked",),
            link=reverse("admin:places_place_change", args=[one["id"]]), **(_likeness(evidence) if one is frozen[1] else {}),
        )
        for one, letter in zip(frozen, letters(), strict=False)
    )  # fmt: skip
    return Comparison(
        sides=sides,
        rows=rows_of(said, {}, pick=()),
        refused="One of the two venues was merged or removed meanwhile.",
    )


def _filed(one: Mapping[str, Any], name: str) -> str:
    value = one.get(_FROZEN.get(name, name)) or ""
    if isinstance(value, Mapping):
        return "\n".join(f"{key}: {item}" for key, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
