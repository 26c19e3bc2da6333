"""Edits events for a person: changed fields are locked, and given back to their sources."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts import user_input as entering
from accounts.actions import Action, record_action, target_of, values_of
from accounts.exceptions import InputRefused
from accounts.rights import Actor, is_person, require
from events import signals
from events.enums import Publication
from events.exceptions import BadValue, ChangedMeanwhile
from events.models import Event
from events.records import Edited
from events.services import announcing, correcting, locks, search_text
from events.services.answered import drop_answered
from events.services.plans import field_of, plain
from events.services.primary_picture import LOCK, PICTURE, check_choosable, choose_primary, shown_picture
from events.services.publication import CHANGE, lock, require_event_cities
from outbox import services as outbox
from pipeline.contract.fields import BACKGROUND
from places.models import Area, Place
from places.queries.reach import require_city


def edit(
    event_id: UUID,
    values: Mapping[str, Any],
    *,
    by: Actor,
    lock_fields: bool = True,
    unlock: Collection[str] = (),
    version: int | None = None,
    now: datetime | None = None,
) -> Event:
    """Set columns of an event; see `apply_edit`. `events.signals.edited` tells the higher apps."""
    moment = now or clock()
    with transaction.atomic():
        done = apply_edit(
            event_id, values, by=by, lock_fields=lock_fields, unlock=unlock, version=version, now=moment
        )
        if done.note:
            signals.edited.send(sender=Event, event_id=event_id, note=done.note, by=by, now=moment)
    return done.event


def apply_edit(
    event_id: UUID,
    values: Mapping[str, Any],
    *,
    by: Actor,
    lock_fields: bool = True,
    unlock: Collection[str] = (),
    version: int | None = None,
    now: datetime | None = None,
) -> Edited:
    """Set columns of an event, lock their fields, update the search text and announce the change.

    `values` is {column: value}; an unchanged column is neither written nor locked. Its `picture` is the source's
    address of the picture to be shown first. `unlock` names locked fields
    that are given back: each gets the value of the event's sources. A corrected venue applies to later events
    too (`correcting.learn`). Texts and addresses are sanitized like those of sources (`accounts.user_input`), or
    refused. `version` is the event's as the person saw it. The note of the result is JSON from which
    `undo_edit` restores values, locks and corrections; it is empty where nothing changed. Raises RightMissing,
    BadValue, ChangedMeanwhile, Event.DoesNotExist.
    """
    require(by, CHANGE)
    picture = values.get(PICTURE)
    values = checked_values({name: value for name, value in values.items() if name != PICTURE})
    moment = now or clock()
    with transaction.atomic():
        event = locked_event(event_id, by=by)
        if version is not None and event.version != version:
            raise ChangedMeanwhile(f"“{event.title}” was changed since you opened it. Look at it again.")
        given_back = [name for name in unlock if name in event.locked_fields]
        before = Before(event)
        picture = picture if lock_fields and picture != before.picture else ""
        if picture:
            check_choosable(event, picture)
        _check_apart([*before.differing(values), *([LOCK] if picture else [])], given_back)
        _require_new_cities(by, before.differing(values), values)
        edited = before.set(values)
        learned: dict[str, Any] = {}
        if is_person(by) and lock_fields:
            follows, learned = correcting.learn(event, edited, by=by, now=moment)
            before.set(follows)
        fields = (
            {field_of(name) for name in before.former if name not in BACKGROUND} if lock_fields else set()
        )
        if picture:
            fields.add(LOCK)
        state = locks.lock_state(event, {*fields, *given_back})
        if lock_fields:
            locks.lock_fields(event, fields, by=by, now=moment)
        before.set(locks.unlock_fields(event, given_back))
        if picture:
            event.provenance = {**event.provenance, LOCK: {**event.provenance[LOCK], PICTURE: picture}}
        if LOCK in state:
            choose_primary(event)
        if not before.former and not given_back and not picture:
            return Edited(event=event, note={})
        before.save(by=by, now=moment)
        note = {
            "columns": before.noted(),
            **before.noted_picture(),
            "locks": state,
            "locked": locks.lock_state(event, state),
            "learned": learned,
            "answered": drop_answered(event, given_back),
        }
    return Edited(event=event, note=note)


class Before:
    """An event that is being changed: what it was, and what readers saw."""

    def __init__(self, event: Event) -> None:
        self.event = event
        self.former: dict[str, Any] = {}
        self.picture = shown_picture(event)
        self._slugs = announcing.slugs_for([event])
        self._seen = announcing.seen(event, self._slugs)
        self._reported = (list(event.locked_fields), dict(event.provenance))

    def differing(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The former values of the columns that `values` would change."""
        return {
            name: getattr(self.event, name)
            for name, value in values.items()
            if getattr(self.event, name) != value
        }

    def set(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Set columns. Returns the former values of those that changed."""
        changed = self.differing(values)
        for name in changed:
            setattr(self.event, name, values[name])
        self.former = {**changed, **self.former}
        return changed

    def noted(self) -> dict[str, list[Any]]:
        """{column: [before, after]}, as JSON."""
        return {name: [plain(value), plain(getattr(self.event, name))] for name, value in self.former.items()}

    def noted_picture(self) -> dict[str, list[str]]:
        """The addresses of the picture shown first, before and after; {} where it is the same."""
        shown = shown_picture(self.event)
        return {PICTURE: [self.picture, shown]} if shown != self.picture else {}

    def save(self, *, by: Actor, now: datetime, moderates: bool = True) -> None:
        """Save, log and announce. Without `moderates` the person is none who moderated the event."""
        event, changed = self.event, list(self.former)
        if self.noted_picture():
            changed.append(LOCK)
        event.version += 1
        event.updated_at = now
        if moderates and is_person(by):
            event.moderated_by, event.moderated_at = by, now
        event.save()
        self._log(by)
        search_text.refresh([event.id])
        if event.publication == Publication.APPROVED and changed:
            _announce_edit(event, changed, announcing.slugs_for([event]) | self._slugs, self._seen)

    def _log(self, by: Actor) -> None:
        before: dict[str, Any] = values_of(Event, self.former)
        after = values_of(Event, {name: getattr(self.event, name) for name in self.former})
        for name, (was, now) in self.noted_picture().items():
            before[name], after[name] = was, now
        if self._reported[0] != self.event.locked_fields:
            before["locked_fields"], after["locked_fields"] = self._reported[0], self.event.locked_fields
        record_action(by, Action.EVENT_CHANGED, target=target_of(self.event), before=before, after=after)


def locked_event(event_id: UUID, *, by: Actor) -> Event:
    """The event, locked for this transaction. Raises Event.DoesNotExist, RightMissing for another city's."""
    found = lock([event_id])
    if not found:
        raise Event.DoesNotExist(f"There is no event {event_id}.")
    require_event_cities(by, found)
    return found[0]


def _check_apart(changed: Collection[str], given_back: Collection[str]) -> None:
    """Raise BadValue where a field is both set and given back."""
    both = sorted({field_of(name) for name in changed} & {*given_back})
    if both:
        raise BadValue(
            f"{both[0].replace('_', ' ').capitalize()}: you changed it and gave it back. Do one of the two."
        )


def _require_new_cities(by: Actor, former: Collection[str], values: Mapping[str, Any]) -> None:
    """Raise RightMissing where the event gets a city, an area or a place of a city that is not the actor's."""
    if "city_id" in former:
        require_city(by, values["city_id"])
    for name, model in (("area_id", Area), ("place_id", Place)):
        if name in former and values[name] is not None:
            require_city(
                by, *model._default_manager.filter(pk=values[name]).values_list("city_id", flat=True)
            )


def _announce_edit(
    event: Event, changed: Sequence[str], slugs: announcing.Slugs, before: announcing.Seen
) -> None:
    cancelled = "happening" in changed and announcing.is_cancelled(event)
    kind = announcing.kind_of_change(
        before=event.publication, after=event.publication, cancelled_now=cancelled
    )
    outbox.record([announcing.change(event, slugs, type=kind, before=before, changed=sorted(changed))])


def checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, sanitized. Raises BadValue."""
    try:
        found = entering.checked(Event, values)
    except InputRefused as refused:
        raise BadValue(refused.detail) from refused
    if "title" in found and not found["title"]:
        raise BadValue("Title is empty. Say what the event is called.")
    return found
