"""The coming events for a person."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.person import person_of
from accounts.api.texts import Text
from accounts.problems import described
from events.api.asking import city_slug
from events.api.base import OwnView
from events.public import public_event
from events.queries import for_api
from events.serializers import PublicEvent
from flags.models import Flag
from flags.services import is_on
from personal import queries

#: Events of one answer, where no number is asked for, and at most.
_USUAL, _MOST = 30, 100


class Reasons(s.Serializer[Any]):
    """Why events are here beside the preferences."""

    event = s.UUIDField()
    follows = s.ListField(child=s.CharField(), help_text="Names of what you follow of it.")
    saved = s.BooleanField(help_text="You saved it.")


class ForMeList(s.Serializer[Any]):
    results = PublicEvent(many=True)
    reasons = Reasons(many=True, help_text="One for each event that you follow something of, or saved.")


class ForMe(OwnView):
    """Coming events by one's preferences, and of what one follows."""

    @extend_schema(
        operation_id="me_events",
        summary="Events for me",
        parameters=[
            OpenApiParameter(
                "city", str, description="Slug of a city, or its old id, in place of the preferred one; what you follow is bounded by it too.",
                examples=[OpenApiExample("example", value="bengaluru")],
            ),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL}, description="So many events.",
                examples=[OpenApiExample("example", value=20)],
            ),
        ],
        responses=described({200: ForMeList}, 400, 401, 404),
        tags=["personal"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The soonest first. 404 where recommendations are off."""
        if not is_on(Flag.RECOMMENDATIONS, key=request.user.pk):
            raise Http404
        asked = _Asked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = asked.validated_data.get("city", "")
        found = queries.events_for(
            person_of(request),
            now=timezone.now(),
            limit=asked.validated_data["limit"],
            read=for_api,
            city=city_slug(given) if given else "",
        )
        reasons = [
            {"event": str(event.pk), "follows": found.why.get(event.pk, []), "saved": event.pk in found.saved}
            for event in found.events
            if event.pk in found.why or event.pk in found.saved
        ]
        return Response({"results": [public_event(event) for event in found.events], "reasons": reasons})


class _Asked(s.Serializer[Any]):
    city = Text(required=False, allow_blank=True, max_length=80)
    limit = s.IntegerField(required=False, default=_USUAL, min_value=1, max_value=_MOST)
