"""What the log costs: `python -m benchmarks.log_cost --pairs 10 --events 1000`, or `--verify 1000000`.

Pairs: feeds of new events are loaded in turns with the log and without it, in one database; the order within
a pair alternates. Compared is processor time, ours (children included) and that of all processes of the
embedded PostgreSQL, so nothing else may use that server meanwhile. Last line: `{"pairs", "events",
"with_ms", "without_ms", "share_percent", "lowest_percent", "highest_percent", "log_ms_per_batch",
"direct_percent", "reference_seconds"}`; `share_percent` is the median of the pairs. On a busy machine pairs
differ by more than what is looked for: `direct_percent` is the processor time of one batch's entry, written and chained
alone (the mean of 300), over that of the batch.

Verify: so many chained entries are written by COPY, then `verify` reads them. Last line: `{"entries",
"seconds", "peak_rss_mb", "ok", "reference_seconds"}`.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from benchmarks import world
from benchmarks.ingest import feed
from benchmarks.processor import processor_seconds, watched


def main() -> None:
    """Run once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--pairs", type=int, default=10)
    options.add_argument("--events", type=int, default=1000)
    options.add_argument("--existing", type=int, default=2000)
    options.add_argument("--verify", type=int, metavar="ENTRIES")
    asked = options.parse_args()
    world.setup()
    with world.database(0 if asked.verify else asked.existing), watched() as told:
        told |= _verified(asked.verify) if asked.verify else _log_compared(asked.pairs, asked.events)
    print(json.dumps(told))


def _log_compared(pairs: int, events: int) -> dict[str, Any]:
    from django.conf import settings

    told, direct = compared(pairs, events, _log), _direct()
    batch = told["without_ms"] * settings.PIPELINE_BATCH_SIZE
    return told | {"log_ms_per_batch": round(direct, 2), "direct_percent": round(100 * direct / batch, 2)}


def compared(
    pairs: int, events: int, switched: Callable[..., AbstractContextManager[None]]
) -> dict[str, Any]:
    """Processor time of loads with something and without it, `switched(is_on=…)`, in pairs by turns."""
    _load(0, 10)  # models and caches
    shares, sums = [], {True: 0.0, False: 0.0}
    for pair in range(pairs):
        taken = {}
        for turn, is_on in enumerate((True, False) if pair % 2 else (False, True)):
            with switched(is_on=is_on):
                before = processor_seconds()
                _load(1 + 2 * pair + turn, events)
                taken[is_on] = (processor_seconds() - before) * 1000 / events
            sums[is_on] += taken[is_on]
        shares.append(100 * (taken[True] / taken[False] - 1))
        print(
            f"pair {pair + 1}: with {taken[True]:.3f}, without {taken[False]:.3f} ms an event; load {os.getloadavg()[0]:.1f}",
            flush=True,
        )
    return {
        "pairs": pairs,
        "events": events,
        "with_ms": round(sums[True] / pairs, 3),
        "without_ms": round(sums[False] / pairs, 3),
        "share_percent": round(median(shares), 2),
        "lowest_percent": round(min(shares), 2),
        "highest_percent": round(max(shares), 2),
    }


def _direct(count: int = 300) -> float:
    """Milliseconds of processor time to record and chain what the rules decided on one batch."""
    from django.db import transaction

    from accounts.actions import Action, Word, digest, record_action
    from accounts.rights import PIPELINE

    ids = [uuid4() for _ in range(200)]
    before = processor_seconds()
    for _ in range(count):
        with transaction.atomic():
            after = {"verdict": Word("approve"), **digest(ids)}
            record_action(PIPELINE, Action.VERDICTS_BY_RULES, target=f"sources.source:{ids[0]}", after=after)
    return (processor_seconds() - before) * 1000 / count


@contextmanager
def _log(*, is_on: bool) -> Iterator[None]:
    """The log as it is, or nothing recorded and nothing chained."""
    if is_on:
        yield
        return
    with (
        patch("audit.services.record_many", lambda *_, **__: []),
        patch("audit.services.record", lambda *_, **__: None),
    ):
        yield


def _load(number: int, events: int) -> None:
    """Load a feed that no other one resembles."""
    from pipeline.contract.raw import RawPayload
    from places.models import City
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    rows = json.loads(feed(events, list(City.objects.order_by("slug"))))["events"]
    for row in rows:
        row["title"], row["id"] = f"{row['title']} {number}", f"{number}-{row['id']}"
    source = ensure_source(f"log-{number}", connector="json_feed", config={}, city=None, trust="trusted")
    body = json.dumps({"events": rows, "total": events}).encode()
    answer = RawPayload(url=f"https://feed.example/{number}", content=body, content_type="application/json")
    run = load(source, [answer], now=world.NOW)
    assert run.state == "success", run.state


def _verified(count: int) -> dict[str, Any]:
    from audit.services import verify

    _write(count)
    begun = time.perf_counter()
    report = verify(checkpoints=Path("/nonexistent"))
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"entries": report.entries, "seconds": round(seconds, 1), "peak_rss_mb": peak, "ok": report.ok}


def _write(count: int) -> None:
    """Entries and links as the services make them."""
    from django.db import connection

    from audit import hashing
    from audit.models import Entry, Link

    names = {model: [field.column for field in model._meta.concrete_fields] for model in (Entry, Link)}
    previous, entries, links = hashing.NOTHING, [], []
    for number in range(1, count + 1):
        entry = Entry(at=world.NOW + timedelta(seconds=number), action="event.changed", actor="system:bench",
                      target=f"events.event:{number}", before='{"is_on":false}', after='{"is_on":true}', request_id=f"{number:032}")  # fmt: skip
        entry.seal = hashing.seal(hashing.entry_bytes(entry))
        own = hashing.entry_hash(entry)
        previous = hashing.link_hash(number, entry.id, own, previous)
        entries.append(entry)
        links.append(Link(number=number, entry_id=entry.id, entry_hash=own, hash=previous))
    connection.ensure_connection()
    with connection.connection.cursor() as cursor:
        for model, rows in ((Entry, entries), (Link, links)):
            statement = f"COPY {model._meta.db_table} ({', '.join(names[model])}) FROM STDIN"
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row([getattr(row, name) for name in names[model]])
        cursor.execute("TRUNCATE audit_unchained")
        cursor.execute("ANALYZE audit_entry, audit_link")


if __name__ == "__main__":
    main()
