"""Contradictions that no similarity outweighs: such pairs are at most shown to a moderator.

The trees see one pair at a time. That a source uses the wrong zone shows only in many pairs. One-day events
with one name on two days are two events: of the labelled conferences, nine pairs share a URL and differ so,
and all of them are sister events or parts. So are several days without a common one where a title says more
than the other ("FOSDEM", "FOSDEM PGDay" on the day before). The same holds for one name in two cities on one day: of 27 such
pairs that the trees would join, one shares a URL.
"""

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pipeline.matching.features import (
    SAME_CITY_METRES,
    SAME_PLACE_METRES,
    column,
    metres_apart,
    minutes_apart,
    venue_ratio,
    zone_shifted,
)
from pipeline.matching.gate import same_link
from pipeline.matching.gazetteer import STOP_WORDS
from pipeline.matching.table import UNKNOWN, Floats, Ints, Table, take
from pipeline.matching.titles import numbers_differ
from pipeline.matching.towns import city_of, is_broad

Bools = npt.NDArray[np.bool_]

#: A source whose starts differ by the zone in at least this many sure pairs, and in most of them, counts as
#: wrong by the zone.
SHIFTED_PAIRS = 3
SHIFTED_SHARE = 0.6
#: Titles this similar (rapidfuzz's token_set_ratio) within this distance are sure pairs.
SURE_TITLE = 95
SURE_METRES = 500
#: Names of cities less similar than this (rapidfuzz's ratio) are two cities, not two spellings.
OTHER_CITY = 60
#: One source gives a venue one point; its rounding and its geocoder move it by less than this.
NEIGHBOUR_METRES = 300


def doubtful(table: Table, features: Floats, left: Ints, right: Ints) -> Bools:
    """Pairs that must not be merged automatically, by the records and by the pairs' `features`.

    Another day, another city, another room or part, or a start that is off by a zone where neither source is
    known for that.
    """
    other = (
        _other_day(table, features, left, right)
        | _other_city(table, left, right)
        | counts_otherwise(table, left, right)
    )
    return other | _chance_shift(table, left, right)


def impossible(table: Table, left: Ints, right: Ints) -> Bools:
    """Pairs of two events: titles of two rooms, or one source's records in two places or with different counters."""
    source = table.column["source"]
    rows = np.flatnonzero((source[left] == source[right]) & (source[left] != 0))
    found = _other_room(table, left, right)
    i, j = left[rows], right[rows]
    found[rows] |= two_places(table, i, j) | (numbers_differ(table, i, j) == 1)
    return found


def two_places(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether the places of a pair differ.

    The places differ if they are far apart, or less far with different names, or, without coordinates, if the
    names differ by more than a typing error. Strict, for the names of one source: two sources name a venue
    differently.
    """
    metres, venue = metres_apart(table, left, right), venue_ratio(table, left, right)
    far = (metres > SAME_PLACE_METRES) | ((metres > NEIGHBOUR_METRES) & (venue < 0.9)) | (venue < 0.6)
    return np.where(np.isnan(metres), venue < 0.95, far)


def _other_day(table: Table, features: Floats, left: Ints, right: Ints) -> Bools:
    """Whether at least one has a day without a time, and the two have no common day and are not one event in two parts.

    Both last one day, or one title has a distinctive word that the other record lacks.
    """
    day, wall = table.column["day"], table.column["wall"]
    last = np.maximum(table.column["end_day"], day)  # an unknown end is far below any day
    one_day = (last[left] == day[left]) & (last[right] == day[right])
    dated = (wall[left] == UNKNOWN) | (wall[right] == UNKNOWN)
    apart = np.minimum(last[left], last[right]) < np.maximum(day[left], day[right])
    return dated & apart & (one_day | (column(features, "own_words_more") > 0))


def _other_room(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether both titles name a room, and not the same: "Ruby Devroom" and "Python Devroom" at one conference."""
    room = table.column["named_room"]
    return (room[left] != 0) & (room[right] != 0) & (room[left] != room[right])


def _other_city(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether both name a town, the towns differ, and nothing connects the records.

    Connections: one town in the other's address, points in one city, a common link.
    """
    found = np.zeros(len(left), dtype=bool)
    rows = np.flatnonzero((table.column["online"][left] | table.column["online"][right]) == 0)
    a, b = take(table.place_name, left[rows]), take(table.place_name, right[rows])
    rows = rows[
        np.fromiter((x != y and bool(x) and bool(y) for x, y in zip(a, b, strict=True)), bool, len(rows))
    ]
    rows = rows[~same_link(table, left[rows], right[rows])]
    rows = rows[~(metres_apart(table, left[rows], right[rows]) < SAME_CITY_METRES)]
    for row, i, j in zip(rows.tolist(), left[rows].tolist(), right[rows].tolist(), strict=True):
        one, other = table.place_name[i], table.place_name[j]
        named = not is_broad(one.split()) and not is_broad(other.split())
        found[row] = (
            named
            and not _one_town(one, other)
            and not _within(table, one, j)
            and not _within(table, other, i)
        )
    return found


def _one_town(one: str, other: str) -> bool:
    """Whether two names are spellings of one town, or a city and a part of it."""
    return city_of(one) == city_of(other) or fuzz.ratio(one, other) >= OTHER_CITY


def _within(table: Table, town: str, row: int) -> bool:
    """Whether the place of a record has all words of a town, or more words than are stored."""
    place = table.column["place"][row]
    return bool(place[-1]) or all(
        table.words["place"].get(word) in place for word in town.split() if word not in STOP_WORDS
    )


def counts_otherwise(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether both count the same kind of thing with different numbers.

    "Room A" and "Room B"; "Session 1, Class B" and "Session 1, Class C".
    """
    numbers = table.column["numbers"]
    counting = table.counter[numbers[:, 0]] > 0
    rows = np.flatnonzero(counting[left] & counting[right])
    a, b = numbers[left[rows]], numbers[right[rows]]
    same, kinds = a[:, :, None] == b[:, None, :], table.counter[a][:, :, None] == table.counter[b][:, None, :]
    own_a, own_b = (table.counter[a] > 0) & ~same.any(axis=2), (table.counter[b] > 0) & ~same.any(axis=1)
    found = np.zeros(len(left), dtype=bool)
    found[rows] = (kinds & own_a[:, :, None] & own_b[:, None, :]).any(axis=(1, 2))
    return found


def _chance_shift(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether a shift by the zone is a coincidence: in New York, four hours may separate matinee and evening.

    It is none where one of the two sources is mostly off by that.
    """
    minutes = minutes_apart(table, left, right)
    midnight = table.column["midnight"]
    shifted = zone_shifted(table, left, right, minutes) & (midnight[left] == midnight[right])
    wrong = table.column.get("wrong_zone")
    known = np.zeros(len(left), dtype=bool) if wrong is None else (wrong[left] | wrong[right]) == 1
    return shifted & ~known


def mark_wrong_zones(table: Table, left: Ints, right: Ints) -> None:
    """Set the column `wrong_zone` to 1 for the records of sources that mostly use the wrong zone.

    The sure pairs among these decide it.
    """
    source = table.column["source"]
    minutes = minutes_apart(table, left, right)
    shifted = zone_shifted(table, left, right, minutes)
    near = (
        (source[left] != source[right])
        & (source[left] != 0)
        & (source[right] != 0)
        & (metres_apart(table, left, right) < SURE_METRES)
    )
    rows = np.flatnonzero(near & (shifted | (minutes < 60)))
    i, j = left[rows], right[rows]
    alike = (
        cpdist(
            take(table.core, i),
            take(table.core, j),
            scorer=fuzz.token_set_ratio,
            dtype=np.uint8,
            score_cutoff=SURE_TITLE,
        )
        > 0
    )
    i, j, off = i[alike], j[alike], shifted[rows][alike]
    size = int(source.max(initial=0)) + 1
    pairs = np.bincount(np.concatenate([source[i], source[j]]), minlength=size)
    wrong = np.bincount(np.concatenate([source[i][off], source[j][off]]), minlength=size)
    guilty = (wrong >= SHIFTED_PAIRS) & (wrong >= SHIFTED_SHARE * pairs)
    table.column["wrong_zone"] = guilty[source].astype(np.int64)
