"""Open proposals whose question was answered, and how they are asked again when the answer is undone."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from events.models import Event, Proposal
from events.services.plans import field_of, plain


def drop_answered(event: Event, fields: Collection[str]) -> list[dict[str, Any]]:
    """Remove from open proposals the columns of these fields that the event shows now.

    Returns what was removed, as JSON for `ask_again`.
    """
    dropped: list[dict[str, Any]] = []
    if not fields:
        return dropped
    for proposal in Proposal.objects.select_for_update().filter(event=event, decided_at__isnull=True):
        shown = {
            name: change
            for name, change in proposal.fields.items()
            if field_of(name) in fields and plain(getattr(event, name, None)) == change["to"]
        }
        if shown:
            dropped.append(asked(proposal, shown))
            keep_rest(proposal, shown)
    return dropped


def asked(proposal: Proposal, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a proposal as JSON, from which `ask_again` makes them an open question."""
    return {
        "origin": str(proposal.origin_id) if proposal.origin_id else None,
        "fields": dict(fields),
        "reasons": list(proposal.reasons),
        "at": proposal.created_at.isoformat(),
    }


def keep_rest(proposal: Proposal, without: Collection[str]) -> None:
    """Leave the other columns of an open proposal open; one without any is deleted."""
    rest = {name: change for name, change in proposal.fields.items() if name not in without}
    if not rest:
        proposal.delete()
        return
    proposal.fields = rest
    proposal.save(update_fields=["fields"])


def ask_again(event_id: UUID, questions: Iterable[Mapping[str, Any]]) -> None:
    """Open the fields of answered proposals again. What the same origin has proposed since stays as it is."""
    for one in questions:
        open_one, is_new = Proposal.objects.select_for_update().get_or_create(
            event_id=event_id,
            origin_id=one["origin"],
            decided_at__isnull=True,
            defaults={
                "fields": one["fields"],
                "reasons": one["reasons"],
                "created_at": datetime.fromisoformat(one["at"]),
            },
        )
        if not is_new:
            open_one.fields = {**one["fields"], **open_one.fields}
            open_one.save(update_fields=["fields"])
