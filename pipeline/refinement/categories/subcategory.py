"""Which part of a category: by the words that name it, in the source's labels first, then in the title, then
in the description."""

from collections.abc import Sequence
from functools import cache

from pipeline.refinement.categories.naming import Naming, Told
from pipeline.taxonomy import SUBCATEGORIES
from pipeline.text.words import plain


def subcategory_of(category: str, labels: Sequence[str], title: str, description: str) -> str:
    """A subcategory of `category`, or '' where no word names one. Labels are asked before the title, the
    title before the description."""
    parts, any_part = _parts().get(category, ([], None))
    for text in (" ".join(labels)[:400], title[:300], plain(description[:900])[:300]):
        told = Told(text, 60)
        for slug, naming in parts if any_part is not None and told.names(any_part) else ():
            if told.names(naming):
                return slug
    return ""


@cache
def _parts() -> dict[str, tuple[list[tuple[str, Naming]], Naming]]:
    """The subcategories by category, each named by its own slug too, and what names any of them: most texts
    name none."""
    parts: dict[str, list[tuple[str, Naming]]] = {}
    for part in SUBCATEGORIES:
        parts.setdefault(part.category, []).append(
            (part.slug, Naming.of((part.slug.replace("_", " "), *part.words)))
        )
    return {category: (named, Naming.any(naming for _, naming in named)) for category, named in parts.items()}
