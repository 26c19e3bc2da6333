"""One room seldom holds two events at once: what the venue and the start say where the titles do not.

Two sources that list different titles for one start in one room mean one event more often than two. They are
one where also the price and a rare word of the titles agree; otherwise a moderator is asked. A venue with many
rooms (a cinema, a museum, a conference centre) says nothing: it is known by sources that list several events
of it at one start.
"""

from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.matching.features import SAME_PLACE_METRES, metres_apart
from pipeline.matching.table import UNKNOWN, Ints, Table, take
from pipeline.matching.titles import in_both, numbers_differ

Bools = npt.NDArray[np.bool_]

#: A venue holds many events at once where a source lists several for at least one in so many of its starts.
STARTS_PER_CROWD = 20
_MIX = np.int64(0x9E3779B97F4A7C1)


def mark_crowded(table: Table) -> None:
    """Set the column `crowded` to 1 for the records of venues that hold many events at once.

    A source that lists two titles for one start of a venue decides it, here or as the records themselves say
    (`Candidate.crowded`).
    """
    room, source, start = (table.column[name] for name in ("room", "source", "wall"))
    rows = np.flatnonzero((room != 0) & (source != 0) & (start != UNKNOWN))
    with np.errstate(over="ignore"):
        listed = (room[rows] * _MIX + source[rows]) * _MIX + start[rows]
    titles = np.array([crc32(table.core[row].encode(errors="replace")) for row in rows.tolist()], np.int64)
    order = np.lexsort((titles, listed))
    rows, listed, titles = rows[order], listed[order], titles[order]
    first = np.diff(listed, prepend=listed[:1] - 1) != 0
    another = ~first & (np.diff(titles, prepend=0) != 0)
    group = np.cumsum(first) - 1
    several = np.bincount(group, weights=another, minlength=int(first.sum())) > 0
    size, begun = int(room.max(initial=0)) + 1, room[rows[first]]
    starts, crowds = np.bincount(begun, minlength=size), np.bincount(begun, weights=several, minlength=size)
    said = np.bincount(room, weights=table.column["told_crowded"], minlength=size) > 0
    crowded = said | ((crowds > 0) & (crowds * STARTS_PER_CROWD >= starts))
    table.column["crowded"] = crowded[room].astype(np.int64)


def one_room(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether two sources list the pair for one start in one room, and nothing says that these are two events.

    Prices clearly apart, other last days, and other numbers in the titles say so.
    """
    column = table.column
    room, source, wall = column["room"], column["source"], column["wall"]
    found = (room[left] == room[right]) & (room[left] != 0) & (wall[left] == wall[right])
    rows = np.flatnonzero(found)
    found[rows] = _are_together(table, left[rows], right[rows], source)
    return found


def _are_together(table: Table, left: Ints, right: Ints, source: npt.NDArray) -> Bools:
    column = table.column
    crowded = column.get("crowded", np.zeros(len(table), np.int64))
    found = (source[left] != source[right]) & (source[left] != 0) & (source[right] != 0)
    found &= (column["wall"][left] != UNKNOWN) & (column["midnight"][left] == 0)
    found &= ~((crowded[left] | crowded[right]) == 1) & ~(
        (column["online"][left] | column["online"][right]) == 1
    )
    a, b = column["end_day"][left], column["end_day"][right]
    found &= (a == UNKNOWN) | (b == UNKNOWN) | (a == b)
    found &= ~prices_apart(table, left, right) & ~(numbers_differ(table, left, right) == 1)
    metres = metres_apart(table, left, right)
    return found & ~(metres > SAME_PLACE_METRES) & ~(np.isnan(metres) & _other_town(table, left, right))


def _other_town(table: Table, left: Ints, right: Ints) -> Bools:
    pairs = zip(take(table.place_name, left), take(table.place_name, right), strict=True)
    return np.fromiter((bool(a and b) and a != b for a, b in pairs), bool, len(left))


def one_event(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether the pair is `one_room`, has one known price, and shares a rare word of the titles."""
    found = one_room(table, left, right)
    rows = np.flatnonzero(found)
    a, b = left[rows], right[rows]
    words = table.column["title"]
    shared = in_both(words[a], words[b])[0] & table.title_rare[words[a]]
    found[rows] = shared.any(axis=1) & _same_price(table, a, b)
    return found


def prices_apart(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether both have prices and the ranges are clearly apart (fees make up to a tenth)."""
    low, high = table.column["price_min"], np.fmax(table.column["price_min"], table.column["price_max"])
    below = high[left] * 1.5 + 1 < low[right]
    above = high[right] * 1.5 + 1 < low[left]
    return below | above


def _same_price(table: Table, left: Ints, right: Ints) -> Bools:
    """Whether both have a price and their lowest is the same, free events included."""
    low = table.column["price_min"]
    return low[left] == low[right]
