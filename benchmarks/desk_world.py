"""The world of `benchmarks.desk`: very many events, what waits for moderators, and the rows of every other list."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.management import call_command

from benchmarks import many, world

#: The version of this world: a template of another version is not used.
LIKENESS = 1
CHUNK = 1000
#: For each open review so many decided ones.
DECIDED = 0.2
#: Of a hundred open reviews so many ask for a change, and so many whether two events are one.
CHANGES, MATCHES = 8, 6
_REASONS = (
    "category {category} is a guess (0.31)",
    "quality 0.61 is below 0.70: no end time, no price",
    "{source} is not trusted to publish without a review",
    "spam: the text reads like an advertisement (0.72)",
)


@contextmanager
def database(template: str) -> Iterator[str]:
    """A clone of a template, dropped at the end. Yields its name.

    The template may be of an older schema: the clone is migrated, as an installation would be.
    """
    with world.cloned(template) as name:
        call_command("migrate", verbosity=0, interactive=False)
        yield name


def seeded(events: int, reviews: int) -> str:
    """The name of the template with `events` events and `reviews` open reviews."""
    base = many.seeded(events)
    return world.stored(f"{base}_desk_{reviews}_{LIKENESS}", base, partial(fill, reviews))


def fill(reviews: int) -> None:
    """Fill the tables around the events of this database."""
    from django.db import connection

    from events.models import Event

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        _file(reviews)
        _rows_beside(Event.objects.count())
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


def _file(reviews: int) -> None:
    """Take the last events out of publication and ask about them: a new event, a change, or a likeness."""
    from events.models import Event, Listing

    asked = int(reviews * (1 + DECIDED))
    ids = list(Event.objects.order_by("-id").values_list("pk", flat=True)[:asked])
    for start in range(0, len(ids), CHUNK):
        events = list(
            Event.objects.select_related("city").filter(pk__in=ids[start : start + CHUNK]).order_by("-pk")
        )
        _reviews([(start + number, event) for number, event in enumerate(events)], reviews)
        for listing in (
            listings := list(Listing.objects.filter(event__in=events).select_related("event__city"))
        ):
            listing.facts = _facts(listing.event)
        Listing.objects.bulk_update(listings, ["facts"])
    waiting = [pk for number, pk in enumerate(ids) if number < reviews and _kind(number) != "change"]
    Event.objects.filter(pk__in=waiting).update(publication="pending", published_at=None)


def _kind(number: int) -> str:
    place = number % 100
    return "change" if place < CHANGES else "match" if place < CHANGES + MATCHES else "event"


def _reviews(rows: list[tuple[int, Any]], reviews: int) -> None:
    from moderation.services.weighing import describe
    from outbox import rows as table

    made = [_review(number, event, rows[0][1], is_open=number < reviews) for number, event in rows]
    describe(made, now=world.NOW)
    table.insert(made)


def _review(number: int, event: Any, other: Any, *, is_open: bool) -> Any:
    """The review of one event; `other` is one that it may be."""
    from moderation.models import Review

    kind = _kind(number) if event.pk != other.pk else "event"
    filed = world.NOW - timedelta(minutes=number * 2)
    evidence: dict[str, Any] = {"source": f"bench-{number % 4}", "source_name": f"Bench {number % 4}", "run": "", "facts": _facts(event),
                                "changes": {}, "proposal": "", "similar": []}  # fmt: skip
    if kind == "change":
        evidence["changes"] = {
            "title": [event.title.upper(), event.title],
            "venue_name": ["Old Hall", event.venue_name],
        }
    if kind == "match":
        evidence["similar"] = [
            {
                "event": str(other.pk),
                "similarity": 0.84,
                "reasons": "titles 0.99 alike; same start; same venue",
            }
        ]
    reason = _REASONS[number % len(_REASONS)].format(category=event.category_id, source=f"Bench {number % 4}")
    return Review(
        kind=kind, object_id=event.pk, title=event.title, city_id=event.city_id, starts_at=event.start_at, evidence=evidence, reasons=[reason],
        created_at=filed, state="open" if is_open else "decided",
        decided_at=None if is_open else filed + timedelta(hours=1),
    )  # fmt: skip


def _facts(event: Any) -> dict[str, Any]:
    """An event as its source tells it, with the quality and the findings of the checks."""
    return {
        "title": event.title, "description": event.description, "start": event.start_at.isoformat(), "timezone": event.timezone,
        "venue": {"name": event.venue_name, "address": event.address, "city": event.venue_city, "lat": event.lat, "lng": event.lng},
        "category": event.category_id, "tags": list(event.tags), "url": event.url, "located": {"city": event.city.slug},
        "confidence": {"category": 0.31},
        "quality": {
            "score": 0.61, "grade": "C", "threshold": 0.7,
            "gates": {"completeness": {"score": 0.5, "passed": False, "problems": ["There is no end time.", "There is no price."]},
                      "content": {"score": 0.9, "passed": True}, "geography": {"score": 1.0, "passed": True}},
        },
        "flags": [{"check": "spam", "reason": "the text reads like an advertisement", "evidence": {"probability": 0.72}}],
    }  # fmt: skip


def _rows_beside(events: int) -> None:
    """Rows of the tables that grow with the events: staged ones, changes, the log, decisions, pairs, runs."""
    from django.db import connection

    sources = _sources()
    tenth, most = max(1, events // 10), f"generate_series(1, {events}) n"
    at = f"TIMESTAMPTZ '{world.NOW.isoformat()}' - n * INTERVAL '1 minute'"
    event = "(SELECT ('01a10000-0000-7000-8000-' || lpad(to_hex({}), 12, '0'))::uuid)"
    source = f"({_array(sources)}::uuid[])[1 + n % {len(sources)}]"
    word = f"({_array(world.WORDS)})[1 + n * {{}} % {len(world.WORDS)}]"
    title = f"{word.format(7)} || ' ' || {word.format(11)} || ' ' || n"
    with connection.cursor() as cursor:
        insert = partial(_insert, cursor)
        insert("sources.StagedEvent", most, source_id=source, external_id="'x' || n", title=title, start_at=at, processed_at=at,
               first_seen_at=at, event_id=event.format("n - 1"), state="CASE n % 9 WHEN 0 THEN 'dropped' ELSE 'recorded' END")  # fmt: skip
        insert("outbox.Change", most, number="n", transaction="n", object_id=event.format("n - 1"), at=at, object_type="'event'", topics="'{events:all}'",
               type="(ARRAY['event.published', 'event.changed', 'event.removed'])[1 + n % 3]")  # fmt: skip
        insert("audit.Entry", most, at=at, action="(ARRAY['event.changed', 'row.changed', 'verdict.given'])[1 + n % 3]", actor="'system:pipeline'",
               target=f"'events.event:' || {event.format('n - 1')}", seal="''")  # fmt: skip
        some = f"generate_series(1, {tenth}) n"
        insert("moderation.Decision", some, object_id=event.format("n - 1"), verdict="(ARRAY['approve', 'reject', 'flag'])[1 + n % 3]", at=at,
               automatic="n % 4 > 0")  # fmt: skip
        insert("events.DuplicateMatch", some, first_id=event.format("n * 2 - 2"), second_id=event.format("n * 2 - 1"), similarity="(n % 100) / 100.0",
               outcome="(ARRAY['merge', 'different', 'ask'])[1 + n % 3]", reasons="'titles ' || n % 100 || ' alike'", created_at=at)  # fmt: skip
        insert(
            "events.Proposal",
            some,
            event_id=event.format("n - 1"),
            fields="'{}'",
            created_at=at,
            reasons="ARRAY['the title changed']",
        )
        insert(
            "sources.FetchRun",
            some,
            source_id=source,
            state="'success'",
            started_at=at,
            finished_at=at,
            heartbeat_at=at,
            seconds="n % 90",
        )


def _array(values: Iterable[Any]) -> str:
    return f"ARRAY[{', '.join(repr(str(value)) for value in values)}]"


def _sources() -> list[Any]:
    """A source for each origin, and 15 for each city."""
    from events.models import Origin
    from places.models import City
    from sources.models import Source

    usual: dict[str, Any] = {
        "type": "api",
        "connector": "ical",
        "config": {"url": "https://bench.example/"},
        "updated_at": world.NOW,
    }
    made = [
        Source(pk=origin.pk, slug=origin.slug, name=origin.name, **usual) for origin in Origin.objects.all()
    ]
    for city in City.objects.order_by("slug"):
        made += [
            Source(slug=f"{city.slug}-{n}", name=f"{city.name} calendar {n}", city=city, **usual)
            for n in range(15)
        ]
    Source.objects.bulk_create(made)
    return [source.pk for source in made]


def _insert(cursor: Any, label: str, rows: str, **values: str) -> None:
    """Insert into the table of a model `SELECT values FROM rows`; other columns have their field's default."""
    from django.apps import apps
    from django.db import connection

    columns, chosen, params = [], [], []
    for field in apps.get_model(label)._meta.concrete_fields:
        if field.column not in values and (not field.has_default() and (field.null or field.primary_key)):
            continue
        columns.append(field.column)
        if field.primary_key and field.column not in values:
            chosen.append("gen_random_uuid()")
        elif field.column in values:
            chosen.append(f"({values[field.column]})::{field.db_type(connection)}".replace("%", "%%"))
        else:
            chosen.append(f"%s::{field.db_type(connection)}")
            params.append(field.get_db_prep_save(field.get_default(), connection))
    table = apps.get_model(label)._meta.db_table
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(chosen)} FROM {rows}", params
    )
