"""How fast figures are answered and added up: `python -m benchmarks.figures --rows 10000000 --acts 200000`.

A database is filled with so many rows of sums, of all known cities by day back from now, until they are enough: each day has the
total of each city, its categories, sources, venues and hours; two days also by the hour. Each answer of the API is computed
`--rounds` times for all cities and for one, and each page of the desk is asked for. Then so many acts wait and are added up;
`reads_per_act` is how often PostgreSQL fetched a row of them. Last line: `{"rows", "days", "answers": {name: p95_ms},
"worst_p95_ms", "acts", "add_up_seconds", "acts_per_second", "reads_per_act", "peak_rss_mb", "processor_seconds", "load",
"reference_seconds"}`. The embedded services run meanwhile, unless others are configured.
"""

import argparse
import json
import random
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from benchmarks import world
from benchmarks.desk_keys import p95_of
from benchmarks.memory import PeakMemory
from benchmarks.processor import watched

EVENTS: Final = 20_000
#: Sums of a city and day, beside its total: so many sources and venues with an act, hours with one.
SOURCES, VENUES, HOURS = 12, 60, 18
#: The acts that wait are of the last minutes.
_MINUTES: Final = 10

#: One day of all cities. Cities differ in size: the views of one fall with its place.
_DAY: Final = f"""
WITH c AS (SELECT id, row_number() OVER (ORDER BY slug) AS place FROM places_city),
parts AS (
    SELECT c.id, c.place, '' AS dimension, '' AS key, 1.0 AS share FROM c
    UNION ALL SELECT c.id, c.place, 'category', k.slug, .05 FROM c CROSS JOIN events_category k
    UNION ALL SELECT c.id, c.place, 'source', md5(format('%%s %%s', c.place, n))::uuid::text, .08 FROM c, generate_series(1, {SOURCES}) n
    UNION ALL SELECT c.id, c.place, 'venue', md5(format('%%s-%%s', c.place, n + %(ago)s %% 20))::uuid::text, .01 FROM c, generate_series(1, {VENUES}) n
    UNION ALL SELECT c.id, c.place, 'hour', format('%%s-%%s', extract(isodow FROM %(at)s::timestamptz)::int, lpad((n + 5)::text, 2, '0')), .05
        FROM c, generate_series(1, {HOURS}) n
)
INSERT INTO insights_figure (grain, dimension, at, city_id, key, views, shares, clicks, saves, registrations, cancelled, attended, accounts)
SELECT %(grain)s, dimension, %(at)s, id, key, n, n / 50, n / 10, n / 20, n / 15, n / 150, n / 25, 0
FROM (SELECT *, ceil(share * (1 + 4000.0 / place) * (.6 + .8 * random()))::int AS n FROM parts) t
"""


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--acts", type=int, default=50_000)
    options.add_argument("--rounds", type=int, default=5)
    asked = options.parse_args()
    with world.running():
        base = world.seeded(EVENTS)
        template = world.stored(f"{base}_figures_{asked.rows}", base, partial(_seed, asked.rows))
        with world.cloned(template), PeakMemory(each=1.0) as memory, watched() as told:
            answers = _answers(asked.rounds) | _pages(asked.rounds)
            told |= {
                "answers": answers,
                "worst_p95_ms": max(answers.values()),
                **_size(),
                **_added(asked.acts),
            }
        told["peak_rss_mb"] = memory.peak_mb
    print(json.dumps(told))


def _seed(rows: int) -> None:
    """Days back from now until there are so many rows, and of the last two days the hours as well."""
    from django.db import connection

    from insights.models import Figure

    begun, today = time.perf_counter(), _now().replace(hour=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(.22)")
        constraint = next(one for one in Figure._meta.constraints if one.name == "figure_once")
        with connection.schema_editor() as schema:
            schema.remove_constraint(Figure, constraint)
        for hours in range(48):
            cursor.execute(_DAY, {"at": _now() - timedelta(hours=hours), "ago": hours, "grain": "hour"})
        cursor.execute("DELETE FROM insights_figure WHERE dimension = 'hour'")
        ago = 0
        cursor.execute("SELECT count(*) FROM insights_figure")
        count = int(cursor.fetchone()[0])
        while count < rows:
            cursor.execute(_DAY, {"at": today - timedelta(days=ago), "ago": ago, "grain": "day"})
            count, ago = count + cursor.rowcount, ago + 1
        with connection.schema_editor() as schema:
            schema.add_constraint(Figure, constraint)
        cursor.execute("VACUUM ANALYZE insights_figure")
    print(f"seeding {count} rows of {ago} days took {time.perf_counter() - begun:.0f} s", flush=True)


def _now() -> datetime:
    return world.NOW.replace(minute=0, second=0, microsecond=0)


def _answers(rounds: int) -> dict[str, float]:
    """The 95th percentile of each answer: by window and breakdown, for all cities and for one."""
    from insights.figures.answers import of_events
    from insights.figures.reading import BY, BY_DAY
    from insights.figures.users import of_insights, of_users
    from places.models import City

    now = _now() + timedelta(minutes=30)
    one = frozenset({City.objects.get(slug="bengaluru").pk})
    found = {}
    for window in ("hour", "day", "week", "month"):
        for by in BY:
            if by in BY_DAY and window not in ("week", "month"):
                continue
            for name, cities in (("all cities", None), ("a city", one)):
                call = partial(of_events, now=now, window=window, by=by, cities=cities)
                found[f"events, {window} by {by}, {name}"] = p95_of(call, rounds)
        found[f"users, {window}"] = p95_of(partial(of_users, now=now, window=window, weeks=12), rounds)
        found[f"insights, {window}"] = p95_of(
            partial(of_insights, now=now, window=window, cities=None, limit=50), rounds
        )
    return found


def _pages(rounds: int) -> dict[str, float]:
    """The 95th percentile of the desk's pages over the longest window, at the time of the made world."""
    import time_machine
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    client = Client()
    found = {}
    with time_machine.travel(_now() + timedelta(minutes=30), tick=True):
        client.force_login(
            User.objects.create_user("all@bench.example", None, is_staff=True, is_superuser=True)
        )
        for name in ("admin_figures", "admin_figures_users", "admin_figures_insights"):
            found[f"page {name}"] = p95_of(partial(_get, client, f"{reverse(name)}?window=month"), rounds)
    return found


def _get(client: Any, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answered {answer.status_code}")


def _size() -> dict[str, int]:
    from insights.models import Figure

    days = Figure.objects.filter(grain="day", dimension="").values("at").distinct().count()
    return {"rows": Figure.objects.count(), "days": days}


def _added(count: int) -> dict[str, Any]:
    """How long it takes to add up so many acts, and how often a row of them was fetched."""
    from django.db import connection

    from events.models import Event
    from insights.figures import adding

    chance, events = random.Random(22), list(Event.objects.values_list("pk", flat=True))
    words = ("views", "views", "views", "clicks", "shares", "saves", "registrations")
    for minute in range(_MINUTES):
        rows = [
            (chance.choice(events), chance.choice(words), 1 + chance.randrange(5))
            for _ in range(count // _MINUTES)
        ]
        adding.note(rows, at=_now() + timedelta(minutes=minute))
    before, begun = _fetched(), time.perf_counter()
    adding.add_up()
    seconds = time.perf_counter() - begun
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM insights_pendingact")
        if left := cursor.fetchone()[0]:
            raise SystemExit(f"{left} acts are left")
    return {
        "acts": count, "add_up_seconds": round(seconds, 2), "acts_per_second": round(count / seconds),
        "reads_per_act": round((_fetched() - before) / count, 2),
    }  # fmt: skip


def _fetched() -> int:
    """Rows of waiting acts that this server fetched since its start."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'insights_pendingact'"
        )
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
