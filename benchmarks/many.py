"""Databases of very many events, for benchmarks of lists, search and percolation.

Made by COPY, in as many processes as there are processors, each with cities of its own; indexes follow at the end.
Titles, names and texts are those of `many_texts`, in seven languages; 30 of a hundred events are listed by two to four
sources. Search documents and the vocabulary are as the services write them. Deterministic for a size. A template is
kept for later runs; what its seeding took is printed. `python -m benchmarks.many --events N` makes it and ends.
"""

import argparse
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from benchmarks import world
from benchmarks.many_rows import BESIDE, Made, Town, numbers_of, words_of
from benchmarks.many_texts import Texts

#: The version of this world: a template of another version is not used.
LIKENESS = 1
_CHUNK = 5_000
#: So many areas are added to each city.
AREAS = 8
_NAMES = ("id", "kind", "folded", "city_id", "target", "name", "count", "real", "words")
_SEEDED = ("events_event", *BESIDE, "events_searchname", "events_searchword", "events_searchspelling")
_UNTIL_THE_END = (
    "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
)


def main() -> None:
    """Make the template, if there is none, and print what it took."""
    options = argparse.ArgumentParser()
    options.add_argument("--events", type=int, default=1_000_000)
    options.add_argument("--vectors", action="store_true", help="also that with vectors")
    options.add_argument("--fresh", action="store_true", help="make it anew")
    asked = options.parse_args()
    with world.running():
        if asked.fresh:
            for name in (vectors_name(asked.events), template_name(asked.events)):
                world.drop(name)
        begun = time.perf_counter()
        name = seeded(asked.events, vectors=asked.vectors)
        print(json.dumps({"template": name, "seconds": round(time.perf_counter() - begun, 1)}))


@contextmanager
def database(events: int, *, vectors: bool = False) -> Iterator[str]:
    """A fresh clone of the template, with Django's connection to it, dropped at the end. Yields its name."""
    with world.cloned(seeded(events, vectors=vectors)) as name:
        yield name


def seeded(events: int, *, vectors: bool = False) -> str:
    """The name of the template with `events` events."""
    name = world.stored(template_name(events), "template1", partial(_timed, "events", partial(seed, events)))
    if vectors:
        name = world.stored(vectors_name(events), name, partial(_timed, "vectors", seed_vectors))
    return name


def template_name(events: int) -> str:
    """The name of the template, whether it is there or not."""
    return f"bench_template_many_{events}_{world._schema()}_{LIKENESS}"


def vectors_name(events: int) -> str:
    """The name of the template with vectors."""
    return f"{template_name(events)}_vectors"


def _timed(what: str, fill: Any) -> None:
    begun = time.perf_counter()
    fill()
    print(
        f"seeding {what} took {time.perf_counter() - begun:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True
    )


def seed(events: int) -> None:
    """Migrate this database, and fill it with `events` events and what belongs to them."""
    import io

    from django.core.management import call_command
    from django.db import connection, connections

    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_cities", verbosity=0, stdout=io.StringIO())
    call_command("load_categories", verbosity=0, stdout=io.StringIO())
    texts = Texts()
    with connection.cursor() as cursor:
        cursor.execute(_UNTIL_THE_END)
        origins, organizers, towns = world._origins(4), _organizers(texts), _towns(texts)
        later = _dropped(cursor)
        for table in _SEEDED:
            cursor.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    words = _word_ids(texts, towns)
    connections.close_all()
    processes = len(os.sched_getaffinity(0))
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        copy = partial(_copy_share, events, texts, words, towns, organizers, origins, processes)
        counts = pool.map(copy, range(processes), chunksize=1)
    _copy_words(words, counts)
    connections.close_all()
    with ThreadPoolExecutor(processes) as threads:
        list(threads.map(_build, later))
        tables = [
            f"ALTER TABLE {table} RESET (autovacuum_enabled); VACUUM ANALYZE {table}" for table in _SEEDED
        ]
        list(threads.map(_build, tables))
    _build("VACUUM ANALYZE")
    _follow_from_here()


def seed_vectors() -> None:
    """A vector for each event: that of one of the first with a little noise. The index is built at the end."""
    world.seed_vectors()


def _towns(texts: Texts) -> list[Town]:
    """The cities with their venues, as if an event had named each before."""
    from outbox import rows as table
    from pipeline.geography.coordinates import point_key
    from pipeline.text.folding import fold_name
    from places.models import Area, City, Place, PlaceAlias

    towns = []
    for number, city in enumerate(City.objects.order_by("slug")):
        places = []
        for venue, name in enumerate(texts.venues(city.slug)):
            at = world.venue_of(city, name)
            places.append(Place(
                id=UUID(int=(0x01A10001 << 96) + (7 << 76) + (2 << 62) + number * 1000 + venue), slug=name.lower().replace(" ", "-"),
                name=name, folded_name=fold_name(name), city=city, address=at["address"], lat=at["lat"], lng=at["lng"],
                told_at=point_key(at["lat"], at["lng"]), updated_at=world.NOW,
            ))  # fmt: skip
        table.insert(places)
        table.insert([PlaceAlias(place=place, city=place.city, folded=place.folded_name) for place in places])
        areas = [
            Area(
                city=city,
                slug=f"{name.lower()}-{city.slug}",
                name=name,
                lat=city.lat + 0.01 * turn,
                lng=city.lng,
            )
            for turn, name in enumerate(texts.surnames[number * AREAS : (number + 1) * AREAS])
        ]
        Area.objects.bulk_create(areas)
        numbers_of(city)
        towns.append(Town(city, places, [*city.areas.all()]))
    return towns


def _organizers(texts: Texts) -> list[tuple[UUID, str]]:
    from events.models import Organizer
    from outbox import rows as table
    from pipeline.text.folding import fold_name

    names = list(dict.fromkeys(texts.organizers))
    made = [
        Organizer(
            id=UUID(int=(0x01A10003 << 96) + (7 << 76) + (2 << 62) + number),
            name=name,
            folded_name=fold_name(name),
        )
        for number, name in enumerate(names)
    ]
    table.insert(made)
    return [(one.id, one.name) for one in made]


def _word_ids(texts: Texts, towns: Sequence[Town]) -> dict[str, int]:
    """Every word of the pools, numbered."""
    from pipeline.text.markup import without_tags

    pools = [*texts.surnames, *texts.first, *texts.nouns, *texts.adjectives, *texts.performers, *texts.organizers, *texts.tags]  # fmt: skip
    pools += [kind for kinds in texts.kinds.values() for kind in kinds]
    pools += [f"{performer}の{kind}" for performer in texts.performers[:1] for kind in texts.kinds["ja"]]
    pools += ["with mit avec con com", *world.CATEGORIES]
    pools += [place.name for town in towns for place in (*town.places, *town.areas, town.city)]
    pools += [without_tags(told.html) for several in texts.descriptions.values() for told in several]
    tokens = dict.fromkeys(token for text in pools for token in text.split())
    distinct = dict.fromkeys(word for token in tokens for word in words_of(token))
    return {word: number for number, word in enumerate(distinct, 1)}


def _dropped(cursor: Any) -> list[str]:
    """Drop the indexes and uniqueness of the large tables, without their keys. Returns the statements that make them again."""
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'u' AND conrelid::regclass::text = ANY(%s)",
        [list(_SEEDED)],
    )
    later = []
    for table, name, definition in cursor.fetchall():
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        later.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid::regclass::text = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [list(_SEEDED)],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    # the slow ones first, so that the processes end together
    return sorted((definition for _, definition in indexes), key=lambda said: "USING gi" not in said) + later


def _copy_share(events: int, texts: Texts, words: dict[str, int], towns: Sequence[Town], organizers: Any, origins: Any,
                processes: int, process: int) -> tuple[Counter[int], Counter[int]]:  # fmt: skip
    """Make and copy the events of every so manieth city. Returns the counts of words named and described."""
    from django.db import connection, connections

    made = Made(texts, words, process, processes)
    with connection.cursor() as cursor:
        cursor.execute(_UNTIL_THE_END)
        for place, town in enumerate(towns):
            if place % processes == process:
                for count, _ in enumerate(
                    made.town(town, range(place, events, len(towns)), organizers, origins), 1
                ):
                    if count % _CHUNK == 0:
                        _send(cursor, made)
        _send(cursor, made)
        _copy_names(cursor, made)
    connections.close_all()
    return made.named, made.described


def _send(cursor: Any, made: Made) -> None:
    for table, lines in made.lines.items():
        columns = made.columns if table == "events_event" else BESIDE[table]
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            copy.write("".join(lines))
        lines.clear()


def _copy_names(cursor: Any, made: Made) -> None:
    """The names of the vocabulary, as `events.services.vocabulary.counting` makes them."""
    from pipeline.text.folding import fold_name

    with cursor.copy(f"COPY events_searchname ({', '.join(_NAMES)}) FROM STDIN") as copy:
        lines = []
        for key, kind, name, target, city, count in made.names.values():
            folded = fold_name(name)[:200]
            terms = " ".join(f"'{word}'" for word in folded.split())
            lines.append(f"{key}\t{kind}\t{folded}\t{city}\t{target}\t{name}\t{count}\t{count}\t{terms}\n")
        copy.write("".join(lines))


def _copy_words(words: dict[str, int], counts: Sequence[tuple[Counter[int], Counter[int]]]) -> None:
    """The words of the vocabulary, with the keys of those that are known."""
    from django.db import connection

    from events.models import SearchSpelling, SearchWord
    from events.services.vocabulary.counting import _is_known
    from outbox import rows as table
    from pipeline.text.typing_errors import keys_of

    named: Counter[int] = sum((ours for ours, _ in counts), Counter())
    described: Counter[int] = sum((ours for _, ours in counts), Counter())
    found = [
        SearchWord(id=pk, word=word, named=named[pk], described=described[pk])
        for word, pk in words.items()
        if named[pk] or described[pk]
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UNTIL_THE_END)
        table.insert(found)
        known = [row for row in found if _is_known(row.named, row.described)]
        table.insert([SearchSpelling(word_id=row.pk, keys=keys_of(row.word)) for row in known])
        for name in ("events_searchword", "events_searchname"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
            )


def _follow_from_here() -> None:
    """The vocabulary follows the outbox from its present end, as after counting all."""
    from events.services.vocabulary.keeping import CONSUMER
    from outbox.queries import position
    from outbox.services import advance

    advance(CONSUMER, position().number)


def _build(statement: str) -> None:
    """Run a statement on a connection of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_UNTIL_THE_END)
        for part in statement.split("; "):
            cursor.execute(part)
    connection.close()


if __name__ == "__main__":
    main()
