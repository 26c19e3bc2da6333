"""Which words upcoming events hold, and which of them a mistyped word may mean."""

from collections.abc import Sequence
from itertools import pairwise

from django.db import connection
from django.db.models import Q

from events.models.vocabulary import LEAST_DESCRIBED, SearchWord
from pipeline.text.typing_errors import errors_allowed, errors_between, keys_of

#: At most so many corrections of one word.
MOST_CORRECTIONS = 5
#: A name counts more than a word that only descriptions hold.
_NAMED = 3
#: At most so many words of one question are corrected.
_MOST_WORDS = 12
_CANDIDATES = """
SELECT asked.word, w.word, w.named, w.described FROM unnest(%s::text[], %s::text[]) AS asked (word, keys)
JOIN events_searchspelling s ON s.keys && asked.keys::int[] JOIN events_searchword w ON w.id = s.word_id
"""


def known(words: Sequence[str]) -> frozenset[str]:
    """Those of `words` (folded) that upcoming events hold, from their titles and names on.

    A word that only descriptions hold is known from `LEAST_DESCRIBED` events on. One query.
    """
    held = SearchWord.objects.filter(
        Q(named__gt=0) | Q(described__gte=LEAST_DESCRIBED), word__in=list(dict.fromkeys(words))
    )
    return frozenset(held.values_list("word", flat=True))


def nearest(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each of `words` (folded) the known words it may mean, the likeliest first, without itself.

    A word of 4 to 7 letters has one typing error at most, a longer one two; a swap of neighbours is one. Words that
    nothing resembles are left out. One query.
    """
    asked = [word for word in dict.fromkeys(words) if errors_allowed(word)][:_MOST_WORDS]
    if not asked:
        return {}
    found: dict[str, dict[str, tuple[int, bool, int]]] = {}
    for typed, word, named, described in _candidates(asked):
        errors = errors_between(typed, word)
        if word != typed and errors <= errors_allowed(typed):
            weight = _NAMED * named + described
            found.setdefault(typed, {})[word] = (errors, not _likely(typed, word), -weight)
    return {
        typed: tuple(sorted(of, key=lambda word, of=of: (of[word], word)))[:MOST_CORRECTIONS]  # type: ignore[misc]
        for typed, of in found.items()
    }


def _candidates(asked: Sequence[str]) -> list[tuple[str, str, int, int]]:
    keys = ["{" + ",".join(map(str, keys_of(word, errors_allowed(word)))) + "}" for word in asked]
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, [list(asked), keys])
        return list(cursor.fetchall())


def _likely(typed: str, word: str) -> bool:
    """Whether the error is of a frequent kind: two letters swapped, or a letter doubled or said once."""
    if len(typed) == len(word):
        return sorted(typed) == sorted(word)
    return _said_once(typed) == _said_once(word)


def _said_once(word: str) -> str:
    return word[:1] + "".join(after for before, after in pairwise(word) if after != before)
