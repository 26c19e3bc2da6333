"""What webhooks keep about a person, for their export and erasure."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from audit.records import Subject
from audit.services import forget_person
from webhooks.models import Delivery, Endpoint


def export(person: Person) -> Rows:
    """The webhooks without their secrets, and what was sent to them when."""
    mine = Endpoint.objects.filter(user_id=person.id)
    sent = Delivery.objects.filter(endpoint__in=mine).order_by("made_at")
    return {
        "webhooks": [
            {
                "address": row.address, "description": row.description, "types": row.types, "filter": row.asked, "enabled": row.enabled,
                "made_at": row.made_at, "last_success_at": row.last_success_at,
            }
            for row in mine
        ],
        "webhook_deliveries": list(
            sent.values(
                "message__type", "event_id", "state", "status", "error", "answer", "made_at", "delivered_at"
            )
        ),
    }  # fmt: skip


def erase(person: Person) -> int:
    """Delete the webhooks with their deliveries."""
    count = 0
    for row in Endpoint.objects.filter(user_id=person.id):
        forget_person(Subject(Endpoint._meta.label_lower, str(row.pk)))
        count += row.delete()[0]
    return count


PART = Part(
    name=_("webhooks"),
    holds=_("the addresses of your webhooks and their secrets (encrypted), what was sent there, and the beginning of each answer"),
    purpose=_("to send you changes of events, and to show you what became of them"),
    models=frozenset({"webhooks.Endpoint", "webhooks.Delivery"}),
    export=export,
    erase=erase,
    retention=(
        Retention(
            what=_("what was sent to webhooks, with the answers"),
            period=lambda: timedelta(days=settings.WEBHOOKS_LOG_DAYS),
            task="webhooks.tasks.forget_deliveries",
        ),
    ),
)  # fmt: skip
