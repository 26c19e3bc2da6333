"""Scan a city now: fetch from its active sources."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from events.api.base import PublicView, described, in_path
from events.queries import find_city
from flags.models import Flag
from flags.services import is_on
from sources import tasks
from sources.serializers import Scan
from sources.triggers.start import scan


class CityScan(PublicView):
    @extend_schema(
        operation_id="city_scan",
        summary="Scan a city now",
        description="Asks the city's active sources. What is under way, or was asked in the last 15 minutes, is answered with that run.",
        parameters=[in_path("slug", "Slug of the city.", "bengaluru")],
        request=None,
        responses=described({202: Scan}, 404),
        tags=["places"],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Start runs of the city's sources; 202 with these runs."""
        if not is_on(Flag.LIVE_SOURCES):
            raise Http404
        city = find_city(slug)
        if city is None:
            raise NotFound(f"There is no city {slug[:80]}; see /api/v1/cities.")
        runs = []
        for source, started in scan(city.slug, now=timezone.now()):
            if started.status == "started":
                tasks.queue_runs_later(fetch=[started.run.id])
            runs.append({"source": source.slug, "run": str(started.run.id), "status": started.status})
        return Response({"city": city.slug, "runs": runs}, status=202)
