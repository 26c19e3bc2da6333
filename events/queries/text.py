"""Full-text search on `EventSearch.document`."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from events.filters.words import parse
from events.models import Event, EventSearch
from pipeline.text.folding import fold
from pipeline.text.terms import Terms


class WordsQuery(SearchQuery):
    """A tsquery as `events.filters.words` writes it, which no text search configuration reads again."""

    def __init__(self, text: str) -> None:
        super().__init__(text, search_type="raw")

    def as_sql(self, *args: Any, **options: Any) -> tuple[str, tuple[str | int, ...]]:
        return super().as_sql(*args, **{**options, "template": "(%(expressions)s)::tsquery"})


def search_expression(words: str) -> SearchQuery | None:
    """What the question `words` matches (`events.filters.words`); None where it asks for nothing.

    Any text is safe: only letters and digits are used.
    """
    asked = parse(words)
    return WordsQuery(asked.tsquery()) if asked else None


@dataclass(frozen=True)
class SearchText:
    """The search text of an event now, and before the transaction `changed_in` (None where it never changed).

    `before` is '' where it was forgotten. Texts are those of a tsvector; their terms are read when they are first asked for.
    """

    document: str
    before: str = ""
    changed_in: int | None = None

    @cached_property
    def terms(self) -> Terms:
        """The terms now."""
        return Terms.read(self.document)

    @cached_property
    def former_terms(self) -> Terms:
        """The terms before the last change."""
        return Terms.read(self.before)


def search_texts(event_ids: Iterable[UUID]) -> dict[UUID, SearchText]:
    """The search texts of these events, one query. Events without one are absent."""
    rows = EventSearch.objects.filter(pk__in=list(event_ids)).annotate(
        text=Cast("document", TextField()), old=Cast("former", TextField())
    )
    found = rows.values_list("pk", "text", "old", "changed_in")
    return {pk: SearchText(text, old or "", changed_in) for pk, text, old, changed_in in found}


def terms_by_event(event_ids: Iterable[UUID]) -> dict[UUID, Terms]:
    """The terms of these events for `events.filters.matches`, one query. Events without search text are absent."""
    return {pk: found.terms for pk, found in search_texts(event_ids).items()}


def matching(events: QuerySet[Event], words: str) -> QuerySet[Event]:
    """Those of `events` that a member of staff means by `words`: by text, by a part of the title, or by id.

    Every way goes through an index. A part of a title has three letters or more.
    """
    try:
        return events.filter(pk=UUID(words.strip()))
    except ValueError:
        pass
    expression, folded = search_expression(words), fold(words)[:100]
    found = EventSearch.objects.none()
    if expression is not None:
        found = EventSearch.objects.filter(document=expression)
    if len(folded) >= 3:
        found = found | EventSearch.objects.filter(folded_title__contains=folded)
    return events.filter(pk__in=found.values("pk"))
