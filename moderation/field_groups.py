"""The group of fields that a column or a fact belongs to: what a source is trusted with, or not.

The names are those of the table of fields (`pipeline.contract.fields`). A field that is named nowhere belongs to what
the event is.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from moderation.enums import FieldGroup
from pipeline.contract.fields import BACKGROUND, FIELDS

G = FieldGroup
_OF_FIELDS: Final[Mapping[str, FieldGroup]] = {
    "start": G.WHEN, "status": G.WHEN, "recurrence": G.WHEN,
    "venue": G.WHERE, "online": G.WHERE, "setting": G.WHERE,
    "price": G.PRICE, "ticket_url": G.PRICE, "capacity": G.PRICE, "registration_required": G.PRICE,
    "description": G.TEXT, "images": G.TEXT, "url": G.TEXT,
}  # fmt: skip
#: What moderators call wrong in a reading (`sampling.FIELDS`), where that is no field of the table.
_OF_READINGS: Final[Mapping[str, FieldGroup]] = {
    "end": G.WHEN, "zone": G.WHEN, "address": G.WHERE, "town": G.WHERE, "country": G.WHERE, "point": G.WHERE, "image": G.TEXT,
}  # fmt: skip
_OF_COLUMNS: Final[Mapping[str, str]] = {
    column: field.name
    for field in FIELDS
    for column in (field.name, *(c.name for c in field.columns), *(c.column for c in field.columns))
}
ALL: Final = frozenset(FieldGroup)
#: How the groups are called on pages.
WORDS: Final[Mapping[FieldGroup, str]] = {
    G.WHAT: "what it is", G.WHEN: "when", G.WHERE: "where", G.PRICE: "price and tickets", G.TEXT: "text and pictures",
}  # fmt: skip
#: Facts that show that a source says something of a group, beside what and when, which every event has.
_SAID: Final[Mapping[FieldGroup, tuple[str, ...]]] = {
    G.WHERE: ("venue", "online_url"), G.PRICE: ("price", "ticket_url"), G.TEXT: ("description", "images"),
}  # fmt: skip


def field_of(column: str) -> str:
    """The field of a column, by the table of fields."""
    return _OF_COLUMNS.get(column, column)


def group_of(name: str) -> FieldGroup:
    """The group of a field, a column, or a word of a reading."""
    if name in _OF_READINGS:
        return _OF_READINGS[name]
    return _OF_FIELDS.get(field_of(name), FieldGroup.WHAT)


def groups_of(columns: Iterable[str]) -> frozenset[FieldGroup]:
    """The groups of these columns; those that only describe how well an event is known have none."""
    return frozenset(group_of(name) for name in columns if name not in BACKGROUND)


def said(facts: Mapping[str, Any]) -> frozenset[FieldGroup]:
    """The groups of which an event's facts say something."""
    return frozenset({G.WHAT, G.WHEN, *(group for group, names in _SAID.items() if _says(facts, names))})


def _says(facts: Mapping[str, Any], names: Collection[str]) -> bool:
    return any(_is_told(name, facts.get(name)) for name in names)


def _is_told(name: str, value: Any) -> bool:
    if name == "price":
        return (value or {}).get("type", "unknown") != "unknown"
    if name == "venue":
        return any((value or {}).get(part) for part in ("name", "address", "lat"))
    return bool(value)


def in_words(groups: Collection[FieldGroup]) -> str:
    """The groups as people say them, in their order: `when and where`."""
    words = [WORDS[group] for group in FieldGroup if group in groups]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else "nothing"
