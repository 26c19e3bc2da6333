"""A thousand readers at once: `make load-test`, or `python -m benchmarks.load_test [--sessions N] [--seconds S]`.

uvicorn serves a world of made events (`benchmarks.many`), the readers are beside it on the same machine: sessions with one
request per ten seconds each over pages of cities and events, search, the API and feeds, and in the middle a burst of 200.
The sessions join within a minute, which is counted apart: nothing is kept yet. Before that a calendar of 1,000 events is read,
uncached and cached. Last line: `{"requests", "errors", "p50_ms", "p95_ms",
"p99_ms", "burst_p95_ms", "hits", "misses", "healthz_p95_ms", "cities_p95_ms", "calendar_ms", "calendar_cached_ms", "joining_p95_ms", "holds",
"reference_seconds", …}`. Exit 0 where all holds: no error, and the limits of `LIMITS`.
"""

import argparse
import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from benchmarks import many, world
from benchmarks.live_readers import percentile
from benchmarks.load_readers import Crowd, Session, Tallies, Tally, read_pages
from benchmarks.processor import watched

#: What must hold, in milliseconds.
LIMITS: Final[Mapping[str, float]] = {
    "p95_ms": 200.0,
    "healthz_p95_ms": 50.0,
    "cities_p95_ms": 100.0,
    "calendar_ms": 300.0,
    "calendar_cached_ms": 50.0,
}
_START_SECONDS: Final = 60
_WORDS: Final = (
    "jazz",
    "free this weekend",
    "yoga",
    "film tonight",
    "market",
    "comedy",
    "kids",
    "art",
    "food",
    "talk",
)


def main() -> None:
    """Run it once and print the figures; exit 1 where something does not hold."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--sessions", type=int, default=1_000)
    options.add_argument(
        "--every", type=float, default=10.0, help="seconds between two requests of a session"
    )
    options.add_argument("--ramp", type=float, default=60.0, help="seconds within which the sessions join")
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--burst", type=int, default=200)
    options.add_argument("--workers", type=int, default=2, help="processes of uvicorn")
    options.add_argument("--database", default="", help="a database that is there already, used as it is")
    asked = options.parse_args()
    with world.running():
        if asked.database:
            world.point_at(asked.database)
            with watched() as told:
                told |= _run(asked, asked.database)
        else:
            with many.database(asked.events) as name, watched() as told:
                told |= _run(asked, name)
    print(json.dumps(told))
    sys.exit(0 if told["holds"] else 1)


def _run(asked: argparse.Namespace, database: str) -> dict[str, Any]:
    pages = _pages()
    with serving(database, workers=asked.workers) as port:
        calendar = asyncio.run(_calendar(port, pages["feed"][0]))
        crowd = Crowd(
            sessions=asked.sessions,
            every=asked.every,
            ramp=asked.ramp,
            seconds=asked.seconds,
            burst=asked.burst,
        )
        told = asyncio.run(read_pages(port, pages, crowd))
    return _figures(told, calendar)


def _pages() -> dict[str, list[str]]:
    """Addresses by kind: those of the 20 cities with most events, and of 400 events."""
    from django.db.models import Count
    from django.utils import timezone

    from events.models import Event
    from places.models import City

    cities = list(
        City.objects.annotate(held=Count("events"))
        .order_by("-held", "slug")
        .values_list("slug", flat=True)[:20]
    )
    events = Event.objects.filter(publication="approved", start_at__gt=timezone.now()).order_by("start_at")[
        :400
    ]
    asked = [(word, city) for word in _WORDS for city in cities[:5]]
    return {
        "city": [f"/{city}/{part}" for city in cities for part in ("", "tomorrow/", "music/", "weekend/")],
        "event": [event.get_absolute_url() for event in events],
        "search": [f"/search?q={quote(word)}&city={city}" for word, city in asked],
        "api": [f"/api/v1/events?city={city}&limit=20" for city in cities],
        "feed": [f"/{city}.{ending}" for city in cities for ending in ("ics", "rss", "json")],
    }


@contextmanager
def serving(database: str, *, workers: int) -> Iterator[int]:
    """uvicorn with this database on a free port, as in an installation but for limits of one address and https."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    env = {
        **os.environ,
        **_as_installed(port),
        "DATABASE_URL": urlunsplit(urlsplit(world.address())._replace(path=f"/{database}")),
        "DATABASE_POOL": "true",
        "PAGE_CACHE": "true",
        "API_RATE_LIMIT": "0",
        "PAGE_RATE_LIMIT": "0",
        "LOG_LEVEL": "WARNING",
        "OMP_NUM_THREADS": "1",
    }
    words = [
        "uvicorn", "--log-level", "warning", "--no-access-log", "--backlog", "4096", "--timeout-keep-alive", "75", "--workers", str(workers),
        "--host", "127.0.0.1", "--port", str(port), "config.asgi:application",
    ]  # fmt: skip
    with TemporaryDirectory() as folder:
        env["NOCTURNE_VAR"] = folder  # static files, with names by their content, compressed
        manage = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(manage, env=env, check=True)
        server = subprocess.Popen([sys.executable, "-m", *words], env=env)
        try:
            asyncio.run(_until_ready(port))
            yield port
        finally:
            server.terminate()
            server.wait()


def _as_installed(port: int) -> dict[str, str]:
    from django.conf import settings

    return {
        "NOCTURNE_MODE": "production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SITE_URL": f"https://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SECURE_SSL_REDIRECT": "false",
        "REDIS_URL": settings.REDIS_URL,
        "CACHE_PREFIX": f"load-{port}",
    }


async def _until_ready(port: int) -> None:
    ends = time.monotonic() + _START_SECONDS
    while time.monotonic() < ends:
        try:
            if (await Session(port).get("/healthz"))[0] == 200:
                return
        except OSError:
            await asyncio.sleep(0.2)
    raise SystemExit(f"uvicorn did not answer within {_START_SECONDS} s")


async def _calendar(port: int, path: str) -> tuple[float, float]:
    """Milliseconds for a calendar of a city, uncached (the best of three addresses) and cached (the median of five)."""
    session = Session(port)
    first = [await _milliseconds(session, f"{path}?fresh={number}") for number in range(3)]
    await session.get(path)
    again = [await _milliseconds(session, path) for _ in range(5)]
    session.close()
    return min(first), sorted(again)[2]


async def _milliseconds(session: Session, path: str) -> float:
    begun = time.perf_counter()
    status, _ = await session.get(path)
    if status != 200:
        raise SystemExit(f"{path} answered {status}")
    return round((time.perf_counter() - begun) * 1000, 1)


def _figures(tallies: Tallies, calendar: tuple[float, float]) -> dict[str, Any]:
    joining, usual, burst, watched = tallies.joining, tallies.usual, tallies.burst, tallies.watched
    everything = _all_times(usual, burst)
    answered = usual.answered + burst.answered
    errors = joining.errors + usual.errors + burst.errors + watched.errors
    for kind, times in sorted(usual.seconds.items()):
        print(
            f"{kind:8} {len(times):6} requests, p50 {percentile(times, 0.5):7} ms, p95 {percentile(times, 0.95):7} ms"
        )
    kept = {name: answered[name] for name in ("hit", "valkey", "stale", "miss", "none")}
    print(
        f"answers: {', '.join(f'{count} {name}' for name, count in kept.items())}; errors: {dict(errors) or 'none'}"
    )
    told: dict[str, Any] = {
        "requests": sum(answered.values()),
        "errors": sum(errors.values()),
        "p50_ms": percentile(everything, 0.5),
        "p95_ms": percentile(everything, 0.95),
        "p99_ms": percentile(everything, 0.99),
        "burst_p95_ms": percentile(_all_times(burst), 0.95),
        "hits": kept["hit"] + kept["valkey"] + kept["stale"],
        "misses": kept["miss"] + kept["none"],
        "healthz_p95_ms": percentile(watched.seconds.get("healthz", []), 0.95),
        "cities_p95_ms": percentile(watched.seconds.get("cities", []), 0.95),
        "calendar_ms": calendar[0],
        "calendar_cached_ms": calendar[1],
        "joining_p95_ms": percentile(_all_times(joining), 0.95),
    }
    missed = [name for name, most in LIMITS.items() if told[name] > most]
    print(f"does not hold: {', '.join(missed) or 'nothing'}")
    return {**told, "holds": not missed and not told["errors"]}


def _all_times(*tallies: Tally) -> list[float]:
    return [each for tally in tallies for times in tally.seconds.values() for each in times]


if __name__ == "__main__":
    main()
