"""What the form asks for: units, each one lockable field of an event with its inputs, in groups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.contract.fields import LOCKS, SIMPLE


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """One field of an event, its heading, and the names of its inputs.

    `derived`: inputs that only scripts fill.
    """

    field: str
    label: str
    inputs: tuple[str, ...]
    derived: tuple[str, ...] = ()


def _one(field: str, label: str) -> Unit:
    return Unit(field=field, label=label, inputs=(field,))


#: The groups in order, each with its units. Derived columns (slug, days, search text) are not here.
GROUPS: Final[tuple[tuple[str, tuple[Unit, ...]], ...]] = (
    (
        "What",
        (
            _one("title", "Title"),
            _one("description", "Description"),
            Unit(field="status", label="State", inputs=("happening", "sold_out")),
            Unit(field="category", label="Category", inputs=("category", "subcategory")),
            _one("tags", "Tags"),
            _one("language", "Language"),
            *(_one(name, simple.label) for name, simple in SIMPLE.items()),
            Unit(field="images", label="Picture", inputs=("picture",)),
        ),
    ),
    (
        "When",
        (
            Unit(
                field="start",
                label="Time",
                inputs=(
                    "timezone", "kind", "start_day", "start_clock", "start_which", "end_day", "end_clock", "end_which", "doors_clock",
                    "opening_hours",
                ),
            ),
        ),
    ),
    (
        "Where",
        (
            Unit(
                field="venue",
                label="Place",
                inputs=("venue_name", "address", "city", "area", "lat", "lng"),
                derived=("place",),
            ),
            Unit(field="online", label="Online", inputs=("online", "online_url")),
            _one("setting", "Indoors or outdoors"),
        ),
    ),
    (
        "Price",
        (
            Unit(
                field="price",
                label="Price",
                inputs=("price_type", "price_min", "price_max", "price_currency", "offers"),
            ),
        ),
    ),
    ("Links", (_one("url", "Page"), _one("ticket_url", "Tickets"))),
    (
        "People",
        (
            _one("organizer", "Organizer"),
            _one("performers", "Performers"),
            _one("capacity", "Seats"),
        ),
    ),
)  # fmt: skip

UNITS: Final[Mapping[str, Unit]] = {unit.field: unit for _, units in GROUPS for unit in units}
#: The unit of each input.
UNIT_OF: Final[Mapping[str, Unit]] = {
    name: unit for unit in UNITS.values() for name in (*unit.inputs, *unit.derived)
}


def columns_of(unit: Unit) -> tuple[str, ...]:
    """The columns of a unit."""
    return LOCKS.get(unit.field, (unit.field,))
