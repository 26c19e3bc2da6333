"""Accepts and declines what sources propose for published events: all of it, or some fields."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock

from accounts.actions import Action, record_action, target_of
from accounts.rights import Actor, require
from events.models import Event, Proposal
from events.services.answered import asked, keep_rest
from events.services.editing import apply_edit, locked_event
from events.services.effective_facts import accept_columns
from events.services.plans import field_of
from events.services.publication import CHANGE, require_event_cities


def decide_proposal(proposal_id: UUID, *, accept: bool, by: Actor, now: datetime | None = None) -> Proposal:
    """Accept or decline a whole proposal.

    Raises RightMissing, BadValue, Proposal.DoesNotExist. An accepted value is not locked, and becomes
    effective in its listing. A declined value is not proposed again.
    """
    require(by, CHANGE)
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().get(pk=proposal_id, decided_at__isnull=True)
        require_event_cities(by, [proposal.event])
        _answer(proposal, proposal.fields, accept=accept, by=by, now=now or clock())
    return proposal


def decide_proposals(
    event_id: UUID,
    *,
    accept: bool,
    by: Actor,
    fields: Collection[str] | None = None,
    now: datetime | None = None,
) -> list[dict[str, Any]]:
    """Accept or decline what is proposed for an event: the fields named, or all.

    The other fields of a proposal stay open. Returns for each proposal a note, JSON from which `undo_answers`
    opens it again; none where nothing is proposed for these fields. Raises RightMissing, BadValue,
    Event.DoesNotExist.
    """
    require(by, CHANGE)
    moment, notes = now or clock(), []
    with transaction.atomic():
        locked_event(event_id, by=by)
        waiting = Proposal.objects.select_for_update().filter(event=event_id, decided_at__isnull=True)
        for proposal in waiting.order_by("created_at", "pk"):
            chosen = {
                name: change
                for name, change in proposal.fields.items()
                if fields is None or field_of(name) in fields
            }
            if chosen:
                notes.append(_answer(_split(proposal, chosen), chosen, accept=accept, by=by, now=moment))
    return notes


def _split(proposal: Proposal, chosen: Mapping[str, Any]) -> Proposal:
    """The proposal of the chosen columns alone; the others stay open in the first one."""
    if len(chosen) == len(proposal.fields):
        return proposal
    keep_rest(proposal, chosen)
    return Proposal(
        event=proposal.event,
        origin=proposal.origin,
        fields=dict(chosen),
        reasons=proposal.reasons,
        created_at=proposal.created_at,
    )


def _answer(
    proposal: Proposal, fields: Mapping[str, Any], *, accept: bool, by: Actor, now: datetime
) -> dict[str, Any]:
    """Store the answer, and apply accepted values. Returns the note of it."""
    proposal.accepted, proposal.decided_at = accept, now
    proposal.save()
    after = {"accepted": accept, "event": proposal.event_id, "fields": sorted(fields)}
    record_action(by, Action.PROPOSAL_DECIDED, target=target_of(proposal), after=after)
    note = {"proposal": str(proposal.pk), "asked": asked(proposal, fields), "edit": {}, "listings": {}}
    if accept:
        values = _values(proposal)
        note["edit"] = apply_edit(proposal.event_id, values, by=by, lock_fields=False, now=now).note
        note["listings"] = accept_columns(proposal.event_id, proposal.origin_id, fields)
    return note


def _values(proposal: Proposal) -> dict[str, Any]:
    """The proposed values as Python, by the model's fields. Images are chosen at the origin's next update."""
    attnames = {field.attname: field for field in Event._meta.concrete_fields}
    return {
        name: attnames[name].to_python(change["to"])
        for name, change in proposal.fields.items()
        if name in attnames
    }
