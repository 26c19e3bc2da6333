"""Claims recorded mails with a lease, hands them to the door, and stores the result at once.

If a process dies before the text of a mail begins to leave, the lease ends and another process takes the mail. If it dies
later, the door's own row says so: the mail is of unknown end, is not sent again by itself, and waits for the provider's
word or an operator's.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import QuerySet
from django.utils.timezone import now as clock

from digests import compose
from digests.enums import DeliveryKind, DeliveryState
from digests.models import Delivery
from digests.services.announcing import occasion
from digests.services.settling import key_of
from digests.services.subscribing import CONFIRM_WITHIN
from egress.names import takes_mail
from mail import outgoing
from mail.enums import Stream
from mail.failures import masked
from mail.pauses import MOST_TRIES, retry_at
from mail.records import Outcome, Result
from mail.services import is_suppressed

log = structlog.get_logger(__name__)

#: Longer than the door needs (mail.dispatches.LEASE).
LEASE: Final = timedelta(minutes=10)
#: A weekly mail that could not be sent for so long is dropped.
STALE: Final = timedelta(days=1)
_CLAIM: Final = """
UPDATE digests_delivery SET state = 'sending', lease_until = %s, attempts = attempts + 1
 WHERE id = %s AND state = 'recorded' RETURNING attempts
"""
#: That it went, and when its subscriber got a digest last, in one statement.
_SENT: Final = """
WITH sent AS (
 UPDATE digests_delivery SET state = 'sent', sent_at = %s, lease_until = NULL, retry_at = NULL, error = ''
  WHERE id = %s RETURNING subscription_id, kind)
UPDATE digests_subscription SET last_sent_at = %s
  FROM sent WHERE digests_subscription.id = sent.subscription_id AND sent.kind = 'digest'
"""
#: What mails show of what a subscription is to.
_RELATED: Final = tuple(f"subscription__{name}" for name in ("city", "area", "place", "organizer", "search"))
#: So often a mail is begun, with the times that its process died.
MOST_ATTEMPTS: Final = 2 * MOST_TRIES


def send(delivery_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one recorded mail.

    True where it was sent.

    A mail that is claimed, sent, suppressed or void is left alone.
    1. Claim it: nobody else sends it until the lease ends.
    2. Read the subscription and the events again, and compose the mail.
    3. Pass it to the door. Any failure is stored with its reason for this mail alone.
    4. Store what came of it before anything else is done.
    """
    moment = now or clock()
    attempt = _claim(delivery_id, moment)
    if not attempt:
        return False
    try:
        outcome = outgoing.settled(key_of(delivery_id), now=moment) if attempt > 1 else None
        outcome = outcome or _handed(delivery_id, attempt, moment)
    except Exception as error:  # a template, an encoding, a lost key, the database at the door
        reason = masked(f"{type(error).__name__}: {error}")
        again = retry_at(attempt, moment)
        outcome = Outcome(result=Result.DEFERRED if again else Result.REFUSED, reason=reason, retry_at=again)
    if outcome is None:
        return False
    _store(delivery_id, attempt, outcome, moment)
    return outcome.result is Result.SENT


def _handed(delivery_id: UUID, attempt: int, now: datetime) -> Outcome | None:
    """What the door says; None where the mail must not be sent any more, or another attempt has it."""
    made = _message(delivery_id, attempt, now)
    if made is None:
        return None
    delivery, message = made
    return outgoing.send(
        message, stream=stream_of(delivery), kind=delivery.kind, key=key_of(delivery_id), campaign=campaign_of(delivery), now=now
    )  # fmt: skip


def stream_of(delivery: Delivery) -> Stream:
    """What the mail is to the door: a confirmation was asked for this minute."""
    return Stream.DIGEST if delivery.kind == DeliveryKind.DIGEST else Stream.TRANSACTIONAL


def campaign_of(delivery: Delivery) -> str:
    """The digests of one period are one campaign."""
    return f"digest {delivery.period}" if delivery.kind == DeliveryKind.DIGEST else ""


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
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now + LEASE, delivery_id])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _mine(delivery_id: UUID, attempt: int) -> QuerySet[Delivery]:
    """The row, as long as the lease belongs to this attempt."""
    return Delivery.objects.filter(pk=delivery_id, state=DeliveryState.SENDING, attempts=attempt)


def _message(
    delivery_id: UUID, attempt: int, now: datetime
) -> tuple[Delivery, EmailMultiAlternatives] | None:
    """The row and its mail as composed now; None where it must not be sent any more, or where another attempt has it."""
    delivery = Delivery.objects.select_related(*_RELATED).get(pk=delivery_id)
    void = _void(delivery, now)
    message = None if void else compose.message_of(delivery, now=now)
    if message is None:
        void = void or "none of its events takes place any more"
        _mine(delivery_id, attempt).update(state=DeliveryState.SKIPPED, lease_until=None, error=void)
        return None
    kept = _mine(delivery_id, attempt).update(
        subject=message.subject, message_id=message.extra_headers["Message-ID"]
    )
    return (delivery, message) if kept else None


def _void(delivery: Delivery, now: datetime) -> str:
    """Why a recorded mail must not be sent any more, or ''."""
    subscription = delivery.subscription
    if not subscription.address:
        return "the address is erased"
    if delivery.kind != DeliveryKind.DIGEST and is_suppressed(subscription.address_hash):
        return "the address is suppressed"  # of digests the door says it
    if delivery.kind == DeliveryKind.CONFIRMATION:
        return _unwanted(delivery, now)
    if not subscription.active:
        return "no longer subscribed"
    if delivery.kind == DeliveryKind.DIGEST and subscription.paused_until and subscription.paused_until > now:
        return "paused"
    since = delivery.released_at or delivery.created_at
    return "too late" if since <= now - STALE else ""


def _unwanted(confirmation: Delivery, now: datetime) -> str:
    subscription = confirmation.subscription
    if subscription.active:
        return "confirmed already"
    if confirmation.period != occasion(subscription.requested_at):
        return "asked for anew"
    if subscription.unsubscribed_at and subscription.unsubscribed_at >= subscription.requested_at:
        return "no longer wanted"
    if subscription.requested_at <= now - CONFIRM_WITHIN:
        return "too late"
    if settings.CHECK_MAIL_DOMAINS and not takes_mail(subscription.address.rpartition("@")[2]):
        return "its domain takes no mail"
    return ""


def _store(delivery_id: UUID, attempt: int, outcome: Outcome, now: datetime) -> None:
    """Store what came of it: that it went, whoever has the lease meanwhile; anything else only while the lease is ours."""
    if outcome.result is Result.SENT:
        with connection.cursor() as cursor:
            cursor.execute(_SENT, [now, delivery_id, now])
        return
    state = _STATES[outcome.result]
    attempts = attempt - 1 if outcome.result is Result.HELD else attempt
    mine = _mine(delivery_id, attempt)
    mine.update(
        state=state, lease_until=None, error=outcome.reason[:500], retry_at=outcome.retry_at, attempts=attempts
    )  # fmt: skip
    log.warning(
        "delivery_not_sent", delivery=str(delivery_id), attempt=attempt, result=outcome.result.value, reason=outcome.reason,
    )  # fmt: skip


_STATES: Final = {
    Result.UNKNOWN: DeliveryState.UNKNOWN,
    Result.REFUSED: DeliveryState.FAILED,
    Result.DEFERRED: DeliveryState.FAILED,
    Result.HELD: DeliveryState.FAILED,
    Result.SUPPRESSED: DeliveryState.SKIPPED,
}
