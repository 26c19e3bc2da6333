"""Records mails before they are sent: one row for each subscription and week, however often the task runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID

import structlog
from django.db import transaction

from digests import compose, timing
from digests.enums import Cadence, DeliveryKind, DeliveryState
from digests.models import Delivery, Subscription
from digests.services.subscribing import announce
from outbox.services import request_id
from pipeline.dates.event_times import zone_or_utc
from places.enums import CityState
from places.models import City

log = structlog.get_logger(__name__)

#: Nobody gets two digests within this time.
AT_LEAST_APART = timedelta(days=3)
#: Rows in one transaction.
BATCH = 1000


def record_due(*, now: datetime) -> int:
    """Record the weekly mail of each subscription whose city's hour has come, or was missed within a day.

    Idempotent. A city whose mail cannot be composed is logged and tried again in the next round; the others
    are not affected. Returns how many are new.
    """
    count = 0
    asked = City.objects.filter(
        state=CityState.ACTIVE, subscriptions__active=True, subscriptions__cadence=Cadence.WEEKLY
    )
    for city in asked.distinct():
        try:
            if timing.is_due(zone_or_utc(city.timezone), now):
                readers = Subscription.objects.filter(city=city, active=True, cadence=Cadence.WEEKLY)
                count += record_for(
                    readers.select_related("city").defer("address").order_by("pk").iterator(BATCH),
                    city=city,
                    now=now,
                )
        except Exception:  # an error of one city must not cost the other cities' readers their week
            log.exception("digest_of_city_failed", city=city.slug)
    return count


def record_for(subscriptions: Iterable[Subscription], *, city: City, now: datetime, period: str = "") -> int:
    """Record the digest of this week (or of `period`) for these subscriptions.

    Skipped where there are no events, or the last digest is too recent.
    """
    week = period or timing.period(zone_or_utc(city.timezone), now)
    composed: dict[str, list[UUID] | None] = {}
    return sum(_record(batch, week, now, composed) for batch in _batches(subscriptions))


def _record(
    batch: list[Subscription], week: str, now: datetime, composed: dict[str, list[UUID] | None]
) -> int:
    with transaction.atomic():
        done = set(
            Delivery.objects.filter(subscription__in=[one.pk for one in batch], kind=DeliveryKind.DIGEST, period=week)
            .values_list("subscription_id", flat=True)
        )  # fmt: skip
        due = [
            one
            for one in batch
            if one.pk not in done and not (one.last_sent_at and one.last_sent_at > now - AT_LEAST_APART)
        ]
        rows = [row for one in due if (row := _row(one, week, now, composed))]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        for row in rows:
            if row.state == DeliveryState.RECORDED:
                transaction.on_commit(partial(announce, row))
    return len(rows)


def _row(
    subscription: Subscription, week: str, now: datetime, composed: dict[str, list[UUID] | None]
) -> Delivery | None:
    """The mail of one subscription; None where it cannot be composed, which the next round tries again.

    Equal filters are composed once.
    """
    key = repr(subscription.filters)
    if key not in composed:
        composed[key] = _composed(subscription, now)
    ids = composed[key]
    if ids is None:
        return None
    return Delivery(
        subscription=subscription, kind=DeliveryKind.DIGEST, period=week, event_ids=ids, request_id=request_id(), created_at=now,
        state=DeliveryState.RECORDED if ids else DeliveryState.SKIPPED, error="" if ids else "nothing is on",
    )  # fmt: skip


def _composed(subscription: Subscription, now: datetime) -> list[UUID] | None:
    try:
        with transaction.atomic():
            return [event.id for event in compose.events_for(subscription, now=now)]
    except Exception:  # filters that can no longer be read must not stop other mails
        log.exception("digest_not_composed", subscription=str(subscription.pk), city=subscription.city.slug)
        return None


def _batches(subscriptions: Iterable[Subscription]) -> Iterator[list[Subscription]]:
    rest = iter(subscriptions)
    while batch := list(islice(rest, BATCH)):
        yield batch
