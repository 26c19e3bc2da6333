"""How fast the pages are: `python -m benchmarks.pages --events N`.

Through Django's test client with every middleware, one request after the other, in a world of N made events.
Last line: for each page `{"p50_ms", "p95_ms", "queries", "bytes_gz", "requests_per_second"}`.
"""

import argparse
import gzip
import json
import statistics
import time
from typing import Any

from benchmarks import world


def main() -> None:
    """Measure each page and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=40)
    asked = options.parse_args()
    world.setup()
    with world.database(asked.events):
        print(json.dumps(_measure(asked.requests)))


def _measure(requests: int) -> dict[str, Any]:
    from django.test import Client

    from events.models import Event

    event = Event.objects.select_related("city").filter(start_at__gt=world.NOW).order_by("start_at").first()
    assert event is not None
    assert event.city is not None
    city = event.city.slug
    pages = {
        "home": "/",
        "city": f"/{city}/",
        "category": f"/{city}/music/",
        "event": event.get_absolute_url(),
        "search": f"/search?q=jazz&city={city}",
        "api_events": f"/api/v1/events?city={city}",
    }
    client = Client()
    return {name: _page(client, url, requests) for name, url in pages.items()}


def _page(client: Any, url: str, requests: int) -> dict[str, Any]:
    from django.db import connection

    from benchmarks.ingest import QueryCounter

    for _ in range(3):
        answer = client.get(url)
    if answer.status_code != 200:
        raise SystemExit(f"{url} answered {answer.status_code}")
    queries = QueryCounter()
    with connection.execute_wrapper(queries):
        client.get(url)
    times = []
    for _ in range(requests):
        begun = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - begun) * 1000)
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(sorted(times)[int(len(times) * 0.95) - 1], 1),
        "queries": queries.count,
        "bytes_gz": len(gzip.compress(answer.content)),
        "requests_per_second": round(1000 * len(times) / sum(times), 1),
    }


if __name__ == "__main__":
    main()
