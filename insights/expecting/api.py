"""`/api/v1/admin/analytics/expectations`: how right expectations of events were, for staff who work in all cities."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.base import described, documented
from events.api.parameters import Param, read_query
from insights.expecting.history import DAYS, accuracy_over
from insights.figures.api import FORMAT, FiguresView, as_json_or_csv
from insights.models.expectations import REACHES, TARGETS
from places.queries.reach import require_city

_PARAMETERS: Final = (
    Param(name="days", read=read.whole(1, 400), about=f"Of so many days, default {DAYS}.", example=30),
    Param(name="target", read=read.one_of(TARGETS), about="Only of this.", example="sells_out"),
    FORMAT,
)


class ExpectationErrors(s.Serializer[Any]):
    day = s.DateField()
    target = s.ChoiceField(
        TARGETS,
        help_text="`registered`: seats held at the start. `attendance`: seats of who came. `sells_out`: no seat was free.",
    )
    reach = s.ChoiceField(REACHES, help_text="Up to 2 (`near`), 14 (`middle`) or 60 (`far`) days before.")
    events = s.IntegerField(
        allow_null=True, help_text="That began in the 90 days before; null for fewer than `k`."
    )
    naive_error = s.FloatField(
        allow_null=True, help_text="Mean of seats; of `sells_out` the Brier score. null for fewer than `k`."
    )
    error = s.FloatField(allow_null=True, help_text="The same of ours.")
    is_shown = s.BooleanField(help_text="Ours was better beyond chance, so teams saw it.")


class ExpectationAccuracies(s.Serializer[Any]):
    since = s.DateField()
    until = s.DateField()
    k = s.IntegerField(help_text="Errors over fewer events are hidden.")
    hidden = s.IntegerField(help_text="How many rows are hidden.")
    rows = ExpectationErrors(many=True)


class AdminExpectations(FiguresView):
    csv_rows = ("rows",)

    @extend_schema(
        operation_id="admin_analytics_expectations",
        summary="How right expectations of events were",
        parameters=documented(_PARAMETERS),
        responses=described(as_json_or_csv(ExpectationAccuracies), 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Day by day, the errors of the naive model and of ours over the events of 90 days, and whether ours was shown."""
        require_city(request.user, None)
        asked = read_query(request.query_params, _PARAMETERS)
        days, target = asked.get("days", DAYS), asked.get("target")
        told = accuracy_over(now=timezone.now(), days=days, targets=[target] if target else [])
        return self.answer(request, {**told, "window": f"{days}-days"}, ExpectationAccuracies)
