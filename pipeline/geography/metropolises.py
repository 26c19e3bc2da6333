"""Widely known cities of the world: they are recognized in addresses, but have no coordinates here."""

import csv
from functools import lru_cache
from typing import Final

from pipeline.geography.countries import country_code
from pipeline.geography.regions import DATA, is_region
from pipeline.text.folding import fold_name

#: Shorter words at the end of an address are states ("IN", "DE") rather than countries.
_LEAST_OF_COUNTRY: Final = 4
#: Short ones that are no state's.
_NO_STATES: Final = frozenset({"UK", "GB"})


def town_named(address: str) -> tuple[str, str]:
    """(city as written, country) at the end of an address.

    ("Berlin", "DE") of "Am Wriezener Bahnhof, 10243 Berlin", ("", "DE") of "Hof 3, Germany". A city only if
    it is widely known; ("", "") for neither.
    """
    parts = [part.strip() for part in address.replace("\n", ",").split(",") if part.strip()]
    country = _country(parts[-1]) if parts else ""
    if country:
        parts.pop()
    words = (
        " ".join(word for word in parts[-1].split() if not any(char.isdigit() for char in word))
        if parts
        else ""
    )
    of = _known().get(fold_name(words), ("", ""))[0] if words else ""
    return (words, of) if of and (not country or of == country) else ("", country)


def is_widely_known(name: str) -> bool:
    """Whether the words are only the name of such a city, of a country, or of a state."""
    return fold_name(name) in _known() or is_region(name) or bool(_country(name))


def zone_of_town(name: str) -> str:
    """The IANA zone of such a city, '' where unknown."""
    return _known().get(fold_name(name), ("", ""))[1]


def _country(words: str) -> str:
    return (
        country_code(words)
        if words in _NO_STATES or (len(words) >= _LEAST_OF_COUNTRY and not is_region(words))
        else ""
    )


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, str]]:
    """Country and zone by folded name."""
    with (DATA / "metropolises.csv").open(encoding="utf-8", newline="") as file:
        return {fold_name(row["name"]): (row["country"], row["timezone"]) for row in csv.DictReader(file)}
