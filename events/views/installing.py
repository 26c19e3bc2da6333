"""What makes the site installable and readable offline: manifest, service worker, the page without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from events.offline import manifest, worker_script
from events.seo import Meta
from events.views.shared import absolute


@require_safe
@cache_control(public=True, max_age=3600)
@conditional_page
def manifest_page(request: HttpRequest) -> HttpResponse:
    """`/manifest.webmanifest`."""
    return JsonResponse(manifest(), content_type="application/manifest+json")


@require_safe
@cache_control(no_cache=True)
@conditional_page
def worker_page(request: HttpRequest) -> HttpResponse:
    """`/sw.js`, at the root since a worker serves the paths below its own. Browsers ask for it at each visit."""
    return HttpResponse(worker_script(), content_type="text/javascript; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=3600)
def offline_page(request: HttpRequest) -> HttpResponse:
    """`/offline/`: what a page answers without a network. The service worker keeps it."""
    meta = Meta(
        title=gettext("No network"),
        description=gettext("You are offline."),
        canonical=absolute("/offline/"),
        noindex=True,
    )
    return render(request, "events/offline.html", {"live": None, "meta": meta})
