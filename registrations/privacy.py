"""What registrations keep about a person."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from accounts.privacy.person import Person
from accounts.privacy.registry import Part, Retention, Rows
from audit.records import Subject
from audit.services import forget_person
from registrations.models import ACTIVE, EventMessage, Registration, RegistrationMail
from registrations.services import cancel
from registrations.services.forgetting import KEPT


def export(person: Person) -> Rows:
    """Registrations with their answers, and which mails were sent about them."""
    mine = _registrations(person)
    messages = EventMessage.objects.filter(by_id=person.id).order_by("created_at")
    mails = RegistrationMail.objects.filter(registration__in=mine).order_by("created_at")
    return {
        "registrations": [
            {
                "event": str(each.event_id), "title": each.event.title, "state": each.state, "name": each.name, "address": each.address,
                "guests": each.guests, "answers": json.loads(each.answers or "{}"), "language": each.language,
                "checked_in_at": each.checked_in_at, "created_at": each.created_at,
            }
            for each in mine.select_related("event")
        ],
        "messages_to_guests": list(messages.values("event_id", "audience", "subject", "text", "created_at")),
        "registration_mails": list(mails.values("kind", "created_at", "sent_at")),
    }  # fmt: skip


def erase(person: Person) -> int:
    """Cancel what is to come, so that somebody else gets the place, and delete the registrations with their mails."""
    count = EventMessage.objects.filter(by_id=person.id).update(by=None)
    for registration in _registrations(person):
        if registration.state in ACTIVE:
            cancel(registration.pk)
        forget_person(Subject(Registration._meta.label_lower, str(registration.pk)))
        count += Registration.objects.filter(pk=registration.pk).delete()[0]
    return count


def marks(person: Person) -> Iterator[str]:
    """Ids, hashes and codes of registrations."""
    for registration in _registrations(person):
        yield from (str(registration.pk), registration.address_hash, registration.code)


def _registrations(person: Person) -> QuerySet[Registration]:
    return Registration.objects.filter(Q(user_id=person.id) | Q(address_hash__in=person.hashes)).order_by(
        "pk"
    )


def _kept() -> timedelta:
    return KEPT


PART = Part(
    name=_("registrations"),
    holds=_(
        "for which events you registered or wait, with your name, address (encrypted, beside a keyed hash), guests, answers, whether you came "
        "and whether you want messages; what you wrote to those who come to events of your team"
    ),
    purpose=_("to keep your place, to tell you about it, and to let you in"),
    models=frozenset(
        {"registrations.Registration", "registrations.RegistrationMail", "registrations.EventMessage"}
    ),
    export=export,
    erase=erase,
    marks=marks,
    retention=(
        Retention(
            what=_("registrations after the end of the event"),
            period=_kept,
            task="registrations.tasks.forget_registrations",
        ),
    ),
)  # fmt: skip
