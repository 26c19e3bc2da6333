"""What teams do with their events through the API. Reading is that of `events.api`."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.timezone import now as clock
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict, Outdated
from accounts.api.etags import IF_MATCH, require_version
from accounts.api.once import once
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import event_etag, event_in_path, read_id
from events.api.events import EventDetail, EventList
from events.exceptions import BadValue, ChangedMeanwhile, EventError
from events.models import Event, Organizer
from events.public import public_event
from events.queries import for_api
from events.queries.teams import manages, role_of
from events.serializers import PublicEvent
from events.services import withdraw_own
from flags.models import Flag
from flags.services import is_on
from organizers.api_fields import EventChange, EventDraft
from organizers.api_terms import open_dates
from organizers.series import dates_of, edit_series
from organizers.writing import note_told
from places.models import SPEAKING
from sources.api.receiving import SUBMITTED, accept, idempotency_key
from sources.serializers import Submitted

_READING: Final = ("GET", "HEAD", "OPTIONS")
_CHANGE: Final = {
    "start": "2026-12-12T21:00",
    "description": "Doors an hour earlier.",
    "price_type": "paid",
    "price_min": "300.00",
    "currency": "INR",
}
_DRAFT: Final = {
    "organizer_id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "title": "Late Trio",
    "start": "2026-12-12T20:00",
    "city": "bengaluru",
    "venue": "The Blue Room",
    "price": "Rs 499",
    "registration_required": True,
    "capacity": 40,
    "most_guests": 2,
    "questions": [{"label": "Do you eat meat?", "required": True}],
}


class _Written(APIView):
    """A public view that people with an account also write by."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """None to read, so that answers may be kept for everybody."""
        return [] if self._reads() else [kind() for kind in APIView.authentication_classes]

    def get_permissions(self) -> list[Any]:
        """Everybody reads."""
        return [] if self._reads() else [IsSignedIn()]

    def _reads(self) -> bool:
        return self.request is None or self.request.method in _READING


class EventsOwn(_Written, EventList):
    """The list, and new events of organizers."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_create",
        summary="Tell of an event of one's organizer",
        description="It goes the way of all events: a worker reads it, and a moderator looks at what is doubtful. `follow_url` says what becomes of it. "
        "With `registration_required` people register here, on the terms that are given with it, as soon as the event is there.",
        request=EventDraft,
        responses=described({202: Submitted, 200: Submitted}, 400, 401, 403, 404, 413, 415, 422),
        examples=[
            OpenApiExample("event", value=_DRAFT, request_only=True),
            OpenApiExample("accepted", value=SUBMITTED, response_only=True, status_codes=["202"]),
        ],
        tags=["events"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Tell of a new event, as owner or editor of its organizer."""
        if not is_on(Flag.SUBMISSIONS):
            raise Http404
        person, asked = person_of(request), EventDraft(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = dict(asked.validated_data)
        organizer = _own_organizer(person, fields.pop("organizer_id"))
        key = idempotency_key(request)
        answer = accept(
            {**fields, "organizer": organizer.name}, key=f"{person.pk} {key}" if key else "", by=person
        )
        said = {**asked.told, "organizer": str(organizer.pk)}
        note_told(UUID(answer.data["run"]), said, organizer_id=organizer.pk, by=person)
        return answer


class EventOwn(_Written, EventDetail):
    """One event, and its changes by the team of its organizer or venue."""

    scopes: ClassVar = {"PATCH": Scope.EVENTS_WRITE, "DELETE": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_change",
        summary="Change an event of one's organizer or venue",
        description="Its sources do not overwrite what a team said. What a moderator set stays. `registration_required` opens or closes registration, whose "
        "terms are given with it or alone; `capacity` counts its places. Nobody who has a place loses it. With `scope` the terms are for each of those dates; "
        "`registration_closes` is that of this one, and the others close as long before they begin.",
        parameters=[event_in_path(), IF_MATCH],
        request=EventChange,
        responses=described({200: PublicEvent}, 400, 401, 403, 404, 409, 412, 413, 415),
        examples=[OpenApiExample("change", value=_CHANGE, request_only=True)],
        tags=["events"],
    )
    def patch(self, request: Request, event_id: str) -> Response:
        """Change the given fields, all or none, also of other dates of its series."""
        pk, person, asked = read_id(event_id, "event"), person_of(request), EventChange(data=request.data)
        asked.is_valid(raise_exception=True)
        held = Event.objects.filter(pk=pk).first()
        # who is in no team learns from no error what the event is; `edit_series` refuses them
        is_theirs = held is not None and manages(person, held)
        columns = asked.columns(held) if held is not None and is_theirs else {}
        moment = clock()
        meant = dates_of(held, asked.dates, by=person, now=moment) if held is not None and is_theirs else []
        try:
            with transaction.atomic():
                edit_series(
                    pk,
                    columns,
                    by=person,
                    scope=asked.dates,
                    venue=asked.new_venue,
                    version=require_version(request),
                    now=moment,
                )
                open_dates(pk, [date.pk for date in meant], asked.validated_data, by=person, now=moment)
        except ChangedMeanwhile as changed:
            raise Outdated from changed
        except BadValue as bad:
            raise ValidationError(bad.detail) from bad
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        told = public_event(for_api(Event.objects.filter(pk=pk)).get())
        return Response(told, headers={"ETag": event_etag(told)})

    @extend_schema(
        operation_id="event_withdraw",
        summary="Take an event of one's organizer or venue off the site",
        parameters=[event_in_path(), IF_MATCH],
        responses=described(
            {
                204: OpenApiResponse(
                    description="It is gone; its address says that its organizer withdrew it."
                )
            },
            401,
            403,
            404,
            409,
            412,
        ),
        tags=["events"],
    )
    def delete(self, request: Request, event_id: str) -> Response:
        """Withdraw an event. One that does not take place is better cancelled: PATCH `happening`."""
        try:
            withdraw_own(read_id(event_id, "event"), by=person_of(request), version=require_version(request))
        except ChangedMeanwhile as changed:
            raise Outdated from changed
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own_organizer(person: User, organizer_id: UUID) -> Organizer:
    """The organizer, where the person speaks for it. Raises PermissionDenied, also where there is none."""
    merged_into = Organizer.objects.filter(pk=organizer_id).values_list("merged_into", flat=True).first()
    organizer_id = merged_into or organizer_id
    if role_of(person, organizer_id) not in SPEAKING:
        raise PermissionDenied(gettext("You are in no team of this organizer, or only help."))
    return Organizer.objects.get(pk=organizer_id)
