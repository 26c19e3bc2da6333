"""Databases of very many events, for benchmarks of lists, search and percolation.

The first `BASE` events are those of `world`; the others come from them by `INSERT ... SELECT`, each with words of its
own in the title, another day, state, organizer and time of arrival. Deterministic for a size. Indexes are built at the
end, which is faster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from benchmarks import world

#: So many events are made one by one, and their descriptions occur in the others.
BASE = 20_000
ORGANIZERS = 5_000
#: Title and id of event `number`, made from one of the base.
_FUNCTIONS = f"""
CREATE FUNCTION pg_temp.made_id(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT ('01a10000-0000-7000-8000-' || lpad(to_hex(number), 12, '0'))::uuid $$;
CREATE FUNCTION pg_temp.made_title(title text, number bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT concat_ws(' ', words[1 + number * 7 % {len(world.WORDS)}], split_part(title, ' ', 1), split_part(title, ' ', 2),
                   words[1 + number / 31 % {len(world.WORDS)}], number % 9973)
  FROM (SELECT ARRAY[{", ".join(f"'{word}'" for word in world.WORDS)}]) AS w (words) $$;
"""
#: The terms of a title, as `events.services.search_text` writes them.
_TITLE_TERMS = """
CREATE FUNCTION pg_temp.title_terms(title text) RETURNS tsvector LANGUAGE sql STABLE AS $$
  SELECT string_agg(quote_literal(term) || ':' || at || 'A', ' ')::tsvector
  FROM unnest(string_to_array(title, ' ')) WITH ORDINALITY AS t (word, at) LEFT JOIN pg_temp.word_terms w ON w.word = t.word,
       unnest(coalesce(w.terms, ARRAY[lower(t.word)])) AS term $$;
"""
#: Days from the first day of the world to that of an event made from `b`, of the number `n.number`.
_DAY = f"((b.start_date - DATE '{world.NOW:%Y-%m-%d}' + n.number * 13) % {world.DAYS})::int"
_SHIFT = f"(({_DAY}) - (b.start_date - DATE '{world.NOW:%Y-%m-%d}'))"
_ARRIVED = f"TIMESTAMPTZ '{world.NOW.isoformat()}' - n.number % 400000 * INTERVAL '1 minute'"
#: What differs from the event of the base.
_DIFFERENT = {
    "id": "pg_temp.made_id(n.number)",
    "title": "pg_temp.made_title(b.title, n.number)",
    "slug": "replace(lower(pg_temp.made_title(b.title, n.number)), ' ', '-')",
    "start_at": f"b.start_at + {_SHIFT} * INTERVAL '1 day'",
    "end_at": f"b.end_at + {_SHIFT} * INTERVAL '1 day'",
    "start_date": f"b.start_date + {_SHIFT}",
    "end_date": f"b.end_date + {_SHIFT}",
    "url": "'https://bench.example/' || n.number",
    "organizer_id": f"(SELECT o.id FROM made_organizers o WHERE o.number = n.number % {ORGANIZERS})",
    "publication": "CASE WHEN n.number % 100 < 93 THEN 'approved' WHEN n.number % 100 < 97 THEN 'archived' ELSE 'removed' END",
    "happening": "CASE WHEN n.number % 50 = 7 THEN 'cancelled' WHEN n.number % 50 = 8 THEN 'rescheduled' ELSE 'scheduled' END",
    "freshness": "CASE WHEN n.number % 20 = 3 THEN 'missing' ELSE 'seen' END",
    **dict.fromkeys(("first_seen_at", "created_at", "updated_at", "published_at"), _ARRIVED),
}
_TABLES = ("events_event", "events_eventsearch", "events_eventcounters", "events_listing")


@contextmanager
def database(events: int) -> Iterator[str]:
    """Django's connection to a fresh clone of a template with `events` events, dropped at the end."""
    with world.cloned(seeded(events)):
        yield str(events)


def seeded(events: int) -> str:
    """The name of the template with `events` events; beyond `BASE` made by SQL."""
    base = world.seeded(min(events, BASE))
    return base if events <= BASE else world.stored(f"{base}_{events}", base, partial(multiply, events))


def multiply(events: int) -> None:
    """Make events up to that number, with their listings, search text and counters."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
        )
        cursor.execute(_FUNCTIONS)
        _organizers(cursor)
        indexes = _dropped(cursor)
        cursor.execute(
            "CREATE TEMPORARY TABLE base AS SELECT e.*, row_number() OVER (ORDER BY id) - 1 AS number FROM events_event e"
        )
        cursor.execute(
            "CREATE TEMPORARY TABLE made AS SELECT b.id, b.number + k * %s AS number FROM base b"
            " CROSS JOIN generate_series(1, %s) k WHERE b.number + k * %s < %s",
            [BASE, events // BASE, BASE, events],
        )
        cursor.execute("ANALYZE made; ANALYZE base")
        _word_terms(cursor)
        _copy_events(cursor)
        _copy_beside(cursor)
        for index in indexes:
            cursor.execute(index)
        cursor.execute("SET session_replication_role = origin; DROP TABLE base, made, made_organizers")
        cursor.execute("VACUUM ANALYZE")


def _organizers(cursor: Any) -> None:
    """Organizers, and their ids by number."""
    cursor.execute(
        "INSERT INTO events_organizer (id, name, folded_name, type, url, contact, verification)"
        " SELECT pg_temp.made_id(n + (1::bigint << 40)), 'Society ' || n, 'society ' || n, '', '', '', 'unverified'"
        " FROM generate_series(0, %s) n",
        [ORGANIZERS - 1],
    )
    cursor.execute(
        "CREATE TEMPORARY TABLE made_organizers AS"
        " SELECT n AS number, pg_temp.made_id(n + (1::bigint << 40)) AS id FROM generate_series(0, %s) n",
        [ORGANIZERS - 1],
    )
    cursor.execute("CREATE INDEX ON made_organizers (number); ANALYZE made_organizers")


def _dropped(cursor: Any) -> list[str]:
    """Drop the indexes of the large tables that no constraint needs. Returns the statements that make them again."""
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid::regclass::text = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(_TABLES)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _copy_events(cursor: Any) -> None:
    from events.models import Event

    names = [field.column for field in Event._meta.concrete_fields]
    values = ", ".join(_DIFFERENT.get(name, f"b.{name}") for name in names)
    cursor.execute(
        f"INSERT INTO events_event ({', '.join(names)}) SELECT {values} FROM made n JOIN base b ON b.id = n.id"
    )


def _word_terms(cursor: Any) -> None:
    """The terms of each word that a title may have, by `pipeline.text.terms`; numbers are terms themselves."""
    from pipeline.text.terms import make_terms

    cursor.execute("SELECT DISTINCT unnest(string_to_array(title, ' ')) FROM base")
    words = sorted({*world.WORDS, *(word for (word,) in cursor.fetchall())})
    terms = [" ".join(make_terms([("A", [word])], "en").positions) for word in words]
    cursor.execute(
        "CREATE TEMPORARY TABLE word_terms AS SELECT word, string_to_array(terms, ' ') AS terms"
        " FROM unnest(%s::text[], %s::text[]) AS w (word, terms)",
        [words, terms],
    )
    cursor.execute("CREATE INDEX ON word_terms (word); ANALYZE word_terms")
    cursor.execute(_TITLE_TERMS)


def _copy_beside(cursor: Any) -> None:
    """Search text, counters, and one to four listings each (30 of 100 have more than one)."""
    cursor.execute(
        "INSERT INTO events_eventsearch (event_id, document, terms_version, folded_title, text_key)"
        " SELECT e.id, pg_temp.title_terms(e.title) || ts_filter(s.document, '{b,c,d}'), s.terms_version,"
        " lower(unaccent(e.title)), s.text_key FROM made n JOIN events_eventsearch s ON s.event_id = n.id"
        " JOIN events_event e ON e.id = pg_temp.made_id(n.number)"
    )
    cursor.execute(
        "INSERT INTO events_eventcounters (event_id, views, registrations, shares)"
        " SELECT pg_temp.made_id(number), number * 7919 % 5000, 0, 0 FROM made"
    )
    cursor.execute(
        "INSERT INTO events_listing (id, event_id, first_event_id, origin_id, external_id, recurrence_id, url, facts,"
        " first_seen_at, changed_at, joined)"
        " SELECT gen_random_uuid(), made_id, made_id, o.key, 'm' || n.number, '', 'https://bench.example/' || n.number, '{}', %s, %s, '{}'"
        " FROM made n CROSS JOIN LATERAL (SELECT pg_temp.made_id(n.number) AS made_id) i"
        " JOIN (SELECT key, row_number() OVER (ORDER BY key) AS place FROM events_origin) o"
        " ON o.place <= CASE WHEN n.number %% 10 < 3 THEN 2 + n.number %% 3 ELSE 1 END",
        [world.NOW, world.NOW],
    )
