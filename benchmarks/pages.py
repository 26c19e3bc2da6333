"""How fast pages, feeds and lists of the API are: `python -m benchmarks.pages --events N`.

Through Django's test client with every middleware, one request after the other, in a world of N made events
(`benchmarks.many`). Uncached is what the first reader after a change waits for: before each request the next event of the
city changes, so that the page, and what this process keeps of that event, are void. Cached is what the next readers
wait for. What is counted once an hour (how many events a city has) is counted already. Last line: for each page
`{"p50_ms", "p95_ms", "queries", "bytes_gz", "requests_per_second"}` uncached, `first_ms` of the first request of a process
that had made no page of it yet, `cpu_ms` of this process, and `cached_p50_ms`, `cached_p95_ms`.
"""

import argparse
import gzip
import json
import statistics
import time
from collections.abc import Callable
from itertools import cycle
from typing import TYPE_CHECKING, Any

from benchmarks import many, world
from benchmarks.processor import watched

if TYPE_CHECKING:
    from events.models import Event

#: Medians that are asked for at a million events, in milliseconds; for a calendar of 1,000 events others.
MOST_MS, MOST_CACHED_MS = 40.0, 5.0
CALENDAR_MS, CALENDAR_CACHED_MS = 300.0, 50.0
#: So many events change in turns.
CHANGING = 40


def main() -> None:
    """Measure each page and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=20)
    options.add_argument("--database", default="", help="a database that is there already, used as it is")
    asked = options.parse_args()
    with world.running():
        if asked.database:
            world.point_at(asked.database)
            with watched() as told:
                found = _measure(asked.requests)
        else:
            with many.database(asked.events), watched() as told:
                found = _measure(asked.requests)
        _print(found)
        print(json.dumps({**found, **told}))


def coming() -> list["Event"]:
    """The next events at venues in the city with most events."""
    from django.db.models import Count
    from django.utils import timezone

    from events.models import Event
    from places.models import City

    city = City.objects.annotate(held=Count("events")).order_by("-held", "slug").first()
    known = Event.objects.filter(city=city, publication="approved", place__isnull=False)
    found = known.filter(start_at__gt=timezone.now()).select_related("city", "place", "area")
    return list(found.order_by("start_at", "id")[:CHANGING])


def addresses(event: "Event") -> dict[str, str]:
    """The pages that show `event`, by name."""
    from django.utils import timezone

    from events.queries import months_with_events

    now = timezone.now()
    assert event.city is not None
    assert event.place is not None
    slug, place = event.city.slug, event.place
    month = next(row for row in months_with_events(now=now) if row.city == slug)
    return {
        "home": "/",
        "city": f"/{slug}/",
        "day": f"/{slug}/tomorrow/",
        "category": f"/{slug}/{event.category_id}/",
        **({"area": f"/{slug}/{event.area.slug}/"} if event.area else {}),
        "venue": f"/venues/{place.slug}-{place.id.hex}/",
        "event": event.get_absolute_url(),
        "search": f"/search?q=jazz&city={slug}",
        "calendar": f"/{slug}.ics",
        "rss": f"/{slug}.rss",
        "json": f"/{slug}.json",
        "sitemap_index": "/sitemap.xml",
        "sitemap": f"/sitemap-{slug}-{month.month:%Y-%m}.xml",
        "api_events": f"/api/v1/events?city={slug}",
        "api_event": f"/api/v1/events/{event.pk}",
        "api_search": f"/api/v1/search?q=jazz&city={slug}",
        "api_trending": f"/api/v1/events/trending?city={slug}",
        "api_cities": "/api/v1/cities",
    }


def _measure(requests: int) -> dict[str, dict[str, Any]]:
    from django.conf import settings

    settings.PAGE_CACHE = True  # as in an installation; the test mode has it off
    events = coming()
    changes = cycle(events)

    def change() -> None:
        _change([events[0], next(changes)])

    return {name: _page(path, requests, change) for name, path in addresses(events[0]).items()}


def _change(events: "list[Event]") -> None:
    """Tell that the events changed, as the services do."""
    from django.db import transaction

    from events.services import announcing
    from outbox.services import record

    slugs = announcing.slugs_for(events)
    with transaction.atomic():
        record(announcing.change(event, slugs, type=announcing.CHANGED) for event in events)


def _page(path: str, requests: int, change: Callable[[], None]) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client

    from benchmarks.ingest import QueryCounter
    from outbox.renderings import kept

    client = Client(headers={"Accept-Encoding": "gzip"})
    seconds, kept.VALKEY_SECONDS = kept.VALKEY_SECONDS, 0.001  # too old as soon as it is made
    client.get("/about/")  # what Django imports and compiles for any page
    begun = time.perf_counter()
    answer = client.get(path)
    first = (time.perf_counter() - begun) * 1000
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    for _ in range(2):
        client.get(path)
    change()
    queries = QueryCounter()
    with connection.execute_wrapper(queries):
        client.get(path)
    times, cpu = [], 0.0
    for _ in range(requests):
        change()
        begun = time.process_time()
        times.append(_timed(client, path))
        cpu += (time.process_time() - begun) / requests * 1000
    kept.VALKEY_SECONDS = seconds
    client.get(path)
    again = [_timed(client, path) for _ in range(2 * requests)]
    content = answer.content if answer.has_header("Content-Encoding") else gzip.compress(answer.content)
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": _percentile(times),
        "queries": queries.count,
        "bytes_gz": len(content),
        "first_ms": round(first, 1),
        "requests_per_second": round(1000 * len(times) / sum(times), 1),
        "cpu_ms": round(cpu, 1),
        "cached_p50_ms": round(statistics.median(again), 1),
        "cached_p95_ms": _percentile(again),
    }


def _timed(client: Any, path: str) -> float:
    begun = time.perf_counter()
    client.get(path)
    return (time.perf_counter() - begun) * 1000


def _percentile(times: list[float]) -> float:
    return round(sorted(times)[int(len(times) * 0.95) - 1], 1)


def _print(found: dict[str, dict[str, Any]]) -> None:
    """A table for people; `!` marks a median above what is asked for."""
    print(f"{'page':14} {'p50':>8} {'p95':>8} {'cpu':>7} {'first':>8} {'cached':>8} {'queries':>7} {'gz':>8}")
    for name, row in found.items():
        is_calendar = name in ("calendar", "rss", "json")
        most = (CALENDAR_MS, CALENDAR_CACHED_MS) if is_calendar else (MOST_MS, MOST_CACHED_MS)
        over = row["p50_ms"] > most[0] or row["cached_p50_ms"] > most[1]
        print(
            f"{name:14} {row['p50_ms']:8} {row['p95_ms']:8} {row['cpu_ms']:7} {row['first_ms']:8} {row['cached_p50_ms']:8} "
            f"{row['queries']:7} {row['bytes_gz']:8}{' !' if over else ''}"
        )


if __name__ == "__main__":
    main()
