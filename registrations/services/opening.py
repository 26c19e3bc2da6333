"""A team says on which terms people register for its event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.rights import Actor
from events.models import Event
from events.services import edit_own
from events.services.own_events import require_team
from registrations.links import register_path
from registrations.models import RegistrationSetup
from registrations.records import Terms
from registrations.services.waitlist import fill

MOST_SEATS: Final = 100_000
MOST_GUESTS: Final = 20
MOST_QUESTIONS: Final = 10


def set_terms(event_id: UUID, terms: Terms, *, by: Actor, now: datetime | None = None) -> RegistrationSetup:
    """Set the terms, and lead the readers of the event's page to the registration.

    Nobody loses a place: with fewer seats than are held, the next ones are given when enough became free. With more seats, those
    who wait get offers. Raises RightMissing, InputRefused, and what `edit_own` raises.
    """
    event = require_team(Event.objects.filter(pk=event_id).first(), by=by)
    values, moment = _checked(terms), now or clock()
    with transaction.atomic():
        setup, is_new = RegistrationSetup.objects.select_for_update().get_or_create(
            event=event, defaults={**values, "updated_at": moment}
        )
        before = {} if is_new else {name: getattr(setup, name) for name in values}
        for name, value in values.items():
            setattr(setup, name, value)
        setup.came_from, setup.updated_at = None, moment
        setup.save()
        record_action(
            by,
            Action.REGISTRATION_OPENED,
            target=target_of(event),
            before=_told(before) if before else None,
            after=_told(values),
        )
        fill(setup, now=moment)
        leads: dict[str, Any] = {"registration_required": terms.is_open}
        if terms.is_open or not event.ticket_url:  # whoever closes it may have named where tickets are sold
            leads["ticket_url"] = f"{settings.SITE_URL}{register_path(event_id)}"
        edit_own(event_id, leads, by=by, now=moment)
    return setup


def keep_ids(
    asked: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]]
) -> tuple[Mapping[str, object], ...]:
    """The questions with their ids; one whose label was asked before keeps its id, so that its answers stay with it."""
    known = {one["label"]: one["id"] for one in before}
    taken = {*known.values()}
    free = (f"q{number}" for number in range(1, 100) if f"q{number}" not in taken)
    return tuple({**one, "id": known.pop(one["label"], None) or next(free)} for one in asked)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: values[name].isoformat() if isinstance(values[name], datetime) else values[name]
        for name in ("is_open", "capacity", "most_guests", "has_waitlist", "closes_at")
    }


def _checked(terms: Terms) -> dict[str, Any]:
    if terms.capacity is not None and not 1 <= terms.capacity <= MOST_SEATS:
        raise InputRefused("capacity", gettext("is between 1 and %(most)s.") % {"most": MOST_SEATS})
    if not 0 <= terms.most_guests <= MOST_GUESTS:
        raise InputRefused(
            "guests", gettext("are at most %(number)s. Choose fewer.") % {"number": MOST_GUESTS}
        )
    if len(terms.questions) > MOST_QUESTIONS:
        raise InputRefused(
            "questions", gettext("are at most %(number)s. Leave some out.") % {"number": MOST_QUESTIONS}
        )
    questions = []
    for number, question in enumerate(terms.questions):
        label = user_input.line("question", str(question.get("label", "")), most=200)
        if label:
            questions.append(
                {
                    "id": str(question.get("id") or f"q{number + 1}")[:20],
                    "label": label,
                    "required": bool(question.get("required")),
                }
            )
    return {
        "is_open": terms.is_open,
        "capacity": terms.capacity,
        "most_guests": terms.most_guests,
        "has_waitlist": terms.has_waitlist,
        "closes_at": terms.closes_at,
        "questions": questions,
    }
