"""Digests outside of their hours: a preview for staff, a test to oneself, a whole city by command."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet

from accounts.models import User
from accounts.rights import Actor, require
from digests import compose
from digests.enums import Cadence, DeliveryKind, DeliveryState
from digests.models import Delivery, Subscription
from digests.services.recording import preview, record_for, waiting_schedules
from digests.services.sending import send_all
from digests.targets import RELATED, TOGETHER
from places.models import City

SEE: Final = "digests.view_subscription"


def preview_message(subscription: Subscription, *, by: Actor, now: datetime) -> EmailMultiAlternatives | None:
    """The digest that the subscription would get at `now`, to nobody; None where nothing is on. Raises RightMissing.

    Its links open nothing: who looks is not who subscribed.
    """
    require(by, SEE)
    delivery = preview(subscription, now=now)
    message = compose.message_of(delivery, now=now) if delivery is not None else None
    if message is not None:
        message.to = []
    return message


def send_test(subscription: Subscription, *, by: User, now: datetime) -> bool:
    """Send the preview to whoever asks. False where nothing is on. Raises RightMissing, and what the mail server raises."""
    message = preview_message(subscription, by=by, now=now)
    if message is None:
        return False
    message.subject, message.to = f"[Test] {message.subject}", [by.email]
    for name in ("List-Unsubscribe", "List-Unsubscribe-Post", "X-Delivery"):
        message.extra_headers.pop(name, None)
    message.send()
    return True


@dataclass(slots=True)
class Done:
    """What came of the digests of a city: `empty` had nothing on; `subjects` of those that would go."""

    subscriptions: int = 0
    recorded: int = 0
    empty: int = 0
    sent: int = 0
    failed: int = 0
    subjects: Counter[str] = field(default_factory=Counter)


def digest_city(city: City, *, now: datetime, dry: bool = False) -> Done:
    """Record and send the digest of each active subscription in the city now, or with `dry` only compose it."""
    rows = waiting_schedules().filter(city=city).exclude(cadence=Cadence.INSTANT)
    done = Done(subscriptions=rows.count())
    if dry:
        _compose(rows, done, now)
        return done
    ordered = rows.select_related(*RELATED).defer("address").order_by(*TOGETHER)
    done.recorded = record_for(ordered.iterator(500), now=now)
    mails = Delivery.objects.filter(subscription__city=city, kind=DeliveryKind.DIGEST, created_at=now)
    done.empty = mails.filter(state=DeliveryState.SKIPPED).count()
    send_all(list(mails.filter(state=DeliveryState.RECORDED).order_by("pk").values_list("pk", flat=True)))
    done.sent = mails.filter(state=DeliveryState.SENT).count()
    done.failed = mails.filter(state=DeliveryState.FAILED).count()
    return done


def _compose(rows: "QuerySet[Subscription]", done: Done, now: datetime) -> None:
    for row in rows.select_related(*RELATED).order_by(*TOGETHER).iterator(500):
        delivery = preview(row, now=now)
        message = compose.message_of(delivery, now=now) if delivery is not None else None
        if message is None:
            done.empty += 1
        else:
            done.subjects[str(message.subject)] += 1
