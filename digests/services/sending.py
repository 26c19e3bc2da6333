"""Claims recorded mails with a lease, hands them to the door, and stores the result at once.

If a process dies before the text of a mail begins to leave, the lease ends and another process takes the mail. If it dies
later, the door's own row says so: the mail is of unknown end, is not sent again by itself, and waits for the provider's
word or an operator's.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.conf import settings
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
from events.models import Event
from events.recommended import Fit
from mail import outgoing
from mail.enums import Stream
from mail.failures import masked
from mail.pauses import MOST_TRIES, retry_at
from mail.records import Letter, Outcome, Result
from mail.services import is_suppressed

log = structlog.get_logger(__name__)

#: Longer than the door needs (mail.dispatches.LEASE).
LEASE: Final = timedelta(minutes=10)
#: A weekly mail that could not be sent for so long is dropped.
STALE: Final = timedelta(days=1)
#: Mails that are claimed together. Their lease must last for all of them.
MOST: Final = 100
_CLAIM: Final = """
UPDATE digests_delivery SET state = 'sending', lease_until = %s, attempts = attempts + 1
 WHERE id IN (SELECT id FROM digests_delivery WHERE id = ANY(%s) AND state = 'recorded' ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING id, attempts
"""
#: What is sent, as long as the lease belongs to this attempt.
_WRITTEN: Final = """
UPDATE digests_delivery mine SET subject = mail.subject, message_id = mail.message_id
  FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[]) mail (id, attempt, subject, message_id)
 WHERE mine.id = mail.id AND mine.state = 'sending' AND mine.attempts = mail.attempt
RETURNING mine.id
"""
#: That they went, and when their subscribers got a digest last, in one statement.
_SENT: Final = """
WITH sent AS (
 UPDATE digests_delivery SET state = 'sent', sent_at = %s, lease_until = NULL, retry_at = NULL, error = ''
  WHERE id = ANY(%s) RETURNING subscription_id, kind)
UPDATE digests_subscription SET last_sent_at = %s
  FROM sent WHERE digests_subscription.id = sent.subscription_id AND sent.kind = 'digest'
"""
#: What mails show of what a subscription is to.
_RELATED: Final = tuple(f"subscription__{name}" for name in ("city", "area", "place", "organizer", "search"))
#: After so many attempts a mail goes alone.
_SUSPECT: Final = 4
#: So often a mail is begun, with the times that its process died.
MOST_ATTEMPTS: Final = 2 * MOST_TRIES


def send(delivery_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one recorded mail; see `send_all`. True where it was sent."""
    return send_all([delivery_id], now=now) == 1


def send_all(delivery_ids: Sequence[UUID], *, now: datetime | None = None) -> int:
    """Send these recorded mails. Returns how many were sent.

    A mail that is claimed, sent, suppressed or void is left alone.
    1. Claim them, `MOST` at a time: nobody else sends them until the lease ends.
    2. Read the subscriptions and the events again, and compose the mails.
    3. Pass them to the door, a few at a time. Any failure is stored with its reason for that mail alone.
    4. Store what came of those few before the next ones are begun.
    """
    moment = now or clock()
    return sum(_send_claimed(_claim(few, moment), moment) for few in _apart(delivery_ids))


def _apart(delivery_ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """`MOST` at a time; alone those whose process may have died so often that one of them may be the cause.

    Otherwise one mail that kills whoever sends it, or a machine that kills often, would use up the attempts of all that
    were claimed beside it and had not begun.
    """
    suspects = set(
        Delivery.objects.filter(pk__in=delivery_ids, attempts__gte=_SUSPECT).values_list("pk", flat=True)
    )
    others = [pk for pk in delivery_ids if pk not in suspects]
    for first in range(0, len(others), MOST):
        yield others[first : first + MOST]
    for pk in delivery_ids:
        if pk in suspects:
            yield [pk]


def _send_claimed(attempts: Mapping[UUID, int], now: datetime) -> int:
    """Compose them and hand them over. Where one of them cannot be read, each goes alone."""
    begun, count = time.monotonic(), 0
    try:
        ready = _written(_composed(attempts, now), attempts)
    except Exception as error:  # a lost key, the database
        if len(attempts) > 1:
            return sum(_send_claimed({pk: attempt}, now) for pk, attempt in attempts.items())
        return _store([(pk, _failed(error, attempt, now)) for pk, attempt in attempts.items()], attempts, now)
    for first in range(0, len(ready), outgoing.TOGETHER):
        few = ready[first : first + outgoing.TOGETHER]
        if (
            time.monotonic() - begun > LEASE.total_seconds() / 2
        ):  # a slow server: their lease must not end here
            _mine([pk for pk, _ in ready[first:]]).update(state=DeliveryState.RECORDED, lease_until=None)
            break
        outcomes = _handed(few, attempts, now)
        count += _store(zip((pk for pk, _ in few), outcomes, strict=True), attempts, now)
    return count


def _handed(few: Sequence[tuple[UUID, Letter]], attempts: Mapping[UUID, int], now: datetime) -> list[Outcome]:
    """What the door says of each."""
    try:
        return outgoing.send_together([letter for _, letter in few], now=now)
    except Exception as error:  # the database at the door, which knows what was taken: the next try asks it
        return [_failed(error, attempts[pk], now) for pk, _ in few]


def _composed(attempts: Mapping[UUID, int], now: datetime) -> list[tuple[UUID, Letter]]:
    """The mails as composed now. What came before of the others, or why they must not go any more, is stored."""
    deliveries = list(Delivery.objects.select_related(*_RELATED).filter(pk__in=list(attempts)).order_by("pk"))
    events, fits = compose.events_of(deliveries, now=now), compose.fits_of(deliveries, now=now)
    made = dict[UUID, Letter | Outcome | str]()
    for delivery in deliveries:
        attempt = attempts[delivery.pk]
        try:
            before = outgoing.settled(key_of(delivery.pk), now=now) if attempt > 1 else None
            made[delivery.pk] = before or _letter(delivery, events, fits, now)
        except Exception as error:  # a template, an encoding
            made[delivery.pk] = _failed(error, attempt, now)
    _skip({pk: one for pk, one in made.items() if isinstance(one, str)}, attempts)
    _store(((pk, one) for pk, one in made.items() if isinstance(one, Outcome)), attempts, now)
    return [(pk, one) for pk, one in made.items() if isinstance(one, Letter)]


def _letter(
    delivery: Delivery, events: Mapping[UUID, Event], fits: Mapping[UUID, Fit], now: datetime
) -> Letter | str:
    """The mail for the door; why it must not be sent any more."""
    void = _void(delivery, now)
    message = None if void else compose.message_of(delivery, now=now, events=events, fits=fits)
    if message is None:
        return void or "none of its events takes place any more"
    return Letter(
        message=message, stream=stream_of(delivery), kind=delivery.kind, key=key_of(delivery.pk), campaign=campaign_of(delivery)
    )  # fmt: skip


def _written(
    letters: Sequence[tuple[UUID, Letter]], attempts: Mapping[UUID, int]
) -> Sequence[tuple[UUID, Letter]]:
    """Store what is sent. Those are left that still belong to this attempt."""
    if not letters:
        return ()
    columns = [(pk, attempts[pk], str(one.message.subject), one.message.extra_headers["Message-ID"]) for pk, one in letters]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [list(column) for column in zip(*columns, strict=True)])
        mine = {pk for (pk,) in cursor.fetchall()}
    return [(pk, one) for pk, one in letters if pk in mine]


def _skip(voids: Mapping[UUID, str], attempts: Mapping[UUID, int]) -> None:
    """Store why some must not be sent any more."""
    for pk, reason in voids.items():
        _mine([pk]).filter(attempts=attempts[pk]).update(
            state=DeliveryState.SKIPPED, lease_until=None, error=reason
        )


def _failed(error: Exception, attempt: int, now: datetime) -> Outcome:
    """An error of ours: the mail is tried again."""
    again = retry_at(attempt, now)
    return Outcome(
        result=Result.DEFERRED if again else Result.REFUSED,
        reason=masked(f"{type(error).__name__}: {error}"),
        retry_at=again,
    )


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


def _claim(delivery_ids: Sequence[UUID], now: datetime) -> dict[UUID, int]:
    """Those of them that waited, each with the number of this attempt."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [now + LEASE, list(delivery_ids)])
        return dict(cursor.fetchall())


def _mine(delivery_ids: Sequence[UUID]) -> QuerySet[Delivery]:
    """The rows that are being sent; with `attempts`, as long as the lease belongs to this attempt."""
    return Delivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.SENDING)


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


def _store(outcomes: Iterable[tuple[UUID, Outcome]], attempts: Mapping[UUID, int], now: datetime) -> int:
    """Store what came of them: that one went, whoever has the lease meanwhile; anything else only while it is ours.

    Returns how many went.
    """
    sent = []
    for pk, outcome in outcomes:
        if outcome.result is Result.SENT:
            sent.append(pk)
        else:
            _store_failure(pk, attempts[pk], outcome)
    if sent:
        with connection.cursor() as cursor:
            cursor.execute(_SENT, [now, sent, now])
    return len(sent)


def _store_failure(delivery_id: UUID, attempt: int, outcome: Outcome) -> None:
    _mine([delivery_id]).filter(attempts=attempt).update(
        state=_STATES[outcome.result], lease_until=None, error=outcome.reason[:500], retry_at=outcome.retry_at,
        attempts=attempt - 1 if outcome.result is Result.HELD else attempt,
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
