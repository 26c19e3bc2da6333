"""Changes of events beside `benchmarks.search`, by the services that people's edits go through, and what one costs."""

import json
import select
import sys
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from benchmarks import world


def write_beside(database: str, a_second: float) -> None:
    """In another process: so many changes a second, until stdin closes. Print how many there were, and their milliseconds.

    Each is a transaction with its document and Change; once a second the vocabulary follows, as the worker lets it.
    """
    from django.utils import timezone

    from events import services

    world.point_at(database)
    changes, taken = _changes(seed=11), []
    print("ready", flush=True)
    begun = followed = time.perf_counter()
    while not select.select([sys.stdin], [], [], 0)[0]:
        at = time.perf_counter()
        next(changes)()
        taken.append((time.perf_counter() - at) * 1000)
        if time.perf_counter() - followed > 1:
            followed = time.perf_counter()
            services.follow_vocabulary(now=timezone.now())
        time.sleep(max(0.0, begun + len(taken) / a_second - time.perf_counter()))
    seconds = time.perf_counter() - begun
    print(json.dumps({"changes_per_second": round(len(taken) / seconds, 1), "p95_ms": _p95(taken)}))


def cost(count: int) -> dict[str, Any]:
    """Milliseconds on the clock and bytes of WAL of one change: without search, with its document and words, and its vector."""
    from django.utils import timezone

    from events import services
    from pipeline.encoder import encode_sentences

    encode_sentences(["warm"])
    changes = _changes(seed=12)
    with patch("events.services.search_text.refresh"):
        bare = _measured(changes, count, lambda: None)
    _drained()
    whole = _measured(changes, count, _drained)
    vectors = _measured(iter([]), 0, lambda: services.embed_missing(now=timezone.now(), limit=count))
    return {
        "change_ms": round(whole[0] / count, 2),
        "change_wal_bytes": round(whole[1] / count),
        "change_without_search_ms": round(bare[0] / count, 2),
        "change_without_search_wal_bytes": round(bare[1] / count),
        "vector_ms": round(vectors[0] / count, 2),
        "vector_wal_bytes": round(vectors[1] / count),
    }


def _measured(changes: Any, count: int, then: Any) -> tuple[float, int]:
    """Milliseconds and WAL bytes of so many changes and what follows them."""
    from django.db import connection

    def written() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
            return int(cursor.fetchone()[0])

    before, begun = written(), time.perf_counter()
    for _ in range(count):
        next(changes)()
    then()
    return (time.perf_counter() - begun) * 1000, written() - before


def _drained() -> None:
    from django.utils import timezone

    from events import services

    while services.follow_vocabulary(now=timezone.now()):
        pass


def _changes(seed: int) -> Iterator[Any]:
    """Edits of events of all cities, one after the other: another title, other hours, or a word more in the description."""
    import random
    from datetime import timedelta

    from accounts.rights import COMMAND
    from events.models import Event
    from events.services import edit

    chance = random.Random(seed)
    events = Event.objects.filter(publication="approved")
    total = Event.objects.count()
    while True:
        pk = f"01a10000-0000-7000-8000-{chance.randrange(total):012x}"
        event = events.filter(pk=pk).only("title", "description", "start_at", "end_at", "all_day").first()
        if event is None or event.all_day:
            continue
        values: dict[str, Any]
        turn = chance.random()
        if turn < 0.4:
            values = {"title": f"{event.title[:280]} {chance.choice(world.WORDS)}"}
        elif turn < 0.7 and event.end_at:
            values = {"end_at": event.end_at + timedelta(minutes=15)}
        else:
            values = {"description": event.description.replace("</p>", f" {chance.choice(world.WORDS)}.</p>")}

        def change(pk: str = pk, values: dict[str, Any] = values) -> None:
            edit(event_id=pk, values=values, by=COMMAND, lock_fields=False)  # type: ignore[arg-type]

        yield change


def _p95(taken: list[float]) -> float:
    return round(sorted(taken)[int(len(taken) * 0.95) - 1], 1) if taken else 0.0
