"""How many true pairs of one city the search for candidates misses, on the recorded lists: every event held, every one asked for."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

import pytest

from sources.matching import Candidate
from sources.matching.blocking import MAX_DAYS_DATED, MAX_DAYS_TIMED
from sources.matching.examples import Labelled, conferences, new_york
from sources.matching.text import fold, read_place, venue_name
from sources.queries.alike import _likest, _plain, _Titled
from sources.steps.match import Wanted
from tests.data import SHARED, needs_data

FOLDER = SHARED / "dedup"


def day(one: Candidate) -> date:
    assert one.start is not None
    return one.start.date() if isinstance(one.start, datetime) else one.start


def dated(one: Candidate) -> bool:
    return not isinstance(one.start, datetime)


def missed(data: Labelled, city_of: Callable[[Candidate], str]) -> tuple[int, int]:
    """(pairs not found, pairs of one city), each pair asked for both ways round."""
    record = {one.id: one for one in data.records if one.start is not None}
    there: dict[tuple[str, date], list[_Titled]] = defaultdict(list)
    for one in record.values():
        city = city_of(one)
        there[city, day(one)].append(_Titled(one.id, _plain(fold(one.title), city), venue_name(one.venue) or None))
    lost = asked = 0
    for first, second in [*data.same, *((b, a) for a, b in data.same)]:
        one, other, city = record[first], record[second], city_of(record[first])
        if city != city_of(other):
            continue
        asked += 1
        near = {
            (group, on): [row for row in rows if row.id != first and (abs((on - day(one)).days) <= _reach(one) or dated(record[row.id]))]
            for (group, on), rows in there.items()
            if group == city and abs((on - day(one)).days) <= MAX_DAYS_DATED
        }
        wanted = Wanted(city=city, day=day(one), title=fold(one.title), dated=dated(one), place_id=venue_name(one.venue))
        lost += second not in _likest(wanted, near)
    return lost, asked


def _reach(one: Candidate) -> int:
    return MAX_DAYS_DATED if dated(one) else MAX_DAYS_TIMED


@needs_data
@pytest.mark.data
def test_twins_of_one_city_are_found() -> None:
    lost, asked = missed(conferences(FOLDER / "conferences/dev"), lambda one: read_place(one.city).name.replace(" ", "-") or "online")
    assert asked > 5000
    assert lost <= 44
    lost, asked = missed(new_york(FOLDER / "nyc_multisource"), lambda one: "new-york")
    assert asked > 500
    assert lost <= 2
