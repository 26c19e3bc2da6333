"""Makes synthetic pairs from single records by general rules, since future sources are in no training set.

The same: a record in other words, by its short name, with its supporting acts, half an hour off, off by its
zone, with a day of workshops before, with fewer facts. Different: the same title on another day, at another
hour, in another city or with another number, the edition of another country, a sister event with one word
changed, another title at the same venue and time.
"""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np

from pipeline.contract.candidates import Candidate
from pipeline.matching.features import compare
from pipeline.matching.gazetteer import STOP_WORDS
from pipeline.matching.table import Table
from pipeline.matching.text import fold
from training.matching.examples import Examples

#: Name, country, latitude, longitude of synthetic places.
CITIES = (
    ("Lisbon", "Portugal", 38.72, -9.14),
    ("Bengaluru", "India", 12.97, 77.59),
    ("Mumbai", "India", 19.08, 72.88),
    ("New York", "NY, USA", 40.71, -74.01),
    ("Austin", "TX, USA", 30.27, -97.74),
    ("Los Angeles", "CA, USA", 34.05, -118.24),
    ("Toronto", "Canada", 43.65, -79.38),
    ("London", "UK", 51.51, -0.13),
    ("Berlin", "Germany", 52.52, 13.4),
    ("Munich", "Germany", 48.14, 11.58),
    ("Paris", "France", 48.86, 2.35),
    ("Warsaw", "Poland", 52.23, 21.01),
    ("Nairobi", "Kenya", -1.29, 36.82),
    ("Tokyo", "Japan", 35.68, 139.69),
    ("Sydney", "Australia", -33.87, 151.21),
    ("Lima", "Peru", -12.05, -77.04),
)
_VENUES = (
    "Town Hall",
    "Blue Note",
    "Stage 42",
    "City Library",
    "Riverside Park",
    "Grand Hotel",
    "Expo Centre",
    "The Warehouse",
    "Museum of Art",
)


def made_examples(
    records: Sequence[Candidate], weights: dict[str, float], *, count: int, weight: float, seed: int = 7
) -> Examples:
    """`count` pairs made from `records`, half of them the same, each with `weight`.

    Deterministic for a seed.
    """
    chance = random.Random(seed)
    usable = [r for r in records if len(r.title) >= 4 and r.start is not None]
    reported: list[Candidate] = []
    y: list[int] = []
    while len(y) < count:
        one, other = _placed(chance.choice(usable), chance), chance.choice(usable)
        same = chance.random() < 0.5
        first, second = _same(one, other, chance) if same else _different(one, other, chance)
        reported += [_forget(first, chance, same), _forget(second, chance, same)]
        y.append(int(same))
    table = Table.of((replace(c, id=str(k)) for k, c in enumerate(reported)), weights)
    left = np.arange(0, 2 * count, 2)
    return Examples(
        compare(table, left, left + 1),
        np.array(y, dtype=np.int64),
        np.full(count, weight),
        [("", "")] * count,
    )


def _placed(one: Candidate, chance: random.Random) -> Candidate:
    """The record at a synthetic venue. One with only a day gets a time in half of the cases."""
    start = one.start
    if start is not None and not isinstance(start, datetime) and chance.random() < 0.5:
        start = datetime.combine(start, time(chance.randint(9, 21), chance.choice((0, 30))))
    if isinstance(start, datetime) and (start.hour, start.minute) == (0, 0):
        start = start.replace(hour=chance.randint(9, 21))
    end: date | None = None
    if start is not None and not isinstance(start, datetime) and chance.random() < 0.7:
        end = start + timedelta(days=chance.randint(0, 4))
    return _moved(replace(one, source="a", start=start, url="", ticket_url="", end=end), chance)


def _moved(one: Candidate, chance: random.Random, *, away_from: str = "") -> Candidate:
    name, country, lat, lon = chance.choice([c for c in CITIES if c[0] != away_from])
    return replace(
        one,
        city=name,
        location=f"{name}, {country}",
        lat=lat + chance.uniform(-0.05, 0.05),
        lon=lon + chance.uniform(-0.05, 0.05),
        venue=chance.choice(_VENUES),
    )


def _same(one: Candidate, other: Candidate, chance: random.Random) -> tuple[Candidate, Candidate]:
    """One event in two sources' words."""
    start, end = one.start, one.end
    if isinstance(start, datetime):
        start += timedelta(minutes=chance.choice((0, 0, 0, 0, 5, 15, 30, 30, -30)))
        if chance.random() < 0.08:
            start = start.date()
    elif start is not None and isinstance(end, date) and end > start and chance.random() < 0.3:
        # a day of workshops that only one of the two includes
        start += timedelta(days=chance.randint(1, min(3, (end - start).days)))
    lat, lon = one.lat or 0.0, one.lon or 0.0
    second = replace(
        one,
        source="b",
        start=start,
        end=end,
        lat=lat + chance.gauss(0, 0.0005),
        lon=lon + chance.gauss(0, 0.0005),
    )
    if chance.random() < 0.3:
        second = replace(
            second,
            venue=chance.choice(
                (f"{one.venue}, {one.city}", f"{one.city} {one.venue}", f"{one.venue} - Room 2", "Courtyard")
            ),
        )
    if chance.random() < 0.15:
        one, second = _online(one, second, chance)
    words = [w for w in fold(one.title).split() if w.isalpha() and w not in STOP_WORDS]
    if chance.random() < 0.1:
        # a source that has only the country
        country = one.location.split(", ")[-1]
        second = replace(second, venue="", lat=None, lon=None, city=country, location=country)
    if 3 <= len(words) <= 8 and chance.random() < 0.35:
        return _by_short_name(one, second, words, chance)
    if chance.random() < 0.7:
        second = replace(
            second,
            title=_other_words(
                one.title, one, chance, " ".join(other.title.split()[:4]) if chance.random() < 0.4 else ""
            ),
        )
    return one, second


def _online(one: Candidate, second: Candidate, chance: random.Random) -> tuple[Candidate, Candidate]:
    """Both online, or one of them, or one where the other has no place."""
    here, there = chance.choice((("Online", "Online"), ("Online", one.city), ("Online", ""), ("Online", "")))
    return (
        replace(one, venue="", lat=None, lon=None, city=here, location=here),
        replace(second, venue="", lat=None, lon=None, city=there, location=there),
    )


def _by_short_name(
    one: Candidate, second: Candidate, words: Sequence[str], chance: random.Random
) -> tuple[Candidate, Candidate]:
    """One record by its long name, with or without the short one, the other by the short one."""
    short, year = "".join(w[0] for w in words).upper(), str(one.start.year) if one.start else ""
    long = chance.choice(
        (
            f"{short}: {one.title}",
            f"{short} {year}: {one.title}",
            f"{one.title} ({short})",
            f"{short} - {one.title}",
            *(one.title,) * 4,
        )
    )
    return replace(one, title=long), replace(
        second, title=chance.choice((short, f"{short} {year}", f"{short} {one.city}"))
    )


def _other_words(title: str, one: Candidate, chance: random.Random, more: str = "") -> str:
    """`title` in another source's words; `more` is what that source may add."""
    words = title.split()
    year = str(one.start.year) if one.start else ""
    ways = [
        title.upper(),
        title.lower(),
        f"{title} {year}",
        f"{title} - {one.city}",
        f"{title} ({one.city})",
        f"{title} at {one.venue}",
    ]
    ways += [f"{one.city}: {title}", f"{title} (21+)", f"{one.venue} presents {title}"]
    ways += (
        [
            f"{title}: {more}",
            f"{title} - {more}",
            f"{title} w/ {more}",
            f"{title}, {more}",
            f"{more} presents: {title}",
        ]
        if more
        else []
    )
    if len(words) >= 3:
        slip = chance.randrange(1, len(title) - 1)
        ways += [
            title[:slip] + title[slip + 1 :],
            " ".join(words[1:] + words[:1]),
            f"{' '.join(words[1:])} at {words[0]}",
        ]
    if len(words) >= 4:
        ways += [
            " ".join(words[:-1]),
            title.replace(" and ", " & "),
            "".join(words[:2]) + " " + " ".join(words[2:]),
        ]
    if len(words) == 2:
        ways += ["".join(words), f"{''.join(words)} {year}"]
    return chance.choice(ways)


def _different(one: Candidate, other: Candidate, chance: random.Random) -> tuple[Candidate, Candidate]:
    """Two different events that look like one.

    In one case of eight the same title at two venues of a city, in one of eight the editions of two
    countries.
    """
    way = chance.random()
    if way >= 0.25:
        return one, _another(one, other, chance)
    if way >= 0.125:
        return _editions(one, chance)
    here, there = chance.sample(_VENUES, 2)
    far = replace(
        one,
        source="b",
        venue=there,
        lat=(one.lat or 0.0) + 0.04,
        lon=(one.lon or 0.0) + chance.choice((0.04, -0.04)),
    )
    return replace(one, venue=here, title=f"{one.title}: {here}"), replace(far, title=f"{one.title}: {there}")


def _editions(one: Candidate, chance: random.Random) -> tuple[Candidate, Candidate]:
    """Events with one name in two countries on the same days, often online: "PyCon Turkey" and "PyCon Korea"."""
    brand = " ".join(one.title.split()[: chance.randint(1, 2)])
    reported = []
    for source, (city, country, lat, lon) in zip("ab", chance.sample(CITIES, 2), strict=True):
        named = replace(
            one,
            source=source,
            title=f"{brand} {chance.choice((city, country.split(', ')[-1]))}",
            venue="",
            lat=None,
            lon=None,
        )
        if chance.random() < 0.6:
            named = replace(named, city="Online", location="Online")
        else:
            named = replace(named, city=city, location=f"{city}, {country}", lat=lat, lon=lon)
        reported.append(named)
    return reported[0], reported[1]


def _another(one: Candidate, other: Candidate, chance: random.Random) -> Candidate:
    """Another event that looks similar."""
    way = chance.choice(("day", "day", "hour", "city", "city", "number", "word", "word", "house"))
    second, start, end = replace(one, source=chance.choice("abb")), one.start, one.end
    if way == "number":
        return replace(
            second,
            title=f"{one.title} {chance.choice(('Part', 'Day', 'Session', 'Class', '#'))} {chance.randint(2, 5)}",
        )
    if way == "city":
        return _moved(second, chance, away_from=one.city)
    if way == "word":
        mine, yours = (_a_word(title, chance) for title in (one.title, other.title))
        return replace(second, title=one.title.replace(mine, yours) if mine != yours else other.title)
    if way == "house" or start is None:
        return replace(second, title=other.title if other.title != one.title else "Something else")
    if way == "hour" and isinstance(start, datetime) and 9 <= start.hour <= 20:
        return replace(
            second,
            start=start + timedelta(hours=chance.choice((2, 3, -2, -3)), minutes=chance.choice((0, 30))),
        )
    later = timedelta(
        days=chance.choice((1, 1, 2, 3, 7)) if isinstance(start, datetime) else chance.choice((4, 5, 6, 7))
    )
    return replace(second, start=start + later, end=end + later if end is not None else None)


def _a_word(title: str, chance: random.Random) -> str:
    """The longest word, or any that is not a small one."""
    words = title.split()
    return (
        max(words, key=len)
        if chance.random() < 0.5
        else chance.choice([w for w in words if len(w) >= 4] or words)
    )


def _forget(record: Candidate, chance: random.Random, same: bool) -> Candidate:
    """Remove facts that a source may lack.

    Different events rarely lose the city, which distinguishes them.
    """
    if chance.random() < 0.35:
        record = replace(record, lat=None, lon=None)
    if chance.random() < 0.5:
        record = replace(record, venue="")
    if chance.random() < (0.35 if same else 0.03):
        record = replace(record, city="", location="")
    return record
