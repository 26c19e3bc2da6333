"""The page on which readers have a city's sources asked afresh, and watch it."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import SCANS, take
from accounts.same_origin import same_origin_required
from events.queries import find_city
from events.seo import Meta
from events.views.shared import absolute, live
from events.words import clock, since_words
from flags.models import Flag
from flags.services import flag_required
from pipeline.dates.event_times import zone_or_utc
from places.models import City
from sources import tasks
from sources.queries.scans import last_scan, scannable, scanned_sources
from sources.runs.progress import scan_topic
from sources.scan_words import scan_lines, scan_sum
from sources.triggers.scan import EVERY, scan_city, status_of


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@flag_required(Flag.LIVE_SOURCES)
@same_origin_required
def scan_page(request: HttpRequest, city: str) -> HttpResponse:
    """`/{city}/scan/`: POST starts a scan or joins the one that counts; GET only shows it, so no robot starts one."""
    found = find_city(city)
    if found is None:
        raise Http404("no such city")
    if found.slug != city:
        return HttpResponseRedirect(f"/{found.slug}/scan/")
    if request.method != "POST":
        return _page(request, found)
    taken = take(SCANS, request)
    if not taken.allowed:
        response = _page(request, found, status=429, wait=taken.reset // 60 + 1)
        response["Retry-After"] = str(taken.reset)
        return response
    scanned = scan_city(found, now=timezone.now())
    if scanned is not None:
        tasks.queue_runs_later(fetch=[run.id for run in scanned.opened])
    return HttpResponseRedirect(f"/{found.slug}/scan/", status=303)


def _page(request: HttpRequest, city: City, *, status: int = 200, wait: int = 0) -> HttpResponse:
    here = live(scan_topic(city.slug))
    now = timezone.now().astimezone(zone_or_utc(city.timezone))
    context = {
        "city": city,
        "live": here,
        "wait": wait,
        "meta": Meta(
            title=_("Ask the sources of %(city)s") % {"city": city.name},
            description=_("Have the sources of %(city)s asked afresh, and watch it.") % {"city": city.name},
            canonical=absolute(request.path),
            noindex=True,
        ),
        **_scan(city, now),
    }
    return render(request, "sources/scan.html", context, status=status)


def _scan(city: City, now: datetime) -> dict[str, Any]:
    job = last_scan(city)
    if job is None:
        return {"may_scan": scannable(city).exists()}
    sources = scanned_sources(job)
    again = job.started_at + EVERY
    is_running = status_of(job, now=now) == "running"
    return {
        "began": since_words(job.started_at.astimezone(now.tzinfo), now=now),
        "lines": scan_lines(sources),
        "sum": scan_sum(sources),
        "is_running": is_running,
        "looks_again": is_running or (now < again and not all(source.is_over for source in sources)),
        "may_scan": now >= again,
        "again": clock(again.astimezone(now.tzinfo)),
    }
