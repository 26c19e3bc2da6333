"""Reads of endpoints and deliveries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from outbox.queries import cursor, position
from webhooks.enums import DeliveryState
from webhooks.models import Delivery, Endpoint

#: The consumer of the outbox.
CONSUMER: Final = "webhooks"
_WINDOW: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What the metrics tell: endpoints and deliveries by state, `oldest_due` in seconds, `behind` in changes."""

    endpoints: Mapping[str, int]
    deliveries: Mapping[str, int]
    dropped: int
    oldest_due: float
    behind: int


def endpoints_of(person: User) -> QuerySet[Endpoint]:
    """Those of the person, the oldest first, each with `waiting`: how many deliveries wait (one query)."""
    waiting = Delivery.objects.filter(endpoint_id=OuterRef("pk"), state=DeliveryState.WAITING).order_by()
    number = waiting.values("endpoint_id").annotate(number=Count("pk")).values("number")
    return Endpoint.objects.filter(user=person).annotate(
        waiting=Coalesce(Subquery(number, output_field=IntegerField()), 0)
    )


def deliveries_of(endpoint_id: UUID, *, state: str = "", before: UUID | None = None) -> QuerySet[Delivery]:
    """The log of an endpoint, the newest first; from behind `before`."""
    rows = Delivery.objects.filter(endpoint_id=endpoint_id).select_related("message").defer("message__body")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")


def seconds_to_next(*, now: datetime, within: timedelta) -> float | None:
    """How long until an endpoint that rests may be tried again, where that is `within` a time; else None."""
    resting = Endpoint.objects.filter(enabled=True, rests_until__gt=now, rests_until__lte=now + within)
    soonest = resting.order_by(F("rests_until").asc()).values_list("rests_until", flat=True).first()
    return None if soonest is None else (soonest - now).total_seconds()


def is_anybody_listening() -> bool:
    """Whether there is an endpoint to which changes are sent."""
    return Endpoint.objects.filter(enabled=True).exists()


def webhook_counts(*, now: datetime) -> Counts:
    """The counts of the metrics (five queries)."""
    rows = Endpoint.objects.aggregate(
        works=Count("pk", filter=Q(enabled=True, failing_since__isnull=True)),
        failing=Count("pk", filter=Q(enabled=True, failing_since__isnull=False)),
        disabled=Count("pk", filter=Q(enabled=False)),
        dropped=Sum("dropped"),
    )
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING)
    waits = waiting.filter(endpoint__enabled=True).aggregate(number=Count("pk"), due=Min("due_at"))
    lately = Delivery.objects.exclude(state=DeliveryState.WAITING).filter(tried_at__gt=now - _WINDOW)
    states = dict(lately.order_by().values_list("state").annotate(number=Count("pk")))
    due = waits["due"]
    return Counts(
        endpoints={state: rows[state] for state in ("works", "failing", "disabled")},
        deliveries={**states, DeliveryState.WAITING.value: waits["number"]},
        dropped=rows["dropped"] or 0,
        oldest_due=max(0.0, (now - due).total_seconds()) if due else 0.0,
        behind=max(0, position().number - cursor(CONSUMER)),
    )
