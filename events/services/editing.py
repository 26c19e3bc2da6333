"""Edits events for a person: changed fields are locked, and proposals are accepted or declined."""

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
from events.enums import Publication
from events.exceptions import BadValue
from events.models import Event, Proposal
from events.services import announcing, correcting, search_text
from events.services.effective_facts import accept_columns
from events.services.plans import PERSON, field_of
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
    now: datetime | None = None,
) -> Event:
    """Set columns of an event, lock their fields, update the search text and announce the change.

    `values` is {column: value}; an unchanged column is neither written nor locked. A corrected venue applies
    to later events too (`correcting.learn`). Texts and addresses are sanitized like those of sources
    (`accounts.user_input`), or refused. Raises RightMissing, BadValue, Event.DoesNotExist.
    """
    require(by, CHANGE)
    values = _checked(values)
    moment = now or clock()
    with transaction.atomic():
        found = lock([event_id])
        if not found:
            raise Event.DoesNotExist(f"There is no event {event_id}.")
        event = found[0]
        require_event_cities(by, found)
        former = {
            name: getattr(event, name) for name, value in values.items() if getattr(event, name) != value
        }
        if not former:
            return event
        _require_new_cities(by, former, values)
        slugs = announcing.slugs_for([event])
        before = announcing.seen(event, slugs)
        for name in former:
            setattr(event, name, values[name])
        follows = correcting.learn(event, former, by=by, now=moment) if is_person(by) and lock_fields else {}
        former |= {name: getattr(event, name) for name in follows}
        for name, value in follows.items():
            setattr(event, name, value)
        changed = list(former)
        if lock_fields:
            _lock_fields(event, changed, moment)
        event.version += 1
        event.updated_at = moment
        if is_person(by):
            event.moderated_by, event.moderated_at = by, moment
        event.save()
        _log(event, former, changed, by=by)
        search_text.refresh([event.id])
        if event.publication == Publication.APPROVED:
            _announce_edit(event, changed, announcing.slugs_for([event]) | slugs, before)
    return event


def _require_new_cities(by: Actor, former: Collection[str], values: Mapping[str, Any]) -> None:
    """Raise RightMissing where the event gets a city, an area or a place of a city that is not the actor's."""
    if "city_id" in former:
        require_city(by, values["city_id"])
    for name, model in (("area_id", Area), ("place_id", Place)):
        if name in former and values[name] is not None:
            require_city(
                by, *model._default_manager.filter(pk=values[name]).values_list("city_id", flat=True)
            )


def _log(event: Event, former: Mapping[str, Any], changed: Sequence[str], *, by: Actor) -> None:
    after = {name: getattr(event, name) for name in changed}
    record_action(
        by,
        Action.EVENT_CHANGED,
        target=target_of(event),
        before=values_of(Event, former),
        after=values_of(Event, after),
    )


def _lock_fields(event: Event, changed: Sequence[str], moment: datetime) -> None:
    """Close the fields of the changed columns to machines, with the person as who gave them."""
    fields = {field_of(name) for name in changed if name not in BACKGROUND}
    event.locked_fields = sorted({*event.locked_fields, *fields})
    given = {"origin": PERSON, "at": moment.isoformat(), "confidence": 1.0}
    event.provenance = {**event.provenance, **dict.fromkeys(sorted(fields), given)}


def _announce_edit(
    event: Event, changed: Sequence[str], slugs: announcing.Slugs, before: announcing.Seen
) -> None:
    cancelled = "happening" in changed and announcing.is_cancelled(event)
    kind = announcing.kind_of_change(
        before=event.publication, after=event.publication, cancelled_now=cancelled
    )
    outbox.record([announcing.change(event, slugs, type=kind, before=before, changed=sorted(changed))])


def decide_proposal(proposal_id: UUID, *, accept: bool, by: Actor, now: datetime | None = None) -> Proposal:
    """Accept or decline a proposal.

    Raises RightMissing, BadValue, Proposal.DoesNotExist. An accepted value is not locked, and becomes
    effective in its listing. A declined value is not proposed again.
    """
    require(by, CHANGE)
    moment = now or clock()
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id, decided_at__isnull=True)
        require_event_cities(by, [proposal.event])
        proposal.accepted, proposal.decided_at = accept, moment
        proposal.save(update_fields=["accepted", "decided_at"])
        record_action(
            by,
            Action.PROPOSAL_DECIDED,
            target=target_of(proposal),
            after={"accepted": accept, "event": proposal.event_id},
        )
        if accept:
            edit(proposal.event_id, _values(proposal), by=by, lock_fields=False, now=moment)
            accept_columns(proposal.event_id, proposal.origin_id, proposal.fields)
    return proposal


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found = entering.checked(Event, values)
    except InputRefused as refused:
        raise BadValue(refused.detail) from refused
    if "title" in found and not found["title"]:
        raise BadValue("Title is empty. Say what the event is called.")
    return found


def _values(proposal: Proposal) -> dict[str, Any]:
    """The proposed values as Python, by the model's fields. Images are chosen at the origin's next update."""
    attnames = {field.attname: field for field in Event._meta.concrete_fields}
    return {
        name: attnames[name].to_python(change["to"])
        for name, change in proposal.fields.items()
        if name in attnames
    }
