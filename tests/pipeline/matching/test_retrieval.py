"""How many true pairs of one city the search for candidates misses, on the recorded lists."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from pipeline.contract.lookups import Wanted
from pipeline.matching import Candidate
from pipeline.matching.blocking import MAX_DAYS_DATED, MAX_DAYS_TIMED
from pipeline.matching.text import fold, read_place, venue_name
from sources.queries.alike import Day, likest
from tests.data import SHARED, needs_data
from training.matching.examples import Labelled, conferences, new_york

FOLDER = SHARED / "dedup"


def day(one: Candidate) -> date:
    assert one.start is not None
    return one.start.date() if isinstance(one.start, datetime) else one.start


def dated(one: Candidate) -> bool:
    return not isinstance(one.start, datetime)


def missed(data: Labelled, city_of: Callable[[Candidate], str]) -> tuple[int, int]:
    """(pairs not found, pairs of one city), each pair searched in both directions."""
    record = {one.id: one for one in data.records if one.start is not None}
    there: dict[tuple[str, date], list[Candidate]] = defaultdict(list)
    for one in record.values():
        there[city_of(one), day(one)].append(one)
    lost = asked = 0
    for first, second in [*data.same, *((b, a) for a, b in data.same)]:
        one, other, city = record[first], record[second], city_of(record[first])
        if city != city_of(other):
            continue
        asked += 1
        near = {}
        for shift in range(-MAX_DAYS_DATED, MAX_DAYS_DATED + 1):
            on = day(one) + timedelta(days=shift)
            rows = [
                row
                for row in there.get((city, on), ())
                if row.id != first and (abs(shift) <= _reach(one) or dated(row))
            ]
            near[city, on] = Day.of(
                city,
                [row.id for row in rows],
                [row.title for row in rows],
                [venue_name(row.venue) or None for row in rows],
            )
        wanted = Wanted(
            city=city, day=day(one), title=fold(one.title), dated=dated(one), place_id=venue_name(one.venue)
        )
        lost += second not in likest(wanted, near)
    return lost, asked


def _reach(one: Candidate) -> int:
    return MAX_DAYS_DATED if dated(one) else MAX_DAYS_TIMED


@needs_data
@pytest.mark.data
def test_twins_of_one_city_are_found() -> None:
    lost, asked = missed(
        conferences(FOLDER / "conferences/dev"),
        lambda one: read_place(one.city).name.replace(" ", "-") or "online",
    )
    assert asked > 5000
    assert lost <= 44
    lost, asked = missed(new_york(FOLDER / "nyc_multisource"), lambda one: "new-york")
    assert asked > 500
    assert lost <= 2
