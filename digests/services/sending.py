"""Claims recorded mails with a lease, sends them, and stores the result at once.

A process that dies between claim and sending loses nothing: the lease ends and another takes the mail. One
that dies between the server's "250" and the row's `sent` has the mail sent twice, with the same Message-ID:
one statement stands between the two, and no protocol knows a shorter way.
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

#: Longer than an SMTP conversation can last (EMAIL_TIMEOUT for each of its dozen answers).
LEASE: Final = timedelta(minutes=10)
#: How long a mail waits after each failed attempt, on top of the ten minutes between rounds; after the last
#: one it is given up.
PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (0, 10, 30, 60, 180, 360, 720))
MOST_ATTEMPTS: Final = len(PAUSES) + 1
#: A weekly mail that nobody could send for so long is not sent any more.
STALE: Final = timedelta(days=1)


class NothingTaken(Exception):
    """The mail backend took none of the mail, and did not say why."""


def send(
    delivery_id: UUID, *, now: datetime | None = None, connection: BaseEmailBackend | None = None
) -> bool:
    """Send one recorded mail. True where it went; a mail that is claimed, sent, suppressed or void is left
    alone.

    1. Claim it: nobody else sends it until the lease ends.
    2. Look again at the reader and the events, and write the mail.
    3. Hand it to the server; a failure of any kind is this mail's own, kept with its reason.
    4. Write down that it went, before anything else is done, the server's farewell included.
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
    except Exception as error:  # not SMTP's alone: a template, an encoding, a lost key, a backend's own
        _failed(delivery_id, attempt, read_failure(error), moment)
        return False
    else:
        _went(delivery_id, moment)
        return True
    finally:
        if server is not None and connection is None:
            with suppress(Exception):  # what is said after the mail was taken, or refused, changes nothing
                server.close()


def waiting(*, now: datetime, older_than: timedelta = timedelta(minutes=5)) -> list[UUID]:
    """Recorded mails that nobody took: their task was lost, or the process that had them."""
    rows = Delivery.objects.filter(state=DeliveryState.RECORDED, created_at__lt=now - older_than).order_by(
        "created_at"
    )
    return list(rows.values_list("pk", flat=True)[:1000])


def retry_failed(*, now: datetime) -> int:
    """Let mails whose pause is over wait to be sent again. Returns how many."""
    due = Delivery.objects.filter(state=DeliveryState.FAILED, retry_at__lte=now)
    return due.update(state=DeliveryState.RECORDED, retry_at=None)


def recover_lost(*, now: datetime) -> int:
    """Take back mails whose lease ended: the process that had them died. One that was begun too often is
    given up. Returns how many wait again."""
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
    """The row, as long as the lease of this attempt was not given to another."""
    return Delivery.objects.filter(pk=delivery_id, state=DeliveryState.SENDING, attempts=attempt)


def _message(delivery_id: UUID, attempt: int, now: datetime) -> EmailMultiAlternatives | None:
    """The mail as it stands now; None where it must not go any more, or where another has it."""
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
    """Why a recorded mail must not go any more, or ''."""
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
    """Until the server has said that it has the mail. The connection is opened before, so that the backend
    does not say farewell inside the call."""
    server.open()
    if not server.send_messages([message]):
        raise NothingTaken("the mail backend did not accept the mail")


def _went(delivery_id: UUID, now: datetime) -> None:
    """Whoever has the lease meanwhile: it went."""
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
