"""`/api/v1/admin/analytics/`: what happened to events, who stayed, what was looked for; for staff, in their cities."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.asking import CITY, city_slug
from events.api.base import StaffView, described, documented
from events.api.parameters import Param, read_query
from flags.models import Flag
from flags.services import is_on
from insights.figures.answers import of_events
from insights.figures.formats import FORMATS, Asked, Csv, is_csv
from insights.figures.reading import BY, BY_DAY
from insights.figures.users import of_insights, of_users
from insights.figures.windows import NAMES
from places.models import City
from places.queries.reach import cities_of, require_city

#: Who may see figures.
RIGHT: Final = "insights.view_figure"
_WINDOW = Param(name="window", read=read.one_of(NAMES), about="How far back from now; default `week`.", example="week")  # fmt: skip
_BY = Param(name="by", read=read.one_of(BY), about="Also a breakdown; by weekday and hour of a week or a month only.", example="category")  # fmt: skip
_LIMIT = Param(name="limit", read=read.whole(1, 500), about="At most so many rows, default 50.", example=50)
_WEEKS = Param(name="weeks", read=read.whole(1, 52), about="Cohorts of so many weeks, default 12.", example=12)  # fmt: skip
FORMAT = Param(name="format", read=read.one_of(FORMATS), about="`csv` for a file, also by `Accept: text/csv`; default `json`.", example="json")  # fmt: skip
_EVENTS, _USERS, _INSIGHTS = (_WINDOW, _BY, CITY, _LIMIT, FORMAT), (_WINDOW, _WEEKS, FORMAT), (_WINDOW, CITY, _LIMIT, FORMAT)  # fmt: skip
_HIDDEN: Final = "null where it is about fewer than `k` people, or would tell such a number."


def _number(about: str) -> s.IntegerField:
    return s.IntegerField(allow_null=True, help_text=f"{about}; {_HIDDEN}")


def as_json_or_csv(kind: type[s.Serializer[Any]]) -> dict[tuple[int, str], Any]:
    """The two bodies of an answer, for the schema."""
    return {(200, "application/json"): kind, (200, "text/csv"): OpenApiTypes.STR}


class Acts(s.Serializer[Any]):
    views = s.IntegerField(help_text="Visitors of pages, each once a day and event.")
    shares = s.IntegerField()
    clicks = s.IntegerField(help_text="Visitors who left for tickets, the online event or its own page.")
    saves = _number("Saved with an account")
    registrations = _number("Registered")
    cancelled = _number("Cancelled their registration")
    attended = _number("Were checked in")


class Point(Acts):
    at = s.DateTimeField(help_text="Begin of the step.")


class Row(Acts):
    key = s.CharField(allow_blank=True, help_text="Id or slug; the ISO weekday, or the hour by the city's clock.")  # fmt: skip
    name = s.CharField()


class Step(s.Serializer[Any]):
    step = s.CharField()
    words = s.CharField()
    count = _number("Visitors or people")
    share = s.FloatField(allow_null=True, help_text="Of the views, 0 to 1.")


class _Period(s.Serializer[Any]):
    window = s.ChoiceField(NAMES)
    since = s.DateTimeField()
    until = s.DateTimeField(help_text="The end of the last step, which is under way.")
    k = s.IntegerField(help_text="Numbers about fewer people are hidden.")
    hidden = s.IntegerField(help_text="How many numbers or texts are hidden.")


class EventFigures(_Period):
    step_seconds = s.IntegerField()
    totals = Acts()
    before = Acts(help_text="Of the window of the same length before.")
    funnel = Step(many=True)
    points = Point(many=True)
    by = s.CharField(allow_blank=True)
    rows = Row(many=True)
    more = s.IntegerField(help_text="Rows beyond the limit.")


class UserActs(s.Serializer[Any]):
    accounts = _number("New accounts")
    saves = _number("Saved with an account")
    registrations = _number("Registered")
    cancelled = _number("Cancelled their registration")
    attended = _number("Were checked in")


class UserPoint(UserActs):
    at = s.DateTimeField()


class CohortRow(s.Serializer[Any]):
    kind = s.CharField(help_text="readers (who agreed to the log) or subscribers")
    began = s.DateField(help_text="A Monday.")
    people = _number("Who began in that week")
    active = s.ListField(child=_number("Active in this week"), help_text="Of each week since, the first included.")  # fmt: skip


class UserFigures(_Period):
    step_seconds = s.IntegerField()
    totals = UserActs()
    before = UserActs()
    points = UserPoint(many=True)
    cohorts = CohortRow(many=True)


class NotFoundText(s.Serializer[Any]):
    text = s.CharField()
    city = s.CharField(allow_blank=True)
    times = s.IntegerField()
    unanswered = s.IntegerField()


class Searched(s.Serializer[Any]):
    city = s.CharField()
    searches = s.IntegerField()
    unanswered = s.IntegerField()


class Covered(s.Serializer[Any]):
    city = s.CharField()
    category = s.CharField()
    views = s.IntegerField()
    upcoming = s.IntegerField(help_text="Events that begin within 30 days.")
    views_per_event = s.FloatField(allow_null=True, help_text="null where there is none.")


class SurfaceRow(s.Serializer[Any]):
    surface = s.CharField()
    interaction = s.CharField()
    times = s.IntegerField()


class InsightFigures(_Period):
    not_found = NotFoundText(many=True)
    searched = Searched(many=True)
    coverage = Covered(many=True)
    surfaces = SurfaceRow(many=True)


class FiguresView(StaffView):
    """A view of figures: 404 while the flag `analytics` is off."""

    needs: ClassVar = {"GET": RIGHT}
    renderer_classes = (JSONRenderer, Csv)
    content_negotiation_class = Asked
    csv_rows: ClassVar[tuple[str, ...]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As DRF does it, where the flag is on."""
        if not is_on(Flag.ANALYTICS):
            raise Http404
        super().initial(request, *args, **kwargs)

    def answer(self, request: Request, told: dict[str, Any], kind: type[s.Serializer[Any]]) -> Response:
        """The body, or the file."""
        response = Response(told if is_csv(request) else kind(told).data)
        response["Cache-Control"] = "no-store"
        if is_csv(request):
            response["Content-Disposition"] = f'attachment; filename="{kind.__name__.lower()}-{told["window"]}.csv"'  # fmt: skip
        return response


class AdminEventFigures(FiguresView):
    csv_rows = ("rows", "points")

    @extend_schema(
        operation_id="admin_analytics_events",
        summary="What happened to events",
        parameters=documented(_EVENTS),
        responses=described(as_json_or_csv(EventFigures), 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Views, shares, clicks, saves, registrations and check-ins of a window, beside the one before; as CSV the rows, else the points."""
        asked = read_query(request.query_params, _EVENTS)
        window, by = asked.get("window", "week"), asked.get("by", "")
        if by in BY_DAY and window not in ("week", "month"):
            raise ValidationError({"by": [f"By {by} there are sums of days only: use window=week or window=month."]})  # fmt: skip
        told = of_events(now=timezone.now(), window=window, by=by, cities=_cities(request, asked), limit=asked.get("limit", 50))  # fmt: skip
        return self.answer(request, told, EventFigures)


class AdminUserFigures(FiguresView):
    csv_rows = ("cohorts", "points")

    @extend_schema(
        operation_id="admin_analytics_users",
        summary="Who came and stayed",
        parameters=documented(_USERS),
        responses=described(as_json_or_csv(UserFigures), 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """New accounts, and cohorts of readers and subscribers by week; for those who work in all cities. As CSV the cohorts."""
        require_city(request.user, None)
        asked = read_query(request.query_params, _USERS)
        told = of_users(now=timezone.now(), window=asked.get("window", "week"), weeks=asked.get("weeks", 12))
        return self.answer(request, told, UserFigures)


class AdminInsightFigures(FiguresView):
    csv_rows = ("coverage", "not_found")

    @extend_schema(
        operation_id="admin_analytics_insights",
        summary="What was looked for, and what there is",
        parameters=documented(_INSIGHTS),
        responses=described(as_json_or_csv(InsightFigures), 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Searches that found nothing good, views beside upcoming events, and what participants did by place. As CSV the coverage."""
        asked = read_query(request.query_params, _INSIGHTS)
        told = of_insights(now=timezone.now(), window=asked.get("window", "week"), cities=_cities(request, asked), limit=asked.get("limit", 50))  # fmt: skip
        return self.answer(request, told, InsightFigures)


def _cities(request: Request, asked: dict[str, Any]) -> frozenset[UUID] | None:
    """The city that was asked for, else the person's own, None for all. Raises ValidationError, RightMissing."""
    if asked.get("city"):
        city = City.objects.only("pk").get(slug=city_slug(asked["city"]))
        require_city(request.user, city.pk)
        return frozenset({city.pk})
    return cities_of(request.user)
