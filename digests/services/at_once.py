"""Records the mails of those who want to hear of new events at once."""

from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from digests.enums import Cadence, DeliveryKind
from digests.models import Subscription
from digests.services.recording import AT_LEAST_APART, BATCH, record_for, waiting_schedules
from digests.targets import RELATED, same_events
from events.models import Event

#: A transaction that published an event may have ended so much later than it says; what was told is not told again.
_LATE: Final = timedelta(minutes=15)
#: Mails of one subscription within a day; what comes meanwhile is in the next one.
MOST_A_DAY: Final = 6
_DAY: Final = timedelta(days=1)


def record_at_once(*, now: datetime) -> int:
    """Record a mail for each subscription that wants new events at once, and for which there are any.

    Idempotent. What is published within an hour after a mail, or after six in a day, is in the next one. Returns how many
    are new.
    """
    asked = waiting_schedules().filter(
        Q(paused_until=None) | Q(paused_until__lte=now), cadence=Cadence.INSTANT, looked_at__lt=now
    )
    oldest = asked.order_by("looked_at").values_list("looked_at", flat=True).first()
    if oldest is None or not _anything_since(oldest - _LATE):
        return 0
    ready, count = _ready(asked, now), 0
    while ids := list(ready.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            count += _tell(ids, now)
    return count


def _anything_since(moment: datetime) -> bool:
    return Event.objects.filter(updated_at__gt=moment).exists()


def _ready(asked: "QuerySet[Subscription]", now: datetime) -> "QuerySet[Subscription]":
    """Those whose last mail is long enough ago, and that have not had too many today."""
    lately = Q(deliveries__kind=DeliveryKind.DIGEST, deliveries__created_at__gt=now - _DAY)
    counted = asked.annotate(
        mails=Count("deliveries", filter=lately), latest=Max("deliveries__created_at", filter=lately)
    )
    rested = Q(latest=None) | Q(latest__lte=now - AT_LEAST_APART[Cadence.INSTANT.value])
    return counted.filter(rested, mails__lt=MOST_A_DAY)


def _tell(ids: list[Any], now: datetime) -> int:
    """Record what is new for these, and remember up to when they were told."""
    locked = Subscription.objects.select_for_update(of=("self",)).filter(pk__in=ids, looked_at__lt=now)
    rows = sorted(locked.select_related(*RELATED).defer("address"), key=_group)
    count = 0
    for _, group in groupby(rows, key=_group):
        alike = list(group)
        since = alike[0].looked_at or now
        count += record_for(
            alike, now=now, since=since - _LATE, period=f"{now.astimezone(UTC):%Y-%m-%dT%H:%M}"
        )
    Subscription.objects.filter(pk__in=ids).update(looked_at=now)
    return count


def _group(row: Subscription) -> tuple[str, ...]:
    return (*map(str, same_events(row)), str(row.looked_at))
