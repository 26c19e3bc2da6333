"""A person registers, brings more or fewer guests, or cancels."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.crypto import address_hash
from accounts.exceptions import InputRefused
from accounts.models import fold_login
from accounts.rights import Actor, is_person
from events.enums import Happening, Publication
from events.models import Event
from registrations.enums import MailKind, RegistrationState
from registrations.exceptions import AlreadyRegistered, RegistrationRefused
from registrations.models import ACTIVE, Registration, RegistrationSetup
from registrations.queries import room_of
from registrations.records import Wish
from registrations.services.changes import told_of
from registrations.services.changing import event_of, locked, locked_setup, move, tell
from registrations.services.mailing import record_mail
from registrations.services.waitlist import fill

_LONGEST_NAME: Final = 100
_LONGEST_ANSWER: Final = 1_000


def register(
    event_id: UUID, wish: Wish, *, by: Actor | None = None, now: datetime | None = None
) -> Registration:
    """Register an address for an event, or put it on the waitlist.

    An address has one registration of an event; who cancelled or let an offer end may come again, behind all others.
    Raises InputRefused, RegistrationRefused, and AlreadyRegistered, after which its link is mailed again.
    """
    person = by if by is not None and is_person(by) else None
    taken: Registration | None = None
    with transaction.atomic():
        setup = locked_setup(event_id)
        moment = now or clock()  # after the lock, so that the waitlist is in the order of the locks
        event = event_of(setup)
        refuse_closed(setup, event, now=moment)
        values = {**_checked(wish, setup), **told_of(event)}
        held = Registration.objects.exclude(state=RegistrationState.MERGED)
        former = held.filter(event=event_id, address_hash=values["address_hash"]).first()
        if former is not None and former.state in ACTIVE:
            taken = former
            record_mail(former, MailKind.AGAIN, now=moment)
        else:
            registration = former or Registration(
                event_id=event_id, merged_from=setup.came_from, created_at=moment
            )
            for name, value in values.items():
                setattr(registration, name, value)
            registration.user = person or registration.user
            registration.queued_at, registration.checked_in_at = _end_of_line(event_id, moment), None
            _enter(setup, registration, now=moment)
    if taken is not None:
        raise AlreadyRegistered(
            gettext("This address is registered already. We have mailed its link once more.")
        )
    return registration


def _end_of_line(event_id: UUID, now: datetime) -> datetime:
    """Now, or just behind the last: clocks of several servers differ, and one that is set back lets nobody pass."""
    rows = Registration.objects.filter(event=event_id, state__in=ACTIVE).order_by("-queued_at")
    last = rows.values_list("queued_at", flat=True).first()
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _enter(setup: RegistrationSetup, registration: Registration, *, now: datetime) -> None:
    """Give seats, where there are some and nobody waits for them, else a place in the line."""
    room = room_of(setup)
    if room.free is None or (not room.waiting and room.free >= registration.seats):
        move(registration, RegistrationState.REGISTERED, now=now, mail=MailKind.CONFIRMED)
    elif setup.has_waitlist:
        move(registration, RegistrationState.WAITING, now=now, mail=MailKind.WAITING)
        fill(setup, now=now)
        registration.refresh_from_db()
    else:
        raise RegistrationRefused(gettext("All places are taken."))


def cancel(registration_id: UUID, *, now: datetime | None = None) -> Registration:
    """Give up seats, an offer or a place in the line; others are offered what is free. Once more changes nothing.

    The caller has the link, or the account. Raises RegistrationRefused, Registration.DoesNotExist.
    """
    with transaction.atomic():
        setup, registration = locked(registration_id)
        if registration.state in ACTIVE:
            moment = now or clock()
            move(registration, RegistrationState.CANCELLED, now=moment, mail=MailKind.CANCELLED)
            fill(setup, now=moment)
    return registration


def change_guests(registration_id: UUID, guests: int, *, now: datetime | None = None) -> Registration:
    """Bring more or fewer guests. More only while there are seats that nobody waits for.

    Raises InputRefused, RegistrationRefused, Registration.DoesNotExist.
    """
    with transaction.atomic():
        setup, registration = locked(registration_id)
        moment = now or clock()
        refuse_closed(setup, event_of(setup), now=moment)
        if registration.state not in ACTIVE:
            raise RegistrationRefused(gettext("You are not registered any more. Register again."))
        guests = _guests(guests, setup)
        more = guests - registration.guests
        if more > 0 and registration.state != RegistrationState.WAITING:
            room = room_of(setup)
            if room.free is not None and (room.waiting or room.free < more):
                raise RegistrationRefused(gettext("There are no more places for guests."))
        registration.guests, registration.updated_at = guests, moment
        registration.save(update_fields=["guests", "updated_at"])
        tell(registration)
        if more < 0:
            fill(setup, now=moment)
    return registration


def refuse_closed(setup: RegistrationSetup, event: Event, *, now: datetime) -> None:
    """Raise RegistrationRefused unless people can register now."""
    if event.publication != Publication.APPROVED:
        raise RegistrationRefused(gettext("This event is not listed."))
    if event.happening in (Happening.CANCELLED, Happening.POSTPONED):
        raise RegistrationRefused(gettext("This event does not take place as planned; nobody can register."))
    if not setup.is_open:
        raise RegistrationRefused(gettext("Registration is closed."))
    if (setup.closes_at or event.start_at) <= now:
        raise RegistrationRefused(gettext("Registration has ended."))


def _checked(wish: Wish, setup: RegistrationSetup) -> dict[str, Any]:
    """The columns of a wish. Raises InputRefused."""
    address = fold_login(wish.address.strip())
    try:
        validate_email(address)
    except ValidationError:
        raise InputRefused(
            "email", gettext("is no mail address. Write one such as name@example.org.")
        ) from None
    name = user_input.line("name", wish.name, most=_LONGEST_NAME)
    if not name:
        raise InputRefused("name", gettext("is empty. Write the name that you are called by."))
    return {
        "name": name,
        "address": address,
        "address_hash": address_hash(address),
        "language": wish.language,
        "guests": _guests(wish.guests, setup),
        "answers": json.dumps(_answers(wish.answers, setup), ensure_ascii=False),
    }


def _guests(guests: int, setup: RegistrationSetup) -> int:
    if not 0 <= guests <= setup.most_guests:
        raise InputRefused(
            "guests", gettext("are at most %(number)s. Choose fewer.") % {"number": setup.most_guests}
        )
    return guests


def _answers(given: Mapping[str, str], setup: RegistrationSetup) -> dict[str, str]:
    known = {question["id"]: question for question in setup.questions}
    if unknown := sorted(given.keys() - known.keys()):
        raise InputRefused(
            "answers", gettext("name no question “%(id)s”. Leave it out.") % {"id": unknown[0][:40]}
        )
    said = {
        key: user_input.line(question["label"], given.get(key, ""), most=_LONGEST_ANSWER)
        for key, question in known.items()
    }
    for key, question in known.items():
        if question.get("required") and not said[key]:
            raise InputRefused(
                "answers", gettext("lack one to “%(question)s”. Write it.") % {"question": question["label"]}
            )
    return {key: answer for key, answer in said.items() if answer}
