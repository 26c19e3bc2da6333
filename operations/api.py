"""How each component does, for staff."""

from typing import Any, ClassVar, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.base import StaffView, described, documented
from events.api.parameters import Param, read_query
from operations.components import board
from operations.enums import State
from operations.measures import kept
from places.queries.reach import require_city
from sources.api.shared import LOOK
from sources.monitoring import overview
from sources.serializers import Metrics

_HOURS = (Param(name="hours", read=read.whole(1, 24 * 90), about="How far back, default 24.", example=24),)
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


class OwnSeries(s.Serializer[Any]):
    unit = s.CharField(help_text="share (0 to 1), s, count or /min")
    about = s.CharField()
    points = s.ListField(
        child=s.ListField(child=s.FloatField()), help_text="Pairs of seconds since 1970 and a number."
    )


class OwnMetrics(s.Serializer[Any]):
    grain_seconds = s.IntegerField(help_text="A point is the average of so many seconds.")
    series = s.DictField(child=OwnSeries())


class PipelineMetrics(Metrics):
    own = OwnMetrics(
        help_text="The installation itself: kept every minute for 30 days, at most 180 points a series."
    )


class AdminMetrics(StaffView):
    needs: ClassVar = {"GET": LOOK}

    @extend_schema(
        operation_id="admin_pipeline_metrics",
        summary="Results of the runs, and the installation's own measures",
        parameters=documented(_HOURS),
        responses=described({200: PipelineMetrics}, 400, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Figures by state, hour and connector, and `own`; for those who work in all cities."""
        require_city(request.user, None)
        hours, moment = read_query(request.query_params, _HOURS).get("hours", 24), timezone.now()
        return Response(
            {**overview.metrics(now=moment, hours=hours), "own": kept.read(now=moment, hours=hours)}
        )


class AdminHealth(StaffView):
    needs: ClassVar = {"GET": LOOK}

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
