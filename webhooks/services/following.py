"""Follows the outbox from a cursor: each change becomes a delivery to each endpoint that asks for it.

Deliveries and cursor are written in one transaction. A process that dies leaves both as they were, and the next one
goes on from there: none is lost, and the uniqueness of endpoint and message lets none be doubled.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Count, F, Min

from events.change_filters import asks_text, passes
from events.filters import EventFilter
from events.queries import SearchText, for_api, public, search_texts
from outbox.models import Change
from outbox.queries import Position, changes_after, cursor, position
from outbox.services import advance
from webhooks.conditions import filter_of
from webhooks.enums import TOMBSTONES, TYPES, DeliveryState, MessageType
from webhooks.models import Delivery, Endpoint, Message
from webhooks.payloads import body_of
from webhooks.queries import CONSUMER, is_anybody_listening

log = structlog.get_logger(__name__)

#: Changes that one transaction reads.
BATCH: Final = 500
#: Deliveries that may wait for one endpoint; what comes beyond them is counted and dropped.
MOST_WAITING: Final = 10_000
#: An arbitrary key that no other advisory lock of this project uses.
FOLLOWING_LOCK: Final = 7_206_145_018

#: Endpoints by what they ask for: the filter is evaluated once for all that share it.
Groups = dict[EventFilter | None, list[Endpoint]]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A change, and the endpoints that get it."""

    change: Change
    endpoints: list[Endpoint]


def follow(*, now: datetime) -> int:
    """Make deliveries of all changes since the last time. Returns how many.

    Only one process follows at a time; another one returns 0.
    """
    made = 0
    while True:
        with transaction.atomic():
            if not _is_first():
                return made
            here = position()
            if not is_anybody_listening():
                advance(CONSUMER, here.number)
                return made
            changes = list(changes_after(_begun(here), limit=BATCH))
            if not changes:
                return made
            made += _deliver(changes, now=now)
            advance(CONSUMER, changes[-1].number or 0)


def _is_first() -> bool:
    with connection.cursor() as sql:
        sql.execute("SELECT pg_try_advisory_xact_lock(%s)", [FOLLOWING_LOCK])
        return bool(sql.fetchone()[0])


def _begun(here: Position) -> int:
    """The number up to which everything was read; at the first time that of the oldest endpoint.

    Changes that the outbox has forgotten meanwhile are lost, which is logged.
    """
    begun = cursor(CONSUMER)
    if not begun:
        oldest = Endpoint.objects.filter(enabled=True).aggregate(number=Min("begins_after"))["number"]
        begun = here.number if oldest is None else oldest
    if begun < here.pruned_to:
        log.error("webhooks_missed_changes", after=begun, upto=here.pruned_to)
    return begun


def _deliver(changes: Sequence[Change], *, now: datetime) -> int:
    endpoints = list(Endpoint.objects.filter(enabled=True, begins_after__lt=changes[-1].number))
    told = [change for change in changes if change.object_type == "event" and change.type in TYPES]
    if not (endpoints and told):
        return 0
    found = _wanted(told, endpoints, now=now)
    messages = _messages([one.change for one in found], now=now)
    deliveries = [
        Delivery(
            endpoint=endpoint, message=message, number=message.number, event_id=message.event_id,
            queued_at=now, due_at=now, made_at=now,
        )
        for one in found
        if (message := messages.get(one.change.pk)) is not None
        for endpoint in one.endpoints
    ]  # fmt: skip
    kept = _bounded(deliveries)
    Delivery.objects.bulk_create(kept, ignore_conflicts=True, batch_size=2_000)
    return len(kept)


def _wanted(changes: Sequence[Change], endpoints: Iterable[Endpoint], *, now: datetime) -> list[_Wanted]:
    groups: Groups = defaultdict(list)
    for endpoint in endpoints:
        groups[filter_of(endpoint.conditions)].append(endpoint)
    with_words = any(asks_text(wanted) for wanted in groups)
    texts = search_texts({change.object_id for change in changes}) if with_words else {}
    found = []
    for change in changes:
        takers = [
            endpoint
            for wanted, group in groups.items()
            if _is_for(wanted, change, texts.get(change.object_id), now=now)
            for endpoint in group
            if change.type in endpoint.types and endpoint.begins_after < (change.number or 0)
        ]
        if takers:
            found.append(_Wanted(change, takers))
    return found


def _is_for(wanted: EventFilter | None, change: Change, text: SearchText | None, *, now: datetime) -> bool:
    """Whether a change passes a filter: it lies where the filter looks, now or before, and the rest matches too.

    Of removals, merges and cancellations only city, area and category are asked, as by the topics of the live feed.
    """
    if wanted is None:
        return True
    return _is_there(wanted, change.topics) and passes(
        wanted, change.type, change.data, text=text, transaction=change.transaction, now=now
    )


def _is_there(wanted: EventFilter, topics: Collection[str]) -> bool:
    """Whether the topics of a change, which are those of before and after, have the city, the area and a category."""
    if wanted.city and f"events:city:{wanted.city}" not in topics:
        return False
    if wanted.area and f"events:area:{wanted.area}" not in topics:
        return False
    return not wanted.categories or any(f"events:category:{slug}" in topics for slug in wanted.categories)


def _messages(changes: Sequence[Change], *, now: datetime) -> dict[UUID, Message]:
    """The messages by the ids of the changes. A change of what is hidden again has none."""
    shown = {change.object_id for change in changes if change.type not in TOMBSTONES}
    events = {event.pk: event for event in for_api(public().filter(pk__in=shown))} if shown else {}
    epoch = position().epoch
    made = [
        Message(
            change_id=change.pk, number=change.number or 0, type=MessageType(change.type).value,
            event_id=change.object_id, body=body, made_at=now,
        )
        for change in changes
        if (body := body_of(change, epoch=epoch, events=events)) is not None
    ]  # fmt: skip
    Message.objects.bulk_create(made)
    return {message.change_id: message for message in made if message.change_id}


def _bounded(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """The deliveries for which there is room. The others are counted at their endpoints."""
    waiting = Delivery.objects.filter(
        state=DeliveryState.WAITING, endpoint_id__in={one.endpoint_id for one in deliveries}
    )
    held = defaultdict(int, waiting.order_by().values_list("endpoint_id").annotate(number=Count("pk")))
    kept, dropped = [], defaultdict[UUID, int](int)
    for one in deliveries:
        if held[one.endpoint_id] >= MOST_WAITING:
            dropped[one.endpoint_id] += 1
            continue
        held[one.endpoint_id] += 1
        kept.append(one)
    for endpoint_id, number in dropped.items():
        Endpoint.objects.filter(pk=endpoint_id).update(dropped=F("dropped") + number)
        log.warning("webhooks_dropped", endpoint=str(endpoint_id), number=number, because="too many wait")
    return kept
