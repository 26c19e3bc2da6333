"""The features of pairs of records: one row of numbers for each pair, NaN where either side lacks the value.

Every feature is symmetric: the order of the two records does not matter. The curves for time and place are
set by hand, because they must hold for kinds of sources that no training set has; their weight beside the
titles is learned.
"""

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from pipeline.matching.table import UNKNOWN, Floats, Ints, Table, take
from pipeline.matching.titles import disjoint, meet, overlap, ratio, share, title_columns
from pipeline.matching.towns import is_broad

#: Name of each feature with its direction: +1, more of it never lowers the score; -1, never raises it; 0,
#: free.
FEATURES: dict[str, int] = {
    "title_ratio": 1,
    "core_sorted": 1,
    "core_set": 1,
    "core_partial": 1,
    "letters_ratio": 1,
    "bare_ratio": 1,
    "head_ratio": 1,
    "tail_ratio": 1,
    "shared_of_shorter": 1,
    "shared_of_all": 1,
    "shared_weight": 1,
    "left_over_less": -1,
    "left_over_more": -1,
    "own_words_less": -1,
    "own_words_more": -1,
    "own_shared": 1,
    "acronym": 1,
    "numbers_differ": -1,
    "years_differ": -1,
    "time_fit": 1,
    "days_apart": -1,
    "end_apart": -1,
    "days_shared": 1,
    "same_source": 0,
    "place_fit": 1,
    "place_shared": 1,
    "place_shared_all": 1,
    "city_ratio": 1,
    "venue_ratio": 1,
    "online_mixed": 0,
    "countries_differ": -1,
    "place_not_named": -1,
}

#: Two sources' coordinates of one place are seldom further apart than the first value; those of one venue
#: name in one city than the second.
SAME_PLACE_METRES = 1500
SAME_CITY_METRES = 20_000

_INDEX = {name: position for position, name in enumerate(FEATURES)}

_MINUTES = np.array([0, 15, 30, 60, 90, 120, 180, 360, 720, 1080, 1081])
_MINUTES_FIT = np.array([1, 0.97, 0.94, 0.85, 0.7, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02])
_DAYS_FIT = np.array([0.97, 0.85, 0.7, 0.55, 0.2, 0.1, 0.02])
_METRES = np.array([0, 75, 200, 500, 1000, 2000, 5000, 15_000, 50_000, 100_000])
_METRES_FIT = np.array([1, 1, 0.95, 0.88, 0.75, 0.55, 0.35, 0.2, 0.05, 0])


def compare(table: Table, left: Ints, right: Ints) -> Floats:
    """Features of the pairs `(left[k], right[k])`, one row for each pair, columns as in `FEATURES`."""
    out = np.full((len(left), len(FEATURES)), np.nan)
    put = _Columns(out)
    for name, values in title_columns(table, left, right).items():
        put[name] = values
    _times(put, table, left, right)
    _places(put, table, left, right)
    return out


def column(features: Floats, name: str) -> Floats:
    """One feature of all pairs."""
    return features[:, _INDEX[name]]


class _Columns:
    def __init__(self, out: Floats) -> None:
        self._out = out

    def __setitem__(self, name: str, values: npt.NDArray) -> None:
        self._out[:, _INDEX[name]] = values


def _times(put: _Columns, table: Table, left: Ints, right: Ints) -> None:
    column = table.column
    days = np.abs(column["day"][left] - column["day"][right]).astype(np.float64)
    put["days_apart"] = days
    put["time_fit"] = time_fit(table, left, right)
    a, b = column["end_day"][left], column["end_day"][right]
    ends = np.abs(a - b).astype(np.float64)
    unknown = (a == UNKNOWN) | (b == UNKNOWN)
    put["end_apart"] = np.where(unknown, np.nan, np.minimum(ends, 10))
    first, second = column["day"][left], column["day"][right]
    shared = np.minimum(a, b) - np.maximum(first, second) + 1
    shorter = np.maximum(np.minimum(a - first, b - second) + 1, 1)
    put["days_shared"] = np.where(unknown, np.nan, np.clip(shared / shorter, 0, 1))
    source = column["source"]
    put["same_source"] = np.where(
        (source[left] == 0) | (source[right] == 0), np.nan, source[left] == source[right]
    )


def minutes_apart(table: Table, left: Ints, right: Ints) -> Floats:
    """Minutes between the starts; NaN where either has only a day.

    By the instants where both zones are known, else by local times.
    """
    wall, instant = table.column["wall"], table.column["instant"]
    a, b, u, v = wall[left], wall[right], instant[left], instant[right]
    by_clock = np.abs(a - b).astype(np.float64)
    by_instant = np.abs(u - v).astype(np.float64)
    apart = np.where((u == UNKNOWN) | (v == UNKNOWN), by_clock, by_instant)
    return np.where((a == UNKNOWN) | (b == UNKNOWN), np.nan, apart)


def time_fit(table: Table, left: Ints, right: Ints) -> Floats:
    """How well the starts agree, 0 to 1: a curve of the minutes, or of the days where either has only a day.

    A start at 00:00 may mean an unknown time: it fits any hour of its day. A start that is off by exactly the
    zone's offset from UTC (the source took local time for UTC) nearly fits. Two times of one source are two
    events.
    """
    column = table.column
    minutes = minutes_apart(table, left, right)
    known = ~np.isnan(minutes)
    days = np.abs(column["day"][left] - column["day"][right])
    fit = _DAYS_FIT[np.minimum(days, len(_DAYS_FIT) - 1)]
    one_dated = (column["wall"][left] == UNKNOWN) != (column["wall"][right] == UNKNOWN)
    fit = np.where(one_dated & (days == 0), 0.9, fit)
    fit = np.where(known, np.interp(np.nan_to_num(minutes), _MINUTES, _MINUTES_FIT), fit)
    midnight = known & (column["midnight"][left] != column["midnight"][right]) & (days == 0)
    fit = np.where(midnight, np.maximum(fit, 0.85), fit)
    source = column["source"]
    same_source = (source[left] == source[right]) & (source[left] != 0)
    fit = np.where(
        ~same_source & known & zone_shifted(table, left, right, minutes), np.maximum(fit, 0.8), fit
    )
    return np.where(same_source & known & ~midnight & (minutes >= 20), np.minimum(fit, 0.3), fit)


def zone_shifted(table: Table, left: Ints, right: Ints, minutes: Floats) -> npt.NDArray[np.bool_]:
    """Whether the starts differ by the place's offset from UTC: the stated one, else by longitude and season."""
    offset = np.where(
        table.column["offset"][left] != UNKNOWN, table.column["offset"][left], table.column["offset"][right]
    )
    lat = np.nan_to_num(
        np.where(np.isnan(table.column["lat"][left]), table.column["lat"][right], table.column["lat"][left])
    )
    lon = np.where(np.isnan(table.column["lon"][left]), table.column["lon"][right], table.column["lon"][left])
    day = table.column["day"][left]
    day_of_year = np.where(day == UNKNOWN, 0, day % 365)
    summer = (day_of_year > 85) & (day_of_year < 300) & (lat > 24)
    by_longitude = np.round(np.nan_to_num(lon) / 15) * 60 + np.where(summer, 60, 0)
    expected = np.where(offset != UNKNOWN, offset, np.where(np.isnan(lon), 0, by_longitude))
    return (np.abs(expected) >= 60) & (np.abs(np.abs(expected) - np.nan_to_num(minutes, nan=-1)) < 1)


def metres_apart(table: Table, left: Ints, right: Ints) -> Floats:
    """Great-circle distance in metres (haversine, sphere of 6,371 km), NaN where either place is unknown."""
    lat, lon = np.radians(table.column["lat"]), np.radians(table.column["lon"])
    half = np.sin((lat[left] - lat[right]) / 2) ** 2
    half += np.cos(lat[left]) * np.cos(lat[right]) * np.sin((lon[left] - lon[right]) / 2) ** 2
    return 2 * 6_371_000 * np.arcsin(np.sqrt(np.clip(half, 0, 1)))


def _places(put: _Columns, table: Table, left: Ints, right: Ints) -> None:
    shared, mine, yours = overlap(
        table.column["place"][left], table.column["place"][right], table.place_weight
    )
    either = np.minimum(mine, yours) < 1
    of_shorter = np.where(either, _same_country(table, left, right), share(shared, np.minimum(mine, yours)))
    city = np.full(len(left), np.nan)
    a, b, known = _named(table.place_name, left, right)
    alike = ratio(fuzz.ratio, a, b)
    # "Poland" is no other city than "Kraków", only less precise.
    less = np.fromiter(
        (x != y and (is_broad(x.split()) or is_broad(y.split())) for x, y in zip(a, b, strict=True)),
        bool,
        len(a),
    )
    city[known] = np.where(less, np.nan, alike)
    venue = venue_ratio(table, left, right)
    online = table.column["online"]
    put["place_shared"] = of_shorter
    put["place_shared_all"] = np.where(either, np.nan, share(shared, mine + yours - shared))
    put["city_ratio"] = city
    put["venue_ratio"] = venue
    put["online_mixed"] = np.abs(online[left] - online[right]) + 2.0 * (online[left] & online[right])
    put["countries_differ"] = disjoint(table.column["countries"], left, right)
    metres = metres_apart(table, left, right)
    not_named = _not_named(table, left, right) + _not_named(table, right, left)
    put["place_not_named"] = np.where(np.nan_to_num(metres, nan=1e9) < SAME_PLACE_METRES, 0.0, not_named)
    text = np.fmax(of_shorter, np.where(city > 0.8, city, 0))
    put["place_fit"] = place_fit(metres, text, venue, (online[left] | online[right]) == 1)


def _same_country(table: Table, left: Ints, right: Ints) -> Floats:
    """For places of which one is only a country.

    0.6 where the other is in it, 0 where not, NaN where unknown.
    """
    a, b = table.column["place"][left], table.column["place"][right]
    says = (a > 0).any(axis=1) & (b > 0).any(axis=1)
    return np.where(says, np.where(meet(a, b), 0.6, 0.0), np.nan)


def _not_named(table: Table, one: Ints, other: Ints) -> Floats:
    """Weight of place words in one title that the other record lacks.

    "PyData Eindhoven" beside "PyData Global", online.
    """
    named, everything = table.column["named_places"][one], table.column["all_words"][other]
    missing = (named > 0) & ~(named[:, :, None] == everything[:, None, :]).any(axis=2)
    says_where = (table.column["place"][other] > 0).any(axis=1) | (table.column["online"][other] == 1)
    return (table.place_weight[named] * missing).sum(axis=1) * np.where(says_where, 1.0, 0.5)


def venue_ratio(table: Table, left: Ints, right: Ints) -> Floats:
    """Similarity of the venues' names, 0 to 1, NaN where either is unknown.

    1 where one name contains the other ("Elsewhere", "Elsewhere Rooftop"). Where each has a word of its own,
    all words count ("Jacobi Hospital Market", "Metropolitan Hospital Market").
    """
    a, b, known = _named(table.venue, left, right)
    found = np.full(len(left), np.nan)
    ordered = ratio(fuzz.token_sort_ratio, a, b)
    found[known] = np.where(
        cpdist(a, b, scorer=fuzz.token_set_ratio, dtype=np.uint8, score_cutoff=99.9) > 0, 1.0, ordered
    )
    return found


def _named(values: list[str], left: Ints, right: Ints) -> tuple[list[str], list[str], Ints]:
    """The names of the pairs in which both have one, and which pairs these are."""
    a, b = take(values, left), take(values, right)
    known = np.flatnonzero(np.fromiter(map(bool, a), bool, len(a)) & np.fromiter(map(bool, b), bool, len(b)))
    return (a, b, known) if len(known) == len(a) else (take(a, known), take(b, known), known)


def place_fit(metres: Floats, text: Floats, venue: Floats, online: npt.NDArray[np.bool_]) -> Floats:
    """How well the places agree, 0 to 1; 0.5 where unknown.

    Coordinates count first. But equal venue names outweigh coordinates some kilometres apart, and two
    different names are two venues, however close.
    """
    near = np.interp(np.nan_to_num(metres, nan=0.0), _METRES, _METRES_FIT)
    fit = np.where(np.isnan(metres), np.where(np.isnan(text), 0.5, 0.05 + 0.85 * np.nan_to_num(text)), near)
    named = ~np.isnan(venue)
    alike = (venue >= 0.88) & (np.isnan(metres) | (metres < SAME_PLACE_METRES))
    alike |= (venue > 0.99) & (metres < SAME_CITY_METRES)
    fit = np.where(named & alike, np.maximum(fit, 0.92), fit)
    fit = np.where(named & (venue < 0.6), np.minimum(fit, 0.5), fit)
    return np.where(online & np.isnan(metres), np.maximum(fit, 0.5), fit)
