"""Records as columns, so that a million pairs are compared by numpy and rapidfuzz instead of one by one.

Each record is read once (words, times, places); what a pair needs is then a look into arrays. About 1 kB a record.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import cos, floor, isfinite, nan, radians
from zlib import crc32

import numpy as np
import numpy.typing as npt

from sources.matching.gazetteer import BROAD_PLACE_WORDS, COUNTRIES
from sources.matching.records import Candidate
from sources.matching.text import Place, Title, fold, link_key, read_place, read_title, venue_name

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TITLE_WORDS = 14
PLACE_WORDS = 12
ALL_WORDS = 24
NAMED_PLACES = 4
NUMBERS = 4
ACRONYMS = 4

#: Marks an unknown time in integer columns.
UNKNOWN = -(2**62)
_EPOCH = date(1970, 1, 1).toordinal()
_CELL_DEGREES = 0.1


@dataclass(slots=True)
class Words:
    """Words as small numbers, with a weight each: 1 for a rare word, near 0 for one that many titles have."""

    weights: dict[str, float]
    ids: dict[str, int] = field(default_factory=dict)
    weight: list[float] = field(default_factory=lambda: [0.0])
    hashes: list[int] = field(default_factory=lambda: [0])

    def id(self, word: str) -> int:
        """The number of `word`, from 1; 0 is "none"."""
        known = self.ids.get(word)
        if known is not None:
            return known
        number = len(self.weight)
        self.ids[word] = number
        self.weight.append(self.weights.get(word, 0.35 if word.isdigit() else 1.0))
        self.hashes.append(crc32(word.encode()))
        return number

    def row(self, words: Iterable[str], width: int) -> list[int]:
        """`width` numbers, padded with 0. Of more words the first in order are kept."""
        ids = [self.ids.get(w) or self.id(w) for w in words][:width]
        return ids + [0] * (width - len(ids)) if ids else [0] * width


def place_words() -> Words:
    """Words of places: countries, states and kinds of building weigh nothing, since places far apart share them."""
    return Words(dict.fromkeys(BROAD_PLACE_WORDS, 0.0))


class Table:
    """Columns of records. Build it with `Table.of`; rows keep the order of the input."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.ids: list[str] = []
        self.full: list[str] = []
        self.core: list[str] = []
        self.squeezed: list[str] = []
        self.bare: list[str] = []
        self.place_name: list[str] = []
        self.venue: list[str] = []
        self.title_words = Words(weights)
        self.place_words = place_words()
        self.names = Words({})
        self._numbers: dict[str, array[int]] = {name: array("q") for name in _INTEGER_COLUMNS}
        self._floats: dict[str, array[float]] = {name: array("d") for name in _FLOAT_COLUMNS}
        self._rows: dict[str, array[int]] = {name: array("i") for name in _ROW_COLUMNS}
        self.column: dict[str, npt.NDArray] = {}

    @classmethod
    def of(cls, candidates: Iterable[Candidate], weights: dict[str, float]) -> "Table":
        """The columns of `candidates`, which are read once and not kept."""
        table = cls(weights)
        for candidate in candidates:
            table._add(candidate)
        table._freeze()
        return table

    def __len__(self) -> int:
        return len(self.ids)

    def _add(self, c: Candidate) -> None:
        place = read_place(c.location)
        city = read_place(c.city)
        venue = venue_name(c.venue)
        own = place.tokens | city.tokens | frozenset(venue.split())
        title = read_title(c.title, place=own, year=c.start.year if c.start else None)
        self.ids.append(c.id)
        self.full.append(title.full)
        self.core.append(title.core)
        self.squeezed.append(title.full.replace(" ", ""))
        self.bare.append(title.bare)
        self.place_name.append(city.name or place.name)
        self.venue.append(venue)
        self._add_words(title, place, city, own)
        self._add_times(c)
        self._add_facts(c, place.online or city.online)

    def _add_words(self, title: Title, place: Place, city: Place, own: frozenset[str]) -> None:
        where = sorted(place.tokens | city.tokens)
        self._rows["title"].extend(self.title_words.row(title.tokens, TITLE_WORDS))
        self._rows["place"].extend(self.place_words.row(where, PLACE_WORDS))
        countries = (place.tokens | city.tokens | title.named_places) & COUNTRIES
        self._rows["countries"].extend(self.names.row(sorted(countries), 2))
        self._rows["named_places"].extend(self.place_words.row(sorted(title.named_places), NAMED_PLACES))
        everything = sorted(own | set(title.full.split()))
        self._rows["all_words"].extend(self.place_words.row(everything, ALL_WORDS))
        self._rows["numbers"].extend(self.names.row(sorted(title.numbers), NUMBERS))
        self._rows["years"].extend(self.names.row(sorted(title.years), 2))
        self._rows["acronyms"].extend(self.names.row(sorted(title.acronyms), ACRONYMS))
        self._rows["initials"].extend(self.names.row(sorted(title.initials), 2))

    def _add_times(self, c: Candidate) -> None:
        start = read_moment(c.start, dated=c.all_day or not c.time_known)
        end = read_moment(c.end, dated=c.all_day)
        numbers = self._numbers
        numbers["day"].append(start.day)
        numbers["wall"].append(start.wall)
        numbers["instant"].append(start.instant)
        numbers["offset"].append(start.offset)
        numbers["end_day"].append(end.day)
        # 00:00 by the clock of the place may stand for "unknown"; 00:00 UTC is an hour like any other.
        in_utc = start.instant != UNKNOWN and start.offset == UNKNOWN
        numbers["midnight"].append(int(start.wall != UNKNOWN and start.wall % 1440 == 0 and not in_utc))

    def _add_facts(self, c: Candidate, online: bool) -> None:
        name, facts = self.names.id, self._numbers
        lat, lon = _coordinates(c.lat, c.lon)
        url, specific = link_key(c.url)
        ticket, _ = link_key(c.ticket_url)
        facts["source"].append(name(c.source) if c.source else 0)
        facts["url"].append(name(url) if url else 0)
        facts["url_specific"].append(int(specific))
        facts["ticket"].append(name(ticket) if ticket else 0)
        organizer = fold(c.organizer[:100])
        facts["organizer"].append(name(organizer) if organizer else 0)
        facts["text"].append(crc32(fold(c.description[:400]).encode()) if len(c.description) >= 60 else 0)
        facts["category"].append(name(c.category) if c.category not in ("", "other") else 0)
        facts["online"].append(int(online))
        # What large groups of records are parted by: the cell, else the name of the city.
        facts["region"].append(_cell(lat, lon) or (crc32(self.place_name[-1].encode()) if self.place_name[-1] else 0))
        self._floats["lat"].append(lat)
        self._floats["lon"].append(lon)
        self._floats["price_min"].append(nan if c.price_min is None else c.price_min)
        self._floats["price_max"].append(nan if c.price_max is None else c.price_max)

    def _freeze(self) -> None:
        """Turn the growing arrays into numpy ones, and let go of the first."""
        for name, values in self._numbers.items():
            self.column[name] = np.frombuffer(values, dtype=np.int64) if values else np.empty(0, np.int64)
        for name, floats in self._floats.items():
            self.column[name] = np.frombuffer(floats, dtype=np.float64) if floats else np.empty(0)
        for name, rows in self._rows.items():
            flat = np.frombuffer(rows, dtype=np.int32) if rows else np.empty(0, np.int32)
            self.column[name] = flat.reshape(len(self.ids), _ROW_COLUMNS[name])
        self.title_weight = np.array(self.title_words.weight)
        self.place_weight = np.array(self.place_words.weight)


_INTEGER_COLUMNS = (
    "day", "wall", "instant", "offset", "end_day", "midnight", "source", "url", "url_specific", "ticket", "organizer", "text", "category",
    "online", "region",
)  # fmt: skip
_FLOAT_COLUMNS = ("lat", "lon", "price_min", "price_max")
_ROW_COLUMNS = {
    "title": TITLE_WORDS, "place": PLACE_WORDS, "numbers": NUMBERS, "years": 2, "acronyms": ACRONYMS, "initials": 2, "countries": 2,
    "named_places": NAMED_PLACES, "all_words": ALL_WORDS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MomentParts:
    """`day`: days since 1970 on the event's own calendar; `wall` and `instant`: minutes since 1970 as the clock there shows them and in
    UTC; `offset`: minutes east of UTC. Each `UNKNOWN` where it is not known."""

    day: int = UNKNOWN
    wall: int = UNKNOWN
    instant: int = UNKNOWN
    offset: int = UNKNOWN


def read_moment(value: datetime | date | None, *, dated: bool = False) -> MomentParts:
    """The numbers of a moment; with `dated`, of its day alone."""
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
    # UTC is what many sources say for want of a zone: it tells the instant, not how far east the clock hangs.
    return MomentParts(day, wall, wall - minutes, UNKNOWN if value.tzinfo is UTC or minutes == 0 else minutes)


def _coordinates(lat: float | None, lon: float | None) -> tuple[float, float]:
    """Both, or neither: 0, 0 and what lies outside the globe are no place."""
    if lat is None or lon is None or not (isfinite(lat) and isfinite(lon)):
        return nan, nan
    if (lat == 0 and lon == 0) or abs(lat) > 90 or abs(lon) > 180:
        return nan, nan
    return lat, lon


def _cell(lat: float, lon: float) -> int:
    """A cell of about 11 km, 0 where the place is unknown."""
    if lat != lat:
        return 0
    return (floor(lat / _CELL_DEGREES) + 2000) * 100_003 + floor(lon * cos(radians(lat)) / _CELL_DEGREES) + 5000


def take(values: Sequence[str], rows: Ints) -> list[str]:
    """`values` at `rows`."""
    return [values[row] for row in rows.tolist()]
