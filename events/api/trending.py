"""The events that are trending."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.asking import CITY, LIMIT, MOST, category, wanted
from events.api.base import PublicView, described, documented
from events.api.parameters import Param, read_query
from events.public import public_event
from events.queries import for_api, trending
from events.serializers import Trending

_ASKED = (
    CITY,
    Param(name="category", many=True, read=read.several(category), about="Categories with commas, by slug or name; any one is enough.", example="music,art"),
    Param(name="limit", read=read.whole(1, MOST), about=f"Results, {LIMIT} where it is not given, at most {MOST}.", example=10),
)  # fmt: skip


class EventTrending(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="events_trending",
        summary="Trending events",
        description=(
            "Events that begin within seven days. The score is .3 of their views, .5 of their registrations and .2 of their shares of the last seven "
            "days, each as a share of the most in the city; it is made anew every five minutes. Events stand in fours: first what more of the sources "
            "that the operators trust list, then what begins sooner. Within each four the higher score comes first, so that no crowd of devices "
            "moves an event by more than three places."
        ),
        parameters=documented(_ASKED),
        responses=described({200: Trending}, 400),
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """What is trending in a city or in all, of some categories or of all."""
        values = read_query(request.query_params, _ASKED)
        found = for_api(trending(wanted(values), now=timezone.now()))[: values.get("limit", LIMIT)]
        return Response(
            {"results": [public_event(event) | {"score": vars(event)["score"]} for event in found]}
        )
