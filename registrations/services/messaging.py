"""Messages of a team to those who come to its event, or wait: bounded in number, logged, and at first seen by a moderator."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now as clock
from django.utils.translation import gettext

import outbox.services as outbox
from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.rights import Actor, RightMissing, person_of
from events.enums import Publication
from events.models import Event
from events.queries.teams import manages
from outbox.enums import Audience
from outbox.records import NewChange
from registrations.enums import MailKind, MessageAudience, MessageState, RegistrationState
from registrations.exceptions import RegistrationRefused
from registrations.models import (
    ACTIVE,
    HOLDING,
    EventMessage,
    Registration,
    RegistrationMail,
    RegistrationSetup,
)
from registrations.records import Letter
from registrations.services.changing import locked, locked_setup
from registrations.signals import mail_recorded, message_waits

LONGEST_SUBJECT: Final = 120
LONGEST_TEXT: Final = 3_000
#: Mails that are queued at once; `tasks.send_waiting` queues the rest minute by minute.
_AT_ONCE: Final = 200
_STATES: Final = {
    MessageAudience.ALL: ACTIVE,
    MessageAudience.SEATS: HOLDING,
    MessageAudience.WAITLIST: (RegistrationState.WAITING.value,),
}


def checked_letter(letter: Letter) -> Letter:
    """The letter as plain text, for a preview. Raises InputRefused."""
    subject = user_input.line("subject", letter.subject, most=LONGEST_SUBJECT)
    if len(letter.text) > LONGEST_TEXT:
        raise InputRefused(
            "text", gettext("has at most %(most)s characters. Shorten it.") % {"most": LONGEST_TEXT}
        )
    lines = [user_input.line("text", line, most=LONGEST_TEXT) for line in letter.text.splitlines()]
    text = "\n".join(lines).strip()
    for name, said in (("subject", subject), ("text", text)):
        if not said:
            raise InputRefused(name, gettext("is empty. Write something."))
    return Letter(audience=letter.audience, subject=subject, text=text[:LONGEST_TEXT])


def receivers(event_id: UUID, audience: MessageAudience) -> QuerySet[Registration]:
    """Whom a message goes to: who said that they want none are left out."""
    return Registration.objects.filter(event=event_id, state__in=_STATES[audience], no_messages=False)


def messages_of(event_id: UUID) -> QuerySet[EventMessage]:
    """What was written to the people of an event, and of those that became one with it, the newest first."""
    return EventMessage.objects.filter(Q(event=event_id) | Q(event__merged_into=event_id))


def write_message(event_id: UUID, letter: Letter, *, by: Actor, now: datetime | None = None) -> EventMessage:
    """Send a message, or let it wait for a moderator: the first few of a team do.

    Owners and editors may, so many times a day for one event. Raises RightMissing, InputRefused, RegistrationRefused.
    """
    moment = now or clock()
    with transaction.atomic():
        event = Event.objects.filter(pk=event_id).first()
        if event is None or not manages(by, event):
            raise RightMissing(
                gettext("Only owners and editors of its organizer or venue may write to those who come.")
            )
        said = checked_letter(letter)
        locked_setup(event_id)
        _refuse_many(event_id, moment)
        if event.publication != Publication.APPROVED:
            raise RegistrationRefused(gettext("This event is not listed."))
        if not receivers(event_id, said.audience).exists():
            raise RegistrationRefused(gettext("Nobody would get this message."))
        message = EventMessage.objects.create(
            event=event, by=person_of(by), audience=said.audience.value, subject=said.subject, text=said.text,
            state=MessageState.WAITING.value, created_at=moment,
        )  # fmt: skip
        record_action(by, Action.MESSAGE_WRITTEN, target=target_of(event), after={"audience": said.audience})
        if _is_known(event):
            _send(message, at=event_id, now=moment)
        else:
            message_waits.send(sender=EventMessage, message_id=message.pk)
    return message


def release_message(message_id: UUID, *, now: datetime) -> int:
    """Send a message that a moderator let pass; returns to how many. Once more sends nothing. Checks no right itself.

    It goes to those who come when it is sent: where its event became one with another meanwhile, to all who come to that one.
    """
    with transaction.atomic():
        event_id = EventMessage.objects.values_list("event_id", flat=True).get(pk=message_id)
        at = _locked_where_it_stands(event_id)
        message = EventMessage.objects.select_for_update().get(pk=message_id)
        return _send(message, at=at, now=now) if message.state == MessageState.WAITING else 0


def _locked_where_it_stands(event_id: UUID) -> UUID:
    """The event with which this one is one, itself otherwise. Its setup is locked, so that nobody is moved meanwhile."""
    while True:
        event = Event.objects.only("pk", "merged_into_id").get(pk=event_id)
        at = event.merged_into_id or event.pk
        RegistrationSetup.objects.select_for_update().filter(pk=at).first()
        event.refresh_from_db(fields=["merged_into"])
        if (event.merged_into_id or event.pk) == at:
            return at


def refuse_message(message_id: UUID, *, now: datetime) -> None:
    """Keep a message from being sent. Checks no right itself."""
    EventMessage.objects.filter(pk=message_id, state=MessageState.WAITING).update(
        state=MessageState.REFUSED.value, decided_at=now
    )


def want_messages(registration_id: UUID, wants: bool, *, now: datetime | None = None) -> Registration:
    """Say whether one wants messages of the team about this event. Raises RegistrationRefused, Registration.DoesNotExist."""
    with transaction.atomic():
        _, registration = locked(registration_id)
        registration.no_messages, registration.updated_at = not wants, now or clock()
        registration.save(update_fields=["no_messages", "updated_at"])
    return registration


def _refuse_many(event_id: UUID, now: datetime) -> None:
    recent = messages_of(event_id).filter(created_at__gt=now - timedelta(days=1))
    if recent.count() >= settings.REGISTRATION_MESSAGES_A_DAY:
        raise RegistrationRefused(
            gettext("At most %(number)s messages go to the people of one event within a day. Write tomorrow.")
            % {"number": settings.REGISTRATION_MESSAGES_A_DAY}
        )


def _is_known(event: Event) -> bool:
    """Whether enough messages of the team were sent, and none was refused lately."""
    own = Q(event__organizer=event.organizer_id) if event.organizer_id else Q(event__place=event.place_id)
    states = EventMessage.objects.filter(own).exclude(state=MessageState.WAITING).order_by("-decided_at")
    last = list(states.values_list("state", flat=True)[: settings.REGISTRATION_MESSAGES_REVIEWED])
    return len(last) >= settings.REGISTRATION_MESSAGES_REVIEWED and MessageState.REFUSED not in last


def _send(message: EventMessage, *, at: UUID, now: datetime) -> int:
    """Record one mail for each receiver at an event, with the commit; a receiver never has two of one message."""
    people = list(receivers(at, MessageAudience(message.audience)).values_list("pk", "user"))
    mails = [
        RegistrationMail(registration_id=pk, kind=MailKind.MESSAGE.value, message=message, created_at=now)
        for pk, _ in people
    ]
    RegistrationMail.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1_000)
    message.state, message.decided_at, message.receivers = MessageState.SENT.value, now, len(mails)
    message.save(update_fields=["state", "decided_at", "receivers"])
    _announce(message, {user_id for _, user_id in people if user_id is not None}, at=at)
    first = [mail.pk for mail in mails[:_AT_ONCE]]
    transaction.on_commit(lambda: _queue(first), robust=True)
    return len(mails)


def _announce(message: EventMessage, users: Collection[UUID], *, at: UUID) -> None:
    """Tell the accounts among the receivers on their topic `user:me`."""
    outbox.record(
        NewChange(
            type="registration.message",
            object_type="message",
            object_id=message.pk,
            topics=("user:me",),
            data={"message": str(message.pk), "event": str(at), "subject": message.subject},
            audience=Audience.USER,
            user_id=user_id,
        )
        for user_id in users
    )


def _queue(mails: Iterable[UUID]) -> None:
    for mail_id in mails:
        mail_recorded.send(sender=RegistrationMail, mail_id=mail_id)
