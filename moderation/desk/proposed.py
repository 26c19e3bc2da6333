"""What sources propose for a published event, field by field, with both sides side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from events.models import Event, Organizer, Proposal
from events.services.plans import field_of
from moderation.desk.fields import ROWS, values_of, zone_of
from moderation.desk.words import label, marked, shown
from pipeline.contract.fields import BACKGROUND
from places.models import Area, City, Place

#: What the links of an event lead to: their names are shown, not their ids.
_LINKED: Final[Mapping[str, Any]] = {
    "city_id": City,
    "area_id": Area,
    "place_id": Place,
    "organizer_id": Organizer,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One value: its heading, and both sides with their differences marked."""

    label: str
    before: SafeString
    after: SafeString


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposedField:
    """One lockable field with its values, and which sources propose it. `field` names it to the service."""

    field: str
    label: str
    sources: tuple[str, ...]
    lines: tuple[Line, ...]


def proposed_fields(event: Event) -> list[ProposedField]:
    """The open proposals for an event, by field, in the order of the page."""
    open_ones = Proposal.objects.filter(event=event, decided_at__isnull=True).select_related("origin")
    proposals = list(open_ones.order_by("created_at", "pk"))
    columns: dict[str, Any] = {}
    sources: dict[str, dict[str, None]] = {}
    for proposal in proposals:
        for name, change in proposal.fields.items():
            if name not in BACKGROUND:
                columns[name] = change
                sources.setdefault(field_of(name), {})[str(proposal.origin or "its source")] = None
    if not columns:
        return []
    lines = dict(_lines(event, columns))
    return [
        ProposedField(field=name, label=label(name), sources=tuple(sources[name]), lines=tuple(found))
        for name, found in lines.items()
    ]


def _lines(event: Event, columns: Mapping[str, Any]) -> Iterator[tuple[str, list[Line]]]:
    now = values_of(event)
    after = now | _read(columns) | _linked_names(columns)
    zone = zone_of(after)
    for field in dict.fromkeys(field_of(name) for name in columns):
        pairs = [(row.label, row.say(now, zone), row.say(after, zone)) for row in ROWS if row.field == field]
        found = [Line(label=name, **_sides(old, new)) for name, old, new in pairs if old != new]
        if not found:
            found = [
                Line(
                    label=label(name),
                    **_sides(*(shown(name, change.get(side), zone=zone) for side in ("from", "to"))),
                )
                for name, change in columns.items()
                if field_of(name) == field
            ]
        yield field, found


def _sides(before: str, after: str) -> dict[str, SafeString]:
    left, right = marked(before, after)
    return {"before": left, "after": right}


def _read(columns: Mapping[str, Any]) -> dict[str, Any]:
    """The proposed values as Python; what cannot be read is left out."""
    attnames = {field.attname: field for field in Event._meta.concrete_fields}
    found = {}
    for name, change in columns.items():
        if name in attnames:
            try:
                found[name] = attnames[name].to_python(change.get("to"))
            except ValidationError:
                continue
        elif name == "images":
            found[name] = change.get("to") or []
    return found


def _linked_names(columns: Mapping[str, Any]) -> dict[str, str]:
    """The names of a proposed city, area, venue and organizer (a query for each)."""
    found = {}
    for column, model in _LINKED.items():
        if column in columns:
            key = columns[column].get("to")
            name = model.objects.filter(pk=key).values_list("name", flat=True).first() if key else ""
            found[f"{column.removesuffix('_id')}_name"] = name or ""
    return found
