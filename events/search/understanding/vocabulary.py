"""What the reader of questions asks about the words and names of upcoming events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from events.enums import NameKind
from events.models import SearchName
from events.queries import vocabulary

_MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class Named:
    """A whole name that upcoming events bear: its folded form, kind, name as written, and what it names."""

    folded: str
    kind: NameKind
    name: str
    city: str
    target: str


class Vocabulary(Protocol):
    """The words and names of upcoming events."""

    def known(self, words: Sequence[str]) -> frozenset[str]:
        """Those of the folded words that events hold."""

    def names(self, phrases: Sequence[str]) -> list[Named]:
        """The whole names among the folded phrases."""


class StoredVocabulary:
    """The vocabulary that the outbox keeps. One query for each call."""

    def known(self, words: Sequence[str]) -> frozenset[str]:
        return vocabulary.known(words) if words else frozenset()

    def names(self, phrases: Sequence[str]) -> list[Named]:
        if not phrases:
            return []
        rows = SearchName.objects.filter(folded__in=phrases).select_related("city").order_by("-count", "id")
        return [
            Named(row.folded, NameKind(row.kind), row.name, row.city.slug if row.city else "", row.target)
            for row in rows[:_MOST_NAMES]
        ]
