"""What every change of a registration does: it locks the event's setup first, and tells its person and the counters."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext

import outbox.services as outbox
from events.models import Event, EventCounters
from events.signals import counted, done
from outbox.enums import Audience
from outbox.records import NewChange
from registrations.enums import MailKind, RegistrationState
from registrations.exceptions import RegistrationRefused
from registrations.models import Registration, RegistrationSetup
from registrations.queries import standing
from registrations.services.mailing import record_mail

_COUNT = """
INSERT INTO events_eventcounters AS c (event_id, views, registrations, shares) VALUES (%s, 0, greatest(%s, 0), 0)
ON CONFLICT (event_id) DO UPDATE SET registrations = greatest(c.registrations + %s, 0)
"""


def locked_setup(event_id: UUID) -> RegistrationSetup:
    """The event's terms, locked until the transaction ends. Raises RegistrationRefused."""
    found = RegistrationSetup.objects.select_for_update().filter(pk=event_id).first()
    if found is None:
        raise RegistrationRefused(gettext("Nobody registers for this event here."))
    return found


def locked(registration_id: UUID) -> tuple[RegistrationSetup, Registration]:
    """A registration as it is once its event's setup is locked; where it was merged, the one that stands for it.

    A merge may move it to another event while it waits for the lock. Then this lock is given back before that of the other event is taken,
    since merges take both in their order. Raises RegistrationRefused, Registration.DoesNotExist.
    """
    event_id = Registration.objects.values_list("event_id", flat=True).get(pk=registration_id)
    while True:
        with transaction.atomic():
            setup = locked_setup(event_id)
            found = Registration.objects.select_for_update().get(pk=registration_id)
            if found.event_id == event_id:
                return setup, standing(found)
            event_id = found.event_id
            transaction.set_rollback(True)


def move(
    registration: Registration,
    to: RegistrationState,
    *,
    now: datetime,
    mail: MailKind | None = None,
    offer_ends_at: datetime | None = None,
) -> None:
    """Save a registration in another state, and tell of it. The setup is locked."""
    was = registration.state
    registration.state, registration.offer_ends_at, registration.updated_at = to.value, offer_ends_at, now
    registration.save()
    count(registration.event_id, (to == RegistrationState.REGISTERED) - (was == RegistrationState.REGISTERED))
    _say_counted(registration, was=was, now=now)
    _say_done(registration, was=was, now=now)
    tell(registration, was=was)
    if mail is not None:
        record_mail(registration, mail, now=now)


def _say_counted(registration: Registration, *, was: str, now: datetime) -> None:
    """Tell, without who, that somebody registered or gave up their seats."""
    registered = RegistrationState.REGISTERED
    if registration.state == registered and was != registered:
        counted.send(sender=Registration, acts=[(registration.event_id, "registrations", 1)], now=now)
    elif was == registered and registration.state == RegistrationState.CANCELLED:
        counted.send(sender=Registration, acts=[(registration.event_id, "cancelled", 1)], now=now)


def _say_done(registration: Registration, *, was: str, now: datetime) -> None:
    """Tell whose account registered, or gave up their seats; who has none is nobody's."""
    is_in, was_in = (state == RegistrationState.REGISTERED for state in (registration.state, was))
    if registration.user_id is not None and is_in != was_in:
        word = "register" if is_in else "unregister"
        acts = [(registration.user_id, registration.event_id, "", word)]
        done.send(sender=Registration, acts=acts, now=now)


def count(event_id: UUID, more: int) -> None:
    """Add to the number of registrations of an event, by which it is ordered and shown."""
    if more:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [event_id, more, more])


def recount(event_id: UUID) -> None:
    """Set the number of registrations of an event, after many moved."""
    rows = Registration.objects.filter(event=event_id, state=RegistrationState.REGISTERED)
    EventCounters.objects.update_or_create(event_id=event_id, defaults={"registrations": rows.count()})


def tell(registration: Registration, *, was: str | None = None) -> None:
    """Announce the registration to the account that has it (`user:me`). `was`: the state that it had before, where it moved."""
    if registration.user_id is None:
        return
    data = {
        "id": str(registration.pk),
        "event": str(registration.event_id),
        "state": registration.state,
        "guests": registration.guests,
        "offer_ends_at": registration.offer_ends_at.isoformat() if registration.offer_ends_at else None,
        **({} if was is None else {"was": was}),
    }
    outbox.record(
        [
            NewChange(
                type="registration.changed",
                object_type="registration",
                object_id=registration.pk,
                topics=("user:me",),
                data=data,
                audience=Audience.USER,
                user_id=registration.user_id,
            )
        ]
    )


def event_of(setup: RegistrationSetup) -> Event:
    """The event of a setup, with its city."""
    return Event.objects.select_related("city").get(pk=setup.pk)
