"""A person's calendar by its secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from events.feeds import Channel, as_calendar
from events.views.shared import absolute
from personal import queries


@cache_control(private=True, no_cache=True)
@require_safe
@conditional_page
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """`/me/secret/{secret}/calendar.ics`: what its owner saved, where they go, and what they follow by choice.

    Nobody but the program that asked keeps it, and that asks again each time; search engines and other sites learn nothing of the address.
    """
    person = queries.owner_of(secret)
    if person is None:
        raise Http404("no such calendar")
    with translation.override(person.language or translation.get_language()):
        name = gettext("My events")
        channel = Channel(name=name, about=name, page=absolute("/for-me/"), address=absolute(request.path))
        events = queries.calendar_events(person, now=timezone.now())
        body = as_calendar(events, channel, site_url=absolute(""))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
