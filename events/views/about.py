"""Pages about the site itself, and robots.txt."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events.seo import Meta
from events.views.shared import absolute


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How events get here, and our promises."""
    meta = Meta(
        title=gettext("How %(site)s works") % {"site": settings.SITE_NAME},
        description=gettext("Where the events come from and how they are checked."),
        canonical=absolute("/about/"),
    )
    return render(request, "events/about.html", {"meta": meta})


@require_safe
def bot(request: HttpRequest) -> HttpResponse:
    """For owners of sites that we fetch: who fetches, how often, and how to stop it.

    The user agent links here.
    """
    meta = Meta(
        title=gettext("For site owners"),
        description=gettext("How %(site)s reads calendars and pages.") % {"site": settings.SITE_NAME},
        canonical=absolute("/about/bot"),
    )
    return render(request, "events/bot.html", {"meta": meta})


@require_safe
def indexnow_key(request: HttpRequest) -> HttpResponse:
    """The key by which search engines know that what they are told comes from this site."""
    if not settings.INDEXNOW_KEY:
        raise Http404("search engines are not told")
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(max_age=3600, public=True)
def robots(request: HttpRequest) -> HttpResponse:
    """All public pages are allowed, except those that only cost resources."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search",
        "Disallow: /api/",
        "Disallow: /go/",
        f"Sitemap: {absolute('/sitemap.xml')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
