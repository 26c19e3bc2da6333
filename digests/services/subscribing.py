"""Subscribing, confirming, unsubscribing.

Confirming and unsubscribing need POST, since mail scanners follow links with GET.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import get_language, gettext

from accounts.crypto import address_hash, keyed_hash
from accounts.limits import SUBSCRIBED, SUBSCRIBERS, Policy, take_for
from digests.enums import Cadence, DeliveryKind
from digests.exceptions import TooManyRequests, UnknownToken
from digests.models import Delivery, Subscription
from digests.signals import recorded
from digests.tokens import hash_of, token_of
from languages.codes import BY_CODE, DEFAULT
from mail.services import is_suppressed
from outbox.services import request_id
from places.models import City

#: An unused confirmation expires after this time.
CONFIRM_WITHIN = timedelta(days=7)


def subscribe(
    address: str,
    city: City,
    *,
    filters: Mapping[str, Any] | None = None,
    cadence: Cadence = Cadence.WEEKLY,
    sender: str = "",
    language: str = "",
    now: datetime | None = None,
) -> None:
    """Request mail.

    Raises TooManyRequests. A known, new or suppressed address gets the same answer. Only a click in the
    confirming mail activates the subscription. `language` is the one of its mails; '' is the one of the request.
    """
    moment = now or clock()
    hashed = address_hash(address)
    _limit(SUBSCRIBED, hashed)
    _limit(SUBSCRIBERS, keyed_hash(sender))
    if is_suppressed(hashed):
        return
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update().filter(address_hash=hashed, city=city).first()
        if subscription is None:
            subscription = Subscription(address_hash=hashed, city=city)
        if subscription.active:
            return
        subscription.address = address.strip()  # an erased address is provided again by a new request
        subscription.filters, subscription.cadence = dict(filters or {}), cadence.value
        subscription.language = spoken(language or get_language() or "")
        subscription.requested_at = (
            moment  # an unsubscription stays until they confirm: a stranger may send the request
        )
        subscription.token_hash = hash_of(token_of(subscription))
        subscription.save()
        delivery = Delivery.objects.create(
            subscription=subscription,
            kind=DeliveryKind.CONFIRMATION,
            period=occasion(moment),
            request_id=request_id(),
            created_at=moment,
        )
        transaction.on_commit(partial(announce, delivery))


def confirm(token: str, *, now: datetime | None = None) -> Subscription:
    """Activate the subscription after its owner's click.

    Idempotent. Raises UnknownToken, also for an expired one.
    """
    moment = now or clock()
    with transaction.atomic():
        subscription = find(token, lock=True)
        if not subscription.active:
            if subscription.requested_at < moment - CONFIRM_WITHIN or not subscription.address:
                raise UnknownToken(gettext("This link has expired. Subscribe again to get a new one."))
            subscription.active, subscription.confirmed_at, subscription.unsubscribed_at = True, moment, None
            subscription.save(update_fields=["active", "confirmed_at", "unsubscribed_at"])
    return subscription


def unsubscribe(token: str, *, now: datetime | None = None) -> Subscription:
    """End a subscription. Idempotent. Raises UnknownToken."""
    with transaction.atomic():
        subscription = find(token, lock=True)
        left = subscription.unsubscribed_at
        if left is None or left < subscription.requested_at:
            subscription.active, subscription.unsubscribed_at = False, now or clock()
            subscription.save(update_fields=["active", "unsubscribed_at"])
    return subscription


def speak(token: str, language: str) -> Subscription:
    """Write the mails of a subscription in another language. Raises UnknownToken; one that the site has not is English."""
    subscription = find(token)
    subscription.language = spoken(language)
    subscription.save(update_fields=["language"])
    return subscription


def spoken(language: str) -> str:
    """The tag, where the site has the language; else English's."""
    return language if language in BY_CODE else DEFAULT


def occasion(requested_at: datetime) -> str:
    """A name that distinguishes the confirmations of different requests."""
    return requested_at.astimezone(UTC).isoformat()[:32]


def find(token: str, *, lock: bool = False) -> Subscription:
    """The subscription of a token. Raises UnknownToken."""
    rows = Subscription.objects.select_related("city")
    if lock:
        rows = rows.select_for_update(of=("self",))
    subscription = rows.filter(token_hash=hash_of(token)).first()
    if subscription is None:
        raise UnknownToken(gettext("This link is not valid. A newer mail may contain the current one."))
    return subscription


def announce(delivery: Delivery) -> None:
    """Send the signal of a recorded mail after the commit."""
    recorded.send_robust(sender=Delivery, delivery=delivery.pk)


def _limit(policy: Policy, caller: str) -> None:
    if not take_for(policy, caller).allowed:
        raise TooManyRequests(
            gettext("Too many requests within an hour. Check your mailbox, also the spam folder.")
        )
