"""Full-text search on `EventSearch.document`, and suggestions that tolerate typing errors."""

from django.contrib.postgres.search import SearchQuery, TrigramWordSimilarity
from django.db.models import QuerySet

from events.models import Event
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


def suggestions(events: QuerySet[Event], words: str, *, limit: int = 8) -> QuerySet[Event]:
    """Events whose title resembles `words`, with tolerance for typing errors, the most similar first."""
    folded = fold(words)
    return (
        events.filter(search__folded_title__trigram_word_similar=folded)
        .annotate(alike=TrigramWordSimilarity(folded, "search__folded_title"))
        .order_by("-alike", "start_at", "id")[:limit]
    )
