"""How fast events come in, end to end: `python -m benchmarks.ingest --events N --existing M --vectors`.

A JSON feed of N made events, of which half name a category, is loaded through the very door that a fetch uses
(read, refine, match, judge, record) into a world of M. Batches are refined by forked processes: memory is
that of all together, what they share counted once; queries are those of the recording process. With
`--vectors` a process beside makes them, as a worker of the queue does, and the clock stops when the last one
is there. Last line: `{"events", "existing", "seconds", "events_per_second", "queries_per_batch",
"stage_seconds", "vector_lag_seconds", "peak_rss_mb", "cpu_ms_per_event", "parallel", "processor_seconds", "load", "reference_seconds"}`. Processor time
is that of all processes, ours and those of the embedded PostgreSQL, until the feed is loaded (`--visible` and `--vectors`
work beside, so that they are in PostgreSQL's part), without the look at the memory; `parallel` is that time by the clock.
"""

import argparse
import json
import os
import random
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from benchmarks import world
from benchmarks.memory import PeakMemory
from benchmarks.processor import processor_seconds, watched


def feed(count: int, cities: list[Any]) -> bytes:
    """A feed of `count` events, of which another source lists 30 % in similar words."""
    chance = random.Random(count)
    rows = []
    for number in range(count):
        known = chance.random() < 0.3
        columns = world.made(number * 7 if known else 10_000_000 + number, cities)
        title = f"{columns['title']} live" if known else columns["title"]
        start = columns["start_at"] + (
            timedelta(minutes=30) if known and chance.random() < 0.3 else timedelta()
        )
        rows.append(
            {
                "id": f"feed-{number}", "title": title, "description": columns["description"], "start": start.isoformat(),
                "end": (start + timedelta(hours=2)).isoformat(), "venue": columns["venue_name"], "address": columns["address"],
                "city": columns["city"].name, "lat": columns["lat"], "lng": columns["lng"], "url": f"https://feed.example/{number}",
                "category": columns["category_id"] if number % 2 else "", "price": "free" if columns["price_type"] == "free" else "",
            }
        )  # fmt: skip
    return json.dumps({"events": rows, "total": count}).encode()


def main() -> None:
    """Run once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=2000)
    options.add_argument("--existing", type=int, default=100_000)
    options.add_argument(
        "--vectors",
        action="store_true",
        help="also make the vectors beside, and say how long they lag behind",
    )
    options.add_argument(
        "--visible",
        action="store_true",
        help="also change single events beside the load, and say how soon readers see them",
    )
    options.add_argument("--beside", nargs=2, metavar=("WHAT", "DATABASE"), help=argparse.SUPPRESS)
    asked = options.parse_args()
    world.setup()
    if asked.beside:
        what, database = asked.beside
        {"changes": _change_beside, "vectors": _embed_beside}[what](database)
        return
    with world.database(asked.existing, vectors=asked.vectors), watched() as told:
        told |= _measure(asked.events, asked.existing, vectors=asked.vectors, visible=asked.visible)
    print(json.dumps(told))


def _change_beside(database: str) -> None:
    """In another process: change the time of one event repeatedly until stdin closes.

    Print the seconds of each change.
    """
    from pipeline.contract.raw import RawPayload
    from places.models import City
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    world.point_at(database)
    cities = list(City.objects.order_by("slug"))
    _warm(cities)
    source = ensure_source("bench-beside", connector="json_feed", config={}, city=None, trust="trusted")
    (one,) = json.loads(feed(1, cities))["events"]
    taken = []
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0.5)[0]:
        one["start"] = (datetime.fromisoformat(one["start"]) + timedelta(minutes=5)).isoformat()
        body = json.dumps({"events": [one], "total": 1}).encode()
        begun = time.perf_counter()
        run = load(
            source,
            [RawPayload(url="https://beside.example/", content=body, content_type="application/json")],
            now=world.NOW,
        )
        taken.append(time.perf_counter() - begun)
        assert run.new + run.changed == 1, run.state
    print(json.dumps(sorted(taken[1:])))


def _embed_beside(database: str) -> None:
    """In another process: compute vectors until stdin closes and none waits.

    Print how many events were checked.
    """
    from django.utils import timezone

    from events import services as events
    from pipeline.encoder import encode_sentences

    world.point_at(database)
    encode_sentences(["warm"])
    made = 0
    print("ready", flush=True)
    while True:
        is_over = bool(select.select([sys.stdin], [], [], 0)[0])
        done = events.embed_missing(now=timezone.now())
        made += done
        if not done and is_over:
            break
        if not done:
            time.sleep(0.2)
    print(json.dumps(made))


@contextmanager
def _beside(what: str, *, wanted: bool) -> Iterator[list[Any]]:
    """Run another process of this program during the block; its final output is then in the list."""
    from django.db import connection

    told: list[Any] = []
    if not wanted:
        yield told
        return
    command = [
        sys.executable,
        "-m",
        "benchmarks.ingest",
        "--beside",
        what,
        str(connection.settings_dict["NAME"]),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as beside:
        assert beside.stdout is not None
        beside.stdout.readline()
        yield told
        said, _ = beside.communicate("stop")
    told.append(json.loads(said.splitlines()[-1]))


def _measure(count: int, existing: int, *, vectors: bool, visible: bool) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from pipeline.contract.raw import RawPayload
    from places.models import City
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    cities = list(City.objects.order_by("slug"))
    body = feed(count, cities)
    _warm(cities)
    source = ensure_source("bench-feed", connector="json_feed", config={}, city=None, trust="trusted")
    queries = QueryCounter()
    with (
        _beside("changes", wanted=visible) as changes, PeakMemory() as memory, _beside("vectors", wanted=vectors) as made,
        connection.execute_wrapper(queries),
    ):  # fmt: skip
        before, begun = os.times(), time.perf_counter()
        used = processor_seconds() - memory.processor_seconds()
        run = load(
            source,
            [RawPayload(url="https://feed.example/", content=body, content_type="application/json")],
            now=world.NOW,
        )
        loaded = time.perf_counter()
        used = processor_seconds() - memory.processor_seconds() - used
        worked = sum(os.times()[:4]) - sum(before[:4])
    seconds = (time.perf_counter() if vectors else loaded) - begun
    batches = -(-count // settings.PIPELINE_BATCH_SIZE)
    print(
        f"{run.state}: {run.events_found} found, {run.events_processed} kept, {run.new} new, {run.merged} merged, dropped {run.dropped}"
    )
    gates = run.steps["score"]["seconds"] / count
    print(
        f"quality gates {1000 * gates:.2f} ms an event; our processor time {1000 * worked / count:.2f} ms an event, without PostgreSQL's"
    )
    print(f"{len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}")
    print(
        f"{existing / len(cities) / world.DAYS:.1f} events a city and day; {len(cities)} cities, {world.DAYS} days, 30 % listed by 2 to 4 sources"
    )
    for taken in filter(None, changes):
        print(
            f"{len(taken)} changed events visible: p50 {taken[len(taken) // 2]:.2f} s, p95 {taken[int(len(taken) * 0.95)]:.2f} s after their fetch"
        )
    for number in made:
        print(f"{number} events looked at for their vectors beside; loaded after {loaded - begun:.2f} s")
    return {
        "events": count,
        "existing": existing,
        "seconds": round(seconds, 2),
        "events_per_second": round(run.events_processed / seconds, 1),
        "queries_per_batch": round(queries.count / batches, 1),
        "stage_seconds": {
            name: round(step["seconds"], 3) for name, step in run.steps.items() if "seconds" in step
        },
        "vector_lag_seconds": round(begun + seconds - loaded, 2),
        "peak_rss_mb": memory.peak_mb,
        "cpu_ms_per_event": round(1000 * used / count, 2),
        "parallel": round(used / (loaded - begun), 2),
    }


def _warm(cities: list[Any]) -> None:
    """Load the models as a worker does before its first batch."""
    from pipeline.contract.raw import RawPayload
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    source = ensure_source("bench-warm", connector="json_feed", config={}, city=None)
    load(
        source,
        [RawPayload(url="https://warm.example/", content=feed(3, cities), content_type="application/json")],
        now=world.NOW,
    )


class QueryCounter:
    """Counts queries."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


if __name__ == "__main__":
    main()
