"""What readers see of the ratings of one event or venue."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.problems import described
from events.api.asking import CURSOR, LIMITS
from events.api.base import PublicView, documented, event_in_path, place_in_path, read_id
from events.api.cursors import Listing
from events.api.parameters import read_query
from events.things import ThingKind, thing_of
from outbox.renderings.shown import show
from ratings import queries
from ratings.api.shared import AT, BASES, ID, found, require_on
from ratings.averages import ENOUGH
from ratings.models import Rating
from ratings.shown import said_of, sum_of

_SAID: Final = {
    "id": ID, "stars": 5, "text": "Three sets, and a good room for it.", "basis": "checked_in", "at": AT, "language": "en",
    "answer": "Thank you. See you in spring.",
}  # fmt: skip
_LIST: Final = {
    "results": [_SAID],
    "next": None,
    "has_more": False,
    "average": 4.3,
    "count": 27,
    "is_shrunk": False,
}
_NEWEST: Final = Listing("ratings", ("-updated_at", "-id"))


class RatingFacts(s.Serializer[Any]):
    """A rating as readers see it: without who gave it."""

    id = s.UUIDField()
    stars = s.IntegerField(help_text="1 to 5.")
    text = s.CharField(help_text="Plain text, '' for stars alone.")
    basis = s.ChoiceField(BASES, help_text="How it is known that somebody was there.")
    at = s.DateTimeField(help_text="When it was given, or changed last.")
    language = s.CharField(help_text="Of the page on which it was written (BCP 47).")
    answer = s.CharField(help_text="Of the team, '' where there is none.")


class RatingPage(s.Serializer[Any]):
    results = RatingFacts(many=True)
    next = s.URLField(allow_null=True)
    has_more = s.BooleanField()
    average = s.FloatField(allow_null=True, help_text="1 to 5; null where nobody rated it.")
    count = s.IntegerField(help_text="How many ratings the average has.")
    is_shrunk = s.BooleanField(help_text="True while few count: it is drawn toward the mean of the city.")


class _Ratings(PublicView):
    """What readers see of one thing."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Nowhere while the flag is off."""
        require_on()
        return super().dispatch(request, *args, **kwargs)

    def answer(self, request: Request, kind: ThingKind, pk: UUID) -> Response:
        """A page of them, the newest first."""
        values = read_query(request.query_params, (*LIMITS, CURSOR))
        thing = thing_of(found(kind, pk))
        show(thing.topic)
        total = sum_of(thing)
        return _NEWEST.page(
            request, values, queries.shown_of(thing), _told,
            average=round(total.average, 2) if total else None,
            count=total.count if total else 0,
            is_shrunk=total is None or total.weight < ENOUGH,
        )  # fmt: skip


class EventRatings(_Ratings):
    """Of an event."""

    @extend_schema(
        operation_id="event_ratings",
        summary="How an event was for those who came",
        parameters=[event_in_path(), *documented((*LIMITS, CURSOR))],
        responses=described({200: RatingPage}, 400, 404),
        examples=[OpenApiExample("ratings", value=_LIST, response_only=True)],
        tags=["ratings"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """Average, count and the ratings that moderators let pass, the newest first. Of this site alone, never of a provider."""
        return self.answer(request, ThingKind.EVENT, read_id(event_id, "event"))


class PlaceRatings(_Ratings):
    """Of a venue."""

    @extend_schema(
        operation_id="place_ratings",
        summary="How a venue is for those who were there",
        parameters=[place_in_path(), *documented((*LIMITS, CURSOR))],
        responses=described({200: RatingPage}, 400, 404),
        examples=[OpenApiExample("ratings", value=_LIST, response_only=True)],
        tags=["ratings"],
    )
    def get(self, request: Request, place_id: str) -> Response:
        """Average, count and the ratings that moderators let pass, the newest first."""
        return self.answer(request, ThingKind.PLACE, read_id(place_id, "place"))


def _told(row: Rating) -> dict[str, Any]:
    said = said_of(row)
    return {
        "id": str(said.id),
        "stars": said.stars,
        "text": said.text,
        "basis": row.basis,
        "at": said.at.isoformat(),
        "language": said.language,
        "answer": said.answer,
    }
