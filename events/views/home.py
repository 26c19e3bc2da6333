"""The front page: all cities, and a search field."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.queries import city_counts
from events.seo import Meta
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute, live, ticker_lines


@require_safe
@share_rendering
def home(request: HttpRequest) -> HttpResponse:
    """Cities with events first and large, the others small."""
    here, now = live("events:all"), timezone.now()
    cities = city_counts(now=now)
    busy = sorted(
        (city for city in cities if city.upcoming), key=lambda city: (-city.upcoming, city.city.name)
    )
    meta = Meta(
        title="Nocturne: what is on tonight",
        description="What is on tonight and after, in your city: gathered from calendars, venues and people, checked before it is listed.",
        canonical=absolute("/"),
    )
    names = {city.city.slug: city.city.name for city in cities}
    context = {
        "live": here,
        "ticker": ticker_lines("events:all", here, now=now, cities=names),
        "city_names": names,
        "busy": busy,
        "quiet": [city.city for city in cities if not city.upcoming],
        "meta": meta,
    }
    return render(request, "events/home.html", context)
