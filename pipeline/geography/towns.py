"""The towns of the world with 5,000 people or more, by name: country, state, time zone, centre and people.

From GeoNames (geonames.org, CC BY 4.0); `training/towns.py` makes the table."""

import csv
import gzip
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from pipeline.geography.regions import DATA
from pipeline.text.folding import fold_name

TABLE: Final = DATA / "towns.tsv.gz"
#: A town with so many people is known by its name alone.
WIDELY_KNOWN: Final = 150_000
#: Among towns of one name the largest is meant if it has so many times the people of the next.
DOMINANT: Final = 4
#: Letters of the longest name in the table.
_LONGEST: Final = 80


class Town(NamedTuple):
    """A town. `country` is its ISO 3166 code, `state` the code of a state of the United States, '' elsewhere;
    `lat` and `lng` its centre in degrees."""

    name: str
    country: str
    state: str
    zone: str
    lat: float
    lng: float
    people: int


@lru_cache(maxsize=8192)
def towns_called(name: str) -> tuple[Town, ...]:
    """All towns of a name, the largest first."""
    folded = fold_name(name[:_LONGEST])
    other = _other_names().get(folded)
    found = [*_lines_of(folded)]
    if other and other.town != folded:
        found += [town for town in _lines_of(other.town) if town.country == other.country]
    return tuple(sorted(found, key=lambda town: -town.people))


def _lines_of(name: str) -> Iterator[Town]:
    """The rows of a folded name."""
    folded, table = name.encode(), _table()
    place = _first_line(table, folded)
    while folded and table.startswith(folded + b"\t", place):
        end = table.index(b"\n", place)
        _, reported, country, state, zone, lat, lng, people = table[place:end].decode().split("\t")
        yield Town(reported, country, state, zone, float(lat), float(lng), int(people))
        place = end + 1


def _first_line(table: bytes, folded: bytes) -> int:
    """Where the first line begins whose name is not before `folded`: a binary search over the bytes, which
    take a tenth of the memory of objects."""
    low, high = 0, len(table)
    while low < high:
        start = table.rfind(b"\n", 0, (low + high) // 2) + 1
        if start < low:
            start = low
        if table[start : table.index(b"\t", start)] < folded:
            low = table.index(b"\n", start) + 1
        else:
            high = start
    return low


def town_called(name: str, *, country: str = "", state: str = "") -> Town | None:
    """The town that a name means in a country and state, where these are known: the only one, or the one
    that is `DOMINANT`; None where that leaves it open."""
    found = [
        town for town in towns_called(name) if country in ("", town.country) and state in ("", town.state)
    ]
    if not found or (len(found) > 1 and found[0].people < DOMINANT * found[1].people):
        return None
    return found[0]


def widely_known(name: str, country: str = "") -> Town | None:
    """The town that a name means without further words: one that is `WIDELY_KNOWN`, or whose name is on the
    list of other names."""
    other = _other_names().get(fold_name(name[:_LONGEST]))
    if other and country in ("", other.country):
        return town_called(other.town, country=other.country)
    town = town_called(name, country=country)
    return town if town and town.people >= WIDELY_KNOWN else None


class _Other(NamedTuple):
    """The folded name that the table has for a town, and its country."""

    town: str
    country: str


@lru_cache(maxsize=1)
def _other_names() -> dict[str, _Other]:
    """By folded name: other names of towns ("Bombay"), and towns that are known beyond their size."""
    with (DATA / "town_names.csv").open(encoding="utf-8", newline="") as file:
        return {
            fold_name(row["name"]): _Other(fold_name(row["town"]), row["country"])
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1)
def _table() -> bytes:
    """The table's lines, sorted by folded name; each ends with a newline."""
    return gzip.decompress(TABLE.read_bytes())
