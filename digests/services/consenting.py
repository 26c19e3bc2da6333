"""Keeps what people agreed to, and asks them again when it is long ago."""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language, gettext

from digests.enums import Cadence, ConsentStep, DeliveryKind
from digests.models import Consent, Delivery, Subscription
from digests.services.announcing import record_mail
from digests.targets import words_of

log = structlog.get_logger(__name__)
_MONTH = timedelta(days=30.44)
#: Rows in one transaction.
_BATCH = 500


def consent_text(subscription: Subscription) -> str:
    """What people agree to, as forms and pages say it, in the active language."""
    what = {"what": words_of(subscription)}
    said = {
        Cadence.DAILY.value: gettext("Mail me what is on once a day: %(what)s."),
        Cadence.INSTANT.value: gettext("Mail me new events at once: %(what)s."),
    }.get(subscription.cadence, gettext("Mail me what is on once a week: %(what)s."))
    return f"{said % what} {gettext('Each mail has a link that ends it.')}"


def keep_consent(
    subscription: Subscription, step: ConsentStep, *, how: str, at: datetime, text: str | None = None
) -> None:
    """Record what a person did for a subscription or against it, with the text that they saw (by default `consent_text`)."""
    Consent.objects.create(
        subscription=subscription,
        step=step.value,
        how=how[:20],
        text=(consent_text(subscription) if text is None else text)[:600],
        language=get_language() or "",
        at=at,
    )


def end(row: Subscription, *, how: str, now: datetime) -> bool:
    """End a locked subscription, and keep how that came. Idempotent: False where it had ended."""
    left = row.unsubscribed_at
    if not row.active and left is not None and left >= row.requested_at:
        return False
    row.active, row.unsubscribed_at = False, now
    row.save(update_fields=["active", "unsubscribed_at"])
    keep_consent(row, ConsentStep.ENDED, how=how, at=now, text="")
    return True


def ask_again(*, now: datetime) -> int:
    """Ask those whose consent is CONSENT_MONTHS old whether to go on. Idempotent. Returns how many were asked now."""
    before, count = now - _MONTH * settings.CONSENT_MONTHS, 0
    while True:
        with transaction.atomic():
            due = Subscription.objects.select_for_update(skip_locked=True).filter(
                active=True, consented_at__lte=before, asked_again_at=None
            )
            rows = list(due.order_by("consented_at")[:_BATCH])
            for row in rows:
                record_mail(row, DeliveryKind.RENEWAL, now=now)
            Subscription.objects.filter(pk__in=[row.pk for row in rows]).update(asked_again_at=now)
        count += len(rows)
        if not rows:
            return count


def end_unanswered(*, now: datetime) -> int:
    """End the subscriptions of those who were asked again and did not answer within CONSENT_ANSWER_DAYS. Returns how many.

    Only those who got the mail: whom we could not ask is not ended for saying nothing.
    """
    before, count = now - timedelta(days=settings.CONSENT_ANSWER_DAYS), 0
    asked = Delivery.objects.filter(kind=DeliveryKind.RENEWAL, state="sent", sent_at__lte=before)
    due = Subscription.objects.filter(
        active=True, asked_again_at__lte=before, pk__in=asked.values("subscription")
    )
    for pk in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = due.select_for_update(of=("self",)).filter(pk=pk).first()
            count += row is not None and end(row, how="no answer", now=now)
    if count:
        log.info("subscriptions_ended_unanswered", count=count)
    return count
