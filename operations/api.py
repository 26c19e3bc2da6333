"""How each component does, for staff."""

from typing import Any, ClassVar, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.base import StaffView, described
from operations.components import board
from operations.enums import State
from places.queries.reach import require_city

STATES: Final = [one.value for one in State]


class ComponentFacts(s.Serializer[Any]):
    name = s.CharField(
        help_text="database, valkey, queues, beat, crawler, models, disk, mail, live, or sources:TYPE"
    )
    state = s.ChoiceField(choices=STATES)
    since = s.DateTimeField(help_text="Since when it is in this state, to the minute.")
    detail = s.CharField()
    remedy = s.CharField(help_text="What to do; empty where nothing is to be done.")


class PipelineHealth(s.Serializer[Any]):
    state = s.ChoiceField(choices=STATES, help_text="That of the worst component.")
    checked_at = s.DateTimeField()
    components = ComponentFacts(many=True)


class AdminHealth(StaffView):
    needs: ClassVar = {"GET": "sources.view_fetchrun"}

    @extend_schema(
        operation_id="admin_pipeline_health",
        summary="Health of each component",
        responses=described({200: PipelineHealth}, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Each component now, since when, and what to do; for those who work in all cities."""
        require_city(request.user, None)
        moment = timezone.now()
        found = board.components(now=moment)
        body = {"state": board.stated(found), "checked_at": moment, "components": found}
        return Response(PipelineHealth(body).data)
