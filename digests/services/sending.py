"""Mails are recorded before they are sent, claimed before they go, so that running twice never sends twice."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from functools import partial
from smtplib import SMTPException
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock

from digests import compose
from digests.enums import Cadence, DeliveryKind, DeliveryState
from digests.models import Delivery, Subscription, Suppression
from digests.services.subscribing import announce
from events.models import Event
from outbox.services import request_id
from places.models import City

log = structlog.get_logger(__name__)

#: The weekly mail goes out on Thursday at nine, in the city's time: the weekend is near enough to plan.
WEEKDAY, HOUR = 3, time(9)
#: Nobody gets two digests within this.
AT_LEAST_APART = timedelta(days=3)


def record_due(*, now: datetime) -> int:
    """Record the weekly mail of every subscription whose city's hour has come. Running again records nothing. Returns how many are new."""
    count = 0
    for city in City.objects.filter(subscriptions__active=True).distinct():
        if _is_due(city, now):
            count += record_for(Subscription.objects.filter(city=city, active=True, cadence=Cadence.WEEKLY), city=city, now=now)
    return count


def record_for(subscriptions: Iterable[Subscription], *, city: City, now: datetime, period: str = "") -> int:
    """Record the digest of this week (or of `period`) for these subscriptions: skipped where nothing is on, or the last one is too recent."""
    week = period or _period(city, now)
    done = set(
        Delivery.objects.filter(subscription__city=city, kind=DeliveryKind.DIGEST, period=week).values_list("subscription_id", flat=True)
    )
    composed: dict[str, list[UUID]] = {}
    rows = []
    for subscription in subscriptions:
        if subscription.pk in done or (subscription.last_sent_at and subscription.last_sent_at > now - AT_LEAST_APART):
            continue
        key = repr(sorted(subscription.filters.items()))
        if key not in composed:
            composed[key] = [event.id for event in compose.events_for(subscription, now=now)]
        state = DeliveryState.RECORDED if composed[key] else DeliveryState.SKIPPED
        rows.append(
            Delivery(
                subscription=subscription, kind=DeliveryKind.DIGEST, period=week, event_ids=composed[key], state=state,
                error="" if composed[key] else "nothing is on", created_at=now, request_id=request_id(),
            )
        )  # fmt: skip
    with transaction.atomic():
        Delivery.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
        for row in rows:
            if row.state == DeliveryState.RECORDED:
                transaction.on_commit(partial(announce, row))
    return len(rows)


def send(delivery_id: UUID, *, now: datetime | None = None, connection: BaseEmailBackend | None = None) -> bool:
    """Send one recorded mail. True where it went; a mail that is claimed, sent, suppressed or void is left alone."""
    moment = now or clock()
    claimed = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.RECORDED).update(state=DeliveryState.SENT, sent_at=moment)
    if not claimed:
        return False
    delivery = Delivery.objects.select_related("subscription__city").get(pk=delivery_id)
    void = _void(delivery)
    if void:
        Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.SKIPPED, sent_at=None, error=void)
        return False
    try:
        _send(delivery, moment, connection)
    except (SMTPException, OSError) as error:
        Delivery.objects.filter(pk=delivery.pk).update(
            state=DeliveryState.FAILED, sent_at=None, error=f"{type(error).__name__}: {error}"[:500]
        )
        log.warning("delivery_failed", delivery=str(delivery.pk), error=str(error))
        return False
    return True


def waiting(*, now: datetime, older_than: timedelta = timedelta(minutes=5)) -> list[UUID]:
    """Recorded mails that nobody took: their task was lost."""
    return list(Delivery.objects.filter(state=DeliveryState.RECORDED, created_at__lt=now - older_than).values_list("pk", flat=True)[:1000])


def retry_failed(*, now: datetime) -> int:
    """Give mails that failed within the last day another try. Returns how many."""
    recent = Q(created_at__gt=now - timedelta(days=1))
    return Delivery.objects.filter(recent, state=DeliveryState.FAILED).update(state=DeliveryState.RECORDED)


def _send(delivery: Delivery, now: datetime, connection: BaseEmailBackend | None) -> None:
    if delivery.kind == DeliveryKind.CONFIRMATION:
        message = compose.confirmation_message(delivery)
    else:
        found = {event.id: event for event in Event.objects.filter(pk__in=delivery.event_ids).select_related("area", "city", "category")}
        message = compose.digest_message(delivery, [found[pk] for pk in delivery.event_ids if pk in found], now=now)
    message.connection = connection or get_connection()
    message.send()
    Delivery.objects.filter(pk=delivery.pk).update(subject=message.subject, message_id=message.extra_headers["Message-ID"])
    if delivery.kind == DeliveryKind.DIGEST:
        Subscription.objects.filter(pk=delivery.subscription_id).update(last_sent_at=now)


def _void(delivery: Delivery) -> str:
    """Why a recorded mail must not go any more, or ''."""
    subscription = delivery.subscription
    if Suppression.objects.filter(address_hash=subscription.address_hash).exists():
        return "the address is suppressed"
    if delivery.kind == DeliveryKind.DIGEST and not subscription.active:
        return "no longer subscribed"
    if delivery.kind == DeliveryKind.DIGEST and not Event.objects.filter(pk__in=delivery.event_ids, publication="approved").exists():
        return "nothing of it is on any more"
    return ""


def _is_due(city: City, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(city.timezone))
    return local.weekday() == WEEKDAY and local.time() >= HOUR


def _period(city: City, now: datetime) -> str:
    year, week, _ = now.astimezone(ZoneInfo(city.timezone)).isocalendar()
    return f"{year}-W{week:02d}"
