"""Runs the pipeline: pause and resume, cancel, discoveries, overview, and alerts."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict
from accounts.api.once import once
from events.api import readers as read
from events.api.asking import CITY, PAGING, city_slug
from events.api.base import StaffView, described, in_path, read_id
from events.api.cursors import Listing
from events.api.filtering import By, Narrowing
from events.api.parameters import Param
from events.queries import find_city
from flags.models import Flag
from flags.services import is_on
from places.queries import named_city
from places.queries.reach import narrowed, require_city
from sources import tasks
from sources.api.shared import LOOK, discovery_facts, page_of
from sources.enums import PauseScope, RunState
from sources.models import Alert, Discovery, FetchRun
from sources.monitoring import overview
from sources.runs import pause as pausing
from sources.runs.cancel import cancel
from sources.runs.claim import RUN
from sources.runs.pause import PAUSE, RESUME
from sources.runs.release import waiting_runs
from sources.serializers import (
    AlertPage,
    DiscoveryDetail,
    DiscoveryStarted,
    DiscoveryWish,
    PauseFacts,
    PauseWish,
    Resumed,
    ResumeWish,
    RunAsked,
    Status,
)
from sources.triggers.discovery import (
    DiscoveryInvalid,
    NothingToDiscover,
    Wanted,
    advance,
    cancel_discovery,
    discover,
)

_LATEST = Listing("alerts", ("-raised_at", "-id"))
_RUN_ID = in_path(
    "run_id", "Id of the run or the discovery.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", OpenApiTypes.UUID
)


class AlertFilterSet(Narrowing):
    """Alerts, open and past."""

    beside = PAGING
    state = By(
        Param(
            name="state",
            read=read.one_of(("open", "past")),
            about="Only alerts in this state; by default all.",
            example="open",
        ),
        method="in_state",
    )
    source = By(
        Param(name="source", read=read.text(120), about="Slug of a source.", example="city-calendar"),
        "source__slug",
    )
    city = By(CITY, method="in_city")

    def in_state(self, alerts: QuerySet[Alert], _name: str, state: str) -> QuerySet[Alert]:
        """Open, or past."""
        return alerts.filter(resolved_at__isnull=state == "open")

    def in_city(self, alerts: QuerySet[Alert], _name: str, city: str) -> QuerySet[Alert]:
        """Of one city's sources. Raises ValidationError."""
        return alerts.filter(source__city__slug=city_slug(city))


class AdminPause(StaffView):
    needs: ClassVar = {"POST": PAUSE}

    @extend_schema(
        operation_id="admin_pipeline_pause",
        summary="Pause",
        description="Running work is finished; nothing new starts. Queued work waits, and nothing is lost. A second pause changes nothing.",
        request=PauseWish,
        responses=described({200: PauseFacts}, 400, 401, 403),
        tags=["staff"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Pause everything, a source, a city or a step."""
        wish = _checked(PauseWish, request)
        try:
            pause = pausing.pause(
                PauseScope(wish["scope"]),
                _key(wish),
                reason=wish["reason"],
                by=request.user,
                now=timezone.now(),
            )
        except pausing.PauseInvalid as error:
            raise ValidationError({error.field: [error.detail]}) from error
        return Response(
            {name: getattr(pause, name) for name in ("scope", "key", "reason", "requested_by", "since")}
        )


def _key(wish: dict[str, Any]) -> str:
    """The key of a pause; a city's is its slug, whatever it was called."""
    city = find_city(wish["key"]) if wish["scope"] == PauseScope.CITY else None
    return city.slug if city is not None else str(wish["key"])


class AdminResume(StaffView):
    needs: ClassVar = {"POST": RESUME}

    @extend_schema(
        operation_id="admin_pipeline_resume",
        summary="Resume",
        request=ResumeWish,
        responses=described({200: Resumed}, 400, 401, 403),
        tags=["staff"],
    )
    def post(self, request: Request) -> Response:
        """Resume work. What waited is queued at once."""
        wish = _checked(ResumeWish, request)
        try:
            resumed = pausing.resume(PauseScope(wish["scope"]), _key(wish), by=request.user)
        except pausing.PauseInvalid as error:
            raise ValidationError({error.field: [error.detail]}) from error
        waiting = waiting_runs(now=timezone.now()) if resumed else None
        if waiting is not None:
            tasks.queue_runs_later(fetch=waiting.fetch, process=waiting.process)
        return Response({"resumed": resumed, "queued": waiting.count if waiting else 0})


class AdminStatus(StaffView):
    needs: ClassVar = {"GET": LOOK}

    @extend_schema(
        operation_id="admin_pipeline_status",
        summary="State of the pipeline",
        responses=described({200: Status}, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Pauses, running runs, queues, what is due, health; for those who work in all cities."""
        require_city(request.user, None)
        return Response(overview.status(now=timezone.now()))


class AdminCancel(StaffView):
    needs: ClassVar = {"POST": RUN}

    @extend_schema(
        operation_id="admin_run_cancel",
        summary="Cancel a run or a discovery",
        description="Recorded events stay. No event becomes missing because of a cancelled run.",
        parameters=[_RUN_ID],
        request=None,
        responses=described({202: RunAsked}, 401, 403, 404, 409),
        tags=["staff"],
    )
    def post(self, request: Request, run_id: str) -> Response:
        """Ask the run to end; 409 where it is over."""
        asked, now = read_id(run_id, "run"), timezone.now()
        kind: type[FetchRun] | type[Discovery] = (
            FetchRun if FetchRun.objects.filter(pk=asked).exists() else Discovery
        )
        done = (cancel if kind is FetchRun else cancel_discovery)(asked, by=request.user, now=now)
        state = kind._default_manager.filter(pk=asked).values_list("state", flat=True).first()
        if state is None:
            raise NotFound(f"There is no run {run_id[:80]}.")
        if not done:
            raise Conflict(f"It is over: {state}.")
        return Response(
            {"run": asked, "status": "cancelled" if state == RunState.CANCELLED else "cancelling"}, status=202
        )


class AdminDiscovery(StaffView):
    needs: ClassVar = {"POST": RUN}

    @extend_schema(
        operation_id="admin_discovery",
        summary="Discover: sources × cities × categories as one job",
        description="One run for each active source that fits, and each category; a few at a time. Read it under /api/v1/admin/runs/{id}.",
        request=DiscoveryWish,
        responses=described({202: DiscoveryStarted}, 400, 401, 403, 404, 409),
        tags=["staff"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Start a discovery; 202 with its id."""
        if not is_on(Flag.LIVE_SOURCES):
            raise Http404
        wish = _checked(DiscoveryWish, request)
        now = timezone.now()
        try:
            job = discover(_wanted(wish), by=request.user, now=now)
        except NothingToDiscover as error:
            raise Conflict(error.detail) from error
        except DiscoveryInvalid as error:
            raise ValidationError({error.field: [error.detail]}) from error
        tasks.queue_runs_later(fetch=[run.id for run in advance(job.id, now=now)])
        return Response({"run": job.id, "count": job.plan["count"], "status": "started"}, status=202)


class AdminDiscoveryRun(StaffView):
    needs: ClassVar = {"GET": "sources.view_discovery"}

    @extend_schema(
        operation_id="admin_discovery_read",
        summary="One discovery",
        parameters=[
            in_path(
                "discovery_id",
                "Id of the discovery.",
                "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
                OpenApiTypes.UUID,
            )
        ],
        responses=described({200: DiscoveryDetail}, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request, discovery_id: str) -> Response:
        """A discovery with its runs and their sums."""
        return Response(discovery_facts(read_id(discovery_id, "discovery"), by=request.user))


class AdminAlerts(StaffView):
    needs: ClassVar = {"GET": "sources.view_alert"}

    @extend_schema(
        operation_id="admin_alerts",
        summary="Alerts",
        parameters=AlertFilterSet.documented(),
        responses=described({200: AlertPage}, 400, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Alerts for operators, the latest first, open and closed."""
        alerts = narrowed(Alert.objects.select_related("source"), request.user, "source__city")
        return page_of(request, AlertFilterSet(request.query_params, alerts), _LATEST, _alert)


def _checked(kind: Any, request: Request) -> dict[str, Any]:
    checked = kind(data=request.data)
    checked.is_valid(raise_exception=True)
    found: dict[str, Any] = checked.validated_data
    return found


def _wanted(wish: dict[str, Any]) -> Wanted:
    cities = [named_city(name) for name in wish["cities"]]
    if None in cities:
        name = wish["cities"][cities.index(None)]
        raise ValidationError({"cities": [f"There is no city {name[:80]}; see /api/v1/cities."]})
    return Wanted(
        sources=tuple(dict.fromkeys(wish["sources"])),
        cities=tuple(dict.fromkeys(city.slug for city in cities if city)),
        categories=tuple(wish["categories"]),
        max_per_source=wish["max_per_source"],
    )


def _alert(alert: Alert) -> dict[str, Any]:
    names = (
        "key",
        "title",
        "detail",
        "severity",
        "raised_at",
        "resolved_at",
        "acknowledged_at",
        "escalated_at",
    )
    return {
        "id": str(alert.id),
        "source": alert.source.slug if alert.source else None,
        "rule": alert.rule_id,
        **{name: getattr(alert, name) for name in names},
    }
