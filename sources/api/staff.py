"""The staff's view of sources and runs."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.privacy.partitions import month_of
from egress.masking import mask_text
from events.api import readers as read
from events.api.asking import CITY, PAGING, city_slug
from events.api.base import StaffView, described, in_path, read_id
from events.api.cursors import Listing
from events.api.filtering import By, Narrowing
from events.api.parameters import Param
from moderation.services.sampling import shares_of
from pipeline.contract.enums import SourceType
from places.queries.reach import narrowed
from sources import tasks
from sources.api.shared import LOOK, RUN_OR_DISCOVERY, discovery_facts, page_of, run_facts
from sources.enums import PUSHED, Health, RunState, Trust
from sources.models import FetchRun, Payload, Source
from sources.monitoring.overview import yields
from sources.runs.claim import RUN
from sources.runs.pause import Paused
from sources.serializers import RunPage, SourcePage, Triggered
from sources.setup import untold
from sources.triggers.start import start

_YES: Final = ("yes", "no")
_BY_NAME: Final = Listing("sources", ("name", "id"))
_LATEST: Final = Listing("runs", ("-started_at", "-id"))


class SourceFilterSet(Narrowing):
    """Sources by what staff look for."""

    beside = PAGING
    health = By(
        Param(
            name="health",
            read=read.one_of(Health),
            about="Health of the source.",
            example="failing",
        )
    )
    type = By(
        Param(
            name="type",
            read=read.one_of(SourceType),
            about="Kind of source.",
            example="ical",
        )
    )
    trust = By(
        Param(
            name="trust",
            read=read.one_of(Trust),
            about="How far it is trusted.",
            example="earned",
        )
    )
    active = By(
        Param(
            name="active",
            read=read.one_of(_YES),
            about="Whether the clock fetches it.",
            example="yes",
        ),
        method="switched",
    )
    connector = By(
        Param(name="connector", read=read.text(40), about="Name of the connector.", example="ical")
    )
    city = By(CITY, method="in_city")
    q = By(
        Param(name="q", read=read.text(100), about="What the name or slug holds.", example="calendar"),
        method="named",
    )

    def switched(self, sources: QuerySet[Source], _name: str, said: str) -> QuerySet[Source]:
        """On, or off."""
        return sources.filter(is_active=said == "yes")

    def in_city(self, sources: QuerySet[Source], _name: str, city: str) -> QuerySet[Source]:
        """Of one city. Raises ValidationError."""
        return sources.filter(city__slug=city_slug(city))

    def named(self, sources: QuerySet[Source], _name: str, words: str) -> QuerySet[Source]:
        """By name or slug."""
        return sources.filter(Q(name__icontains=words) | Q(slug__icontains=words))


class RunFilterSet(Narrowing):
    """Runs by source, state and time."""

    beside = PAGING
    source = By(
        Param(name="source", read=read.text(120), about="Slug of a source.", example="city-calendar"),
        "source__slug",
    )
    state = By(
        Param(
            name="state",
            read=read.one_of(RunState),
            about="State of the run.",
            example="failed",
        )
    )
    city = By(CITY, method="in_city")
    discovery = By(
        Param(
            name="discovery",
            read=read.uuid,
            about="Id of the discovery that it belongs to.",
            example="0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
        )
    )
    started_after = By(
        Param(
            name="started_after",
            read=read.moment,
            about="Started at this time or later.",
            example="2026-11-20T00:00:00Z",
        ),
        "started_at",
        "gte",
    )
    started_before = By(
        Param(
            name="started_before",
            read=read.moment,
            about="Started before this time.",
            example="2026-11-21T00:00:00Z",
        ),
        "started_at",
        "lt",
    )

    def in_city(self, runs: QuerySet[FetchRun], _name: str, city: str) -> QuerySet[FetchRun]:
        """Of one city's sources. Raises ValidationError."""
        return runs.filter(source__city__slug=city_slug(city))


class AdminSources(StaffView):
    needs: ClassVar = {"GET": "sources.view_source"}

    @extend_schema(
        operation_id="admin_sources",
        summary="Sources",
        parameters=SourceFilterSet.documented(),
        responses=described({200: SourcePage}, 400, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Sources by name, with their health."""
        sources = narrowed(Source.objects.select_related("city"), request.user, "city")
        answer = page_of(request, SourceFilterSet(request.query_params, sources), _BY_NAME, _source)
        rows = answer.data["results"]
        sources_shown = [UUID(row["id"]) for row in rows]
        shares, brought = shares_of(sources_shown), yields(sources_shown, now=timezone.now())
        for row, source in zip(rows, sources_shown, strict=True):
            row["shares"] = shares[source].to_json()
            row["events_discovered"] = brought[source].discovered
            row["success_rate"] = brought[source].success_rate
        return answer


class AdminTrigger(StaffView):
    needs: ClassVar = {"POST": RUN}

    @extend_schema(
        operation_id="admin_trigger",
        summary="Fetch a source now",
        parameters=[
            in_path(
                "source_id", "Id of the source.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", OpenApiTypes.UUID
            )
        ],
        request=None,
        responses=described({202: Triggered}, 401, 403, 404, 409),
        tags=["staff"],
    )
    @once
    def post(self, request: Request, source_id: str) -> Response:
        """Open a run, or return the running one."""
        sources = narrowed(Source.objects.select_related("city"), request.user, "city")
        source = sources.filter(pk=read_id(source_id, "source")).first()
        if source is None:
            raise NotFound(f"There is no source {source_id[:80]}.")
        if source.type in PUSHED or source.is_sample:
            raise Conflict("Nothing is fetched from this source: its events are sent to us.")
        try:
            started = start(source, by=request.user, now=timezone.now())
        except Paused as error:
            raise Conflict(error.detail) from error
        if started is None:
            raise Conflict("A run has just ended; try again.")
        if started.status == "started":
            tasks.queue_runs_later(fetch=[started.run.id])
        return Response({"run": str(started.run.id), "status": started.status}, status=202)


class AdminRuns(StaffView):
    needs: ClassVar = {"GET": LOOK}

    @extend_schema(
        operation_id="admin_runs",
        summary="Runs",
        parameters=RunFilterSet.documented(),
        responses=described({200: RunPage}, 400, 401, 403),
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Runs, the latest first."""
        runs = narrowed(FetchRun.objects.select_related("source"), request.user, "source__city")
        return page_of(request, RunFilterSet(request.query_params, runs), _LATEST, run_facts)


class AdminRun(StaffView):
    needs: ClassVar = {"GET": LOOK}

    @extend_schema(
        operation_id="admin_run",
        summary="One run",
        parameters=[
            in_path("run_id", "Id of the run.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", OpenApiTypes.UUID)
        ],
        responses=described({200: RUN_OR_DISCOVERY}, 401, 403, 404),
        tags=["staff"],
    )
    def get(self, request: Request, run_id: str) -> Response:
        """A run with its requests, payloads and steps; or a discovery with its runs."""
        asked = read_id(run_id, "run")
        runs = narrowed(FetchRun.objects.select_related("source"), request.user, "source__city")
        run = runs.filter(pk=asked).first()
        if run is None:
            return Response(discovery_facts(asked, by=request.user))
        fields = ("url", "status", "content_type", "size", "sha256", "fetched_at")
        kept = Payload.objects.filter(
            source_id=run.source_id, run_id=run.id, month__gte=month_of(run.started_at)
        ).order_by("id")
        payloads = [{**row, "url": mask_text(row["url"])} for row in kept.values(*fields)[:200]]
        http = {name: value for name, value in run.http.items() if name != "exchanges"}
        received = {
            "http": http,
            "exchanges": run.http.get("exchanges", []),
            "payloads": payloads,
        }
        return Response({**run_facts(run), "steps": run.steps, "quality": run.quality, **received})


def _source(source: Source) -> dict[str, Any]:
    names = (
        "slug", "name", "type", "connector", "url", "trust", "priority", "is_active", "is_sample", "health", "health_since",
        "health_detail", "failing_chance", "schedule_minutes", "schedule_at", "next_fetch_at",
        "last_fetched_at", "covered_at", "consecutive_failures", "last_error",
    )  # fmt: skip
    return {
        "id": str(source.id),
        "city": source.city.slug if source.city else None,
        "untold": sorted(untold.of(source)),
        "gates": source.gates,
        **{name: getattr(source, name) for name in names},
    }
