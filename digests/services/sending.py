"""Claims recorded mails with a lease, sends them, and stores the result at once.

If a process dies between claim and sending, the lease ends and another process takes the mail. If it dies
between the server's "250" and the update of the row, the mail is sent twice, with the same Message-ID: only
one statement stands between the two, and no protocol can avoid that.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.timezone import now as clock

from digests import compose
from digests.enums import DeliveryKind, DeliveryState, SuppressionReason
from digests.models import Delivery, Subscription, Suppression
from digests.refusals import Refusal, read_failure
from digests.services.subscribing import CONFIRM_WITHIN, occasion
from digests.services.suppressing import suppress_address

log = structlog.get_logger(__name__)

#: Longer than any SMTP conversation (EMAIL_TIMEOUT for each of its dozen replies).
LEASE: Final = timedelta(minutes=10)
#: How long a mail waits after each failed attempt, in addition to the ten minutes between rounds; after the
#: last attempt it is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 10, 30, 60, 180, 360, 720))
MOST_ATTEMPTS: Final = len(PAUSES) + 1
#: A weekly mail that could not be sent for so long is dropped.
STALE: Final = timedelta(days=1)


class NothingTaken(Exception):
    """The mail backend accepted no mail, without an exception."""


def send(
    delivery_id: UUID, *, now: datetime | None = None, connection: BaseEmailBackend | None = None
) -> bool:
    """Send one recorded mail.

    True where it was sent.

    A mail that is claimed, sent, suppressed or void is left alone.
    1. Claim it: nobody else sends it until the lease ends.
    2. Read the subscription and the events again, and compose the mail.
    3. Pass it to the server. Any failure is stored with its reason for this mail alone.
    4. Store that it was sent before anything else is done, even the end of the SMTP session.
    """
    moment = now or clock()
    attempt = _claim(delivery_id, moment)
    if not attempt:
        return False
    server: BaseEmailBackend | None = None
    try:
        message = _message(delivery_id, attempt, moment)
        if message is None:
            return False
        server = connection or get_connection()
        _hand_over(message, server)
    except Exception as error:  # not only SMTP errors: a template, an encoding, a lost key, a backend's own
        _failed(delivery_id, attempt, read_failure(error), moment)
        return False
    else:
        _went(delivery_id, moment)
        return True
    finally:
        if server is not None and connection is None:
            with suppress(Exception):  # an error after the server's answer changes nothing
                server.close()


def waiting(*, now: datetime, older_than: timedelta = timedelta(minutes=5)) -> list[UUID]:
    """Recorded mails that nobody has claimed: their task or its process was lost."""
    rows = Delivery.objects.filter(state=DeliveryState.RECORDED, created_at__lt=now - older_than).order_by(
        "created_at"
    )
    return list(rows.values_list("pk", flat=True)[:1000])


def retry_failed(*, now: datetime) -> int:
    """Make failed mails whose pause is over wait again. Returns how many."""
    due = Delivery.objects.filter(state=DeliveryState.FAILED, retry_at__lte=now)
    return due.update(state=DeliveryState.RECORDED, retry_at=None)


def recover_lost(*, now: datetime) -> int:
    """Make mails whose lease has ended wait again, since their process died.

    Returns how many. A mail that was begun too often is given up.
    """
    lost = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now)
    given_up = lost.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=DeliveryState.FAILED,
        lease_until=None,
        error=f"The process that sent it died, {MOST_ATTEMPTS} times.",
    )
    again = lost.update(state=DeliveryState.RECORDED, lease_until=None)
    if again or given_up:
        log.warning("deliveries_recovered", again=again, given_up=given_up)
    return again


def _claim(delivery_id: UUID, now: datetime) -> int:
    """The number of this attempt, 0 where the mail does not wait."""
    waits = Delivery.objects.filter(pk=delivery_id, state=DeliveryState.RECORDED)
    if not waits.update(state=DeliveryState.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return 0
    return Delivery.objects.values_list("attempts", flat=True).get(pk=delivery_id)


def _mine(delivery_id: UUID, attempt: int) -> QuerySet[Delivery]:
    """The row, as long as the lease belongs to this attempt."""
    return Delivery.objects.filter(pk=delivery_id, state=DeliveryState.SENDING, attempts=attempt)


def _message(delivery_id: UUID, attempt: int, now: datetime) -> EmailMultiAlternatives | None:
    """The mail as composed now; None where it must not be sent any more, or where another attempt has it."""
    delivery = Delivery.objects.select_related("subscription__city").get(pk=delivery_id)
    void = _void(delivery, now)
    is_digest = delivery.kind == DeliveryKind.DIGEST
    events = compose.still_on(delivery, now=now) if is_digest and not void else []
    if is_digest and not events:
        void = void or "none of its events takes place any more"
    if void:
        _mine(delivery_id, attempt).update(state=DeliveryState.SKIPPED, lease_until=None, error=void)
        return None
    message = (
        compose.digest_message(delivery, events, now=now)
        if is_digest
        else compose.confirmation_message(delivery)
    )
    kept = _mine(delivery_id, attempt).update(
        subject=message.subject, message_id=message.extra_headers["Message-ID"]
    )
    return message if kept else None


def _void(delivery: Delivery, now: datetime) -> str:
    """Why a recorded mail must not be sent any more, or ''."""
    subscription = delivery.subscription
    if Suppression.objects.filter(address_hash=subscription.address_hash).exists():
        return "the address is suppressed"
    if not subscription.address:
        return "the address is erased"
    if delivery.kind == DeliveryKind.CONFIRMATION:
        return _unwanted(delivery, now)
    if not subscription.active:
        return "no longer subscribed"
    return "too late" if delivery.created_at <= now - STALE else ""


def _unwanted(confirmation: Delivery, now: datetime) -> str:
    subscription = confirmation.subscription
    if subscription.active:
        return "confirmed already"
    if confirmation.period != occasion(subscription.requested_at):
        return "asked for anew"
    if subscription.unsubscribed_at and subscription.unsubscribed_at >= subscription.requested_at:
        return "no longer wanted"
    return "too late" if subscription.requested_at <= now - CONFIRM_WITHIN else ""


def _hand_over(message: EmailMultiAlternatives, server: BaseEmailBackend) -> None:
    """Return when the server has accepted the mail.

    The connection is opened before, so that the backend does not close it inside the call.
    """
    server.open()
    if not server.send_messages([message]):
        raise NothingTaken("the mail backend did not accept the mail")


def _went(delivery_id: UUID, now: datetime) -> None:
    """Store that the mail was sent, whoever has the lease meanwhile."""
    rows = Delivery.objects.filter(pk=delivery_id)
    rows.update(state=DeliveryState.SENT, sent_at=now, lease_until=None, retry_at=None, error="")
    Subscription.objects.filter(deliveries__pk=delivery_id, deliveries__kind=DeliveryKind.DIGEST).update(
        last_sent_at=now
    )


def _failed(delivery_id: UUID, attempt: int, refusal: Refusal, now: datetime) -> None:
    pause = PAUSES[attempt - 1] if attempt <= len(PAUSES) and not refusal.is_final else None
    with transaction.atomic():
        _mine(delivery_id, attempt).update(
            state=DeliveryState.FAILED,
            lease_until=None,
            error=refusal.reason,
            retry_at=None if pause is None else now + pause,
        )
        if refusal.is_gone:
            hashed = Subscription.objects.values_list("address_hash", flat=True).get(
                deliveries__pk=delivery_id
            )
            suppress_address(hashed, SuppressionReason.BOUNCE, code=refusal.code, now=now)
    log.warning(
        "delivery_failed",
        delivery=str(delivery_id),
        attempt=attempt,
        reason=refusal.reason,
        given_up=pause is None,
    )
