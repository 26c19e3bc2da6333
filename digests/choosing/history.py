"""What subscribers were sent before, and what of it has changed since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from digests.choosing.marks import MARKED, mark_of
from digests.enums import DeliveryKind, DeliveryState
from digests.models import Delivery
from events.enums import Happening
from events.models import Event

#: What was sent longer ago may be sent again.
REMEMBERED: Final = timedelta(days=60)
_GIVEN_UP: Final = Q(state=DeliveryState.SKIPPED) | Q(state=DeliveryState.FAILED, retry_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Sent:
    """The ids of the events that one subscriber was told of, and of those that changed since, with what they look like now."""

    told: frozenset[UUID] = frozenset()
    changed: tuple[tuple[UUID, str], ...] = ()
    latest_at: datetime | None = field(default=None)


def sent_before(subscriptions: Collection[UUID], *, now: datetime) -> dict[UUID, Sent]:
    """By subscription what was sent, or is about to be, within `REMEMBERED`. Two queries, however many there are."""
    rows = (
        Delivery.objects.filter(
            subscription__in=subscriptions, kind=DeliveryKind.DIGEST, created_at__gt=now - REMEMBERED
        )
        .exclude(_GIVEN_UP)
        .order_by("created_at")
        .values_list("subscription_id", "event_ids", "marks", "created_at")
    )
    held: dict[UUID, dict[UUID, str]] = {}
    latest: dict[UUID, datetime] = {}
    for pk, ids, marks, at in rows.iterator(2_000):
        held.setdefault(pk, {}).update(zip(ids, marks or [""] * len(ids), strict=False))
        latest[pk] = at
    known = _as_now({event for own in held.values() for event in own}, now=now)
    return {pk: _sent(own, known, latest[pk]) for pk, own in held.items()}


def _sent(own: Mapping[UUID, str], known: Mapping[UUID, tuple[str, bool]], latest: datetime) -> Sent:
    changed = tuple(
        (pk, known[pk][0]) for pk, mark in own.items() if pk in known and _is_news(mark, *known[pk])
    )
    return Sent(frozenset(own), changed, latest)


def _is_news(before: str, now: str, is_off: bool) -> bool:
    """Whether it looks different. What was sent before marks were kept is news where it was cancelled."""
    return before != now if before else is_off


def _as_now(ids: Collection[UUID], *, now: datetime) -> dict[UUID, tuple[str, bool]]:
    """What those of the events that have not begun look like, and whether they are off, by id."""
    if not ids:
        return {}
    shown = Event.objects.filter(pk__in=ids, publication="approved", start_at__gt=now)
    rows: Any = shown.values("id", *MARKED)
    return {row["id"]: (mark_of(row), row["happening"] == Happening.CANCELLED) for row in rows}
