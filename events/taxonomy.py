"""The controlled taxonomy: 22 categories with subcategories and aliases, read once from `events/data/taxonomy.csv`. Free of Django.

A category's slug is what the product stores; aliases are what sources and older clients call it ("sports", "food_festival", "SportsEvent").
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

DATA: Final = Path(__file__).parent / "data" / "taxonomy.csv"
#: The category of what fits no other, and of what could not be told.
OTHER: Final = "other"

_NO_WORD: Final = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Category:
    """One category. `covers` is one line for people; `subcategories` are slugs; `aliases` other names that mean it, folded."""

    slug: str
    name: str
    covers: str
    position: int
    subcategories: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


def _read(path: Path) -> tuple[Category, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Category(
            slug=row["category"],
            name=row["name"],
            covers=row["covers"],
            position=position,
            subcategories=tuple(filter(None, row["subcategories"].split("|"))),
            aliases=tuple(filter(None, row["aliases"].split("|"))),
        )
        for position, row in enumerate(rows)
    )


#: In the order of the taxonomy, `other` last.
CATEGORIES: Final[tuple[Category, ...]] = _read(DATA)
SLUGS: Final[tuple[str, ...]] = tuple(category.slug for category in CATEGORIES)
BY_SLUG: Final[dict[str, Category]] = {category.slug: category for category in CATEGORIES}


def canonical(slug_or_alias: str) -> str:
    """The category's slug for a slug, a name or an alias in any case ("Sports", "food festival", "kids-family"), or '' where none is meant."""
    return _names().get(_folded(slug_or_alias), "")


@cache
def _names() -> dict[str, str]:
    """Folded name -> slug. Slugs win over names, names over aliases, the earlier category over the later."""
    names: dict[str, str] = {category.slug: category.slug for category in CATEGORIES}
    for category in CATEGORIES:
        names.setdefault(_folded(category.name), category.slug)
    for category in CATEGORIES:
        for alias in category.aliases:
            names.setdefault(_folded(alias), category.slug)
    return names


def _folded(text: str) -> str:
    """Lower case without accents, words joined by `_`, "&" read as "and": "Food & Drink" -> "food_and_drink"."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NO_WORD.sub("_", plain.replace("_", " ")).strip("_")
