"""Values that a moderator chose for the surviving place of a merge, field by field."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from places.exceptions import PlaceMergeRefused
from places.models import Place

#: The columns that go together with each field that may be chosen.
CHOOSABLE: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "folded_name"),
    "address": ("address",),
    "area": ("area_id",),
    "point": ("lat", "lng", "plus_code"),
    "phone": ("phone",),
    "website": ("website",),
    "opening_hours": ("opening_hours",),
}


def show_chosen(
    survivor: Place, child: Place, own: Mapping[str, Any], chosen: Mapping[str, UUID]
) -> list[str]:
    """Set the chosen fields, {field: id of the place that has the value}, and lock their columns.

    `own` are the survivor's columns before the merge. Returns the columns that were not locked before. Not
    saved. Raises PlaceMergeRefused.
    """
    before = set(survivor.locked_fields)
    for name, place_id in chosen.items():
        if name not in CHOOSABLE or place_id not in (survivor.id, child.id):
            raise PlaceMergeRefused(
                f"“{name[:40]}” cannot be chosen. Choose {', '.join(CHOOSABLE)} of one of the two venues."
            )
        for column in CHOOSABLE[name]:
            value = own[column] if place_id == survivor.id else getattr(child, column)
            setattr(survivor, column, value)
            credits = survivor.provided if place_id == survivor.id else child.provided
            survivor.provided = {**survivor.provided, column: credits[column] } if column in credits else {
                name: entry for name, entry in survivor.provided.items() if name != column
            }  # fmt: skip
    locks = sorted({column for name in chosen for column in CHOOSABLE[name]} - {"folded_name"} - before)
    survivor.locked_fields = [*survivor.locked_fields, *locks]
    chosen_now = {column for name in chosen for column in CHOOSABLE[name]}
    survivor.team_fields = [name for name in survivor.team_fields if name not in chosen_now]
    return locks


def unlock(survivor: Place, locks: Collection[str], *, restored: Collection[str]) -> None:
    """Remove the locks of a merge that is undone, except where somebody changed the value since. Not saved."""
    gone = set(locks) & set(restored)
    survivor.locked_fields = [name for name in survivor.locked_fields if name not in gone]
