"""Mails about registrations: recorded with the change, sent after the commit, tried again for a day."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now as clock

from events.enums import Happening
from registrations.enums import MailKind, RegistrationState
from registrations.mails import compose, compose_message
from registrations.models import ACTIVE, Registration, RegistrationMail
from registrations.signals import mail_recorded

log = structlog.get_logger(__name__)

#: Nobody else sends a claimed mail for so long.
LEASE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 8
#: A mail that is older tells nothing any more.
STALE: Final = timedelta(days=1)


def record_mail(registration: Registration, kind: MailKind, *, now: datetime) -> RegistrationMail:
    """Record a mail in the transaction of the change that it tells of."""
    made = RegistrationMail.objects.create(registration=registration, kind=kind.value, created_at=now)
    transaction.on_commit(lambda: mail_recorded.send(sender=RegistrationMail, mail_id=made.pk), robust=True)
    return made


def send(mail_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one recorded mail, once: it is claimed first. A mail whose server refuses it is tried again. True if it went.

    An offer that ended meanwhile, or anything that is not true any more, is not sent.
    """
    moment = now or clock()
    mine = RegistrationMail.objects.filter(pk=mail_id, sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    free = mine.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=moment))
    if not free.update(lease_until=moment + LEASE, attempts=F("attempts") + 1):
        return False
    mail = RegistrationMail.objects.select_related(
        "registration__event__city", "registration__event__place", "message"
    ).get(pk=mail_id)
    if not _is_true(mail, moment):
        RegistrationMail.objects.filter(pk=mail_id).update(
            attempts=MOST_ATTEMPTS, error="not true any more", lease_until=None
        )
        return False
    try:
        if mail.message is not None:
            compose_message(mail.registration, mail.message).send()
        else:
            compose(mail.registration, MailKind(mail.kind)).send()
    except OSError as error:  # SMTPException is one
        log.warning("registration_mail_failed", kind=mail.kind, error=type(error).__name__)
        RegistrationMail.objects.filter(pk=mail_id).update(error=type(error).__name__)
        return False
    RegistrationMail.objects.filter(pk=mail_id).update(sent_at=moment, error="", lease_until=None)
    return True


def waiting_mails(*, now: datetime) -> list[UUID]:
    """Mails whose task or process was lost, or whose server refused them."""
    unsent = RegistrationMail.objects.filter(
        sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS, created_at__gt=now - STALE
    )
    free = unsent.filter(
        Q(lease_until__isnull=True, created_at__lt=now - timedelta(minutes=1)) | Q(lease_until__lte=now)
    )
    return list(free.order_by("created_at").values_list("pk", flat=True)[:500])


#: What a mail about the event says of it, where registrations of these states are told.
_STATES_OF: Final = {
    MailKind.MOVED: {Happening.SCHEDULED, Happening.RESCHEDULED, Happening.MOVED_ONLINE},
    MailKind.GOES_ON: {Happening.SCHEDULED, Happening.RESCHEDULED, Happening.MOVED_ONLINE},
    MailKind.POSTPONED: {Happening.POSTPONED},
    MailKind.CALLED_OFF: {Happening.CANCELLED},
}
_TRUE_OF: Final = {
    MailKind.CONFIRMED: RegistrationState.REGISTERED,
    MailKind.WAITING: RegistrationState.WAITING,
    MailKind.OFFER: RegistrationState.OFFERED,
    MailKind.EXPIRED: RegistrationState.EXPIRED,
    MailKind.CANCELLED: RegistrationState.CANCELLED,
}


def _is_true(mail: RegistrationMail, now: datetime) -> bool:
    registration = mail.registration
    ends = registration.offer_ends_at
    if mail.kind == MailKind.OFFER and (ends is None or ends <= now):
        return False
    if mail.kind == MailKind.MESSAGE:
        return registration.state in ACTIVE and not registration.no_messages
    if MailKind(mail.kind) in _STATES_OF:
        return (
            registration.state in ACTIVE and registration.event.happening in _STATES_OF[MailKind(mail.kind)]
        )
    return _TRUE_OF.get(MailKind(mail.kind), registration.state) == registration.state
