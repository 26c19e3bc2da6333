"""Sitemaps (sitemaps.org): an index, the cities, what lists events, and the events of each city and month.

The protocol allows 50,000 addresses in a file. A file has at most PER_FILE of them, so that it is made in one query and one
megabyte.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from events.queries import collection, events_of_month, months_with_events
from events.queries.sitemap import COLLECTIONS, collection_counts, collection_paths
from events.views.rendering_cache import share_rendering
from events.views.shared import absolute
from languages.addresses import alternates
from outbox.renderings.shown import show
from pipeline import patterns
from places.enums import CityState
from places.models import City

PER_FILE: Final = 10_000
#: Seconds for which a file may be kept; those of lists change often.
_KEPT: Final = 3600
#: How a file calls events of no city.
_NOWHERE: Final = "no-city"
_MONTH: Final = patterns.compile(
    r"(?P<city>[-a-z0-9_]{1,80})-(?P<year>20[0-9]{2})-(?P<month>0[1-9]|1[0-2])(?:\.(?P<file>[1-9][0-9]?))?",
    longest=100,
)
_COLLECTION: Final = patterns.compile(
    rf"(?P<kind>{'|'.join(COLLECTIONS)})(?:\.(?P<file>[1-9][0-9]?))?", longest=100
)
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML: Final = "http://www.w3.org/1999/xhtml"


@require_safe
@share_rendering
@cache_control(max_age=_KEPT, public=True)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """`/sitemap.xml`: the addresses of all files, with the last change of an event in each."""
    files: list[tuple[str, datetime | None]] = [("/sitemap-cities.xml", None)]
    for month in months_with_events(now=timezone.now()):
        stem = f"/sitemap-{month.city or _NOWHERE}-{month.month:%Y-%m}"
        files += [
            (f"{stem}.{file}.xml" if file else f"{stem}.xml", month.changed_at)
            for file in range(-(-month.count // PER_FILE))
        ]
    for section, count in collection_counts(now=timezone.now()).items():
        files += [
            (f"/sitemap-{section}{f'.{file}' if file else ''}.xml", None)
            for file in range(-(-count // PER_FILE))
        ]
    return _xml("sitemapindex", "sitemap", files)


@require_safe
@share_rendering
@cache_control(max_age=_KEPT, public=True)
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    """`/sitemap-cities.xml`, `/sitemap-organizers.xml` and the like, `/sitemap-{city}-{YYYY-MM}.xml`; a second file ends in `.1.xml`.

    `/sitemap-events.xml`, the only file of events once, leads to the index.
    """
    if section == "events":
        return HttpResponsePermanentRedirect("/sitemap.xml")
    now = timezone.now()
    if section == "cities":
        return _xml("urlset", "url", _cities(now))
    if listing := _COLLECTION.fullmatch(section[:100]):
        paths = collection_paths(
            listing["kind"], now=now, offset=int(listing["file"] or 0) * PER_FILE, limit=PER_FILE
        )
        if not paths:
            raise Http404("no such sitemap")
        return _xml("urlset", "url", [(path, None) for path in paths])
    named = _MONTH.fullmatch(section[:100])
    if named is None:
        raise Http404("no such sitemap")
    city = "" if named["city"] == _NOWHERE else named["city"]
    show(f"events:city:{city}")
    month, file = date(int(named["year"]), int(named["month"]), 1), int(named["file"] or 0)
    rows = events_of_month(city, month, now=now, offset=file * PER_FILE, limit=PER_FILE)
    found = [(f"/events/{slug}-{event_id.hex}/", changed_at) for event_id, slug, changed_at in rows]
    if not found:
        raise Http404("no such sitemap")
    return _xml("urlset", "url", found)


def _cities(now: datetime) -> list[tuple[str, datetime | None]]:
    """The pages of cities with events, and the last change of one in each; and what is online or in no city."""
    changed: dict[str, datetime] = {}
    for month in months_with_events(now=now):
        changed[month.city] = max(month.changed_at, changed.get(month.city, month.changed_at))
    shown = set(City.objects.filter(state=CityState.ACTIVE).values_list("slug", flat=True))
    lists = [
        (path, None)
        for path, of in (("/online/", collection.ONLINE), ("/elsewhere/", collection.ELSEWHERE))
        if collection.has_coming(of, now=now)
    ]
    return [*((f"/{city}/", at) for city, at in changed.items() if city in shown), *lists]


def _xml(root: str, item: str, rows: Iterable[tuple[str, datetime | None]]) -> HttpResponse:
    lines = [f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}" xmlns:xhtml="{_XHTML}">']
    origin, home = escape(absolute("")), escape(absolute("/"))
    # what stands before and behind the path of a page, in each language; the address without a prefix is for readers of all others
    languages = [
        (f'<xhtml:link rel="alternate" hreflang="{code}" href="', address)
        for code, address in [*alternates(home), ("x-default", home)]
    ]
    for path, changed_at in rows:
        last = (
            f"<lastmod>{changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}+00:00</lastmod>" if changed_at else ""
        )
        safe = escape(path)
        links = "".join([f'{link}{address}{safe[1:]}"/>' for link, address in languages])
        lines.append(f"<{item}><loc>{origin}{safe}</loc>{last}{links if item == 'url' else ''}</{item}>")
    return HttpResponse("\n".join([*lines, f"</{root}>\n"]), content_type="application/xml")
