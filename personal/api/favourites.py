"""The events that a person saved."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView, event_in_path, read_id
from personal import queries, services
from personal.exceptions import PersonalRefused


class FavouriteWish(JsonSerializer):
    """Events to save."""

    events = s.ListField(child=s.UUIDField(), min_length=1, max_length=200, help_text="Ids of events.")


class FavouriteFacts(s.Serializer[Any]):
    event = s.UUIDField(help_text="Id of the event; of the one that stayed, where it was merged.")
    title = s.CharField()
    at = s.DateTimeField(help_text="When it was saved.")


class FavouriteList(s.Serializer[Any]):
    results = FavouriteFacts(many=True)


_SAVED = {
    "event": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "title": "Moonlit Jazz",
    "at": "2026-11-21T09:00:00Z",
}


class Favourites(OwnView):
    """The events that one saved."""

    @extend_schema(
        operation_id="me_favourites",
        summary="Saved events",
        responses=described({200: FavouriteList}, 401),
        examples=[OpenApiExample("saved", value={"results": [_SAVED]}, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The newest first, at most 1,000, each once."""
        told: dict[str, dict[str, str]] = {}
        for row in queries.favourites_of(person_of(request)):
            event = queries.event_of(row)
            said = {"event": str(event.pk), "title": event.title, "at": row.at.isoformat()}
            told.setdefault(said["event"], said)
        return Response({"results": list(told.values())})

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


class FavouriteDetail(OwnView):
    """One saved event."""

    @extend_schema(
        operation_id="me_favourite_remove",
        summary="Remove a saved event",
        parameters=[event_in_path()],
        responses=described({204: None}, 401, 404),
        tags=["personal"],
    )
    def delete(self, request: Request, event_id: str) -> Response:
        """Not saved any more. Once more changes nothing."""
        services.unsave_event(person_of(request), read_id(event_id, "event"))
        return Response(status=status.HTTP_204_NO_CONTENT)
