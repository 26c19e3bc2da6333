"""A separate database for a benchmark.

It is filled once, kept as a template, cloned for each run and dropped after it. It holds generated events
over the known cities and 365 days from a fixed day on; 30 % are listed by 2 to 4 sources. A city has up to
360 venues, each with one address and one point. With vectors, each event has one of 5,000 real ones plus
noise. Deterministic for a size.
"""

import hashlib
import io
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import django
import numpy as np
import psycopg

from benchmarks import phrases
from config.embedded import database_url, default_var

#: The time of every benchmark.
NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
DAYS = 365
#: The version of this world: a template of another version is not used.
LIKENESS = 3
CHUNK = 5000
#: So many vectors come from texts; the others are these, each with one of so many noises of this size.
REAL_VECTORS, NOISES, NOISE = 5000, 499, 0.01
_WORDS = """
Raga Quartet Trio Jazz Choir Film Market Pottery Yoga Lecture Poetry Comedy Chess Bread Lantern River Harbour Cedar
Copper Maple Violet Signal Garden Orchard Meridian Parade Kitchen Workshop Robots Archive Stories Salsa Tango Drums
Strings Night Morning Open Grand Little Northern
"""
WORDS = _WORDS.split()
HALLS = ["Hall", "Theatre", "Club", "Library", "Park", "Museum", "Cafe", "Gallery", "Arena", "Centre"]
_CATEGORIES = """
music nightlife stage comedy film art books food market festival tech business talk workshop wellness sport outdoors
family
"""
CATEGORIES = _CATEGORIES.split()


def setup() -> None:
    """Configure Django in test mode, so that nothing sends requests."""
    os.environ.setdefault("NOCTURNE_MODE", "test")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # as the Procfile for processors
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


@contextmanager
def running() -> Iterator[None]:
    """The embedded services, started where they are not, and Django set up with them."""
    from config.services import wanted_services

    services = wanted_services(will_grow=True)
    services.acquire()
    try:
        setup()
        yield
    finally:
        services.release()


@contextmanager
def database(events: int, *, vectors: bool = False) -> Iterator[None]:
    """Django's connection to a fresh clone of the template with `events` events.

    The clone is dropped at the end. With `vectors`, their vectors too.
    """
    template = seeded(events)
    if vectors:
        template = stored(f"{template}_vectors", template, seed_vectors)
    with cloned(template):
        yield


def seeded(events: int) -> str:
    """The name of the template with `events` events, each made on its own."""
    return stored(f"bench_template_{events}_{_schema()}_{LIKENESS}", "template1", partial(seed, events))


@contextmanager
def cloned(template: str) -> Iterator[str]:
    """Django's connection to a fresh clone of a template, which is dropped at the end. Yields its name."""
    from django.db import connections

    clone = f"bench_{os.getpid()}"
    _admin(f'CREATE DATABASE "{clone}" TEMPLATE "{template}" STRATEGY FILE_COPY')
    _admin("CHECKPOINT")  # so that the copy is not still being written during the measurement
    try:
        point_at(clone)
        yield clone
    finally:
        connections.close_all()
        _admin(f'DROP DATABASE IF EXISTS "{clone}" WITH (FORCE)')


def stored(name: str, of: str, fill: Callable[[], None]) -> str:
    """The name of a stored database, created from another and filled where it is missing."""
    from django.db import connections

    if not _exists(name):
        _admin(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        try:
            point_at(name)
            fill()
            connections.close_all()
        except BaseException:
            connections.close_all()
            _admin(f'DROP DATABASE "{name}" WITH (FORCE)')
            raise
    return name


def drop(name: str) -> None:
    """Drop a stored database, if there is one."""
    _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _schema() -> str:
    """A short hash of the migrations: a template of an older schema is not used."""
    from django.db.migrations.loader import MigrationLoader

    leaves = sorted(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())
    return hashlib.sha256(repr(leaves).encode()).hexdigest()[:8]


def address() -> str:
    """The address of the database that is configured."""
    return os.environ.get("DATABASE_URL") or database_url(
        Path(os.environ.get("NOCTURNE_VAR") or default_var())
    )


def _admin(statement: str) -> None:
    with psycopg.connect(address(), autocommit=True) as link:
        link.execute(statement)  # type: ignore[arg-type]


def _exists(name: str) -> bool:
    with psycopg.connect(address(), autocommit=True) as link:
        return link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def point_at(name: str) -> None:
    """Point Django's connection to another database of the same server."""
    from django.db import connections

    connections.close_all()
    connections["default"].settings_dict["NAME"] = name


def seed(count: int) -> None:
    """Migrate, load cities and categories, and create `count` approved events.

    With their listings and search text.
    """
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_cities", verbosity=0, stdout=io.StringIO())
    call_command("load_categories", verbosity=0, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no Change rows for a made world
        origins, places = _origins(4), _places()
        for start in range(0, count, CHUNK):
            _seed_chunk(range(start, min(count, start + CHUNK)), origins, places)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def seed_vectors() -> None:
    """Store a vector for each event: that of one of the first events with a little noise.

    The index is built at the end, which is faster.
    """
    from django.db import connection
    from pgvector import HalfVector

    from events.models import Event, EventVector
    from events.services.vectors import text_of
    from pipeline.encoder import DIMENSIONS, encode_sentences

    chance = np.random.default_rng(1)
    real = encode_sentences([text_of(event) for event in Event.objects.order_by("id")[:REAL_VECTORS]])
    noise = chance.normal(0.0, NOISE, (NOISES, DIMENSIONS))
    with connection.cursor() as cursor, connection.schema_editor() as schema:
        (index,) = EventVector._meta.indexes
        schema.remove_index(EventVector, index)
        cursor.execute("SET LOCAL maintenance_work_mem = '2GB'")
        cursor.execute(
            "SET LOCAL session_replication_role = replica"
        )  # deferred constraints would forbid the index
        for name, rows in (("real", real), ("noise", noise)):
            cursor.execute(
                f"CREATE TEMPORARY TABLE {name} (place int, vector halfvec({DIMENSIONS})) ON COMMIT DROP"
            )
            told = [(place, HalfVector(row.astype(np.float32)).to_text()) for place, row in enumerate(rows)]
            cursor.executemany(f"INSERT INTO {name} VALUES (%s, %s)", told)
        cursor.execute(
            "INSERT INTO events_eventvector (event_id, embedding, text_hash, made_at) SELECT e.id, r.vector + n.vector, '', %s"
            " FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM events_event) e"
            " JOIN real r ON r.place = e.number %% %s JOIN noise n ON n.place = e.number * 7919 %% %s",
            [NOW, len(real), NOISES],
        )
        schema.add_index(EventVector, index)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE events_eventvector")


def _origins(count: int) -> list[Any]:
    from events.models import Origin

    return Origin.objects.bulk_create(
        Origin(key=UUID(int=n + 1), slug=f"bench-{n}", name=f"Bench {n}", covered_at=NOW)
        for n in range(count)
    )


def _places() -> dict[tuple[str, str], UUID]:
    """Create every venue of every city, as if an event had named it before. Returns ids by city and name."""
    from outbox import rows as table
    from pipeline.geography.coordinates import point_key
    from pipeline.text.folding import fold_name
    from places.models import City, Place, PlaceAlias

    made_places, aliases = [], []
    for city in City.objects.order_by("slug"):
        for name in (f"{word} {hall}" for word in WORDS for hall in HALLS):
            at = venue_of(city, name)
            place = Place(
                slug=name.lower().replace(" ", "-"), name=name, folded_name=fold_name(name), city=city, address=at["address"],
                lat=at["lat"], lng=at["lng"], told_at=point_key(at["lat"], at["lng"]), updated_at=NOW,
            )  # fmt: skip
            made_places.append(place)
            aliases.append(PlaceAlias(place=place, city=city, folded=place.folded_name))
    table.insert(made_places)
    table.insert(aliases)
    return {(place.city.slug, place.name): place.id for place in made_places}


def venue_of(city: Any, name: str) -> dict[str, Any]:
    """The address and point of a city's venue, the same for every source."""
    chance = random.Random(f"{city.name} {name}")
    return {
        "address": f"{chance.randrange(1, 200)} {chance.choice(WORDS)} Street",
        "lat": city.lat + chance.uniform(-0.1, 0.1),
        "lng": city.lng + chance.uniform(-0.1, 0.1),
    }


def _seed_chunk(numbers: range, origins: list[Any], places: dict[tuple[str, str], UUID]) -> None:
    from events.models import Event, EventCounters, Listing
    from events.services import search_text
    from outbox import rows as table
    from places.models import City

    cities = list(City.objects.order_by("slug"))
    rows = [made(number, cities) for number in numbers]
    events = [Event(**row, place_id=places[(row["city"].slug, row["venue_name"])]) for row in rows]
    table.insert(events)
    table.insert([EventCounters(event=event) for event in events])
    chance = random.Random(numbers.start)
    table.insert(
        [
            Listing(
                event=event, first_event=event, origin=origin, external_id=f"{event.id.hex}", url=event.url
            )
            for event in events
            for origin in origins[: chance.randint(2, 4) if chance.random() < 0.3 else 1]
        ]
    )
    search_text.refresh([event.id for event in events])


def made(number: int, cities: list[Any]) -> dict[str, Any]:
    """The columns of made event `number`."""
    chance = random.Random(number)
    city = cities[number % len(cities)]
    title = " ".join(chance.sample(WORDS, 3)) + f" {number % 97}"
    start = NOW.replace(minute=0) + timedelta(
        days=chance.randrange(DAYS), hours=chance.randrange(4, 16), minutes=chance.choice((0, 30))
    )
    venue = f"{chance.choice(WORDS)} {chance.choice(HALLS)}"
    category = chance.choice(CATEGORIES)
    return {
        "id": UUID(int=(0x01A1 << 112) + (7 << 76) + (2 << 62) + number),
        "slug": title.lower().replace(" ", "-"), "title": title, "description": phrases.description(category, WORDS, chance),
        "start_at": start, "end_at": start + timedelta(hours=2), "start_date": start.date(), "end_date": start.date(), "timezone": city.timezone,
        "city": city, "venue_name": venue, "venue_city": city.name, **venue_of(city, venue),
        "category_id": category,
        "tags": chance.sample(WORDS, 2), "language": "en", "price_type": chance.choice(("free", "paid", "unknown")),
        "url": f"https://bench.example/{number}", "publication": "approved", "published_at": NOW, "quality_score": chance.uniform(0.6, 1.0),
        "first_seen_at": NOW, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip
