"""Which records are worth comparing: pairs that share a key, never all pairs.

A key joins something of the title, the place or the links with a stretch of days. Neighbouring stretches share keys, so that nothing is lost at
their borders. A group that is too large is parted by region, then by day, and at last walked in the order of its titles: the work grows
with the number of records, not with its square.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from sources.matching.features import short_name
from sources.matching.table import UNKNOWN, Ints, Table, take

#: Pairs of timed records are compared up to one day apart, of records with days alone up to three.
MAX_DAYS_TIMED = 1
MAX_DAYS_DATED = 3
#: About 110 km of latitude. A wrong coordinate is mostly wrong by less, or by a continent.
MAX_DEGREES = 1.0
#: A group of this many records is compared each with each (about 800 pairs).
MAX_GROUP = 40
#: Neighbours in the order of titles that a record of a hopelessly large group is compared with.
NEIGHBOURS = 8
#: Words lighter than this are in too many titles to be a key alone.
KEY_WEIGHT = 0.3
#: Titles whose words and letters are all less alike than this (of 100) are not scored.
GATE = 55

_Keys = tuple[npt.NDArray[np.uint64], Ints]


def candidate_pairs(table: Table, *, first: int | None = None) -> tuple[Ints, Ints]:
    """Rows `(left, right)`, left < right, each pair once, of the pairs that deserve a score; with `first`, of those that one of the first
    `first` records takes part in."""
    found = [_pairs_of(table, keys, rows) for keys, rows in _families(table)]
    codes = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    left, right = np.divmod(codes, max(len(table), 1))
    near = _near_in_time(table, left, right) & (left < (len(table) if first is None else first))
    left, right = left[near], right[near]
    near = _near_in_space(table, left, right) | _same_link(table, left, right)
    left, right = left[near], right[near]
    alike = _worth_scoring(table, left, right)
    return left[alike], right[alike]


def _families(table: Table) -> Iterator[_Keys]:
    day = table.column["day"]
    dated = table.column["wall"] == UNKNOWN
    rows = np.flatnonzero(day != UNKNOWN)
    some_dated = rows[dated[rows]]
    for width, members in ((1, rows), (MAX_DAYS_DATED, some_dated)):
        if not len(members):
            continue
        for salt, (values, owners) in enumerate(_day_free_keys(table, members)):
            yield _spread(values, owners, day[owners] // width, salt=salt + 100 * width)
    yield from _link_keys(table)


def _day_free_keys(table: Table, rows: Ints) -> Iterator[_Keys]:
    """Words, short names, first letters, and the place, each with the row that it stands for."""
    words = table.column["title"][rows]
    hashes = np.array(table.title_words.hashes, dtype=np.uint64)
    heavy = (words > 0) & (table.title_weight[words] >= KEY_WEIGHT)
    heavy |= (words > 0) & ~heavy.any(axis=1, keepdims=True)
    yield hashes[words[heavy]], np.broadcast_to(rows[:, None], words.shape)[heavy]
    names = np.array(table.names.hashes, dtype=np.uint64)
    acronyms = np.hstack([table.column["acronyms"][rows], table.column["initials"][rows]])
    yield names[acronyms[acronyms > 0]], np.broadcast_to(rows[:, None], acronyms.shape)[acronyms > 0]
    first = np.array([_letters(table.bare[r]) for r in rows.tolist()], dtype=np.uint64)
    yield first, rows
    region = table.column["region"][rows]
    yield region[region != 0].astype(np.uint64), rows[region != 0]


def _letters(bare: str) -> int:
    return int.from_bytes(bare[:4].encode()[:8], "big")


def _spread(values: npt.NDArray[np.uint64], rows: Ints, bucket: Ints, *, salt: int) -> _Keys:
    """Each key in its own stretch of days and in the next, so that neighbours meet."""
    with np.errstate(over="ignore"):
        base = values * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt) * np.uint64(0xC2B2AE3D27D4EB4F)
        here = (base ^ (base >> np.uint64(29))) + bucket.astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
        after = (base ^ (base >> np.uint64(29))) + (bucket + 1).astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
    return np.concatenate([here, after]), np.concatenate([rows, rows])


def _link_keys(table: Table) -> Iterator[_Keys]:
    for name in ("url", "ticket"):
        values = table.column[name]
        rows = np.flatnonzero((values != 0) & (table.column["day"] != UNKNOWN))
        if len(rows):
            yield _spread(values[rows].astype(np.uint64), rows, table.column["day"][rows], salt=7)


def _pairs_of(table: Table, keys: npt.NDArray[np.uint64], rows: Ints) -> Ints:
    """Codes `left * n + right` of all pairs within groups of equal key, large groups parted first."""
    n = len(table)
    codes = []
    for refine in (None, "region", "day"):
        if refine is not None:
            with np.errstate(over="ignore"):
                keys = keys * np.uint64(31) + table.column[refine][rows].astype(np.uint64) * np.uint64(0x94D049BB133111EB)
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        starts, sizes = _runs(keys)
        small = (sizes <= MAX_GROUP) & (sizes > 1)
        codes.append(_all_within(rows, starts[small], sizes[small], n))
        large = np.repeat(sizes > MAX_GROUP, sizes)
        keys, rows = keys[large], rows[large]
    codes.append(_neighbours(table, keys, rows))
    return np.unique(np.concatenate(codes))


def _runs(keys: npt.NDArray[np.uint64]) -> tuple[Ints, Ints]:
    """Where each run of equal keys starts, and its length."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return starts, np.diff(np.append(starts, len(keys)))


def _all_within(rows: Ints, starts: Ints, sizes: Ints, n: int) -> Ints:
    """All pairs of each group, group by group of one size, without a Python loop over groups."""
    codes = [np.empty(0, np.int64)]
    for size in np.unique(sizes).tolist():
        first = starts[sizes == size]
        a, b = np.triu_indices(size, 1)
        codes.append(_encode(rows[first[:, None] + a].ravel(), rows[first[:, None] + b].ravel(), n))
    return np.concatenate(codes)


def _neighbours(table: Table, keys: npt.NDArray[np.uint64], rows: Ints) -> Ints:
    """In groups that stay too large, each record with the next few in the order of titles."""
    if not len(rows):
        return np.empty(0, np.int64)
    order = np.lexsort((np.array(take(table.core, rows)), keys))
    keys, rows = keys[order], rows[order]
    codes = []
    for step in range(1, NEIGHBOURS + 1):
        same = keys[:-step] == keys[step:]
        codes.append(_encode(rows[:-step][same], rows[step:][same], len(table)))
    return np.concatenate(codes)


def _encode(a: Ints, b: Ints, n: int) -> Ints:
    """One number a pair; a record is no pair with itself."""
    different = a != b
    a, b = a[different], b[different]
    return np.minimum(a, b) * n + np.maximum(a, b)


def _near_in_time(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    day, wall = table.column["day"], table.column["wall"]
    apart = np.abs(day[left] - day[right])
    dated = (wall[left] == UNKNOWN) | (wall[right] == UNKNOWN)
    return apart <= np.where(dated, MAX_DAYS_DATED, MAX_DAYS_TIMED)


def _near_in_space(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """All but the pairs whose coordinates are surely more than `MAX_DEGREES` apart."""
    lat, lon = table.column["lat"], table.column["lon"]
    east = np.abs(lon[left] - lon[right])
    east = np.minimum(east, 360 - east) * np.cos(np.radians((lat[left] + lat[right]) / 2))
    return ~((np.abs(lat[left] - lat[right]) > MAX_DEGREES) | (east > MAX_DEGREES))


def _worth_scoring(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """A cheap look at the titles, the short names and the links."""
    keep = np.zeros(len(left), dtype=bool)
    for start in range(0, len(left), 200_000):
        i, j = left[start : start + 200_000], right[start : start + 200_000]
        good = (short_name(table, i, j) > 0) | _same_link(table, i, j)
        for values, scorer in ((table.core, fuzz.token_set_ratio), (table.bare, fuzz.ratio), (table.squeezed, fuzz.ratio)):
            rest = np.flatnonzero(~good)
            good[rest] = cpdist(take(values, i[rest]), take(values, j[rest]), scorer=scorer, dtype=np.uint8, score_cutoff=GATE) > 0
        keep[start : start + len(i)] = good
    return keep


def _same_link(table: Table, i: Ints, j: Ints) -> npt.NDArray[np.bool_]:
    url, ticket = table.column["url"], table.column["ticket"]
    return ((url[i] == url[j]) & (url[i] != 0)) | ((ticket[i] == ticket[j]) & (ticket[i] != 0))
