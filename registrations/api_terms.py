"""On which terms people register for an event, for those who ask through the API."""

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.problems import described
from events.api.base import PublicView, event_in_path, read_id
from events.api.events import Gone
from events.api.parameters import read_query
from events.queries import find_event
from registrations.exceptions import RegistrationRefused
from registrations.models import RegistrationSetup
from registrations.queries import room_of, setup_of
from registrations.services.registering import refuse_closed

_EXAMPLE = {
    "event": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4f",
    "is_open": True,
    "closed_because": None,
    "closes_at": "2026-12-12T14:30:00Z",
    "capacity": 40,
    "free": 3,
    "waiting": 0,
    "has_waitlist": True,
    "most_guests": 2,
    "questions": [{"id": "q1", "label": "Do you eat meat?", "required": True}],
}


class AskedQuestion(s.Serializer[Any]):
    """What those who register are asked."""

    id = s.CharField(help_text="The name of its answer in `answers`.")
    label = s.CharField(help_text="The question.")  # type: ignore[assignment]  # of the answer, no attribute
    required = s.BooleanField(help_text="Whether it must be answered.")  # type: ignore[assignment]


class RegistrationTerms(s.Serializer[Any]):
    """On which terms people register for an event, and how many places are left."""

    event = s.UUIDField(help_text="Id of the event.")
    is_open = s.BooleanField(help_text="Whether people can register, or wait, now.")
    closed_because = s.CharField(
        allow_null=True, help_text="Why they cannot, in the language of Accept-Language; null while they can."
    )
    closes_at = s.DateTimeField(help_text="When registration ends.")
    capacity = s.IntegerField(allow_null=True, help_text="All places; null for no bound.")
    free = s.IntegerField(allow_null=True, help_text="Places that nobody holds; null for no bound.")
    waiting = s.IntegerField(help_text="Registrations in the waitlist. Whoever comes stands behind them.")
    has_waitlist = s.BooleanField(help_text="Whether people can wait when it is full.")
    most_guests = s.IntegerField(help_text="Guests that one person may bring.")
    questions = AskedQuestion(many=True)


class EventRegistrationTerms(PublicView):
    """What one needs to know before one registers."""

    max_age: ClassVar[int] = 0

    @extend_schema(
        operation_id="registration_terms",
        summary="On which terms one registers for an event",
        description="The questions with the ids by which their answers are given, the places that are left, and whether registration is open. "
        "404 where nobody registers for the event here.",
        parameters=[event_in_path()],
        responses=described(
            {
                200: RegistrationTerms,
                301: OpenApiResponse(
                    description="It was merged: `Location` names the terms of the one that it became."
                ),
            },
            404,
            410,
        ),
        examples=[OpenApiExample("terms", value=_EXAMPLE, response_only=True, status_codes=["200"])],
        tags=["registrations"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The terms; 301 to those of the survivor of a merge, 410 for a removed event."""
        read_query(request.query_params, ())
        found = find_event(pk := read_id(event_id, "event"))
        if found is not None and found.gone is not None:
            raise Gone(found.gone)
        if found is not None and found.survivor is not None:
            path = f"/api/v1/events/{found.survivor.id}/registration/terms"
            told = {"id": str(found.survivor.id), "location": path}
            return Response(told, status=301, headers={"Location": path})
        setup = setup_of(pk) if found is not None else None
        if setup is None:
            raise NotFound(gettext("Nobody registers for this event here."))
        return Response(_told(setup))


def _told(setup: RegistrationSetup) -> dict[str, Any]:
    room, closed = room_of(setup), None
    try:
        refuse_closed(setup, setup.event, now=timezone.now())
    except RegistrationRefused as refused:
        closed = refused.detail
    return {
        "event": str(setup.pk),
        "is_open": closed is None,
        "closed_because": closed,
        "closes_at": (setup.closes_at or setup.event.start_at).isoformat(),
        "capacity": room.capacity,
        "free": room.free,
        "waiting": room.waiting,
        "has_waitlist": setup.has_waitlist,
        "most_guests": setup.most_guests,
        "questions": [
            {"id": one["id"], "label": one["label"], "required": bool(one.get("required"))}
            for one in setup.questions
        ],
    }
