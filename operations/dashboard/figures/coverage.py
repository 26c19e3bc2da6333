"""Which cities have few events on which weekdays of the coming two weeks: a map of heat."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from accounts.rights import Actor, may
from events.queries.coverage import CityCoverage, Weekday, coverage
from operations.counted import kept
from operations.dashboard.addresses import address_of
from places.queries.reach import cities_of

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
#: So many cities are shown at once, those with the most thin days first.
SHOWN: Final = 12
#: Upper bounds of the shares of the usual, by the depth of their colour.
_DEPTHS: Final = ((0.0, "none"), (0.5, "thin"), (0.8, "low"), (1.25, "usual"))
#: The depths with their words.
LEGEND: Final = (
    ("none", "none"), ("thin", "up to half of the usual"), ("low", "less than usual"), ("usual", "as usual"), ("more", "more than usual"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One city on one weekday: how many come, how many are usual, how it is coloured, and the list of them."""

    coming: int
    usual: int
    depth: str
    is_thin: bool
    words: str
    link: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One city."""

    name: str
    link: str
    thin: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Map:
    """The cities, those with thin days first. `without` have no event at all; their list is `without_link`."""

    first: list[Row]
    rest: list[Row]
    thin_days: int
    thin_cities: int
    without: list[str]
    without_link: str
    at: datetime
    legend: tuple[tuple[str, str], ...] = LEGEND


def heat(by: Actor, *, now: datetime) -> Map | None:
    """The map of the actor's cities (one query a minute for all cities of everybody)."""
    if not may(by, "events.view_event"):
        return None
    counted = kept("coverage", lambda: coverage(now=now), now=now)
    own = cities_of(by)
    seen = [city for city in counted.value if own is None or city.city_id in own]
    covered = sorted((city for city in seen if _has_any(city)), key=lambda city: (-city.thin, city.name))
    rows = [_row(city) for city in covered]
    return Map(
        first=rows[:SHOWN],
        rest=rows[SHOWN:],
        thin_days=sum(row.thin for row in rows),
        thin_cities=sum(1 for row in rows if row.thin),
        without=[city.name for city in seen if not _has_any(city)],
        without_link=address_of("sources_source", is_active__exact=0)
        if may(by, "sources.view_source")
        else "",
        at=counted.at,
    )


def _has_any(city: CityCoverage) -> bool:
    return any(day.coming or day.usual for day in city.weekdays)


def _row(city: CityCoverage) -> Row:
    return Row(
        name=city.name,
        link=address_of("events_event", city__id__exact=city.city_id, coming="any"),
        thin=city.thin,
        cells=tuple(_cell(city, day) for day in city.weekdays),
    )


def _cell(city: CityCoverage, day: Weekday) -> Cell:
    usual = round(day.usual)
    word = WEEKDAYS[day.number - 1]
    return Cell(
        coming=day.coming,
        usual=usual,
        depth=_depth(day),
        is_thin=day.is_thin,
        words=f"{city.name}, {word}: {day.coming}, usually {usual}{', thin' if day.is_thin else ''}",
        link=address_of("events_event", city__id__exact=city.city_id, coming=day.number),
    )


def _depth(day: Weekday) -> str:
    if not day.coming:
        return "none"
    return next((name for most, name in _DEPTHS if day.share <= most), "more")
