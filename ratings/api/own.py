"""One's own rating of one event or venue."""

from typing import Any, ClassVar, Final

from django.db import transaction
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.addresses import address_of
from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.etags import IF_MATCH, require_match
from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView, event_in_path, place_in_path, read_id
from events.models import Event
from events.things import Thing, ThingKind, lock, thing_of
from languages.reading import current_code
from places.models import Place
from ratings import queries, services
from ratings.api.shared import AT, BASES, ID, STATES, answered, found, refuse_many, require_on
from ratings.exceptions import RatingRefused
from ratings.models import LONGEST_TEXT, Rating
from ratings.records import Wish

_OWN: Final = {
    "id": ID, "stars": 4, "text": "Fine, but loud.", "basis": "registered", "state": "waiting", "created_at": AT, "updated_at": AT,
}  # fmt: skip


class OwnRatingFacts(s.Serializer[Any]):
    id = s.UUIDField()
    stars = s.IntegerField()
    text = s.CharField()
    basis = s.ChoiceField(BASES)
    state = s.ChoiceField(STATES, help_text="`waiting` for a moderator, who reads words before others do.")
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()


class RatingWish(JsonSerializer):
    """Stars, and a few words."""

    stars = s.IntegerField(min_value=1, max_value=5, help_text="1 to 5.")
    text = Text(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default="", help_text="Plain text."
    )


class _OwnRating(OwnView):
    """One's own rating of one thing."""

    scopes: ClassVar = {"GET": Scope.ME_READ, **dict.fromkeys(("PUT", "DELETE"), Scope.ME_WRITE)}

    def told(self, request: Request, row: Event | Place) -> Response:
        """The rating. Raises NotFound."""
        own = queries.own_of(thing_of(row), person_of(request))
        if own is None:
            raise NotFound(gettext("You did not rate it."))
        return answered(_told(own))

    def kept(self, request: Request, row: Event | Place) -> Response:
        """Rate it, or change one's rating."""
        asked = RatingWish(data=request.data)
        asked.is_valid(raise_exception=True)
        refuse_many(request)
        person, said = person_of(request), asked.validated_data
        wish = Wish(stars=said["stars"], text=said["text"], language=current_code())
        thing = thing_of(row)
        try:
            with transaction.atomic():
                is_new = _require_match(request, thing, person) is None
                rating = services.rate(row, wish, by=person, address=address_of(request._request))
        except RatingRefused as error:
            raise Conflict(error.detail) from error
        except InputRefused as error:
            raise ValidationError({error.field: [error.detail]}) from error
        return answered(_told(rating), status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def taken_back(self, request: Request, row: Event | Place) -> Response:
        """Delete it. Once more changes nothing."""
        with transaction.atomic():
            _require_match(request, thing_of(row), person_of(request))
            services.delete(row, by=person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own_schema(name: str, parameter: Any, of: str) -> dict[str, dict[str, Any]]:
    """The schema of the three methods."""
    shared = {"tags": ["ratings"]}
    told = [OpenApiExample("rating", value=_OWN, response_only=True)]
    return {
        "get": {
            **shared, "operation_id": f"{name}_rating", "summary": f"Your rating of {of}", "parameters": [parameter],
            "responses": described({200: OwnRatingFacts}, 401, 404), "examples": told,
        },
        "put": {
            **shared, "operation_id": f"{name}_rating_put", "summary": f"Rate {of}, or change your rating", "parameters": [parameter, IF_MATCH],
            "request": RatingWish, "responses": described({200: OwnRatingFacts, 201: OwnRatingFacts}, 400, 401, 404, 409, 412, 413, 415, 429),
            "examples": [OpenApiExample("rate", value={"stars": 4, "text": "Fine, but loud."}, request_only=True), *told],
        },
        "delete": {
            **shared, "operation_id": f"{name}_rating_delete", "summary": f"Delete your rating of {of}", "parameters": [parameter, IF_MATCH],
            "responses": described({204: None}, 401, 404, 412),
        },
    }  # fmt: skip


_OF_EVENT: Final = _own_schema("event", event_in_path(), "an event")
_OF_PLACE: Final = _own_schema("place", place_in_path(), "a venue")


class OwnEventRating(_OwnRating):
    """Of an event."""

    @extend_schema(**_OF_EVENT["get"])
    def get(self, request: Request, event_id: str) -> Response:
        """Stars, words, and whether readers see it; with an ETag."""
        return self.told(request, _own_event(event_id))

    @extend_schema(**_OF_EVENT["put"])
    def put(self, request: Request, event_id: str) -> Response:
        """When it is over, for a year. Stars alone count at once; words wait for a moderator, and the stars with them."""
        return self.kept(request, _own_event(event_id))

    @extend_schema(**_OF_EVENT["delete"])
    def delete(self, request: Request, event_id: str) -> Response:
        """It counts no more, and its words are gone. Once more changes nothing."""
        return self.taken_back(request, _own_event(event_id))


class OwnPlaceRating(_OwnRating):
    """Of a venue."""

    @extend_schema(**_OF_PLACE["get"])
    def get(self, request: Request, place_id: str) -> Response:
        """Stars, words, and whether readers see it; with an ETag."""
        return self.told(request, _own_place(place_id))

    @extend_schema(**_OF_PLACE["put"])
    def put(self, request: Request, place_id: str) -> Response:
        """Stars alone count at once; words wait for a moderator, and the stars with them."""
        return self.kept(request, _own_place(place_id))

    @extend_schema(**_OF_PLACE["delete"])
    def delete(self, request: Request, place_id: str) -> Response:
        """It counts no more, and its words are gone. Once more changes nothing."""
        return self.taken_back(request, _own_place(place_id))


def _own_event(event_id: str) -> Event | Place:
    require_on()
    return found(ThingKind.EVENT, read_id(event_id, "event"))


def _own_place(place_id: str) -> Event | Place:
    require_on()
    return found(ThingKind.PLACE, read_id(place_id, "place"))


def _require_match(request: Request, thing: Thing, person: User) -> Rating | None:
    """Lock what is rated. Raises Outdated where If-Match names another state of one's rating than it has."""
    lock(thing)
    own = queries.own_of(thing, person)
    require_match(request, _told(own) if own else {})
    return own


def _told(row: Rating) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "stars": row.stars,
        "text": row.text,
        "basis": row.basis,
        "state": row.state,
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
