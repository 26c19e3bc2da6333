"""What a look for anomalies costs: `python -m benchmarks.anomalies --listings 1000000`.

A database of 20,000 events is copied in itself until there are so many events, each with a listing; these came evenly in 365 days,
from 300 sources. Measured are the first look, which counts ten weeks; one that counts and judges a day, as once in each night; and one
that judges an hour. Last line: `{"listings", "first_seconds", "day_seconds", "hour_ms", "intake_rows", "peak_rss_mb",
"processor_seconds", "load", "reference_seconds"}`. The embedded services run meanwhile, unless others are configured.
"""

import argparse
import json
import time
from datetime import timedelta
from typing import Any, Final

from benchmarks import world
from benchmarks.memory import PeakMemory
from benchmarks.processor import watched

EVENTS: Final = 20_000
SOURCES: Final = 300
_DAY: Final = timedelta(days=1)

#: Neither the search nor the pages of a copy are measured, so it needs no index but those of the keys.
_INDEXES: Final = """
SELECT i.indexrelid::regclass::text, c.conname, i.indrelid::regclass::text
FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
WHERE i.indrelid IN ('events_event'::regclass, 'events_listing'::regclass) AND NOT i.indisprimary
"""
_ORIGINS: Final = """
INSERT INTO events_origin (key, slug, name, url, credit, trust, covered_at, keeps_pictures, is_sample)
SELECT md5('origin ' || n)::uuid, 'origin-' || n, 'Origin ' || n, '', '', .5, %(now)s, true, false FROM generate_series(1, %(count)s) n
"""
#: The head of a UUIDv7.
_TIME_OF_ID: Final = "lpad(to_hex((extract(epoch FROM n.at) * 1000)::bigint), 12, '0')"
_COLUMNS: Final = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER' ORDER BY 1"


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--listings", type=int, default=100_000)
    asked = options.parse_args()
    with world.running(), world.cloned(world.seeded(EVENTS)):
        _grow(asked.listings)
        with PeakMemory(each=0.5) as memory, watched() as told:
            told |= _looks()
        told["peak_rss_mb"] = memory.peak_mb
    print(json.dumps({"listings": asked.listings, **told}))


def _grow(listings: int) -> None:
    """Copy the events, and give each a listing of its own."""
    from django.db import connection

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_INDEXES)
        for index, constraint, table in cursor.fetchall():
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f"DROP INDEX {index}"
            )
        cursor.execute(_ORIGINS, {"now": world.NOW, "count": SOURCES})
        copies = {"id": "md5(t.id::text || n)::uuid"}
        _copied(cursor, "events_event", copies, f"generate_series(1, {listings // EVENTS}) n")
        cursor.execute("CREATE TEMPORARY TABLE template AS SELECT * FROM events_listing LIMIT 1")
        cursor.execute("TRUNCATE events_listing CASCADE")
        cursor.execute(
            "CREATE TEMPORARY TABLE times AS SELECT e.id, row_number() OVER () AS number,"
            " %s::timestamptz - random() * interval '365 days' AS at FROM events_event e LIMIT %s",
            [world.NOW, listings],
        )
        listed = {
            "id": f"({_TIME_OF_ID} || '7' || substr(md5(n.id::text), 1, 3) || '8' || substr(md5(n.id::text), 4, 15))::uuid",
            "event_id": "n.id",
            "first_event_id": "n.id",
            "first_seen_at": "n.at",
            "external_id": "'x' || n.number",
            "origin_id": f"md5('origin ' || (1 + n.number % {SOURCES}))::uuid",
        }
        _copied(cursor, "events_listing", listed, "times n", of="template")
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE events_event")
        cursor.execute("VACUUM ANALYZE events_listing")
    print(f"growing took {time.perf_counter() - begun:.0f} s", flush=True)


def _copied(cursor: Any, table: str, changed: dict[str, str], beside: str, *, of: str = "") -> None:
    cursor.execute(_COLUMNS, [table])
    names = [row[0] for row in cursor.fetchall()]
    values = ", ".join(changed.get(name, f't."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {of or table} t CROSS JOIN {beside}"
    )


def _looks() -> dict[str, Any]:
    from insights.anomalies.looking import look
    from insights.models import Intake, Look

    first = _seconds(lambda: look(now=world.NOW))
    Intake.objects.filter(day=(world.NOW - _DAY).date()).delete()
    Look.objects.filter(of="days").update(until=world.NOW.replace(hour=0) - _DAY)
    day = _seconds(lambda: look(now=world.NOW))
    hour = _seconds(lambda: look(now=world.NOW + timedelta(hours=1)))
    return {
        "first_seconds": round(first, 2), "day_seconds": round(day, 2), "hour_ms": round(hour * 1000, 1),
        "intake_rows": Intake.objects.count(),
    }  # fmt: skip


def _seconds(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
