"""Full-text search on `EventSearch.document`, and suggestions that tolerate typing errors."""

from uuid import UUID

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import QuerySet

from events.models import Event, EventSearch
from pipeline.text.folding import fold, fold_name

#: The text search configuration that removes accents (events/migrations).
CONFIGURATION = "nocturne"


def search_expression(words: str) -> SearchQuery | None:
    """Every word must begin a word of the event; None without words.

    Any text is safe: only letters and digits are used.
    """
    terms = fold_name(words).split()[:12]
    return (
        SearchQuery(" & ".join(f"{term}:*" for term in terms), config=CONFIGURATION, search_type="raw")
        if terms
        else None
    )


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


def suggestions(events: QuerySet[Event], words: str, *, limit: int = 8) -> QuerySet[Event]:
    """Events whose title resembles `words`, with tolerance for typing errors, the most similar first."""
    folded = fold(words)
    return (
        events.filter(search__folded_title__trigram_word_similar=folded)
        .annotate(alike=TrigramWordSimilarity(folded, "search__folded_title"))
        .order_by("-alike", "start_at", "id")[:limit]
    )
