"""What a source sent, as it was fetched: the part of its answer that a listing was read from.

The app of the sources stands above this one and keeps these texts as long as each platform allows. It registers how
to find them; nothing is copied into a review, where it would outlive that time.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from events.models import Listing

#: Only so many characters of one text are shown.
LONGEST: Final = 6_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """The text, '' where retention took it; when it was fetched; and whether it was cut."""

    text: str
    fetched_at: datetime | None = None
    is_cut: bool = False


Finder = Callable[[Collection[Listing]], Mapping[UUID, Snippet]]

_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Make `finder` find the snippets of listings, by the listing's id."""
    _finders.append(finder)


def snippets_of(listings: Collection[Listing]) -> dict[UUID, Snippet]:
    """The snippets of these listings, as far as they are kept."""
    found: dict[UUID, Snippet] = {}
    for finder in _finders if listings else ():
        found |= finder(listings)
    return found
