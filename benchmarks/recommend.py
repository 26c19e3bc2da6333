"""How long training and an answer take: `python -m benchmarks.recommend --events N --people N --each N --asked N`.

In a world of made events with vectors (`benchmarks.many`) with people who agreed to the log and did `--each` things, all deterministic:
seven of ten with events of one of forty kinds, the others with any. `training_s` and `peak_mb` (of the process, Django included) are of
learning all anew, `new_events_s` of giving 500 new events their numbers. `answer` is of `recommend`, `api` of
`GET /api/v1/recommendations` with Django's test client, both for `--asked` people, each another one with their own past, in the largest
city, after some others that are not counted. `--build` makes what is measured, and ends. Last line: the figures.
"""

import argparse
import gc
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from benchmarks import many, world
from benchmarks.processor import processor_seconds, watched

#: The version of these people: a world of another version is not used.
LIKENESS: Final = 1
#: What issue 22 asks for: seconds of training, megabytes, seconds until new events can be recommended, and ms of an answer.
MOST_TRAINING_S: Final = 600.0
MOST_MB: Final = 2_000.0
MOST_NEW_S: Final = 60.0
MOST_P95_MS: Final = 50.0
#: People who are asked for before anything is counted.
_WARM: Final = 20
_NEW: Final = 500
_KINDS: Final = 40

_PEOPLE: Final = """
INSERT INTO insights_participant (id, device_hash, wording, agreed_at, seen_on)
SELECT n, 'bench' || n, 1, %(now)s, %(now)s::date FROM generate_series(1, %(people)s) n
"""
_ACTS: Final = """
INSERT INTO insights_interaction (day, participant_id, interaction, event_id, followed, surface, rank, at)
SELECT %(now)s::date - k %% 28, n, (ARRAY['view','view','view','save','ticket','register'])[(n + k) %% 6 + 1],
 ('01a10000-0000-7000-8000-' || lpad(to_hex(CASE WHEN k %% 10 < 7 THEN (abs(hashint4(n * 64 + k)) %% (%(events)s / %(kinds)s)) * %(kinds)s + n %% %(kinds)s
  ELSE abs(hashint4(n * 64 + k)) %% %(events)s END), 12, '0'))::uuid, '', 'city', (n * 7 + k) %% 20, %(now)s
FROM generate_series(1, %(people)s) n CROSS JOIN generate_series(1, %(each)s) k ON CONFLICT DO NOTHING
"""


def main() -> None:
    """Measure and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=int, default=50_000)
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--each", type=int, default=20)
    options.add_argument("--asked", type=int, default=400, help="people who get an answer")
    options.add_argument("--build", action="store_true", help="make what is measured, and end")
    asked = options.parse_args()
    with world.running():
        kept = _kept(asked.events, asked.people, asked.each)
        if asked.build:
            print(json.dumps({"template": kept}))
            return
        with world.cloned(kept), watched() as told:
            told |= {"events": asked.events, "people": asked.people} | _measure(asked.asked)
        print(json.dumps(told))


def _kept(events: int, people: int, each: int) -> str:
    """The name of a stored world with these people, which is made where it is missing."""
    of = many.seeded(events, vectors=True)
    return world.stored(f"{of}_log_{people}_{each}_{LIKENESS}", of, lambda: _seed(events, people, each))


def _seed(events: int, people: int, each: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from insights import services

    call_command("migrate", verbosity=0, interactive=False)
    services.forget(now=world.NOW)  # makes the partitions
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute(_PEOPLE, {"now": world.NOW, "people": people})
        cursor.execute(
            _ACTS, {"now": world.NOW, "people": people, "each": each, "events": events, "kinds": _KINDS}
        )
        print(f"{cursor.rowcount} interactions", flush=True)
        cursor.execute("ANALYZE insights_participant, insights_interaction")


def _measure(asked: int) -> dict[str, Any]:
    from insights.factors.training import add_new, train
    from insights.models import EventFactors, EventPair, InteractionRow

    begun = time.perf_counter()
    trained = train(now=world.NOW)
    training = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    new = EventFactors.objects.order_by("event_id").values_list("event_id", flat=True)[:_NEW]
    EventFactors.objects.filter(event_id__in=list(new)).delete()
    begun = time.perf_counter()
    added = add_new(now=world.NOW)
    adding = time.perf_counter() - begun
    own, api = _answers(asked)
    return {
        "interactions": InteractionRow.objects.count(),
        "trained": trained,
        "pairs": EventPair.objects.count(),
        "training_s": round(training, 1),
        "peak_mb": round(peak),
        "added": added,
        "new_events_s": round(adding, 2),
        "answer": own,
        "api": api,
        "holds": training <= MOST_TRAINING_S
        and peak <= MOST_MB
        and adding <= MOST_NEW_S
        and max(own["p95_ms"], api["p95_ms"]) <= MOST_P95_MS,
    }


def _answers(count: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Times of the service and of the API, each for `count` people."""
    import time_machine
    from django.db import connection
    from django.db.models import Count
    from django.http import HttpResponse
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from flags.models import Flag, FlagSwitch
    from insights import readers
    from insights.models import Participant
    from insights.offering.choosing import recommend
    from insights.offering.records import Basis, Kind, Recommendations
    from insights.records import Reader
    from personal.models import Preferences
    from personal.queries import within_reach
    from places.models import City

    for flag in (Flag.RECOMMENDATIONS, Flag.LEARNT_RECOMMENDATIONS):
        FlagSwitch.objects.update_or_create(name=flag, defaults={"is_on": True})
    city = City.objects.annotate(n=Count("events")).order_by("-n", "slug")[0]
    people = [Reader(device_key=f"bench{number}") for number in range(1, _WARM + count + 1)]
    for number, reader in enumerate(people, 1):
        Participant.objects.filter(pk=number).update(**reader.columns)

    def served(reader: Reader) -> Recommendations:
        coming = within_reach(Preferences(), now=world.NOW, city=city.slug)
        return recommend(reader, coming, kind=Kind.HYBRID, now=world.NOW, limit=20, seed=1)

    client = Client()

    def asked(reader: Reader) -> HttpResponse:
        given = HttpResponse()
        readers.remember(given, reader)
        client.cookies = given.cookies
        return client.get("/api/v1/recommendations", {"city": city.slug})

    def said(answer: HttpResponse) -> tuple[str, int]:
        told = json.loads(answer.content)
        return told.get("basis", answer.status_code), len(told.get("results", []))

    told = []
    gc.collect()
    gc.freeze()  # as a web process does with what it has loaded (config/asgi.py)
    # as in an installation: events are kept until they change
    with time_machine.travel(world.NOW), override_settings(PAGE_CACHE=True):
        for call, read in ((served, lambda one: (one.basis, len(one.ids))), (asked, said)):
            figures = _timed(call, people, read, wanted=(Basis.LOG, 20))
            with CaptureQueriesContext(connection) as queries:
                call(people[-1])
            told.append(figures | {"queries": len(queries)})
    return told[0], told[1]


def _timed(
    call: Callable[[Any], Any], people: Iterable[Any], read: Callable[[Any], Any], *, wanted: tuple[str, int]
) -> dict[str, Any]:
    """Times of `call`. RuntimeError where `read` finds in an answer not what is `wanted`: its basis, and how many events."""
    took, used = [], 0.0
    for reader in people:
        begun, before = time.perf_counter(), processor_seconds()
        answer = call(reader)
        took.append((time.perf_counter() - begun) * 1000)
        used += processor_seconds() - before
        if (found := read(answer)) != wanted:
            raise RuntimeError(f"{found}: not the answer that is measured")
    cuts = statistics.quantiles(took[_WARM:], n=100)
    return {
        "p50_ms": round(cuts[49], 1),
        "p95_ms": round(cuts[94], 1),
        "processor_ms": round(used * 1000 / len(took), 1),
    }


if __name__ == "__main__":
    main()
