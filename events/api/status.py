"""The current state of a place, and visitor reports."""

from datetime import datetime
from typing import Any, ClassVar, Final

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.limits import caller_of
from events.api.base import BY_ANYBODY, OpenToAll, described, place_in_path
from events.api.parameters import read_query
from events.api.places import find_place, moved
from places import services
from places.enums import Crowd, Openness, PlaceState, StatusSource
from places.exceptions import PlaceClosed, ReportEmpty, ReportTooSoon, SpecialNotKnown
from places.models import Place
from places.queries import place_now
from places.visitor_reports import SPECIALS, VisitorReport

#: From where the state of a place is known, as the schema names them.
SOURCES: Final = tuple(word.value for word in StatusSource)


class PlaceEvidence(s.Serializer):
    """One answer of one source; the other answers are empty."""

    source = s.ChoiceField(SOURCES)  # type: ignore[assignment]  # a field, not the serializer's own
    openness = s.ChoiceField([word.value for word in Openness])
    crowd = s.ChoiceField([word.value for word in Crowd])
    waiting_minutes = s.IntegerField(allow_null=True)
    special = s.CharField()
    confidence = s.FloatField()
    observed_at = s.DateTimeField()
    valid_until = s.DateTimeField()
    basis = s.CharField(help_text="In a few words for readers, such as `3 visitors`.")


class PlaceAnswer(s.Serializer):
    """The evidence of one answer. `age_seconds` is computed for each request."""

    source = s.ChoiceField(SOURCES)  # type: ignore[assignment]  # a field, not the serializer's own source
    confidence = s.FloatField()
    observed_at = s.DateTimeField()
    valid_until = s.DateTimeField()
    basis = s.CharField(help_text="In a few words for readers, such as `3 visitors`.")
    age_seconds = s.IntegerField()


class PlaceAnswers(s.Serializer):
    """The evidence by answer; null where the answer is unknown."""

    openness = PlaceAnswer(allow_null=True)
    crowd = PlaceAnswer(allow_null=True)
    waiting_minutes = PlaceAnswer(allow_null=True)
    special = PlaceAnswer(allow_null=True)


_SAYS_SOMETHING: Final = {"not": {"const": "unknown"}}


class PlaceTold(JsonSerializer):
    """A report from a place; at least one of the four answers. `unknown` counts as no answer."""

    rules: ClassVar = {
        "anyOf": [
            {"required": ["openness"], "properties": {"openness": _SAYS_SOMETHING}},
            {"required": ["crowd"], "properties": {"crowd": _SAYS_SOMETHING}},
            {"required": ["waiting_minutes"]},
            {"required": ["special"]},
        ]
    }
    openness = s.ChoiceField([word.value for word in Openness], required=False)
    crowd = s.ChoiceField([word.value for word in Crowd], required=False)
    waiting_minutes = s.IntegerField(min_value=0, max_value=600, required=False)
    special = Text(
        max_length=120,
        format="special",
        required=False,
        help_text=f"One of {', '.join(SPECIALS)}; owners of the place use their own words.",
    )


class PlaceNow(s.Serializer):
    """The current state of a place; `unknown` without valid evidence.

    `confidence`, `source` and the times are those of the first known answer.
    """

    place = s.UUIDField()
    openness = s.ChoiceField([word.value for word in Openness])
    crowd = s.ChoiceField([word.value for word in Crowd])
    waiting_minutes = s.IntegerField(allow_null=True)
    special = s.CharField()
    confidence = s.FloatField()
    source = s.ChoiceField(SOURCES, allow_null=True)  # type: ignore[assignment]  # a field, not the serializer's own
    observed_at = s.DateTimeField(allow_null=True)
    valid_until = s.DateTimeField(allow_null=True)
    answers = PlaceAnswers()
    evidence = PlaceEvidence(many=True)


class PlaceStatusNow(OpenToAll):
    """People report under their name."""

    max_age = 30

    @extend_schema(
        operation_id="place_status",
        summary="A place now",
        description="Open or closed, how full, how long the wait: `unknown` where there is no valid evidence.",
        parameters=[place_in_path()],
        responses=described(
            {
                200: PlaceNow,
                301: OpenApiResponse(description="It was merged: `Location` names the one that it became."),
            },
            404,
        ),
        tags=["places"],
        auth=[],
    )
    def get(self, request: Request, place_id: str) -> Response:
        """The state by the weightiest valid evidence."""
        read_query(request.query_params, ())
        place = find_place(place_id)
        if place.state == PlaceState.MERGED and place.merged_into_id:
            return moved(f"/api/v1/places/{place.merged_into_id}/status", place.merged_into_id)
        return Response(_now(place, timezone.now()))

    @extend_schema(
        operation_id="place_status_report",
        auth=BY_ANYBODY,
        summary="Report the state of a place now",
        description=(
            "For visitors who are there. The newest report of each person counts, weighed by how far others agree. Twelve in ten minutes from one "
            "address, and one of the same place in two minutes."
        ),
        parameters=[place_in_path()],
        request=PlaceTold,
        responses=described({200: PlaceNow}, 400, 401, 403, 404, 409, 413, 415),
        tags=["places"],
    )
    @once
    def post(self, request: Request, place_id: str) -> Response:
        """Submit one report. Returns the new state of the place."""
        place = find_place(place_id)
        checked = PlaceTold(data=request.data)
        checked.is_valid(raise_exception=True)
        now = timezone.now()
        try:
            services.report(place.id, _visitor_report(request, checked.validated_data, now))
        except PlaceClosed as refused:
            raise Conflict(refused.detail) from refused
        except ReportEmpty as refused:
            raise ValidationError({"openness": [refused.detail]}) from refused
        except SpecialNotKnown as refused:
            raise ValidationError({"special": [refused.detail.removeprefix("special: ")]}) from refused
        except ReportTooSoon as refused:
            raise Throttled(wait=refused.seconds, detail=refused.detail) from refused
        return Response(_now(place, now))


def _visitor_report(request: Request, reported: dict[str, Any], now: datetime) -> VisitorReport:
    return VisitorReport(
        person=str(request.user.pk) if request.user.is_authenticated else "",
        address=caller_of(request._request),
        at=now,
        openness=Openness(reported.get("openness", Openness.UNKNOWN)),
        crowd=Crowd(reported.get("crowd", Crowd.UNKNOWN)),
        waiting_minutes=reported.get("waiting_minutes"),
        special=reported.get("special", ""),
    )


def _now(place: Place, now: datetime) -> dict[str, Any]:
    """The state with the age of each answer in seconds."""
    known = place_now(place, place.statuses.all(), now=now)
    for about in known["answers"].values():
        if about is not None:
            about["age_seconds"] = int((now - datetime.fromisoformat(about["observed_at"])).total_seconds())
    return known
