"""Messages that a person asks for: a test, and a delivery once more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts.crypto import keyed_hash
from accounts.limits import OWN_WEBHOOKS, take_for
from accounts.models import User
from webhooks.enums import DeliveryState, MessageType
from webhooks.exceptions import TooManyTests, WebhookImpossible
from webhooks.models import Delivery, Endpoint, Message
from webhooks.payloads import body_of_test
from webhooks.signals import became_due


def send_test(person: User, endpoint_id: UUID, *, now: datetime | None = None) -> Delivery:
    """Queue a message that says only that it is a test. Raises Endpoint.DoesNotExist, WebhookImpossible, TooManyTests."""
    moment = now or clock()
    endpoint = _enabled(person, endpoint_id)
    with transaction.atomic():
        body = body_of_test(now=moment, endpoint_id=str(endpoint.pk))
        message = Message.objects.create(type=MessageType.TEST, body=body, made_at=moment)
        made = Delivery.objects.create(
            endpoint=endpoint, message=message, queued_at=moment, due_at=moment, made_at=moment
        )
        _tell_after_commit()
    return made


def redeliver(person: User, endpoint_id: UUID, delivery_id: UUID, *, now: datetime | None = None) -> Delivery:
    """Send a delivery once more as soon as possible, with the same id and bytes, and all tries anew.

    Raises Endpoint.DoesNotExist, Delivery.DoesNotExist, WebhookImpossible, TooManyTests.
    """
    moment = now or clock()
    endpoint = _enabled(person, endpoint_id)
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(of=("self",))
            .select_related("message")
            .get(endpoint=endpoint, pk=delivery_id)
        )
        row.state, row.attempts = DeliveryState.WAITING, 0
        row.queued_at = row.due_at = moment
        row.save(update_fields=["state", "attempts", "queued_at", "due_at"])
        Endpoint.objects.filter(pk=endpoint.pk).update(rests_until=None)
        _tell_after_commit()
    return row


def _enabled(person: User, endpoint_id: UUID) -> Endpoint:
    endpoint = Endpoint.objects.get(user=person, pk=endpoint_id)
    if not endpoint.enabled:
        raise WebhookImpossible(gettext("The webhook is disabled. Enable it first."))
    taken = take_for(OWN_WEBHOOKS, keyed_hash(f"webhooks {person.pk}")[:32])
    if not taken.allowed:
        raise TooManyTests(taken.reset)
    return endpoint


def _tell_after_commit() -> None:
    transaction.on_commit(lambda: became_due.send_robust(sender=Delivery), robust=True)
