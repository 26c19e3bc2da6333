"""The controlled taxonomy: 22 categories with aliases, subcategories, and controlled tags.

Free of Django. It is read once from `pipeline/taxonomy/data/`. A category's slug is what the product stores;
aliases are the names of sources and older clients ("sports", "food_festival", "SportsEvent"). Subcategories
and tags are recognized in a text by their words: a word, a phrase, or `stem*`, folded, in any language.
"""

import csv
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pipeline import patterns
from pipeline.characters import normalize

_FOLDER: Final = Path(__file__).parent / "data"
#: The category of events that fit no other, or could not be categorized.
OTHER: Final = "other"

_NO_WORD: Final = patterns.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Category:
    """One category.

    `covers` is one line for people; `subcategories` are slugs; `aliases` are other names, folded.
    """

    slug: str
    name: str
    covers: str
    position: int
    subcategories: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A part of a category.

    Two categories may have the same slug ("conference"), with the same words or others.
    """

    category: str
    slug: str
    name: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """A controlled tag: its name, which is stored, and the words that mean it."""

    name: str
    words: tuple[str, ...] = ()


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


SUBCATEGORIES: Final[tuple[Subcategory, ...]] = tuple(
    Subcategory(row["category"], row["slug"], row["name"], _several(row["words"]))
    for row in _rows("subcategories.csv")
)
TAGS: Final[tuple[Tag, ...]] = tuple(Tag(row["tag"], _several(row["words"])) for row in _rows("tags.csv"))


def _categories(rows: list[dict[str, str]]) -> tuple[Category, ...]:
    return tuple(
        Category(
            slug=row["category"],
            name=row["name"],
            covers=row["covers"],
            position=position,
            subcategories=tuple(part.slug for part in SUBCATEGORIES if part.category == row["category"]),
            aliases=_several(row["aliases"]),
        )
        for position, row in enumerate(rows)
    )


#: In the order of the taxonomy, `other` last.
CATEGORIES: Final[tuple[Category, ...]] = _categories(_rows("taxonomy.csv"))
SLUGS: Final[tuple[str, ...]] = tuple(category.slug for category in CATEGORIES)
BY_SLUG: Final[dict[str, Category]] = {category.slug: category for category in CATEGORIES}


def subcategory_name(category: str, slug: str) -> str:
    """The display name of a subcategory ("Stand-up"); for one that was removed, the slug in words."""
    return next(
        (part.name for part in SUBCATEGORIES if (part.category, part.slug) == (category, slug)),
        slug.replace("_", " "),
    )


def canonical(slug_or_alias: str) -> str:
    """The category's slug for a slug, a name or an alias in any case, or ''.

    ("Sports", "food festival", "kids-family")
    """
    return _names().get(_folded(slug_or_alias), "")


@cache
def _names() -> dict[str, str]:
    """Folded name -> slug.

    Slugs take precedence over names, names over aliases, earlier categories over later ones.
    """
    names: dict[str, str] = {category.slug: category.slug for category in CATEGORIES}
    for category in CATEGORIES:
        names.setdefault(_folded(category.name), category.slug)
    for category in CATEGORIES:
        for alias in category.aliases:
            names.setdefault(_folded(alias), category.slug)
    return names


def _folded(text: str) -> str:
    """Lower case without accents, words joined by `_`, "&" as "and": "Food & Drink" -> "food_and_drink"."""
    plain = normalize("NFKD", text.casefold().replace("&", " and "))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NO_WORD.sub("_", plain.replace("_", " ")).strip("_")
