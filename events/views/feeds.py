"""The lists of the city pages as `.ics`, `.rss` and `.json`.

The same address with another ending has the same events.
"""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import conditional_page, require_safe

from events.feeds import Channel
from events.queries import find_city, upcoming
from events.scope import present_segment, read_scope
from events.views.collected import feed_response
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from languages.addresses import in_language
from languages.reading import current_code
from outbox.renderings.shown import show
from pipeline.dates.event_times import zone_or_utc

#: Calendars do not profit from longer lists.
MOST = 1000


@require_safe
@share_rendering
@conditional_page
def city_feed(request: HttpRequest, city: str, ending: str, segment: str = "") -> HttpResponse:
    """`/{city}.ics`, `/{city}/{…}.rss` and so on, with the page's query. Answers 304 to a known ETag."""
    found = find_city(city)
    if found is None:
        raise Http404("no such city")
    if found.slug != city:
        return HttpResponsePermanentRedirect(request.get_full_path().replace(f"/{city}", f"/{found.slug}", 1))
    now = timezone.now().astimezone(zone_or_utc(found.timezone))
    show(f"events:city:{found.slug}")
    try:
        scope = read_scope(found, segment, request.GET, now=now)
    except Http404:
        if area := present_segment(found, segment):
            return HttpResponsePermanentRedirect(f"/{found.slug}/{area}.{ending}")
        raise
    words = scope.words(today=now.date())
    channel = Channel(
        name=f"{words}, {found.name}" if words else f"{settings.SITE_NAME} {found.name}",
        about=gettext("What is on in %(city)s, from %(site)s.")
        % {"city": found.name, "site": settings.SITE_NAME},
        page=in_language(absolute(scope.path), current_code()),
        address=absolute(request.get_full_path()),
    )
    coming = upcoming(scope.wanted, now=now).filter(start_at__lt=now + timedelta(days=400))
    return feed_response([coming], channel, ending, most=MOST)
