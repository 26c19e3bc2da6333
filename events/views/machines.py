"""What browsers and programs ask a site for: how it is searched (OpenSearch), and what is where (llms.txt)."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from events.queries import city_counts
from events.queries.suggesting import suggest
from events.search.answering.limits import Steps
from events.views.shared import absolute

_MOST = 8
_LONGEST = 100
#: Cities in llms.txt, those with most events.
_CITIES = 20


@require_safe
@cache_control(public=True, max_age=86_400)
@conditional_page
def opensearch(request: HttpRequest) -> HttpResponse:
    """`/opensearch.xml` (OpenSearch 1.1): browsers offer the site's search in their address field."""
    return render(
        request,
        "machines/opensearch.xml",
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )


@require_safe
@cache_control(public=True, max_age=300)
def search_suggestions(request: HttpRequest) -> HttpResponse:
    """`/opensearch/suggestions?q=…`: `[q, [words], [kinds], [addresses]]`, as OpenSearch Suggestions define; nothing where it takes too long."""
    words = request.GET.get("q", "").strip()[:_LONGEST]
    none: list[dict[str, str]] = []
    found = (
        Steps().run(lambda: suggest(words, city="", limit=_MOST, now=timezone.now()), none) if words else none
    )
    rows = [
        [row["text"] for row in found],
        [row["type"] for row in found],
        [absolute(row["url"]) for row in found],
    ]
    return JsonResponse(
        [words, *rows], safe=False, content_type="application/x-suggestions+json; charset=utf-8"
    )


@require_safe
@cache_control(public=True, max_age=3600)
@conditional_page
def llms(request: HttpRequest) -> HttpResponse:
    """`/llms.txt` (llmstxt.org): what the site is and where its data are, for programs that read for people."""
    busy = sorted(
        (held for held in city_counts(now=timezone.now()) if held.upcoming),
        key=lambda held: (-held.upcoming, held.city.name),
    )
    return render(
        request, "machines/llms.txt", {"cities": busy[:_CITIES]}, content_type="text/plain; charset=utf-8"
    )
