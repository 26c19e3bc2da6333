"""What was fetched of a listing, for moderators: the part of the answer that it was read from."""

import json
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from events.models import Listing
from moderation.desk.snippets import LONGEST, Snippet
from sources.models import Payload, StagedEvent

_COLUMNS = ("source_id", "external_id", "recurrence_id", "raw", "payload_month", "payload_id", "processed_at")


def find_snippets(listings: Collection[Listing]) -> dict[UUID, Snippet]:
    """The kept texts of these listings, by the listing's id (two queries)."""
    keys = {(one.origin_id, one.external_id, one.recurrence_id): one.pk for one in listings}
    which = Q()
    for source, external_id, recurrence_id in keys:
        which |= Q(source=source, external_id=external_id, recurrence_id=recurrence_id)
    rows = list(StagedEvent.objects.filter(which).only(*_COLUMNS))
    months = {row.payload_month for row in rows if row.payload_month}
    payloads = Payload.objects.filter(
        month__in=months, pk__in=[row.payload_id for row in rows if row.payload_id]
    )
    fetched = dict(payloads.values_list("pk", "fetched_at")) if months else {}
    found = {}
    for row in rows:
        raw = pretty(row.raw)
        at = fetched.get(row.payload_id) if row.payload_id else None
        found[keys[(row.source_id, row.external_id, row.recurrence_id)]] = Snippet(
            text=raw[:LONGEST], fetched_at=at or row.processed_at, is_cut=len(raw) > LONGEST
        )
    return found


def pretty(raw: str) -> str:
    """JSON with line breaks; anything else as it came."""
    try:
        return json.dumps(json.loads(raw), indent=2, ensure_ascii=False) if raw.lstrip()[:1] in "{[" else raw
    except (ValueError, RecursionError):
        return raw
