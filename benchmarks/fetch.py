"""How fast one source is fetched and staged.

`python -m benchmarks.fetch --events N [--formats ical json html scraper]`

The sources are a calendar, a JSON API with pages, an HTML listing on one page with markup, and one on many
pages for a spider and selectors, of N events each. Another process serves them on loopback. They are fetched
through the HTTP client, stored, read, refined, matched, judged, recorded and staged, on ONE core (PostgreSQL
and the server may use another). The models are loaded before, as in a worker. Each format is measured in its
own process, at N and at N/10 events, to show the memory that grows with the feed.

Last line, of the slowest format and the largest process: `{"events_per_second", "peak_rss_mb", "formats":
{name: {"events_per_second", "peak_rss_mb", "growth_mb", "fetch_seconds", "process_seconds", "cpu_seconds",
"database_cpu_seconds"}}, "processor_seconds", "load", "reference_seconds"}`. On a busy machine the seconds of processor time are more reliable than those of
the clock. `growth_mb` is the peak above rest at N less that at N/10. The spider of `scraper` is a separate
process with its own limits, and is not included.
"""

import argparse
import functools
import json
import multiprocessing
import os
import subprocess
import sys
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from benchmarks import world
from benchmarks.processor import watched

FORMATS = ("ical", "json", "html", "scraper")
PAGE = 500
#: The same prose for every event, of realistic length.
TEXT = (
    "An evening with songs old and new, seats on the floor, tea in the break. Doors open half an hour before. "
    * 4
)


def event(number: int) -> dict[str, str]:
    """Event `number` of the feed: an hour apart at twenty venues, so that no two are duplicates."""
    start = world.NOW + timedelta(days=1 + number % 360, minutes=15 * (number // 360))
    word, other = (
        world.WORDS[number % len(world.WORDS)],
        world.WORDS[number // len(world.WORDS) % len(world.WORDS)],
    )
    return {
        "id": f"e{number}", "title": f"{word} {other} {number}", "start": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end": (start + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ"), "venue": f"{world.HALLS[number % 10]} {number % 20}",
        "url": f"https://bench.example/{number}", "description": TEXT,
    }  # fmt: skip


def calendar(count: int) -> bytes:
    """All events as one calendar file."""
    parts = ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//\r\n"]
    for one in map(event, range(count)):
        start, end = (one[name].replace("-", "").replace(":", "") for name in ("start", "end"))
        parts.append(
            f"BEGIN:VEVENT\r\nUID:{one['id']}\r\nSUMMARY:{one['title']}\r\nDTSTART:{start}\r\nDTEND:{end}\r\nLOCATION:{one['venue']}\\, Bengaluru\r\n"
            f"URL:{one['url']}\r\nDESCRIPTION:{TEXT}\r\nEND:VEVENT\r\n"
        )
    return "".join([*parts, "END:VCALENDAR\r\n"]).encode()


def api_page(count: int, page: int) -> bytes:
    """One page of a JSON API, with the address of the next one."""
    first = page * PAGE
    rows = [event(number) for number in range(first, min(first + PAGE, count))]
    following = f"/json?page={page + 1}" if first + PAGE < count else ""
    return json.dumps({"events": rows, "next": following}).encode()


def listing(count: int) -> bytes:
    """All events on one page, with h-event markup."""
    return _page_of(range(count))


def listing_page(count: int, page: int) -> bytes:
    """One page of the same listing, from 1."""
    return _page_of(range(min(count, (page - 1) * PAGE), min(count, page * PAGE)))


def _page_of(numbers: range) -> bytes:
    rows = (
        f'<li class="h-event" id="{one["id"]}"><a class="u-url p-name" href="{one["url"]}">{one["title"]}</a>'
        f'<time class="dt-start" datetime="{one["start"]}">x</time><time class="dt-end" datetime="{one["end"]}">y</time>'
        f'<span class="p-location">{one["venue"]}, Bengaluru</span><p class="p-summary">{TEXT}</p></li>'
        for one in map(event, numbers)
    )
    return f"<!doctype html><html><body><ul>{''.join(rows)}</ul></body></html>".encode()


SOURCES: dict[str, dict[str, Any]] = {
    "ical": {"connector": "ical", "path": "/ical", "config": {}},
    "json": {
        "connector": "json_feed",
        "path": "/json",
        "config": {"items": "events", "next": "next", "max_pages": 200, "complete": True},
    },
    "html": {"connector": "page", "path": "/html", "config": {"complete": True}},
    "scraper": {
        "connector": "scraper",
        "path": "/list",
        "config": {
            "container": "li.h-event",
            "title": "a",
            "link": "a",
            "date": "time.dt-start::attr(datetime)",
            "end": "time.dt-end::attr(datetime)",
            "location": ".p-location",
            "description": ".p-summary",
            "id": "::attr(id)",
            "pagination": "numbered",
            "page_parameter": "page",
            "max_pages": 200,
            "render": "http",
            "complete": True,
        },
    },
}


def serve(count: int, pipe: Connection) -> None:
    """Answer on a free port of loopback until killed; sends the port through `pipe`."""
    calendar_bytes, listing_bytes = functools.cache(calendar), functools.cache(listing)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            page = int(parse_qs(parts.query).get("page", ["0"])[0])
            answers = {
                "/ical": ("text/calendar", lambda: calendar_bytes(count)),
                "/json": ("application/json", lambda: api_page(count, page)),
                "/html": ("text/html; charset=utf-8", lambda: listing_bytes(count)),
                "/list": ("text/html; charset=utf-8", lambda: listing_page(count, page)),
            }
            kind, make = answers.get(parts.path, ("text/plain", lambda: b""))
            body = make()
            self.send_response(200 if parts.path in answers else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


def measure(name: str, count: int) -> dict[str, float]:
    """Fetch and process one format in this process. Returns the figures."""
    cores = sorted(os.sched_getaffinity(0))
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(count, theirs), daemon=True)
    server.start()
    port = ours.recv()
    os.sched_setaffinity(0, {cores[-1]})
    os.environ["EGRESS_ALLOW_LOOPBACK"] = "1"
    world.setup()
    try:
        with world.database(0):
            return _run(name, f"http://127.0.0.1:{port}")
    finally:
        server.kill()


def _run(name: str, address: str) -> dict[str, float]:
    from pipeline.contract.raw import RawPayload
    from pipeline.preload import warm
    from places.models import City
    from sources.models import Source, StagedEvent
    from sources.runs.claim import open_run
    from sources.runs.fetch import fetch_payloads
    from sources.runs.process import process_run
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    city = City.objects.get(slug="bengaluru")
    warm()
    first = ensure_source("bench-warm", connector="ical", config={}, city=city)
    load(
        first,
        [RawPayload(url="https://warm.example/", content=calendar(5), content_type="text/calendar")],
        now=world.NOW,
    )
    spec = SOURCES[name]
    source = Source.objects.create(
        slug="bench", name="Bench", type="api", connector=spec["connector"], config={**spec["config"], "url": address + spec["path"]}, city=city,
        trust="trusted", max_bytes=32 * 1024 * 1024, rate_limit=100_000,
    )  # fmt: skip
    loaded = _memory(
        "VmHWM"
    )  # loading the models takes more memory for a moment than they keep, which would hide the run's own use
    Path("/proc/self/clear_refs").write_text("5")
    resting = _memory("VmRSS")
    begun, worked, stored = time.perf_counter(), time.process_time(), _database_seconds()
    run = open_run(source, requested_by="bench", now=world.NOW)
    if not fetch_payloads(run, now=world.NOW):
        raise SystemExit(f"{name}: {run.error_code} {run.error_detail}")
    fetched = time.perf_counter()
    process_run(run, now=world.NOW)
    done, worked, stored = time.perf_counter(), time.process_time() - worked, _database_seconds() - stored
    staged = StagedEvent.objects.filter(source=source, state__in=["recorded", "duplicate"]).count()
    peak = _memory("VmHWM")
    print(
        f"{name}: {run.state}, {run.events_found} found, {staged} staged, dropped {run.dropped}, {done - begun:.1f} s",
        file=sys.stderr,
    )
    return {
        "events_per_second": round(staged / (done - begun), 1), "peak_rss_mb": round(max(peak, loaded), 1), "above_rest_mb": round(peak - resting, 1),
        "fetch_seconds": round(fetched - begun, 2), "process_seconds": round(done - fetched, 2), "cpu_seconds": round(worked, 2),
        "database_cpu_seconds": round(stored, 2),
    }  # fmt: skip


def _database_seconds() -> float:
    """Seconds of processor time of our connection's PostgreSQL process (proc(5)), 0 where it runs elsewhere."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        stat = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not stat.exists():
        return 0.0
    times = stat.read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def _memory(name: str) -> float:
    """A figure of this process in MB.

    VmRSS is its present memory, VmHWM the peak since the last reset (proc(5)).
    """
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(f"{name}:")
    )
    return int(line.split()[1]) / 1024


def main() -> None:
    """Measure each format in its own process, print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=20_000)
    options.add_argument("--formats", nargs="+", choices=FORMATS, default=list(FORMATS))
    options.add_argument("--one", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.events)))
        return
    formats = {}
    with watched() as told:
        for name in asked.formats:
            small, whole = _child(name, max(1, asked.events // 10)), _child(name, asked.events)
            formats[name] = {**whole, "growth_mb": round(whole["above_rest_mb"] - small["above_rest_mb"], 1)}
    print(
        json.dumps(
            {
                "events_per_second": min(one["events_per_second"] for one in formats.values()),
                "peak_rss_mb": max(one["peak_rss_mb"] for one in formats.values()),
                "formats": formats,
                **told,
            }
        )
    )


def _child(name: str, count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.fetch", "--one", name, "--events", str(count)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    main()
