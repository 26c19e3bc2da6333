"""`/api/v1/admin/analytics/anomalies`: what was out of the usual, and the staff's answer to whether it was right to tell of it."""

from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from events.api import readers as read
from events.api.asking import CITY, PAGING, city_slug
from events.api.base import StaffView, described, in_path, read_id
from events.api.cursors import Listing
from events.api.filtering import By, Narrowing
from events.api.parameters import Param
from flags.models import Flag
from flags.services import is_on
from insights.anomalies import answering
from insights.models import Anomaly
from insights.models.anomalies import KINDS
from places.queries.reach import narrowed

#: Who may see them.
VIEW: Final = "insights.view_anomaly"
_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_LATEST: Final = Listing("anomalies", ("-began_at", "-id"))
_IN_PATH: Final = in_path("anomaly_id", "Id of the anomaly.", _ID, OpenApiTypes.UUID)
_ANSWERS: Final = {"right": True, "wrong": False, "none": None}


class AnomalyFilterSet(Narrowing):
    """Anomalies, open and past."""

    beside = PAGING
    state = By(
        Param(
            name="state",
            read=read.one_of(("open", "past")),
            about="Only those in this state; by default all.",
            example="open",
        ),
        method="in_state",
    )
    kind = By(Param(name="kind", read=read.one_of(KINDS), about="Only of this kind.", example="fewer"))
    answer = By(
        Param(
            name="answer",
            read=read.one_of(tuple(_ANSWERS)),
            about="Only with this answer; `none`: nobody has answered.",
            example="none",
        ),
        method="with_answer",
    )
    city = By(CITY, method="in_city")  # fmt: skip

    def in_state(self, rows: QuerySet[Anomaly], _name: str, state: str) -> QuerySet[Anomaly]:
        """Open, or past."""
        return rows.filter(ended_at__isnull=state == "open")

    def with_answer(self, rows: QuerySet[Anomaly], _name: str, answer: str) -> QuerySet[Anomaly]:
        """Answered so."""
        return rows.filter(was_right=_ANSWERS[answer])

    def in_city(self, rows: QuerySet[Anomaly], _name: str, city: str) -> QuerySet[Anomaly]:
        """Of one city. Raises ValidationError."""
        return rows.filter(city__slug=city_slug(city))


class AnomalyFacts(s.Serializer[Any]):
    id = s.UUIDField()
    kind = s.ChoiceField(
        choices=KINDS,
        help_text="`fewer`: a source brings less. `vanished`: a category has nothing. `price`: prices jumped. `crowd`: many sign-ups.",
    )
    name = s.CharField(help_text="Of what.")
    words = s.CharField(help_text="What is out of the usual, in a sentence.")
    city = s.CharField(allow_null=True, help_text="Slug; null where it is of none, or of several.")
    found = s.FloatField()
    expected = s.FloatField(help_text="The usual; of sign-ups at least 10, so that it tells of nobody.")
    began_at = s.DateTimeField()
    ended_at = s.DateTimeField(allow_null=True)
    was_right = s.BooleanField(
        allow_null=True, help_text="Whether it was right to tell of it; null: nobody has answered."
    )
    answered_at = s.DateTimeField(allow_null=True)


class AnomalyAnswers(s.Serializer[Any]):
    right = s.IntegerField()
    wrong = s.IntegerField()
    unanswered = s.IntegerField()


class AnomalyPage(s.Serializer[Any]):
    results = AnomalyFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField()
    answers = s.DictField(child=AnomalyAnswers(), help_text="By kind, of the last 90 days and all cities.")
    precision = s.FloatField(
        allow_null=True, help_text="The right ones of those answered, 0 to 1; null where none was."
    )


class AnomalyAnswer(JsonSerializer):
    """Was this right?"""

    rules: ClassVar = {"required": ["was_right"]}  # of a PATCH, whose fields are optional elsewhere

    was_right = s.BooleanField(
        allow_null=True, help_text="true or false; null takes the answer back. With false its alert ends."
    )


class AdminAnomalies(StaffView):
    needs: ClassVar = {"GET": VIEW}

    @extend_schema(
        operation_id="admin_analytics_anomalies",
        summary="What was out of the usual",
        parameters=AnomalyFilterSet.documented(),
        responses=described({200: AnomalyPage}, 400, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Anomalies of one's cities, the latest first, and how many were right by the answers of staff."""
        _require_on()
        asked = AnomalyFilterSet(request.query_params, _rows(request))
        values, rows = asked.values, asked.qs
        answers = answering.tally(now=timezone.now())
        more = {"answers": answers, "precision": answering.precision(answers.values())}
        return _LATEST.page(request, values, rows, _told, total=rows.count(), **more)


class AdminAnomaly(StaffView):
    needs: ClassVar = {"PATCH": answering.RIGHT}

    @extend_schema(
        operation_id="admin_analytics_anomaly_answer",
        summary="Say whether it was right to tell of an anomaly",
        parameters=[_IN_PATH],
        request=AnomalyAnswer,
        responses=described({200: AnomalyFacts}, 400, 401, 403, 404),
        tags=["staff"],
    )
    def patch(self, request: Request, anomaly_id: str) -> Response:
        """The last answer counts. With a no the alert ends at once; said again it changes nothing."""
        _require_on()
        pk = read_id(anomaly_id, "anomaly")
        row = _rows(request).filter(pk=pk).first()
        if row is None:
            raise NotFound(f"There is no anomaly {anomaly_id[:80]}.")
        asked = AnomalyAnswer(data=request.data)
        asked.is_valid(raise_exception=True)
        answering.answer([pk], asked.validated_data["was_right"], by=request.user, now=timezone.now())
        return Response(_told(_rows(request).get(pk=pk)))


def _require_on() -> None:
    """Raises Http404 while figures are switched off."""
    if not is_on(Flag.ANALYTICS):
        raise Http404("off")


def _rows(request: Request) -> QuerySet[Anomaly]:
    return narrowed(Anomaly.objects.select_related("city"), request.user, "city")


def _told(row: Anomaly) -> dict[str, Any]:
    names = ("kind", "name", "words", "found", "expected", "began_at", "ended_at", "was_right", "answered_at")
    return {
        "id": str(row.pk),
        "city": row.city.slug if row.city else None,
        **{name: getattr(row, name) for name in names},
    }
