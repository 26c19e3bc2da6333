"""How long a full re-match takes: `python -m benchmarks.match --records N`.

Made records over 45 cities and 365 days, the same for the same seed; 30 % of the events are listed by 2 to 4
sources, each in its own words. The last line is `{"records", "seconds", "pairs", "peak_rss_mb", "processor_seconds", "load", "reference_seconds"}`; the lines
before it say how many of the true pairs were found, and the processor time. Memory is that of all processes
together; what forked ones share counts once.
"""

import argparse
import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.memory import PeakMemory
from benchmarks.processor import watched
from pipeline.contract.candidates import Candidate
from pipeline.matching.matcher import judge
from pipeline.matching.score import default_model
from pipeline.matching.table import Table

CITIES = 45
DAYS = 365
LISTED_AGAIN = 0.3
_LETTERS = "ba be bo da de do fa fi ka ke ko la le li lo ma me mi mo na ne ni no pa pe pi po ra re ri ro sa se si so ta te ti to va ve vi zo"
_SYLLABLES = _LETTERS.split()
_WORDS = "concert live quartet trio band comedy night workshop yoga class market food festival lecture talk tour exhibition screening party"
_KINDS = _WORDS.split()
_VENUES = ("Hall", "Theatre", "Club", "Library", "Park", "Museum", "Cafe", "Gallery", "Arena", "Centre")


def records(count: int, seed: int = 1) -> Iterator[Candidate]:
    """Yield `count` records; the id `E-V` consists of the event and the version."""
    chance = random.Random(seed)
    cities = [
        (f"{_name(chance)} {_name(chance)}", chance.uniform(-35, 60), chance.uniform(-120, 140))
        for _ in range(CITIES)
    ]
    made = event = 0
    while made < count:
        one = _event(event, chance, cities)
        versions = chance.randint(2, 4) if chance.random() < LISTED_AGAIN else 1
        for version in range(min(versions, count - made)):
            yield one if version == 0 else _told_again(one, version, chance)
        made += min(versions, count - made)
        event += 1


def _name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).title()


def _event(number: int, chance: random.Random, cities: list[tuple[str, float, float]]) -> Candidate:
    city, lat, lon = chance.choice(cities)
    words = [_name(chance) for _ in range(chance.randint(1, 2))] + chance.sample(_KINDS, chance.randint(1, 3))
    start = datetime(2026, 1, 1, chance.randint(9, 22), chance.choice((0, 0, 30))) + timedelta(
        days=chance.randrange(DAYS)
    )
    return Candidate(
        id=f"{number}-0",
        source=f"source {chance.randrange(40)}",
        title=" ".join(words).title(),
        start=start,
        venue=f"{_name(chance)} {chance.choice(_VENUES)}",
        city=city,
        lat=lat + chance.gauss(0, 0.05),
        lon=lon + chance.gauss(0, 0.05),
        url=f"https://example.org/{number}",
    )


def _told_again(one: Candidate, version: int, chance: random.Random) -> Candidate:
    words = one.title.split()
    title = chance.choice(
        (
            one.title,
            one.title.upper(),
            f"{one.title} - {one.city}",
            " ".join(words[1:] + words[:1]),
            f"{one.title} 2026",
        )
    )
    assert isinstance(one.start, datetime)
    return replace(
        one,
        id=f"{one.id.split('-')[0]}-{version}",
        source=f"source {40 + version}",
        title=title,
        start=one.start + timedelta(minutes=chance.choice((0, 0, 0, 15, 30))),
        lat=(one.lat or 0) + chance.gauss(0, 0.0005),
        lon=(one.lon or 0) + chance.gauss(0, 0.0005),
        url=f"https://other{version}.example/{one.id}",
    )


def main() -> None:
    """Measure one full match, without the making of the records."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    count = parser.parse_args().records
    model = default_model()
    made = list(records(count))
    with watched() as told, PeakMemory() as memory:
        before, started = os.times(), time.perf_counter()
        table = Table.of(made, dict(model.weights))
        del made
        left, right, _, merge = judge(table, model)
        seconds = time.perf_counter() - started
        worked = sum(os.times()[:4]) - sum(before[:4])
    found = [
        (table.ids[a].split("-")[0], table.ids[b].split("-")[0])
        for a, b in zip(left[merge].tolist(), right[merge].tolist(), strict=True)
    ]
    right_ones = sum(a == b for a, b in found)
    true = _true_pairs(table.ids)
    print(f"found {right_ones} of {true} true pairs, {len(found) - right_ones} wrong")
    print(
        f"{worked:.1f} s of processor time, {len(os.sched_getaffinity(0))} processors, load {os.getloadavg()[0]:.1f}"
    )
    print(
        json.dumps(
            {
                "records": count,
                "seconds": round(seconds, 2),
                "pairs": int(merge.sum()),
                "peak_rss_mb": memory.peak_mb,
                **told,
            }
        )
    )


def _true_pairs(ids: list[str]) -> int:
    sizes: dict[str, int] = {}
    for name in ids:
        event = name.split("-")[0]
        sizes[event] = sizes.get(event, 0) + 1
    return sum(n * (n - 1) // 2 for n in sizes.values())


if __name__ == "__main__":
    main()
