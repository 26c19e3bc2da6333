"""Decisions as labelled examples: what a source said of a field, and whether a person found it right.

A label is one fact of one event as its source gave it: `right`, or `wrong` with what the person set instead where
that is known. Where a verdict is about a group of fields, its main fact is the example. Undone verdicts give none.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from events.models import Event, Listing
from moderation.enums import FieldGroup, SubjectKind, VerdictCause
from moderation.field_groups import field_of, group_of
from moderation.models import Decision, TrustVerdict

G = FieldGroup
#: The fact that stands for a group.
MAIN: Final = {G.WHAT: "title", G.WHEN: "start", G.WHERE: "venue", G.PRICE: "price", G.TEXT: "description"}
_BATCH: Final = 500


def labels(*, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Yield the labelled examples of decisions since a moment, oldest first.

    `{"event", "source", "field", "value", "label", "corrected", "category", "confidence", "method", "rules", "reason",
    "at"}`. Three queries for 500 verdicts.
    """
    said = TrustVerdict.objects.filter(cause=VerdictCause.DECISION, subject__kind=SubjectKind.SOURCE)
    said = said.filter(at__gte=since) if since else said
    rows = said.select_related("subject").order_by("at", "pk").iterator(_BATCH)
    while batch := list(islice(rows, _BATCH)):
        yield from _of_batch(batch)


def _of_batch(said: Sequence[TrustVerdict]) -> Iterator[dict[str, Any]]:
    decisions = {
        one.pk: one
        for one in Decision.objects.filter(pk__in={row.cause_id for row in said}).select_related("review")
    }
    events = {one.object_id for one in decisions.values()}
    heard = {
        (listing.event_id, str(listing.origin_id)): listing
        for listing in Listing.objects.filter(event__in=events).select_related("origin").order_by("-first_seen_at")
    }  # fmt: skip
    known = set(Event.objects.filter(pk__in=events).values_list("pk", flat=True))
    for row in said:
        decision = decisions.get(row.cause_id)
        if decision is None or decision.object_id not in known:
            continue
        listing = heard.get((decision.object_id, row.subject.key))
        if listing is not None:
            yield from _of_verdict(row, decision, listing)


def _of_verdict(row: TrustVerdict, decision: Decision, listing: Listing) -> Iterator[dict[str, Any]]:
    edited = (decision.undo.get("edit") or {}).get("columns") or {}
    for group in map(FieldGroup, (*row.right, *row.wrong)):
        is_wrong = group.value in row.wrong
        columns = [name for name in edited if group_of(name) is group] if is_wrong else []
        for name in columns or [""]:
            field = field_of(name) if name else MAIN[group]
            value = edited[name][0] if name else listing.facts.get(field)
            yield _label(decision, listing, field=name or field, value=value, is_wrong=is_wrong) | {
                "group": group.value, "corrected": edited[name][1] if name else None,
            }  # fmt: skip


def _label(decision: Decision, listing: Listing, *, field: str, value: Any, is_wrong: bool) -> dict[str, Any]:
    facts = listing.facts
    return {
        "event": _text(decision.object_id),
        "source": listing.origin.slug,
        "field": field,
        "value": value,
        "label": "wrong" if is_wrong else "right",
        "category": facts.get("category"),
        "confidence": (facts.get("confidence") or {}).get(field_of(field)),
        "method": (facts.get("extraction") or {}).get("method"),
        "rules": list(decision.review.rules) if decision.review else [],
        "reason": decision.reason,
        "at": decision.at.isoformat(),
    }


def _text(key: UUID) -> str:
    return str(key)
