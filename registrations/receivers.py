"""What registrations do when events are merged or parted, when a mail was recorded, and when one was settled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from celery.exceptions import CeleryError
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from events import signals
from mail.enums import DispatchState
from mail.signals import released, settled
from registrations import services
from registrations.signals import mail_recorded
from registrations.tasks import send_mail


@receiver(signals.merged)
def _merged(*, child_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    services.take_over(survivor_id, child_id, now=now)


@receiver(signals.parted)
def _parted(*, event_id: UUID, survivor_id: UUID, now: datetime, **_: Any) -> None:
    services.bring_back(event_id, survivor_id, now=now)


@receiver(mail_recorded)
def _recorded(*, mail_id: UUID, **_: Any) -> None:
    try:
        send_mail.delay(str(mail_id))
    except (OperationalError, CeleryError):
        return  # the broker is away: `send_waiting` queues it within a minute


@receiver(settled, dispatch_uid="registrations.settle_mail")
def _settled(*, key: str, state: DispatchState, **_: Any) -> None:
    services.settle_mail(key, state)


@receiver(released, dispatch_uid="registrations.release_mail")
def _released(*, key: str, **_: Any) -> None:
    services.release_mail(key)
