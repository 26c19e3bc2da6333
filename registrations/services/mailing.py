"""Mails about registrations: recorded with the change, handed to the door after the commit, tried again for a day."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import now as clock

from events.enums import Happening, Publication
from flags.models import Flag
from flags.services import is_on
from mail import outgoing
from mail.enums import TAKEN, DispatchState, Stream
from mail.records import Outcome, Result
from registrations.enums import MailKind, RegistrationState
from registrations.mails import compose, compose_message
from registrations.models import ACTIVE, Registration, RegistrationMail
from registrations.queries import standing
from registrations.signals import mail_recorded

#: Before the id in the door's name of a mail of this app.
PREFIX: Final = "registrations.registrationmail:"

#: Nobody else sends a claimed mail for so long.
LEASE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 8
#: The least time between two tries.
APART: Final = timedelta(minutes=1)
#: A mail that is older tells nothing any more.
STALE: Final = timedelta(days=1)


def record_mail(registration: Registration, kind: MailKind, *, now: datetime) -> RegistrationMail:
    """Record a mail in the transaction of the change that it tells of."""
    made = RegistrationMail.objects.create(registration=registration, kind=kind.value, created_at=now)
    transaction.on_commit(lambda: mail_recorded.send(sender=RegistrationMail, mail_id=made.pk), robust=True)
    return made


def send(mail_id: UUID, *, now: datetime | None = None) -> bool:
    """Send one recorded mail, once: it is claimed first. A mail that no provider takes is tried again. True if it went.

    An offer that ended meanwhile, or anything that is not true any more, is not sent.
    """
    moment = now or clock()
    mine = _unsent().filter(pk=mail_id)
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
    outcome = outgoing.send(
        _composed(mail), stream=Stream.TRANSACTIONAL, kind=f"registration {mail.kind}", key=f"{PREFIX}{mail_id}", now=moment
    )  # fmt: skip
    _store(mail_id, outcome, moment)
    return outcome.result is Result.SENT


def settle_mail(key: str, state: DispatchState) -> None:
    """A provider told that a mail of unknown end went."""
    if key.startswith(PREFIX) and state in TAKEN:
        rows = RegistrationMail.objects.filter(pk=UUID(key.removeprefix(PREFIX)), sent_at__isnull=True)
        rows.update(sent_at=clock(), error="", lease_until=None)


def release_mail(key: str) -> None:
    """An operator wants a mail sent again: the next round does."""
    if key.startswith(PREFIX):
        rows = RegistrationMail.objects.filter(pk=UUID(key.removeprefix(PREFIX)), sent_at__isnull=True)
        rows.update(attempts=0, error="", lease_until=None, created_at=clock())


def _composed(mail: RegistrationMail) -> EmailMultiAlternatives:
    if mail.message is not None:
        return compose_message(mail.registration, mail.message)
    return compose(mail.registration, MailKind(mail.kind))


def _store(mail_id: UUID, outcome: Outcome, now: datetime) -> None:
    """Store what came of it. What is refused, or may have gone, is not tried again."""
    rows = RegistrationMail.objects.filter(pk=mail_id)
    if outcome.result is Result.SENT:
        rows.update(sent_at=now, error="", lease_until=None)
    elif outcome.result in (Result.DEFERRED, Result.HELD):
        rows.update(error=outcome.reason[:200], lease_until=max(outcome.retry_at or now, now + APART))
        if outcome.result is Result.HELD:
            rows.update(attempts=F("attempts") - 1)
    else:
        rows.update(
            error=f"{outcome.result}: {outcome.reason}"[:200], attempts=MOST_ATTEMPTS, lease_until=None
        )


def waiting_mails(*, now: datetime) -> list[UUID]:
    """Mails whose task or process was lost, or whose server refused them."""
    unsent = _unsent().filter(created_at__gt=now - STALE)
    free = unsent.filter(
        Q(lease_until__isnull=True, created_at__lt=now - timedelta(minutes=1)) | Q(lease_until__lte=now)
    )
    return list(free.order_by("created_at").values_list("pk", flat=True)[:500])


def _unsent() -> QuerySet[RegistrationMail]:
    """What is to be sent: messages of teams only while there are any."""
    rows = RegistrationMail.objects.filter(sent_at__isnull=True, attempts__lt=MOST_ATTEMPTS)
    return rows if is_on(Flag.NOTIFICATIONS) else rows.exclude(kind=MailKind.MESSAGE.value)


#: What a mail about the event says of it, where registrations of these states are told.
_STATES_OF: Final = {
    MailKind.MOVED: {Happening.SCHEDULED, Happening.RESCHEDULED, Happening.MOVED_ONLINE},
    MailKind.GOES_ON: {Happening.SCHEDULED, Happening.RESCHEDULED, Happening.MOVED_ONLINE},
    MailKind.POSTPONED: {Happening.POSTPONED},
    MailKind.ELSEWHERE: {Happening.SCHEDULED, Happening.RESCHEDULED, Happening.MOVED_ONLINE},
    MailKind.CALLED_OFF: {Happening.CANCELLED},
    MailKind.WITHDRAWN: set(Happening),
}
#: Kinds of mails that tell of the event and not of the registration.
ABOUT_EVENTS: Final = tuple(kind.value for kind in _STATES_OF)
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
        # two events became one since it was recorded: whoever sleeps is written to by this mail, and by no other
        here = standing(registration)
        return here.state in ACTIVE and not (here.no_messages or registration.no_messages)
    if (states := _STATES_OF.get(MailKind(mail.kind))) is not None:
        event = registration.event
        is_gone = event.publication == Publication.REMOVED
        is_so = event.happening in states and is_gone == (mail.kind == MailKind.WITHDRAWN)
        return is_so and registration.state in ACTIVE
    return _TRUE_OF.get(MailKind(mail.kind), registration.state) == registration.state
