"""Finds the pairs of records worth comparing: those that share a key.

A key joins a part of the title, the place or the links with a range of days. Neighbouring ranges share keys,
so that nothing is lost at their borders. A group that is too large is split by region, then by day; at last
its records are compared only with neighbours in the order of titles. So the work grows with the number of
records, not with its square.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
import numpy.typing as npt

from pipeline.matching.gate import same_link, worth_scoring
from pipeline.matching.table import UNKNOWN, Ints, Table, take
from pipeline.matching.workers import spread, usable

#: Pairs of timed records are compared up to one day apart, records with days only up to three.
MAX_DAYS_TIMED = 1
MAX_DAYS_DATED = 3
#: About 110 km of latitude. A wrong coordinate is mostly off by less, or by a continent.
MAX_DEGREES = 1.0
#: A group of at most so many records is compared completely (about 800 pairs).
MAX_GROUP = 40
#: With how many neighbours in the order of titles a record of a very large group is compared.
NEIGHBOURS = 8
#: Words with less weight occur in too many titles to be a key alone.
KEY_WEIGHT = 0.3
#: From so many records on, the keys are shared among processes. A pair with several keys may be found in more
#: than one share.
MANY = 50_000

_Hashes = npt.NDArray[np.uint64]
#: Keys without days, the rows that have them, the width of the ranges of days (0: none), and the salt of the
#: family.
_Family = tuple[_Hashes, Ints, int, int]


def candidate_pairs(
    table: Table, *, first: int | None = None, processes: int | None = None
) -> tuple[Ints, Ints]:
    """Rows `(left, right)`, left < right, of the pairs that deserve a score, each pair once.

    With `first`, only pairs with one of the first `first` records. `processes` as in `workers.spread`.
    """
    families = list(_families(table))
    shares = (processes or usable()) if len(table) >= MANY else 1
    pairs_of = partial(_share, table, families, shares, len(table) if first is None else first)
    codes = distinct(list(spread(pairs_of, range(shares), processes=1 if shares == 1 else processes)))
    left, right = np.divmod(codes, max(len(table), 1))
    return left, right


def _share(table: Table, families: list[_Family], shares: int, first: int, share: int) -> Ints:
    """The pairs whose key falls into one share. All pairs with a common key are in the same share."""
    codes = distinct([_pairs_of(table, *_spread(table, family, shares, share)) for family in families])
    left, right = np.divmod(codes, max(len(table), 1))
    near = _near_in_time(table, left, right) & (left < first)
    codes, left, right = codes[near], left[near], right[near]
    near = _near_in_space(table, left, right) | same_link(table, left, right)
    codes, left, right = codes[near], left[near], right[near]
    return codes[worth_scoring(table, left, right)]


def distinct(codes: list[Ints]) -> Ints:
    """Each number once, in order. numpy's `unique` takes thirty times as long."""
    ordered = np.sort(np.concatenate([np.empty(0, np.int64), *codes]))
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def _families(table: Table) -> Iterator[_Family]:
    day = table.column["day"]
    dated = table.column["wall"] == UNKNOWN
    rows = np.flatnonzero(day != UNKNOWN)
    for width, members in ((1, rows), (MAX_DAYS_DATED, rows[dated[rows]])):
        if len(members):
            for salt, (values, owners) in enumerate(_day_free_keys(table, members)):
                yield values, owners, width, salt + 100 * width
    roomed = rows[(table.column["room"][rows] != 0) & (table.column["wall"][rows] != UNKNOWN)]
    if len(roomed):
        starts = table.column["wall"][roomed].astype(np.uint64)
        with np.errstate(over="ignore"):
            rooms = table.hashes("name")[table.column["room"][roomed]] * np.uint64(0x9E3779B1)
        yield rooms ^ starts, roomed, 1, 8
    for name in ("url", "ticket"):
        linked = rows[table.column[name][rows] != 0]
        if len(linked):
            yield table.column[name][linked].view(np.uint64), linked, 1, 7


def _day_free_keys(table: Table, rows: Ints) -> Iterator[tuple[_Hashes, Ints]]:
    """Words, short names, first letters, and the place, each with its row."""
    words = table.column["title"][rows]
    heavy = (words > 0) & (table.title_weight[words] >= KEY_WEIGHT)
    heavy |= (words > 0) & ~heavy.any(axis=1, keepdims=True)
    yield table.hashes("title")[words[heavy]], np.repeat(rows, heavy.sum(axis=1))
    acronyms = np.hstack([table.column["acronyms"][rows], table.column["initials"][rows]])
    yield table.hashes("name")[acronyms[acronyms > 0]], np.repeat(rows, (acronyms > 0).sum(axis=1))
    yield table.column["first_letters"][rows].view(np.uint64), rows
    region = table.column["region"][rows]
    yield region[region != 0].astype(np.uint64), rows[region != 0]


def _spread(table: Table, family: _Family, shares: int, share: int) -> tuple[_Hashes, Ints]:
    """Each key of one share in its own range of days and in the next, so that neighbours meet."""
    values, rows, width, salt = family
    bucket = table.column["day"][rows] // width
    found: list[tuple[_Hashes, Ints]] = []
    with np.errstate(over="ignore"):
        base = values * np.uint64(0x9E3779B97F4A7C15) + np.uint64(salt) * np.uint64(0xC2B2AE3D27D4EB4F)
        base ^= base >> np.uint64(29)
        for shift in (0, 1):
            keys = base + (bucket + shift).astype(np.uint64) * np.uint64(0xBF58476D1CE4E5B9)
            ours = slice(None) if shares == 1 else (keys >> np.uint64(40)) % np.uint64(shares) == share
            found.append((keys[ours], rows[ours]))
    (here, rows_here), (after, rows_after) = found
    return np.concatenate([here, after]), np.concatenate([rows_here, rows_after])


def _pairs_of(table: Table, keys: _Hashes, rows: Ints) -> Ints:
    """Codes `left * n + right` of all pairs within groups of equal key; large groups are split first."""
    n = len(table)
    codes = []
    for refine in (None, "region", "day"):
        if refine is not None:
            with np.errstate(over="ignore"):
                keys = keys * np.uint64(31) + table.column[refine][rows].astype(np.uint64) * np.uint64(
                    0x94D049BB133111EB
                )
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        starts, sizes = _runs(keys)
        small = (sizes <= MAX_GROUP) & (sizes > 1)
        codes.append(_all_within(rows, starts[small], sizes[small], n))
        large = np.repeat(sizes > MAX_GROUP, sizes)
        keys, rows = keys[large], rows[large]
    codes.append(_neighbours(table, keys, rows))
    return distinct(codes)


def _runs(keys: _Hashes) -> tuple[Ints, Ints]:
    """Where each run of equal keys starts, and its length."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return starts, np.diff(np.append(starts, len(keys)))


def _all_within(rows: Ints, starts: Ints, sizes: Ints, n: int) -> Ints:
    """All pairs of each group.

    Groups of one size are processed together, without a Python loop over groups.
    """
    codes = [np.empty(0, np.int64)]
    for size in np.unique(sizes).tolist():
        first = starts[sizes == size]
        a, b = np.triu_indices(size, 1)
        codes.append(_encode(rows[first[:, None] + a].ravel(), rows[first[:, None] + b].ravel(), n))
    return np.concatenate(codes)


def _neighbours(table: Table, keys: _Hashes, rows: Ints) -> Ints:
    """In groups that stay too large, pairs of each record with the next few in the order of titles."""
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
    """One number for each pair, without pairs of a record with itself."""
    different = a != b
    a, b = a[different], b[different]
    return np.minimum(a, b) * n + np.maximum(a, b)


def _near_in_time(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    day, wall = table.column["day"], table.column["wall"]
    apart = np.abs(day[left] - day[right])
    dated = (wall[left] == UNKNOWN) | (wall[right] == UNKNOWN)
    return apart <= np.where(dated, MAX_DAYS_DATED, MAX_DAYS_TIMED)


def _near_in_space(table: Table, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """All pairs but those whose coordinates are more than `MAX_DEGREES` apart."""
    lat, lon = table.column["lat"], table.column["lon"]
    east = np.abs(lon[left] - lon[right])
    east = np.minimum(east, 360 - east) * np.cos(np.radians((lat[left] + lat[right]) / 2))
    return ~((np.abs(lat[left] - lat[right]) > MAX_DEGREES) | (east > MAX_DEGREES))
