"""What a person keeps, through the API: preferences, favourites, events for them, their calendar."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.person import person_of
from accounts.exceptions import InputRefused
from accounts.permissions import IsSignedIn
from accounts.problems import described
from events.api.base import event_in_path, read_id
from events.public import public_event
from events.queries import for_api
from events.serializers import PublicEvent
from personal import queries, services
from personal.exceptions import PersonalRefused
from personal.models import Preferences
from pipeline.taxonomy import SLUGS
from places.enums import CityState
from places.models import City

#: Events in one answer.
_MOST = 100


class PreferencesFacts(s.Serializer[Any]):
    """What a person wants to see; an empty field wants everything."""

    city = s.SlugRelatedField(
        slug_field="slug",
        queryset=City.objects.filter(state=CityState.ACTIVE),
        allow_null=True,
        required=False,
        help_text="Slug of a city.",
    )
    categories = s.ListField(
        child=s.ChoiceField(choices=SLUGS),
        required=False,
        max_length=30,
        help_text="One of these, or a keyword.",
    )
    keywords = s.ListField(
        child=s.CharField(max_length=60),
        required=False,
        max_length=20,
        help_text="Words of title, people or text.",
    )
    days = s.ListField(
        child=s.IntegerField(min_value=1, max_value=7),
        required=False,
        max_length=7,
        help_text="Weekdays on which it begins; 1 is Monday.",
    )
    price_max = s.DecimalField(
        max_digits=9, decimal_places=2, min_value=0, allow_null=True, required=False, coerce_to_string=False
    )
    free_only = s.BooleanField(required=False)
    languages = s.ListField(child=s.CharField(max_length=16), required=False, max_length=10)


class FavouriteWish(s.Serializer[Any]):
    """Events to save."""

    events = s.ListField(child=s.UUIDField(), min_length=1, max_length=200, help_text="Ids of events.")


class FavouriteFacts(s.Serializer[Any]):
    event = s.UUIDField(help_text="Id of the event; of the one that stayed, where it was merged.")
    title = s.CharField()
    at = s.DateTimeField(help_text="When it was saved.")


class FavouriteList(s.Serializer[Any]):
    results = FavouriteFacts(many=True)


class EventList(s.Serializer[Any]):
    results = PublicEvent(many=True)


class CalendarAddress(s.Serializer[Any]):
    address = s.URLField(help_text="Whoever has it can read the calendar. It is told once.")


_WANTS = {
    "city": "bengaluru",
    "categories": ["music"],
    "keywords": ["open mic"],
    "days": [5, 6],
    "price_max": 1500,
    "free_only": False,
    "languages": ["en", "kn"],
}
_SAVED = {
    "event": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "title": "Moonlit Jazz",
    "at": "2026-11-21T09:00:00Z",
}


class _OwnView(APIView):
    permission_classes = (IsSignedIn,)


class OwnPreferences(_OwnView):
    """One's preferences."""

    @extend_schema(
        operation_id="me_preferences",
        summary="One's preferences",
        responses=described({200: PreferencesFacts}, 401),
        examples=[OpenApiExample("preferences", value=_WANTS, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """Those that were set, else the defaults."""
        return Response(_told(queries.preferences_of(person_of(request))))

    @extend_schema(
        operation_id="me_preferences_change",
        summary="Change one's preferences",
        request=PreferencesFacts,
        responses=described({200: PreferencesFacts}, 400, 401),
        examples=[OpenApiExample("preferences", value=_WANTS)],
        tags=["personal"],
    )
    def patch(self, request: Request) -> Response:
        """Change the given fields, all or none."""
        asked = PreferencesFacts(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            return Response(_told(services.set_preferences(person_of(request), asked.validated_data)))
        except InputRefused as refused:
            raise ValidationError({refused.field: [refused.detail]}) from refused


class Favourites(_OwnView):
    """The events that one saved."""

    @extend_schema(
        operation_id="me_favourites",
        summary="Saved events",
        responses=described({200: FavouriteList}, 401),
        examples=[OpenApiExample("saved", value={"results": [_SAVED]}, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The newest first, at most 1,000."""
        rows = queries.favourites_of(person_of(request))
        told = [
            {
                "event": str(queries.event_of(row).pk),
                "title": queries.event_of(row).title,
                "at": row.at.isoformat(),
            }
            for row in rows
        ]
        return Response({"results": told})

    @extend_schema(
        operation_id="me_favourites_save",
        summary="Save events",
        request=FavouriteWish,
        responses=described({200: FavouriteList}, 400, 401, 409),
        examples=[
            OpenApiExample("save", value={"events": [_SAVED["event"]]}, request_only=True),
            OpenApiExample("saved", value={"results": [_SAVED]}, response_only=True),
        ],
        tags=["personal"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Save these, also those of a device at sign-in: what is saved already changes nothing. Answers all that is saved."""
        asked = FavouriteWish(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            services.save_events(person_of(request), asked.validated_data["events"])
        except PersonalRefused as refused:
            raise Conflict(refused.detail) from refused
        return self.get(request)


class FavouriteDetail(_OwnView):
    """One saved event."""

    @extend_schema(
        operation_id="me_favourite_remove",
        summary="Remove a saved event",
        parameters=[event_in_path()],
        responses=described({204: None}, 401),
        tags=["personal"],
    )
    def delete(self, request: Request, event_id: str) -> Response:
        """Not saved any more. Once more changes nothing."""
        services.unsave_event(person_of(request), read_id(event_id, "event"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ForMe(_OwnView):
    """Coming events by one's preferences."""

    @extend_schema(
        operation_id="me_events",
        summary="Events for me",
        parameters=[
            OpenApiParameter(
                "city", str, description="Slug of a city, in place of the preferred one.",
                examples=[OpenApiExample("example", value="bengaluru")],
            )
        ],
        responses=described({200: EventList}, 401),
        tags=["personal"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The soonest first, at most 100."""
        city = request.query_params.get("city", "")[:80]
        found = queries.for_person(person_of(request), now=timezone.now(), city=city)
        return Response({"results": [public_event(event) for event in for_api(found)[:_MOST]]})


class OwnCalendar(_OwnView):
    """The secret address of one's calendar."""

    @extend_schema(
        operation_id="me_calendar_renew",
        summary="A secret address for one's calendar",
        request=None,
        responses=described({201: CalendarAddress}, 400, 401),
        examples=[
            OpenApiExample("address", value={"address": "https://nocturne.example/me/secret/…/calendar.ics"}, response_only=True)
        ],
        tags=["personal"],
    )  # fmt: skip
    @once(blanked=frozenset({"address"}))
    def post(self, request: Request) -> Response:
        """Make it, or make another one: the one before opens nothing any more."""
        _refuse_body(request)
        secret = services.renew_calendar(person_of(request))
        return Response({"address": calendar_address(secret)}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="me_calendar_close",
        summary="Close one's calendar",
        responses=described({204: None}, 400, 401),
        tags=["personal"],
    )
    def delete(self, request: Request) -> Response:
        """The address opens nothing any more."""
        _refuse_body(request)
        services.close_calendar(person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def calendar_address(secret: str) -> str:
    """Where a calendar program reads a person's calendar."""
    return f"{settings.SITE_URL}/me/secret/{secret}/calendar.ics"


def _refuse_body(request: Request) -> None:
    """Raises ValidationError for a request that says more than its address."""
    if request.headers.get("Content-Length", "") not in ("", "0"):
        raise ValidationError({"body": [gettext("Send no body.")]})


def _told(row: Preferences) -> dict[str, Any]:
    return {
        "city": row.city.slug if row.city else None,
        "categories": row.categories,
        "keywords": row.keywords,
        "days": row.days,
        "price_max": None if row.price_max is None else float(row.price_max),
        "free_only": row.free_only,
        "languages": row.languages,
    }
