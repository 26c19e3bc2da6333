"""What the matcher learns from: labelled pairs, and pairs made from single records by rules that hold for any source.

The labelled data has two kinds of lists; tomorrow's sources are of a third. So a share of the examples is made: a record told again in other
words (the same), the same title on another day, in another city or with another number, another title in the same house (different).
"""

import csv
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sources.matching.blocking import candidate_pairs
from sources.matching.csv_records import read_records
from sources.matching.features import column, compare, metres_apart, minutes_apart
from sources.matching.records import Candidate
from sources.matching.table import Floats, Ints, Table

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Records with verdicts. `closed`: every pair that is neither listed nor ignored is different; otherwise only listed pairs count."""

    name: str
    records: Sequence[Candidate]
    same: frozenset[Pair]
    different: frozenset[Pair] = frozenset()
    ignored: frozenset[Pair] = frozenset()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Examples:
    """Features `x`, verdicts `y` (1, 0), weights `w`, and per row the pair's ids, '' for a made one."""

    x: Floats
    y: npt.NDArray[np.int64]
    w: Floats
    pairs: list[Pair] = field(default_factory=list)

    def where(self, keep: npt.NDArray[np.bool_]) -> "Examples":
        """The rows where `keep` is true."""
        return Examples(self.x[keep], self.y[keep], self.w[keep], [p for p, k in zip(self.pairs, keep.tolist(), strict=True) if k])


def join(parts: Sequence[Examples]) -> Examples:
    """All rows of `parts`."""
    return Examples(
        np.vstack([p.x for p in parts]),
        np.concatenate([p.y for p in parts]),
        np.concatenate([p.w for p in parts]),
        [pair for p in parts for pair in p.pairs],
    )


def ordered(a: str, b: str) -> Pair:
    """The pair in the order of its ids."""
    return (a, b) if a < b else (b, a)


def read_pairs(path: Path, label: str | None = None) -> frozenset[Pair]:
    """Pairs of a CSV with `id1`, `id2` and perhaps `label`; with `label`, those that carry it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return frozenset(ordered(r["id1"], r["id2"]) for r in rows if label is None or r.get("label") == label)


def conferences(folder: Path) -> Labelled:
    """The ten conference lists of `dedup/conferences/dev`."""
    same, ignored = read_pairs(folder / "gold_pairs.csv"), read_pairs(folder / "ignore_pairs.csv")
    return Labelled("conferences", _records(folder), same - ignored, ignored=ignored, closed=True)


def new_york(folder: Path) -> Labelled:
    """The hand-read pairs of `dedup/nyc_multisource`."""
    listed = folder / "labelled_pairs_dev.csv"
    return Labelled("new york", _records(folder), read_pairs(listed, "1"), read_pairs(listed, "0"), read_pairs(listed, "?"))


def _records(folder: Path) -> list[Candidate]:
    return [record for record in read_records(folder / "records.csv") if isinstance(record, Candidate)]


def labelled_examples(data: Labelled, weights: dict[str, float]) -> Examples:
    """The features of the pairs that blocking lets through and that have a verdict."""
    table = Table.of(data.records, weights)
    left, right = candidate_pairs(table)
    pairs = [ordered(table.ids[i], table.ids[j]) for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    x = compare(table, left, right)
    sure = _surely_different(table, x, left, right) if not data.closed else np.zeros(len(pairs), dtype=bool)
    y = np.array([_verdict(data, pair, bool(other)) for pair, other in zip(pairs, sure.tolist(), strict=True)], dtype=np.int64)
    thin = np.where(sure & np.array([p not in data.different for p in pairs]), 0.1, 1.0)
    return Examples(x, y, thin, pairs).where(y >= 0)


def _verdict(data: Labelled, pair: Pair, surely_different: bool) -> int:
    if pair in data.same:
        return 1
    if pair in data.ignored:
        return -1
    return 0 if data.closed or pair in data.different or surely_different else -1


def _surely_different(table: Table, x: Floats, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """What one source lists twice with an hour or half a kilometre between: two performances, two playgrounds."""
    source, midnight = table.column["source"], table.column["midnight"]
    apart = (minutes_apart(table, left, right) >= 60) & (midnight[left] == 0) & (midnight[right] == 0)
    elsewhere = (metres_apart(table, left, right) > 500) & (column(x, "venue_ratio") < 0.7)
    return (source[left] == source[right]) & (source[left] != 0) & (apart | elsewhere)


def made_examples(records: Sequence[Candidate], weights: dict[str, float], *, count: int, weight: float, seed: int = 7) -> Examples:
    """`count` pairs made from `records`, half of them the same; each weighs `weight`. The same seed gives the same pairs."""
    chance = random.Random(seed)
    usable = [r for r in records if len(r.title) >= 4 and r.start is not None]
    told: list[Candidate] = []
    y: list[int] = []
    while len(y) < count:
        one, other = chance.choice(usable), chance.choice(usable)
        one = _with_places(one, other, chance)
        same = chance.random() < 0.5
        second = _told_again(one, chance) if same else _another(one, other, chance)
        told += [_forget(one, chance, same), _forget(second, chance, same)]
        y.append(int(same))
    table = Table.of((replace(c, id=str(k)) for k, c in enumerate(told)), weights)
    left = np.arange(0, 2 * count, 2)
    return Examples(compare(table, left, left + 1), np.array(y, dtype=np.int64), np.full(count, weight), [("", "")] * count)


def _with_places(one: Candidate, other: Candidate, chance: random.Random) -> Candidate:
    """A record that always has a time or a day, and a place: a dated one gets an evening hour half of the time."""
    start = one.start
    if start is not None and not isinstance(start, datetime) and chance.random() < 0.5:
        start = datetime(start.year, start.month, start.day, chance.randint(9, 21), chance.choice((0, 30)))
    lat = one.lat if one.lat is not None else chance.uniform(-40, 60)
    lon = one.lon if one.lon is not None else chance.uniform(-120, 140)
    return replace(one, source="a", start=start, lat=lat, lon=lon, venue=one.venue or one.city or other.venue, url="", ticket_url="")


def _told_again(one: Candidate, chance: random.Random) -> Candidate:
    """The same event as another source would tell it."""
    start, title = one.start, one.title
    if isinstance(start, datetime):
        start += timedelta(minutes=chance.choice((0, 0, 0, 0, 5, 15, 30, 30, -30)))
        if chance.random() < 0.08:
            start = start.date()
    lat, lon = one.lat or 0.0, one.lon or 0.0
    near = replace(one, source="b", start=start, lat=lat + chance.gauss(0, 0.0005), lon=lon + chance.gauss(0, 0.0005))
    return replace(near, title=_other_words(title, one, chance) if chance.random() < 0.7 else title)


def _other_words(title: str, one: Candidate, chance: random.Random) -> str:
    where = one.city.split(",")[0] or one.venue
    words = title.split()
    year = str(one.start.year) if one.start else ""
    ways = [
        title.upper(),
        title.lower(),
        f"{title} {year}",
        f"{title} - {where}",
        f"{title} ({where})",
        f"{where}: {title}",
        f"{title} at {one.venue}",
    ]
    if len(words) >= 3:
        slip = chance.randrange(1, len(title) - 1)
        ways += [title[:slip] + title[slip + 1 :], " ".join(words[1:] + words[:1]), f"{' '.join(words[1:])} at {words[0]}"]
    if len(words) >= 4:
        ways += [" ".join(words[:-1]), title.replace(" and ", " & ")]
    return chance.choice(ways)


def _another(one: Candidate, other: Candidate, chance: random.Random) -> Candidate:
    """Another event that looks like it: another day, hour, city, number, or only the same house at the same time."""
    way = chance.choice(("day", "hour", "city", "number", "house", "day_again"))
    second = replace(_told_again(one, chance), start=one.start, title=one.title)
    start = one.start
    if way == "number" and not any(c.isdigit() for c in one.title):
        word = chance.choice(("Part", "Day", "Session", "Vol.", "#"))
        return (
            replace(second, title=f"{one.title} {word} {chance.randint(2, 5)}") if chance.random() < 0.0 else _numbered(one, second, word)
        )
    if way == "city":
        return replace(
            second,
            venue=other.venue or other.city,
            city=other.city or "Elsewhere",
            location=other.location,
            lat=-(one.lat or 9.0),
            lon=one.lon,
        )
    if way == "house" or start is None:
        return replace(second, title=other.title)
    if way == "hour" and isinstance(start, datetime):
        return replace(second, start=start.replace(hour=(start.hour + chance.choice((2, 3, 5, 6))) % 24))
    days = chance.choice((1, 1, 2, 3, 7)) if isinstance(start, datetime) else chance.choice((4, 5, 6, 7))
    return replace(second, start=start + timedelta(days=days), end=None)


def _numbered(one: Candidate, second: Candidate, word: str) -> Candidate:
    return replace(second, title=f"{one.title} {word} 2")


def _forget(record: Candidate, chance: random.Random, same: bool) -> Candidate:
    """Sources leave out what they do not know. What makes two events different is left out rarely."""
    share = 0.35 if same else 0.05
    if chance.random() < share:
        record = replace(record, lat=None, lon=None)
    if chance.random() < share:
        record = replace(record, venue="")
    if chance.random() < share:
        record = replace(record, city="", location="")
    return replace(record, end=None) if chance.random() < 0.5 else record
