"""Which words upcoming events hold, and which of them a mistyped word may mean."""

from collections.abc import Sequence
from itertools import pairwise

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q

from events.enums import NameKind
from events.models.vocabulary import LEAST_DESCRIBED, SearchName, SearchWord
from outbox.replica import cursor_of_readers
from pipeline.text.typing_errors import errors_allowed, errors_between, keys_of

#: At most so many corrections of one word.
MOST_CORRECTIONS = 5
#: A name counts more than a word that only descriptions hold.
_NAMED = 3
#: At most so many words of one question are corrected.
_MOST_WORDS = 12
#: So many names are compared to complete a word.
_COMPARED = 20
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


def counts(words: Sequence[str]) -> dict[str, int]:
    """How many upcoming events hold each of `words` (folded); without those that none holds. One query."""
    rows = SearchWord.objects.filter(word__in=list(dict.fromkeys(words)))
    return {
        word: named + described for word, named, described in rows.values_list("word", "named", "described")
    }


def borne(names: Sequence[str]) -> frozenset[str]:
    """Those of `names` (folded) that upcoming events bear as a whole. One query."""
    held = SearchName.objects.filter(folded__in=list(names)).exclude(kind=NameKind.TAG)
    return frozenset(held.values_list("folded", flat=True))


def completions(before: Sequence[str], begun: str, *, most: int = 3) -> list[str]:
    """The words by which names go on that hold the words `before` and one that begins with `begun`, the most frequent first.

    All are folded. One query.
    """
    asked = " & ".join([*(f"'{word}'" for word in before), f"'{begun}':*"])
    query = SearchQuery(asked, search_type="raw", config="simple")
    rows = SearchName.objects.filter(words=query).exclude(kind=NameKind.TAG).order_by("-count", "id")
    found = [
        word
        for folded in rows.values_list("folded", flat=True)[:_COMPARED]
        for word in folded.split()
        if word.startswith(begun) and word != begun and word not in before
    ]
    return list(dict.fromkeys(found))[:most]


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
    with cursor_of_readers() as cursor:
        cursor.execute(_CANDIDATES, [list(asked), keys])
        return list(cursor.fetchall())


def _likely(typed: str, word: str) -> bool:
    """Whether the error is of a frequent kind: two letters swapped, or a letter doubled or said once."""
    if len(typed) == len(word):
        return sorted(typed) == sorted(word)
    return _said_once(typed) == _said_once(word)


def _said_once(word: str) -> str:
    return word[:1] + "".join(after for before, after in pairwise(word) if after != before)
