"""Thin tasks of registrations."""

from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from registrations import services


@shared_task
def expire_offers() -> int:
    """Every minute: end offers whose time is over. Returns how many."""
    return services.expire_offers(now=now())


@shared_task
def tell_of_changes() -> int:
    """Every minute: record mails to those whose event is not as they were told. Returns how many."""
    return services.tell_of_changes(now=now())


@shared_task
def send_waiting() -> int:
    """Every minute: queue mails whose task was lost or whose server refused them. Returns how many."""
    found = services.waiting_mails(now=now())
    for mail_id in found:
        send_mail.delay(str(mail_id))
    return len(found)


@shared_task
def send_mail(mail_id: str) -> bool:
    """Send one recorded mail, which is claimed first."""
    return services.send(UUID(mail_id))


@shared_task
def forget_registrations() -> int:
    """Daily: delete registrations of events that are long over. Returns how many."""
    return services.forget(now=now())
