"""Which endpoint is served next, and who serves it.

An endpoint is claimed by a conditional UPDATE with a lease, so that its deliveries go out one after the other. A
process that dies leaves the claim behind; when the lease is over another one goes on, with the delivery that was begun.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from webhooks.enums import DeliveryState
from webhooks.models import Delivery, Endpoint

#: Longer than one request may take (`sending.POLICY`); it begins anew before each.
LEASE: Final = timedelta(seconds=60)
#: How many endpoints are looked at for one that nobody else claims meanwhile.
_LOOKED_AT: Final = 20


def claim_next(*, now: datetime, only_quick: bool = False) -> Endpoint | None:
    """Claim the endpoint that has waited longest for its turn; None where none has anything due.

    `only_quick` leaves out those whose last try failed or took long, and new ones.
    """
    ready = _ready(now)
    if only_quick:
        ready = ready.filter(is_slow=False)
    for pk in ready.order_by(F("served_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[
        :_LOOKED_AT
    ]:
        token = uuid4()
        if _free(now).filter(pk=pk).update(claim=token, claimed_until=now + LEASE, served_at=now):
            return Endpoint.objects.filter(claim=token).first()
    return None


def extend(endpoint: Endpoint, *, now: datetime) -> bool:
    """Begin the lease anew. False where the claim is lost, or nothing is to be sent to the endpoint any more."""
    return bool(mine(endpoint).filter(enabled=True).update(claimed_until=now + LEASE))


def release(endpoint: Endpoint) -> None:
    """Let others claim it."""
    mine(endpoint).update(claim=None, claimed_until=None)


def mine(endpoint: Endpoint) -> QuerySet[Endpoint]:
    """The row, as long as this claim holds."""
    return Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim)


def next_delivery(endpoint_id: UUID, *, now: datetime) -> Delivery | None:
    """The due delivery that is sent next: the oldest change first, but none of an event before an earlier one of it."""
    return (
        _due(now).filter(endpoint_id=endpoint_id).select_related("message").order_by("number", "pk").first()
    )


def is_anything_due(*, now: datetime) -> bool:
    """Whether somebody may be served now."""
    return _ready(now).exists()


def _free(now: datetime) -> QuerySet[Endpoint]:
    """Endpoints to which something may be sent, and that nobody serves."""
    return Endpoint.objects.filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=now),
        Q(rests_until__isnull=True) | Q(rests_until__lte=now),
        enabled=True,
    )


def _ready(now: datetime) -> QuerySet[Endpoint]:
    """Of these, those with something due. The account is asked here, since a claim must look at its own row alone."""
    return (
        _free(now).filter(user__is_active=True).filter(Exists(_due(now).filter(endpoint_id=OuterRef("pk"))))
    )


def _due(now: datetime) -> QuerySet[Delivery]:
    """Deliveries to send now. What is older and of the same event, and waits for its next try, holds back the later ones."""
    earlier = Delivery.objects.filter(
        state=DeliveryState.WAITING,
        endpoint_id=OuterRef("endpoint_id"),
        event_id=OuterRef("event_id"),
        number__lt=OuterRef("number"),
    )
    return Delivery.objects.filter(~Exists(earlier), state=DeliveryState.WAITING, due_at__lte=now)
