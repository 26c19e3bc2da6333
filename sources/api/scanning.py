"""Scan a city now: fetch from its active sources."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from events.api.base import PublicView, described, in_path
from events.api.parameters import read_query
from events.queries import find_city
from flags.models import Flag
from flags.services import is_on
from places.models import City
from sources import tasks
from sources.queries.scans import ScannedSource, Step, last_scan, scanned_sources
from sources.serializers import Scan
from sources.triggers.scan import EVERY, Scanned, scan_city, status_of

_CITY = in_path("slug", "Slug of the city.", "bengaluru")


class CityScan(PublicView):
    @extend_schema(
        operation_id="city_scan",
        summary="Scan a city now",
        description="Asks the city's active sources, once in 15 minutes. Who comes later gets the scan under way, or the last one.",
        parameters=[_CITY],
        request=None,
        responses=described({202: Scan}, 404),
        tags=["places"],
    )
    @once
    def post(self, request: Request, slug: str) -> Response:
        """Start a scan of the city; 202 with its runs."""
        city, now = _city(slug), timezone.now()
        scanned = scan_city(city, now=now)
        if scanned is not None:
            tasks.queue_runs_later(fetch=[run.id for run in scanned.opened])
        return Response(_answer(city, scanned), status=202)

    @extend_schema(
        operation_id="city_scan_read",
        summary="The last scan of a city",
        description="How far it is. Its topic `scan:SLUG` of the live feed says when to look again.",
        parameters=[_CITY],
        responses=described({200: Scan}, 404),
        tags=["places"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """The last scan, without starting one."""
        read_query(request.query_params, ())
        city, now = _city(slug), timezone.now()
        job = last_scan(city)
        return Response(_answer(city, Scanned(job=job, status=status_of(job, now=now)) if job else None))


def _city(slug: str) -> City:
    if not is_on(Flag.LIVE_SOURCES):
        raise Http404
    city = find_city(slug)
    if city is None:
        raise NotFound(f"There is no city {slug[:80]}; see /api/v1/cities.")
    return city


def _answer(city: City, scanned: Scanned | None) -> dict[str, Any]:
    if scanned is None:
        return {"city": city.slug, "scan": None, "status": "none", "started_at": None, "next_at": None, "waiting": 0, "runs": []}  # fmt: skip
    sources = scanned_sources(scanned.job)
    began: datetime = scanned.job.started_at
    return {
        "city": city.slug,
        "scan": str(scanned.job.pk),
        "status": scanned.status,
        "started_at": began,
        "next_at": began + EVERY,
        "waiting": sum(source.step is Step.WAITING and source.run is None for source in sources),
        "runs": [_run(source, scanned) for source in sources if source.run is not None],
    }


def _run(source: ScannedSource, scanned: Scanned) -> dict[str, Any]:
    started = source.run in {run.pk for run in scanned.opened}
    status = "started" if started else "recent" if source.is_over else "running"
    return {
        "source": source.slug, "run": str(source.run), "status": status, "found": source.found, "new": source.new,
    }  # fmt: skip
