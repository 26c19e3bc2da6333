"""What waits too long is given up, and the log of deliveries is forgotten."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from webhooks.enums import DeliveryState
from webhooks.models import Delivery, Endpoint, Message

log = structlog.get_logger(__name__)
_BATCH: Final = 5_000


def drop_old(*, now: datetime) -> int:
    """Give up deliveries that have waited for WEBHOOKS_BACKLOG_DAYS, and count them at their endpoints. Returns how many."""
    before, total = now - timedelta(days=settings.WEBHOOKS_BACKLOG_DAYS), 0
    while True:
        with transaction.atomic():
            old = Delivery.objects.select_for_update(skip_locked=True).filter(
                state=DeliveryState.WAITING, queued_at__lt=before
            )
            rows = list(old.values_list("pk", "endpoint_id")[:_BATCH])
            if not rows:
                return total
            Delivery.objects.filter(pk__in=[pk for pk, _ in rows]).update(state=DeliveryState.DROPPED)
            for endpoint_id, number in Counter(endpoint_id for _, endpoint_id in rows).items():
                Endpoint.objects.filter(pk=endpoint_id).update(dropped=F("dropped") + number)
                log.warning("webhooks_dropped", endpoint=str(endpoint_id), number=number, because="too old")
        total += len(rows)


def forget(*, now: datetime) -> int:
    """Delete messages that are older than WEBHOOKS_LOG_DAYS with their deliveries, and secrets that sign no more.

    Returns how many messages.
    """
    Endpoint.objects.filter(former_until__lte=now).update(former_secret="", former_until=None)
    old = Message.objects.filter(made_at__lt=now - timedelta(days=settings.WEBHOOKS_LOG_DAYS)).order_by(
        "made_at"
    )
    total = 0
    while keys := list(old.values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            Delivery.objects.filter(message_id__in=keys).delete()
            Message.objects.filter(pk__in=keys).delete()
        total += len(keys)
    return total
