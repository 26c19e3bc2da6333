"""What mail keeps about a person: subscriptions by any of their addresses, their mails, the local mailbox."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from accounts.privacy.scan.marks import marks_of
from audit.records import Subject
from audit.services import forget_person
from digests.models import Consent, Delivery, Subscription
from digests.targets import RELATED, words_of
from digests.tokens import token_of


def export(person: Person) -> Rows:
    """Subscriptions with their mails."""
    mine = _subscriptions(person)
    deliveries = Delivery.objects.filter(subscription__in=mine).order_by("created_at")
    return {
        "subscriptions": [
            {
                "to": words_of(each), "kind": each.kind, "city": each.city.name if each.city else "", "address": each.address, "cadence": each.cadence,
                "filters": each.filters, "language": each.language, "weekday": each.weekday, "hour": each.hour, "timezone": each.timezone,
                "active": each.active, "paused_until": each.paused_until,
                "requested_at": each.requested_at, "confirmed_at": each.confirmed_at, "unsubscribed_at": each.unsubscribed_at,
                "consented_at": each.consented_at, "asked_again_at": each.asked_again_at,
            }
            for each in mine.select_related(*RELATED)
        ],
        "mails": list(deliveries.values("kind", "period", "subject", "state", "created_at", "sent_at")),
        "consents": list(
            Consent.objects.filter(subscription__in=mine).values("step", "how", "text", "language", "at")
        ),
    }  # fmt: skip


def erase(person: Person) -> int:
    """Delete subscriptions with their mails, and files of the local mailbox."""
    count = 0
    for subscription in _subscriptions(person):
        forget_person(Subject(Subscription._meta.label_lower, str(subscription.pk)))
        count += subscription.delete()[0]
    return count + _empty_mailbox(person)


def marks(person: Person) -> Iterator[str]:
    """Hashes and tokens of subscriptions."""
    for subscription in _subscriptions(person):
        yield from (
            str(subscription.pk),
            subscription.address_hash,
            subscription.token_hash,
            token_of(subscription),
        )


def _subscriptions(person: Person) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(Q(user_id=person.id) | Q(address_hash__in=person.hashes)).order_by(
        "pk"
    )


def _empty_mailbox(person: Person) -> int:
    known, count = marks_of(person), 0
    for path in sorted(settings.MAILBOX_DIR.glob("*.eml")) if settings.MAILBOX_DIR.is_dir() else ():
        if known.find(path.read_bytes()):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _unconfirmed() -> timedelta:
    return timedelta(days=settings.SUBSCRIPTION_UNCONFIRMED_DAYS)


def _unsubscribed() -> timedelta:
    return timedelta(days=settings.SUBSCRIPTION_UNSUBSCRIBED_DAYS)


_ERASING: Final = "digests.tasks.erase_addresses"
PART: Final = Part(
    name=_("mail"),
    holds=_(
        "address (encrypted, beside a keyed hash), what your subscriptions are to, when and in which language they come, what you agreed to and when, "
        "which mails were sent"
    ),
    purpose=_("to send what you asked for, and nothing after you said no"),
    models=frozenset({"digests.Subscription", "digests.Consent", "digests.Delivery"}),
    export=export,
    erase=erase,
    marks=marks,
    retention=(
        Retention(what=_("addresses of unconfirmed subscriptions"), period=_unconfirmed, task=_ERASING),
        Retention(what=_("addresses after unsubscribing"), period=_unsubscribed, task=_ERASING),
    ),
)
