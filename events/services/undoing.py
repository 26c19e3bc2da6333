"""Undoes edits and answers to proposals, from the note that each returned: values and locks are as before."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.rights import Actor, require
from events.exceptions import ChangedMeanwhile
from events.models import Event, Proposal
from events.services import correcting, locks
from events.services.answered import ask_again
from events.services.editing import Before, locked_event
from events.services.effective_facts import withhold_again
from events.services.plans import field_of, plain
from events.services.primary_picture import PICTURE, show_first
from events.services.publication import CHANGE
from places.queries.reach import require_city

_FIELDS = {field.attname: field for field in Event._meta.concrete_fields}


def undo_edit(event_id: UUID, note: Mapping[str, Any], *, by: Actor, now: datetime | None = None) -> Event:
    """Undo one edit from its note: values, locks, corrections of the venue, and open questions.

    A value that was given back to the sources is the person's again, whatever these say since. Raises
    RightMissing, Event.DoesNotExist, ChangedMeanwhile where a value has changed since.
    """
    require(by, CHANGE)
    moment = now or clock()
    with transaction.atomic():
        event = locked_event(event_id, by=by)
        _check_unchanged(event, note)
        before = Before(event)
        values = {
            name: _FIELDS[name].to_python(former)
            for name, (former, _) in note["columns"].items()
            if name in _FIELDS
        }
        if "city_id" in values:
            require_city(by, values["city_id"])
        before.set(values)
        locks.restore_locks(event, note["locks"])
        if PICTURE in note:
            show_first(event, note[PICTURE][0])
        before.save(by=by, now=moment)
        correcting.unlearn(note.get("learned") or {}, by=by, now=moment)
        ask_again(event_id, note.get("answered") or ())
    return event


def undo_answers(
    event_id: UUID, notes: Sequence[Mapping[str, Any]], *, by: Actor, now: datetime | None = None
) -> None:
    """Undo answers to proposals, the last one first: values are as before, and the questions open again.

    Raises RightMissing, Event.DoesNotExist, ChangedMeanwhile.
    """
    require(by, CHANGE)
    moment = now or clock()
    with transaction.atomic():
        locked_event(event_id, by=by)
        for note in reversed(notes):
            if note["edit"]:
                undo_edit(event_id, note["edit"], by=by, now=moment)
            withhold_again(note["listings"])
            Proposal.objects.filter(pk=note["proposal"]).delete()
            ask_again(event_id, [note["asked"]])


def _check_unchanged(event: Event, note: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhile where a value is no longer the edit's, and no lock of before brings it back."""
    locked_before = {name for name, one in note["locks"].items() if one["locked"]}
    for name, (_, after) in note["columns"].items():
        if field_of(name) not in locked_before and plain(getattr(event, name)) != after:
            words = field_of(name).replace("_", " ")
            raise ChangedMeanwhile(f"The {words} of “{event.title}” has changed since. Edit it instead.")
    if locks.lock_state(event, note["locked"]) != note["locked"]:
        raise ChangedMeanwhile(f"Somebody has edited “{event.title}” since. Undo that first.")
