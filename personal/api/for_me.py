"""The coming events for a person."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.problems import described
from accounts.signed_in import person_of
from events.api import readers as read
from events.api.asking import CITY, city_slug
from events.api.base import OwnView, documented
from events.api.parameters import Param, read_query
from events.public import public_event
from events.queries import for_api
from events.serializers import PublicEvent
from flags.models import Flag
from flags.services import is_on
from personal import queries

#: Events of one answer, where no number is asked for, and at most.
_USUAL, _MOST = 30, 100


_ASKED = (
    Param(
        name="city",
        read=CITY.read,
        about="Slug of a city, or its old id, in place of the preferred one; what you follow is bounded by it too.",
        example=CITY.example,
    ),
    Param(
        name="limit",
        read=read.whole(1, _MOST),
        about=f"Events, {_USUAL} where it is not given, at most {_MOST}.",
        example=20,
    ),
)


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
        parameters=documented(_ASKED),
        responses=described({200: ForMeList}, 400, 401, 404),
        tags=["personal"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The soonest first. 404 where recommendations are off."""
        if not is_on(Flag.RECOMMENDATIONS, key=request.user.pk):
            raise Http404
        values = read_query(request.query_params, _ASKED)
        found = queries.events_for(
            person_of(request),
            now=timezone.now(),
            limit=values.get("limit", _USUAL),
            read=for_api,
            city=city_slug(values["city"]) if "city" in values else "",
        )
        reasons = [
            {"event": str(event.pk), "follows": found.why.get(event.pk, []), "saved": event.pk in found.saved}
            for event in found.events
            if event.pk in found.why or event.pk in found.saved
        ]
        return Response({"results": [public_event(event) for event in found.events], "reasons": reasons})
