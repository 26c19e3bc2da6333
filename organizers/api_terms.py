"""Registration in requests that write events: whether people register here, and on which terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError

from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.rights import Actor
from events.models import Event
from events.serializers.strict import StrictSerializer
from organizers.times import closes_for
from registrations.models import RegistrationSetup
from registrations.queries import setup_of
from registrations.records import Terms
from registrations.services import set_terms
from registrations.services.opening import MOST_GUESTS, MOST_QUESTIONS, MOST_SEATS, keep_ids

#: Names that only mean something where people register here.
_ONLY_HERE: Final = ("most_guests", "has_waitlist", "questions", "registration_closes")
_TERMS: Final = {
    "registration_required": "is_open",
    "capacity": "capacity",
    "most_guests": "most_guests",
    "has_waitlist": "has_waitlist",
    "registration_closes": "closes_at",
}


class Question(StrictSerializer):
    """What those who register are asked."""

    label = Text(max_length=200, help_text="The question.")  # type: ignore[assignment]  # of the body, no attribute
    required = s.BooleanField(  # type: ignore[assignment]
        default=False, help_text="Whether it must be answered."
    )


class TermsFields(StrictSerializer):
    """The fields about registration. What is left out stays as it is; of a new registration it has the value of the form's."""

    registration_required = s.BooleanField(
        required=False, help_text="Whether people register here: true opens registration, false closes it."
    )
    most_guests = s.IntegerField(
        min_value=0,
        max_value=MOST_GUESTS,
        required=False,
        help_text="Guests that one person may bring; 0 at first.",
    )
    has_waitlist = s.BooleanField(
        required=False, help_text="Whether people can wait when it is full; true at first."
    )
    questions = s.ListField(
        child=Question(),
        max_length=MOST_QUESTIONS,
        required=False,
        help_text="In place of those that were asked before. A question with the same label keeps its answers.",
    )
    registration_closes = s.DateTimeField(
        required=False, allow_null=True, help_text="When registration ends; by default when it begins."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Tickets elsewhere, or registration here."""
        if attrs.get("registration_required") and attrs.get("ticket_url"):
            raise s.ValidationError(
                {"ticket_url": [gettext("Tickets are sold there, or people register here: choose one.")]}
            )
        if attrs.get("registration_required") and (attrs.get("capacity") or 0) > MOST_SEATS:
            words = gettext("is between 1 and %(most)s.") % {"most": MOST_SEATS}
            raise s.ValidationError({"capacity": [words]})
        found: dict[str, Any] = super().validate(attrs)
        return found


def says_terms(said: Mapping[str, Any]) -> bool:
    """Whether a valid request is about registration."""
    return any(name in said for name in ("registration_required", *_ONLY_HERE))


def refuse_unopened(said: Mapping[str, Any]) -> None:
    """Raise ValidationError where terms are said of a registration that nobody opens."""
    unopened = next((name for name in _ONLY_HERE if name in said), None)
    if unopened and not said.get("registration_required"):
        words = gettext("People do not register here. Say registration_required: true with it.")
        raise ValidationError({unopened: [words]})


def form_words(said: Mapping[str, Any]) -> dict[str, Any]:
    """The terms of a new registration in the words of the form (`organizers.writing_form`)."""
    terms = terms_of(said)
    return {
        "register": True,
        "capacity": terms.capacity,
        "most_guests": terms.most_guests,
        "has_waitlist": terms.has_waitlist,
        "questions": "\n".join(f"{one['label']}{' *' if one['required'] else ''}" for one in terms.questions),
        "closes_at": terms.closes_at.isoformat() if terms.closes_at else "",
    }


def open_dates(
    first_id: UUID, date_ids: Sequence[UUID], said: Mapping[str, Any], *, by: Actor, now: datetime
) -> None:
    """Set what a valid request says for each of the dates of a series, of which `first_id` is the one that was named.

    Raises what `open_as_said` raises.
    """
    starts = dict(Event.objects.filter(pk__in=[first_id, *date_ids]).values_list("pk", "start_at"))
    closes = said.get("registration_closes")
    for pk in date_ids:
        own = (
            {**said, "registration_closes": closes_for(closes, starts[first_id], starts[pk])}
            if closes
            else said
        )
        open_as_said(pk, own, by=by, now=now)


def open_as_said(event_id: UUID, said: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the terms of registration that a valid request says; `capacity` counts where people register here.

    Raises ValidationError, and what `set_terms` raises.
    """
    setup = setup_of(event_id)
    if setup is None and not said.get("registration_required"):
        refuse_unopened(said)
        return
    if not says_terms(said) and "capacity" not in said:
        return
    try:
        set_terms(event_id, terms_of(said, setup), by=by, now=now)
    except InputRefused as refused:
        raise ValidationError({refused.field: [refused.detail]}) from refused


def terms_of(said: Mapping[str, Any], setup: RegistrationSetup | None = None) -> Terms:
    """The terms that a request says; what it leaves out is that of `setup`, or of the form."""
    terms = Terms() if setup is None else Terms(
        is_open=setup.is_open, capacity=setup.capacity, most_guests=setup.most_guests, has_waitlist=setup.has_waitlist,
        closes_at=setup.closes_at, questions=tuple(setup.questions),
    )  # fmt: skip
    changed = {name: said[key] for key, name in _TERMS.items() if key in said}
    if "questions" in said:
        changed["questions"] = keep_ids(said["questions"], terms.questions)
    return replace(terms, **changed)
