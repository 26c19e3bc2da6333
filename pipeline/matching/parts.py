"""Reads some records into columns: texts, numbers, and words by local numbers. `table` joins such parts."""

from array import array
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from math import cos, floor, isfinite, nan, radians
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from pipeline.contract.candidates import Candidate
from pipeline.matching.gazetteer import COUNTRIES
from pipeline.matching.text import Title, fold, link_key, read_place, read_title, venue_name
from pipeline.matching.towns import is_broad

#: Marks an unknown time in integer columns.
UNKNOWN = -(2**62)
#: Letters are counted in so many classes: a letter's code modulo this.
LETTERS = 32

_EPOCH = date(1970, 1, 1).toordinal()
_CELL_DEGREES = 0.1

#: Columns of words: their numbering (title, place, name), and how many words of a record are kept.
ROWS: dict[str, tuple[str, int]] = {
    "title": ("title", 14),
    "place": ("place", 12),
    "where": ("title", 12),
    "named_places": ("place", 4),
    "all_words": ("place", 24),
    "countries": ("name", 2),
    "numbers": ("name", 4),
    "years": ("name", 2),
    "acronyms": ("name", 4),
    "initials": ("name", 3),
}
#: Columns of one name each, by the numbers of "name".
NAMED = ("source", "organizer", "category", "room", "named_room")
TEXTS = ("ids", "full", "core", "squeezed", "bare", "head", "tail", "place_name", "venue")

#: The texts that blocking compares, with the columns of their letters; the core has each word once.
BAGS = {"core": "core_letters", "bare": "bare_letters", "squeezed": "squeezed_letters"}

_INTEGERS = (
    "day", "wall", "instant", "offset", "end_day", "midnight", "source", "url", "url_specific", "ticket", "organizer", "text", "category",
    "online", "region", "first_letters", "letters", "core_words", "parted", "room", "told_crowded", "named_room",
)  # fmt: skip
_FLOATS = ("lat", "lon", "price_min", "price_max")


class Words(dict[str, int]):
    """Numbers words from 1, in the order of first appearance; 0 means "none". A lookup numbers a new word."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self) + 1
        return number


@dataclass(frozen=True, slots=True)
class Part:
    """Columns of some records.

    `texts` and `column` by name, a row for each record; `words` in the order of their numbers, by numbering.
    """

    texts: dict[str, list[str]]
    column: dict[str, npt.NDArray[Any]]
    words: dict[str, list[str]]


def read_part(candidates: Iterable[Candidate]) -> Part:
    """The columns of `candidates`, in their order."""
    reader = _ColumnBuilder()
    for candidate in candidates:
        reader.add(candidate)
    return reader.part()


class _Where(NamedTuple):
    """The words of a record's location and city.

    Also the name of the town ('' where unknown), its other names, the countries among the words, and whether
    it is online.
    """

    words: frozenset[str]
    ordered: list[str]
    town: str
    name: str
    countries: frozenset[str]
    online: bool


class _ColumnBuilder:
    """Builds the columns record by record."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {name: [] for name in TEXTS}
        self.words = {"title": Words(), "place": Words(), "name": Words()}
        self._integers: array[int] = array("q")
        self._floats: array[float] = array("d")
        self._rows: dict[str, tuple[Words, array[int], array[int]]] = {
            name: (self.words[owner], array("i"), array("i")) for name, (owner, _) in ROWS.items()
        }
        self._distinct: list[str] = []
        self._places: dict[tuple[str, str], _Where] = {}

    def add(self, c: Candidate) -> None:
        """Read one record."""
        key = (c.location, c.city)
        where = self._places.get(key)
        if where is None:
            where = self._places[key] = _where(*key)
        venue = venue_name(c.venue)
        own = where.words.union(venue.split())
        title = read_title(c.title, place=own, year=c.start.year if c.start else None)
        texts = self.texts
        texts["ids"].append(c.id)
        texts["full"].append(title.full)
        texts["core"].append(title.core)
        self._distinct.append(" ".join(title.tokens))
        texts["squeezed"].append(title.full.replace(" ", ""))
        texts["bare"].append(title.bare)
        texts["head"].append(title.head)
        texts["tail"].append(title.tail)
        texts["place_name"].append(where.town)
        texts["venue"].append(venue)
        self._add_words(title, where, own)
        self._add_facts(c, title, where)

    def _add_words(self, title: Title, where: _Where, own: frozenset[str]) -> None:
        named = title.named_places
        self._row("title", title.tokens)
        self._row("place", where.ordered)
        self._row("where", where.ordered)
        self._row(
            "countries",
            sorted(where.countries.union(named & COUNTRIES)) if named else sorted(where.countries),
        )
        self._row("named_places", sorted(named))
        self._row("all_words", sorted(own.union(title.full.split())))
        self._row("numbers", sorted(title.numbers, key=lambda number: (number.isdecimal(), number)))
        self._row("years", sorted(title.years))
        self._row("acronyms", sorted(title.acronyms))
        self._row("initials", sorted(title.initials))

    def _row(self, name: str, words: Collection[str]) -> None:
        numbers, flat, sizes = self._rows[name]
        sizes.append(len(words))
        if words:
            flat.extend([numbers[word] for word in words])

    def _add_facts(self, c: Candidate, title: Title, where: _Where) -> None:
        name = self.words["name"]
        start = read_moment(c.start, dated=c.all_day or not c.time_known)
        end = read_moment(c.end, dated=c.all_day)
        # 00:00 local time may mean "unknown"; 00:00 UTC is an hour like any other.
        in_utc = start.instant != UNKNOWN and start.offset == UNKNOWN
        lat, lon = _coordinates(c.lat, c.lon)
        url, specific = link_key(c.url)
        ticket, _ = link_key(c.ticket_url)
        organizer = fold(c.organizer[:100]) if c.organizer else ""
        self._integers.extend(
            (
                start.day,
                start.wall,
                start.instant,
                start.offset,
                end.day,
                start.wall != UNKNOWN and start.wall % 1440 == 0 and not in_utc,
                name[c.source] if c.source else 0,
                _hash(url) if url else 0,
                specific,
                _hash(ticket) if ticket else 0,
                name[organizer] if organizer else 0,
                crc32(fold(c.description[:400]).encode()) if len(c.description) >= 60 else 0,
                name[c.category] if c.category not in ("", "other") else 0,
                where.online,
                # Large groups of records are split by this: the cell, else the name of the city.
                _cell(lat, lon) or (crc32(where.name.encode()) if where.name else 0),
                int.from_bytes(title.bare[:4].encode()[:8].ljust(8, b"\0"), "big", signed=True),
                len(title.bare),
                title.core.count(" ") + 1,
                bool(title.head),
                name[room] if (room := _room(c, where)) else 0,
                c.crowded,
                name[title.room] if title.room else 0,
            )
        )
        low, high = c.price_min, c.price_max
        self._floats.extend((lat, lon, nan if low is None else low, nan if high is None else high))

    def part(self) -> Part:
        """The part with all records so far."""
        count = len(self.texts["ids"])
        integers = np.frombuffer(self._integers, dtype=np.int64) if count else np.empty(0, np.int64)
        floats = np.frombuffer(self._floats, dtype=np.float64) if count else np.empty(0)
        column = _columns(integers.reshape(count, len(_INTEGERS)), _INTEGERS) | _columns(
            floats.reshape(count, len(_FLOATS)), _FLOATS
        )
        for name, (_, width) in ROWS.items():
            _, flat, sizes = self._rows[name]
            column[name] = _padded(np.array(flat, np.int32), np.array(sizes, np.int32), width)
        column["many_words"] = np.array(self._rows["title"][2], np.int32) > ROWS["title"][1]
        for name, letters in BAGS.items():
            column[letters] = letter_counts(self._distinct if name == "core" else self.texts[name])
        return Part(self.texts, column, {owner: list(words) for owner, words in self.words.items()})


def _room(c: Candidate, where: _Where) -> str:
    """A name for the room of a record: its known venue, else its venue's name; '' for a town or a country."""
    if c.place:
        return f"place {c.place}"
    venue = venue_name(c.venue)
    return "" if not venue or venue == where.name or is_broad(venue.split()) else f"venue {venue}"


def _where(location: str, city: str) -> _Where:
    place, town = read_place(location), read_place(city)
    words = place.tokens | town.tokens
    name = town.name or place.town
    return _Where(
        words, sorted(words), name, name or place.name, words & COUNTRIES, place.online or town.online
    )


def _columns(matrix: npt.NDArray[Any], names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    return dict(zip(names, np.ascontiguousarray(matrix.T), strict=True))


def _padded(flat: npt.NDArray[np.int32], sizes: npt.NDArray[np.int32], width: int) -> npt.NDArray[np.int32]:
    """Rows of `width` numbers, padded with 0 or cut."""
    if len(sizes) and sizes.max() > width:
        place = np.arange(len(flat)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        flat = flat[place < width]
    rows = np.zeros((len(sizes), width), np.int32)
    rows[np.arange(width) < sizes[:, None]] = flat
    return rows


def letter_counts(texts: Sequence[str]) -> npt.NDArray[np.uint8]:
    """How often each class of letters is in each text. A text too long to be counted has 255 in all."""
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32) % LETTERS
    counts = np.bincount(
        np.repeat(np.arange(len(texts)) * LETTERS, sizes) + letters, minlength=len(texts) * LETTERS
    )
    counts = counts.reshape(len(texts), LETTERS)
    counts[sizes > 255] = 255
    return counts.astype(np.uint8)


class MomentParts(NamedTuple):
    """The numbers of a moment, each `UNKNOWN` where unknown.

    `day`: days since 1970 in the event's local calendar; `wall` and `instant`: minutes since 1970 in local
    time and in UTC; `offset`: minutes east of UTC.
    """

    day: int = UNKNOWN
    wall: int = UNKNOWN
    instant: int = UNKNOWN
    offset: int = UNKNOWN


def read_moment(value: datetime | date | None, *, dated: bool = False) -> MomentParts:
    """The numbers of a moment; with `dated`, only those of its day."""
    if value is None:
        return MomentParts()
    day = value.toordinal() - _EPOCH
    if dated or not isinstance(value, datetime):
        return MomentParts(day)
    wall = day * 1440 + value.hour * 60 + value.minute
    offset = value.utcoffset()
    if offset is None:
        return MomentParts(day, wall)
    minutes = round(offset.total_seconds() / 60)
    # Many sources write UTC for want of a zone: it gives the instant, but not the local offset.
    return MomentParts(day, wall, wall - minutes, UNKNOWN if value.tzinfo is UTC or minutes == 0 else minutes)


def _hash(link: str) -> int:
    """64 bits for a link, never 0. Among a million links a collision is unlikely (3 in 100 million)."""
    return (
        int.from_bytes(blake2b(link.encode(errors="replace"), digest_size=8).digest(), "big", signed=True)
        or 1
    )


def _coordinates(lat: float | None, lon: float | None) -> tuple[float, float]:
    """Both coordinates, or neither: 0, 0 and values outside the globe are no place."""
    if lat is None or lon is None or not (isfinite(lat) and isfinite(lon)):
        return nan, nan
    if (lat == 0 and lon == 0) or abs(lat) > 90 or abs(lon) > 180:
        return nan, nan
    return lat, lon


def _cell(lat: float, lon: float) -> int:
    """A cell of about 11 km, 0 where the place is unknown."""
    if lat != lat:
        return 0
    return (
        (floor(lat / _CELL_DEGREES) + 2000) * 100_003 + floor(lon * cos(radians(lat)) / _CELL_DEGREES) + 5000
    )
