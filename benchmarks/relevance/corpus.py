"""The database of the benchmark: the recorded events, loaded through the product's own pipeline at a fixed clock."""

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

import time_machine

from benchmarks import world
from benchmarks.relevance import recorded

#: The stored database; `--fresh` makes it again with the pipeline as it stands.
TEMPLATE = "relevance_1"


@contextmanager
def database() -> Iterator[str]:
    """A clone of the corpus with vectors and fresh search documents, dropped at the end. Yields its name."""
    with world.cloned(world.stored(TEMPLATE, "template1", fill)) as name:
        _migrate()  # the template may be older than the code
        refresh()
        yield name


def fill() -> None:
    """Migrate, create the cities and areas, load every source, publish what was kept, compute vectors."""
    from django.core.management import call_command
    from django.db import connection

    with time_machine.travel(recorded.START, tick=True):
        _migrate()
        for command in ("load_cities", "load_categories"):
            call_command(command, verbosity=0, stdout=io.StringIO())
        _places()
        for slug, city, rows in recorded.sources():
            print(_load(slug, city, rows), flush=True)
        _publish()
        while _embed():
            pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _places() -> None:
    from places.models import Area, City
    from places.queries import forget_gazetteer

    for fact in recorded.CITIES:
        City.objects.create(
            slug=fact.slug, name=fact.name, country=fact.country, lat=fact.lat, lng=fact.lng, timezone=fact.timezone, radius_km=fact.radius_km
        )  # fmt: skip
    for area in recorded.AREAS:
        Area.objects.create(
            slug=area.slug, name=area.name, city=City.objects.get(slug=area.city), lat=area.lat, lng=area.lng, radius_km=area.radius_km
        )  # fmt: skip
    forget_gazetteer()


def _load(slug: str, city: str, rows: list[recorded.Record]) -> str:
    from pipeline.contract.raw import RawPayload
    from places.models import City
    from sources.setup.create import ensure_source
    from sources.triggers.load import load

    given = City.objects.get(slug=city) if city else None
    source = ensure_source(slug, connector="json_feed", config={}, city=given, trust="trusted")
    body = json.dumps({"events": rows, "total": len(rows)}).encode()
    payload = RawPayload(url=f"https://{slug}.example/", content=body, content_type="application/json")
    run = load(source, [payload], now=recorded.START)
    return f"{slug}: {run.state}, {run.events_found} found, {run.events_processed} kept, {run.merged} merged, dropped {run.dropped}"


def _publish() -> None:
    """Approve what waits for a moderator: this measures search, not the rules."""
    from django.db import connection

    from events.models import Event

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no Change rows are wanted here
    Event.objects.filter(publication="pending").update(publication="approved", published_at=recorded.START)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")


def _embed() -> int:
    from events import services as events

    return int(events.embed_missing(now=recorded.START))


def refresh() -> None:
    """Compute what search derives from events, with the code as it stands: documents and the vocabulary."""
    from events.models import Event
    from events.services import rebuild_vocabulary, search_text

    search_text.refresh(Event.objects.values_list("pk", flat=True))
    rebuild_vocabulary(now=recorded.START, batch=5000)


def keys_of(event_ids: Iterable[UUID]) -> dict[UUID, list[str]]:
    """By event its stable keys in alphabetical order: one for each listing, a hash of source and external id."""
    import hashlib

    from events.models import Listing

    found: dict[UUID, list[str]] = {}
    listings = Listing.objects.filter(event__in=list(event_ids)).values_list(
        "event", "origin__slug", "external_id"
    )
    for event, origin, external in listings:
        found.setdefault(event, []).append(hashlib.sha256(f"{origin} {external}".encode()).hexdigest()[:10])
    return {event: sorted(keys) for event, keys in found.items()}
