"""The subcategory of an event, by the words that name it.

In the source's labels, then the title, then the description.
"""

from collections.abc import Sequence
from functools import cache, lru_cache

from pipeline.refinement.categories.naming import Naming, PreparedText
from pipeline.siblings import SIBLINGS
from pipeline.taxonomy import SUBCATEGORIES
from pipeline.text.words import plain


def subcategory_of(category: str, labels: Sequence[str], title: str, description: str) -> str:
    """A subcategory of `category`, or '' where no word names one.

    Labels take precedence over the title, the title over the description.
    """
    return _subcategory_of(category, tuple(labels), title, description)


@lru_cache(maxsize=SIBLINGS)
def _subcategory_of(category: str, labels: tuple[str, ...], title: str, description: str) -> str:
    parts, any_part = _parts().get(category, ([], None))
    for text in (" ".join(labels)[:400], title[:300], plain(description[:900])[:300]):
        reported = PreparedText(text, 60)
        for slug, naming in parts if any_part is not None and reported.names(any_part) else ():
            if reported.names(naming):
                return slug
    return ""


@cache
def _parts() -> dict[str, tuple[list[tuple[str, Naming]], Naming]]:
    """The subcategories of each category, and one naming of all of them.

    Each is named by its own slug too. The joint naming comes first, since most texts name none.
    """
    parts: dict[str, list[tuple[str, Naming]]] = {}
    for part in SUBCATEGORIES:
        parts.setdefault(part.category, []).append(
            (part.slug, Naming.of((part.slug.replace("_", " "), *part.words)))
        )
    return {category: (named, Naming.any(naming for _, naming in named)) for category, named in parts.items()}
