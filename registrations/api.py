"""Registrations through the API."""

from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.limits import EVENT_REGISTRATIONS, take
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.rights import is_person
from accounts.signed_in import person_of
from events.api.base import event_in_path, read_id
from languages.reading import current_code
from registrations import services
from registrations.exceptions import RegistrationError
from registrations.models import ACTIVE, Registration
from registrations.queries import own, place_in_line
from registrations.records import Wish

_EXAMPLE = {
    "id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "event": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4f",
    "state": "waiting",
    "guests": 1,
    "position": 3,
    "offer_ends_at": None,
    "created_at": "2026-11-21T09:00:00Z",
}


class RegistrationRequest(JsonSerializer):
    """Who comes. Signed in, name and address are those of the account where they are left out."""

    name = Text(
        max_length=100, required=False, allow_blank=True, help_text="The name that you are called by."
    )
    email = s.EmailField(max_length=254, required=False, help_text="Where the mails about it go.")
    guests = s.IntegerField(
        min_value=0, max_value=20, default=0, help_text="How many people you bring along."
    )
    answers = s.DictField(
        child=Text(max_length=1000, allow_blank=True),
        required=False,
        help_text="Answers to the questions of the event, by their ids in `/registration/terms`.",
    )
    language = s.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Of the mails; by default that of Accept-Language.",
    )


class RegistrationAnswer(s.Serializer[Any]):
    """A registration as its person sees it."""

    id = s.UUIDField()
    event = s.UUIDField(help_text="Id of the event.")
    state = s.CharField(help_text="registered, waiting, offered, cancelled, expired")
    guests = s.IntegerField()
    position = s.IntegerField(allow_null=True, help_text="Place in the waitlist; 1 is the next.")
    offer_ends_at = s.DateTimeField(allow_null=True, help_text="Take the offered place before.")
    created_at = s.DateTimeField()


class RegistrationList(s.Serializer[Any]):
    results = RegistrationAnswer(many=True)


def _told(row: Registration) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "event": str(row.event_id),
        "state": row.state,
        "guests": row.guests,
        "position": place_in_line(row),
        "offer_ends_at": row.offer_ends_at.isoformat() if row.offer_ends_at else None,
        "created_at": row.created_at.isoformat(),
    }


class EventRegistration(APIView):
    """The registration of one event. Anyone may register; to read and to cancel it one signs in."""

    scopes: ClassVar = {"GET": Scope.ME_READ, "POST": Scope.REGISTRATIONS, "DELETE": Scope.REGISTRATIONS}

    def get_permissions(self) -> list[Any]:
        return [] if self.request.method == "POST" else [IsSignedIn()]

    @extend_schema(
        operation_id="registration_create",
        summary="Register for an event",
        auth=[{"token": []}, {}],  # type: ignore[list-item]  # anyone may; signed in it is one's own
        parameters=[event_in_path()],
        request=RegistrationRequest,
        responses=described({201: RegistrationAnswer}, 400, 404, 409, 429),
        examples=[
            OpenApiExample(
                "register",
                value={
                    "name": "Vera",
                    "email": "vera@example.org",
                    "guests": 1,
                    "answers": {"q1": "No meat, please."},
                },
                request_only=True,
            ),
            OpenApiExample("registered", value=_EXAMPLE, response_only=True),
        ],
        tags=["registrations"],
    )
    @once
    def post(self, request: Request, event_id: str) -> Response:
        """Take a place, or one in the waitlist. A mail with a link for changes follows; an address registers once.

        `GET /api/v1/events/{event_id}/registration/terms` tells the questions, and whether there are places.
        """
        wanted = read_id(event_id, "event")
        asked = RegistrationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        taken = take(EVENT_REGISTRATIONS, request._request)
        if not taken.allowed:
            raise Throttled(wait=taken.reset)
        person = request.user if is_person(request.user) else None
        said = asked.validated_data
        address = said.get("email") or (person.email if person else "")
        if not address:
            raise ValidationError({"email": [gettext("Say which address the mails shall go to.")]})
        wish = Wish(
            name=said.get("name") or (person.name if person else ""),
            address=address,
            guests=said["guests"],
            answers=said.get("answers", {}),
            language=said.get("language") or current_code(),
        )
        is_own = person is not None and address.casefold() == person.email.casefold()
        try:
            row = services.register(wanted, wish, by=person if is_own else None)
        except InputRefused as refused:
            raise ValidationError({refused.field: [refused.detail]}) from refused
        except RegistrationError as refused:
            raise Conflict(refused.detail) from refused
        return Response(_told(row), status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="registration",
        summary="One's own registration of an event",
        parameters=[event_in_path()],
        responses=described({200: RegistrationAnswer}, 401, 404),
        examples=[OpenApiExample("registered", value=_EXAMPLE, response_only=True)],
        tags=["registrations"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The state, and the place in the waitlist."""
        return Response(_told(_own(person_of(request), event_id)))

    @extend_schema(
        operation_id="registration_cancel",
        summary="Cancel one's registration",
        parameters=[event_in_path()],
        responses=described({204: None}, 401, 404),
        tags=["registrations"],
    )
    def delete(self, request: Request, event_id: str) -> Response:
        """Give the place up; the next in the waitlist is offered it. Once more changes nothing."""
        services.cancel(_own(person_of(request), event_id).pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class OwnRegistrations(APIView):
    """All registrations of one's account."""

    scopes: ClassVar = {"GET": Scope.ME_READ}
    permission_classes = (IsSignedIn,)

    @extend_schema(
        operation_id="me_registrations",
        summary="One's own registrations",
        responses=described({200: RegistrationList}, 401),
        examples=[OpenApiExample("registrations", value={"results": [_EXAMPLE]}, response_only=True)],
        tags=["registrations"],
    )
    def get(self, request: Request) -> Response:
        """Those that stand, the next event first; at most 200."""
        rows = own(person_of(request)).filter(state__in=ACTIVE)[:200]
        return Response({"results": [_told(row) for row in rows]})


def _own(person: User, event_id: str) -> Registration:
    found = own(person).filter(event=read_id(event_id, "event")).first()
    if found is None:
        raise NotFound(gettext("You have no registration of this event."))
    return found
