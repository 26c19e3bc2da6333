"""Changes of events beside `benchmarks.search`, as runs of sources record them, and what an edit by a person costs."""

import json
import select
import sys
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from benchmarks import world

#: So many events of a batch change at once.
_BATCH = 10


def write_beside(database: str, a_second: float) -> None:
    """In another process: so many changed events a second, until stdin closes. Print how many there were, and their milliseconds.

    A source's run changes `_BATCH` events in one transaction, with their documents and Changes, as
    `sources.ingest.record` does; once a second the vocabulary follows, as the worker lets it.
    """
    from django.utils import timezone

    from events import services

    world.point_at(database)
    batches, taken, changed = _batches(seed=11), [], 0
    print("ready", flush=True)
    begun = followed = time.perf_counter()
    while not select.select([sys.stdin], [], [], 0)[0]:
        at = time.perf_counter()
        changed += next(batches)
        taken.append((time.perf_counter() - at) * 1000)
        if time.perf_counter() - followed > 1:
            followed = time.perf_counter()
            services.follow_vocabulary(now=timezone.now())
        time.sleep(max(0.0, begun + changed / a_second - time.perf_counter()))
    seconds = time.perf_counter() - begun
    told = {"changes_per_second": round(changed / seconds, 1), "batch": _BATCH, "batch_p95_ms": _p95(taken)}
    print(json.dumps(told | {"processor_ms_per_change": round(1000 * time.process_time() / changed, 1)}))


def _batches(seed: int) -> Iterator[int]:
    """Record changes of events of all cities as runs of their first origin tell them; yields how many were changed."""
    import random

    from django.db import transaction

    from events import services
    from events.models import Event, Listing
    from events.records import Judgement, Outcome

    chance, total = random.Random(seed), Event.objects.count()
    while True:
        keys = [f"01a10000-0000-7000-8000-{chance.randrange(total):012x}" for _ in range(_BATCH * 2)]
        events = Event.objects.select_related("city", "area", "organizer").filter(
            pk__in=keys, publication="approved", all_day=False
        )[:_BATCH]
        origins = Listing.objects.filter(event__in=[event.pk for event in events]).select_related("origin")
        first = {one.event_id: one for one in origins.order_by("-origin__key")}
        runs: dict[Any, list[Any]] = {}
        for event in events:
            runs.setdefault(first[event.pk].origin, []).append(_told(event, first[event.pk], chance))
        with transaction.atomic():
            recorded = [
                one
                for origin, entries in runs.items()
                for one in services.record_events(
                    entries, origin=origin, judge=lambda cases: [Judgement() for _ in cases], now=world.NOW
                )
            ]
        yield sum(one.outcome is Outcome.CHANGED for one in recorded)


def _told(event: Any, listing: Any, chance: Any) -> Any:
    """What the listing's origin says next of the event: another title, another end, or a word more in the description."""
    from dataclasses import replace
    from datetime import timedelta

    from events.records import Entry, Located
    from pipeline.contract.enums import Online, PriceType
    from pipeline.contract.normalized import NormalizedEvent, OrganizerRef, Price, Quality, Venue

    told = NormalizedEvent(
        external_id=listing.external_id,
        title=event.title,
        description=event.description,
        start=event.start_at,
        end=event.end_at,
        timezone=event.timezone,
        venue=Venue(
            name=event.venue_name,
            address=event.address,
            city=event.venue_city,
            country=event.country,
            lat=event.lat,
            lng=event.lng,
        ),
        online=Online(event.online),
        category=event.category_id,
        tags=tuple(event.tags),
        language=event.language,
        price=Price(type=PriceType(event.price_type), min=event.price_min),
        url=event.url,
        organizer=OrganizerRef(name=event.organizer.name) if event.organizer else None,
        performers=tuple(event.performers),
        quality=Quality(score=float(event.quality_score or 0)),
    )
    turn, word = chance.random(), chance.choice(world.WORDS)
    if turn < 0.4:
        told = replace(told, title=f"{event.title[:280]} {word}")
    elif turn < 0.7 and event.end_at:
        told = replace(told, end=event.end_at + timedelta(minutes=15))
    else:
        told = replace(told, description=event.description.replace("</p>", f" {word}.</p>"))
    located = Located(
        city=event.city.slug if event.city else "",
        area=event.area.slug if event.area else "",
        place_id=str(event.place_id or ""),
    )
    return Entry(event_id=event.pk, external_id=listing.external_id, event=told, located=located)


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
