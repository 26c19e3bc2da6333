"""How fast published events find the saved searches that they match: `python -m benchmarks.percolate`.

In a world of made events (`benchmarks.many`) `--saved` searches are saved, all with an alert, a fifth of them in one city:
words (frequent and rare ones, two words, phrases), categories, areas, prices, days, tags, venues and circles, as `Wishes`
draws them. Then single events, half of them of that city, and `--batch` events, of that city as far as it has so many (`batch_there`), are read and compared
with all searches, as `saved_searches.services.follow` does it for what was published. Afterwards the hits of the batch are
recorded. Last line: `{"saved", "p50_ms", "p95_ms", "batch", "batch_seconds", "spread_seconds" (as many events of all
cities), "record_seconds", "hits", "conditions", "load", "reference_seconds"}`. The embedded services run meanwhile, unless
others are configured.
"""

import argparse
import json
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from benchmarks import many, world
from benchmarks.processor import watched

#: The version of the searches: a template of another version is not used.
LIKENESS: Final = 1
EVENTS: Final = 20_000
#: Searches of one person.
EACH: Final = 40
_CHUNK: Final = 10_000


def main() -> None:
    """Measure once and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--saved", type=int, default=200_000)
    options.add_argument("--batch", type=int, default=500)
    options.add_argument("--single", type=int, default=200, help="events that are compared one by one")
    options.add_argument("--events", type=int, default=EVENTS, help="of the made world")
    options.add_argument("--build", action="store_true", help="make what is measured, and end")
    asked = options.parse_args()
    with world.running():
        if asked.build:
            print(json.dumps({"template": _kept(asked.events, asked.saved)}))
            return
        with world.cloned(_kept(asked.events, asked.saved)), watched() as told:
            told |= _measure(asked.saved, asked.single, asked.batch)
        print(json.dumps(told))


def _kept(events: int, saved: int) -> str:
    """The name of a stored world with the searches, which is made where it is missing."""
    of = many.seeded(events)
    return world.stored(f"{of}_saved_{saved}_{LIKENESS}", of, partial(_save_all, saved))


def _measure(saved: int, single: int, batch: int) -> dict[str, Any]:
    from events.models import Event
    from saved_searches.models import Conditions

    chance, city = random.Random(3), big_city()
    coming = Event.objects.filter(publication="approved", start_at__gt=world.NOW + timedelta(days=1))
    here = list(coming.filter(city__slug=city).values_list("pk", flat=True))
    everywhere = list(coming.values_list("pk", flat=True))
    singles = [[chance.choice(here if number % 2 else everywhere)] for number in range(single + 20)]
    for one in singles[:20]:
        _compared(one)
    one_by_one = sorted(_timed(partial(_compared, one)) for one in singles[20:])
    hard, spread = chance.sample(here, min(batch, len(here))), chance.sample(everywhere, batch)
    hard += chance.sample(sorted(set(everywhere) - set(here)), batch - len(hard))
    print(f"{Conditions.objects.count()} different conditions; {len(here)} events in {city}", flush=True)
    hits = sum(match.events.bit_count() for match in _compared(hard))
    seconds = {"batch_seconds": hard, "spread_seconds": spread}
    best = {
        name: round(min(_timed(partial(_compared, ids)) for _ in range(3)), 3)
        for name, ids in seconds.items()
    }
    recorded: list[int] = []
    record_seconds = _timed(lambda: recorded.append(_recorded(hard)))
    return {
        "saved": saved,
        "p50_ms": round(one_by_one[len(one_by_one) // 2] * 1000, 2),
        "p95_ms": round(one_by_one[int(len(one_by_one) * 0.95)] * 1000, 2),
        "batch": batch,
        "batch_there": min(batch, len(here)),
        **best,
        "matches": hits,
        "record_seconds": round(record_seconds, 3),
        "hits": recorded[0],
        "conditions": Conditions.objects.count(),
    }


def _compared(event_ids: list[UUID]) -> list[Any]:
    from saved_searches.percolation import candidates, percolate

    return percolate(candidates(dict.fromkeys(event_ids, world.NOW)))


def _recorded(event_ids: list[UUID]) -> int:
    """All of it again, and the hits with their messages, as in `follow`."""
    from saved_searches.happened import Happened
    from saved_searches.services.alerting import record_hits

    what = [
        Happened(event_id=pk, at=world.NOW, newest=1, published=1, earlier={}, first_in=0) for pk in event_ids
    ]
    return record_hits(what, until=1)[0]


def _timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def big_city() -> str:
    """The slug of the city that a fifth of the searches are about: the one with the most events."""
    from django.db.models import Count

    from events.models import Event

    rows = Event.objects.exclude(city=None).values_list("city__slug").annotate(number=Count("pk"))
    return str(rows.order_by("-number", "city__slug")[0][0])


class Wishes:
    """Draws what people save: an EventFilter each."""

    def __init__(self, seed: int = 7) -> None:
        from events.models import Event, SearchWord
        from pipeline.taxonomy import SLUGS
        from places.models import Area, City, Place

        self._chance = random.Random(seed)
        self._cities = list(City.objects.exclude(slug=big_city()).order_by("slug"))
        self._big = City.objects.get(slug=big_city())
        self._categories = [slug for slug in SLUGS if slug != "other"]
        words = SearchWord.objects.filter(named__gt=0).order_by("-named", "word")
        self._frequent = list(words.values_list("word", flat=True)[:200])
        self._rare = list(words.filter(named__lt=40).values_list("word", flat=True)[:20_000])
        self._titles = list(Event.objects.order_by("pk").values_list("title", flat=True)[:5_000])
        self._tags = sorted(
            {tag for tags in Event.objects.values_list("tags", flat=True)[:5_000] for tag in tags}
        )
        here = [city.pk for city in (self._big, *self._cities)]
        self._areas: dict[Any, list[str]] = {pk: [] for pk in here}
        self._venues: dict[Any, list[UUID]] = {pk: [] for pk in here}
        for city, slug in Area.objects.order_by("slug").values_list("city_id", "slug"):
            self._areas.get(city, []).append(slug)
        for city, pk in Place.objects.order_by("pk").values_list("city_id", "pk"):
            if city in self._venues:
                self._venues[city].append(pk)

    def draw(self, number: int) -> Any:
        """The filter of search `number`: each fifth one is about the one city."""
        from events.filters import EventFilter

        chance = self._chance
        city = self._big if number % 5 == 0 else chance.choice(self._cities)
        turn = chance.random()
        kind = next(draw for share, draw in self._shares() if turn < share)
        conditions = kind(city)
        if "lat" not in conditions and not (number % 5 and chance.random() < 0.03):
            conditions["city"] = city.slug
        return EventFilter(**conditions)

    def _shares(self) -> tuple[tuple[float, Callable[[Any], dict[str, Any]]], ...]:
        return (
            (0.40, self._words), (0.60, self._category), (0.72, self._narrow), (0.82, self._area), (0.90, self._days),
            (0.93, lambda _city: {}), (0.96, self._tag), (0.98, self._venue), (1.0, self._circle),
        )  # fmt: skip

    def _words(self, _city: Any) -> dict[str, Any]:
        turn = self._chance.random()
        if turn < 0.35:
            return {"q": self._chance.choice(self._frequent)}
        if turn < 0.75:
            return {"q": self._chance.choice(self._rare)}
        if turn < 0.9:
            return {"q": f"{self._chance.choice(self._frequent)} {self._chance.choice(self._rare)}"}
        return {"q": f'"{" ".join(self._chance.choice(self._titles).split()[:2])}"'}

    def _category(self, _city: Any) -> dict[str, Any]:
        return {"categories": (self._chance.choice(self._categories),)}

    def _narrow(self, city: Any) -> dict[str, Any]:
        from decimal import Decimal

        more = self._chance.choice(
            ({"price": "free"}, {"price_max": Decimal(self._chance.randrange(1, 60) * 10)})
        )
        return {**self._category(city), **more, **(self._days(city) if self._chance.random() < 0.3 else {})}

    def _area(self, city: Any) -> dict[str, Any]:
        areas = self._areas[city.pk]
        more = self._category(city) if self._chance.random() < 0.5 else {}
        return {**({"area": self._chance.choice(areas)} if areas else {}), **more}

    def _days(self, _city: Any) -> dict[str, Any]:
        from events.times import When

        more = {"price": "free"} if self._chance.random() < 0.5 else {}
        return {"when": self._chance.choice(list(When)), **more}

    def _tag(self, _city: Any) -> dict[str, Any]:
        return {"tags": (self._chance.choice(self._tags),)} if self._tags else {}

    def _venue(self, city: Any) -> dict[str, Any]:
        return {"venue": self._chance.choice(self._venues[city.pk])} if self._venues[city.pk] else {}

    def _circle(self, city: Any) -> dict[str, Any]:
        aside = [self._chance.uniform(-0.1, 0.1) for _ in range(2)]
        radius = self._chance.choice((2.0, 5.0, 10.0, 25.0))
        return {
            "lat": city.lat + aside[0],
            "lng": city.lng + aside[1],
            "radius_km": radius,
            **self._category(city),
        }


def _save_all(saved: int) -> None:
    """The searches as the service would save them, without a round trip for each."""
    from django.db import connection

    from accounts.models import User
    from outbox import rows as table
    from saved_searches.models import Conditions, SavedSearch
    from saved_searches.services.conditions import digest_of, renew_keys

    begun = time.perf_counter()
    wishes = Wishes()
    people = [User(email=f"p{number}@bench.example") for number in range(saved // EACH + 1)]
    User.objects.bulk_create(people, batch_size=_CHUNK)
    known: dict[str, int] = {}
    for first in range(0, saved, _CHUNK):
        drawn = [wishes.draw(number) for number in range(first, min(first + _CHUNK, saved))]
        stored = {digest: plain for digest, plain in map(digest_of, drawn) if digest not in known}
        rows = [Conditions(digest=digest, wanted=plain) for digest, plain in stored.items()]
        Conditions.objects.bulk_create(rows, batch_size=_CHUNK)
        known |= {row.digest: row.pk for row in rows}
        table.insert(
            [
                SavedSearch(
                    user=people[number // EACH], name=f"Search {number}", query=wanted.to_query(), alert=True,
                    conditions_id=known[digest_of(wanted)[0]],
                )
                for number, wanted in enumerate(drawn, first)
            ]
        )  # fmt: skip
    renew_keys()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"saving {saved} searches took {time.perf_counter() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
