"""Values that a person chose for the surviving event of a merge, field by field.

They are stored in the note of the merge: `unmerge` removes them, and a merge that is repeated without another one
shows them again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.exceptions import BadValue
from events.models import Event
from events.services.plans import PERSON, plain
from pipeline.contract.fields import LOCKS

#: {field: {column: value as JSON}}.
Values = dict[str, dict[str, Any]]


def values_of(events: Mapping[UUID, Event], wanted: Mapping[str, UUID]) -> Values:
    """The present values of the fields `wanted`, {field: id of the event that has the value}.

    Raises BadValue for a field that cannot be chosen, or an event that is not one of `events`.
    """
    found: Values = {}
    for name, event_id in wanted.items():
        if not LOCKS.get(name):
            known = ", ".join(field for field, columns in LOCKS.items() if columns)
            raise BadValue(f"There is no field “{name[:40]}” to choose. Choose one of {known}.")
        if event_id not in events:
            raise BadValue(f"The value of {name} must come from one of the events that are merged.")
        found[name] = {column: plain(getattr(events[event_id], column)) for column in LOCKS[name]}
    return found


def give(survivor: Event, values: Values, note: dict[str, Any], *, by: str, at: datetime) -> None:
    """Note for undoing that the fields of `values` are locked, with the person `by` as who gave them.

    `by` is a reference as `accounts.actions.reference_of` makes it.
    """
    given = {"origin": PERSON, "at": at.isoformat(), "confidence": 1.0, "by": by}
    note["chosen"] = values
    for name in values:
        before = note["provenance"].get(name, [survivor.provenance.get(name)])[0]
        note["provenance"][name] = [before, given]
        survivor.provenance = {**survivor.provenance, name: given}
    fresh = sorted(values.keys() - set(survivor.locked_fields))
    note["locks"] = sorted({*note["locks"], *fresh})
    survivor.locked_fields = [*survivor.locked_fields, *fresh]


def chosen_by(note: Mapping[str, Any]) -> str:
    """Who chose the values of a merge; '' where none were chosen, or before that was noted."""
    authors = (note["provenance"][name][1].get("by") for name in note.get("chosen") or {})
    return str(next(authors, None) or "")


def still_shown(survivor: Event, note: Mapping[str, Any]) -> Values:
    """Those of a merge's chosen values that nobody has changed or unlocked since."""
    chosen: Values = note.get("chosen") or {}
    return {
        name: values
        for name, values in chosen.items()
        if name in survivor.locked_fields
        and all(plain(getattr(survivor, column)) == value for column, value in values.items())
    }
