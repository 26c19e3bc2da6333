"""`/api/v1/admin/analytics/source-forecasts`: how right forecasts of failing sources were, for staff who work in all cities."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.base import described, documented
from events.api.parameters import Param, read_query
from insights.figures.api import FORMAT, FiguresView, as_json_or_csv
from operations.forecasts.history import DAYS, accuracy_over
from places.queries.reach import require_city

_PARAMETERS: Final = (
    Param(name="days", read=read.whole(1, 400), about=f"Of so many days, default {DAYS}.", example=30),
    FORMAT,
)


class ForecastErrors(s.Serializer[Any]):
    day = s.DateField()
    weeks = s.IntegerField(
        help_text="Forecasts of the 90 days before; those of a source in a week count once."
    )
    naive_error = s.FloatField(help_text="Brier score of “as last time”, 0 to 1.")
    error = s.FloatField(help_text="The same of ours.")
    is_shown = s.BooleanField(help_text="Ours was better beyond chance, so staff saw it.")


class ForecastAccuracies(s.Serializer[Any]):
    since = s.DateField()
    until = s.DateField()
    rows = ForecastErrors(many=True)


class AdminSourceForecasts(FiguresView):
    csv_rows = ("rows",)

    @extend_schema(
        operation_id="admin_analytics_source_forecasts",
        summary="How right forecasts of failing sources were",
        parameters=documented(_PARAMETERS),
        responses=described(as_json_or_csv(ForecastAccuracies), 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Day by day, the Brier scores of the naive forecast and of ours over 90 days, and whether ours was shown."""
        require_city(request.user, None)
        days = read_query(request.query_params, _PARAMETERS).get("days", DAYS)
        told = accuracy_over(now=timezone.now(), days=days)
        return self.answer(request, {**told, "window": f"{days}-days"}, ForecastAccuracies)
