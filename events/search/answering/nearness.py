"""How near an event comes to a question that it does not fulfil: which of its words it holds, and how like it is in meaning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log10
from typing import Any
from uuid import UUID

from pgvector import HalfVector

from events.filters import EventFilter
from events.filters.words import Asked, Either, WordQuery, parse, whole
from events.queries import upcoming
from events.queries.conditions import named
from events.queries.filtering import holding
from events.queries.vocabulary import counts
from events.search.answering.ranking import MOST_RANKED
from outbox.replica import cursor_of_readers
from pipeline.taxonomy import OTHER, canonical
from pipeline.text.folding import fold_name
from pipeline.text.small_words import is_small

#: More words of a question are not sought.
_MOST_SOUGHT = 8
#: What a word counts by where it stands: a title or a name, a tag or the place, the description.
_STANDS = (("A", 1.0), ("B", 0.9), ("C", 0.8), ("D", 0.5))
#: The beginning of a word, wherever it stands.
_BEGUN = 0.4
#: An event of the category that was read from a word holds that word.
_OF_CATEGORY = 0.9

_MEASURED = """
SELECT n.id, n.is_sample, n.held, coalesce(1 - (v.embedding <=> %(vector)s::halfvec), 0)::float8,
  CASE WHEN n.start_at < %(now)s::timestamptz - interval '12 hours' THEN 0.5
  ELSE 1 / (1 + greatest(extract(epoch FROM n.start_at - %(now)s::timestamptz), 0) / 604800) END::float8
FROM (
  SELECT e.id, e.is_sample, e.start_at, h.held, (SELECT sum(t.one * t.tells) FROM unnest(h.held, %(tells)s::float8[]) AS t (one, tells)) AS total
  FROM ({chosen}) AS c JOIN events_event e ON e.id = c.id JOIN events_eventsearch s ON s.event_id = c.id
  CROSS JOIN LATERAL (SELECT ARRAY[{held}]::float8[] AS held) AS h
  ORDER BY total DESC NULLS LAST, e.start_at, e.id LIMIT %(limit)s
) AS n LEFT JOIN events_eventvector v ON v.event_id = n.id
ORDER BY n.total DESC NULLS LAST, n.start_at, n.id
"""


@dataclass(frozen=True, slots=True)
class Sought:
    """A word of a question as it was typed, how it is found, and how much it tells: rare words tell more.

    `categories` are those that it names, where it was read as a category.
    """

    text: str
    asked: Asked
    tells: float
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Near:
    """An event: how well it holds each word that is sought, and how like the question it is in meaning, each 0 to 1."""

    event_id: UUID
    is_sample: bool
    held: tuple[float, ...]
    alike: float
    soon: float


def sought(wanted: EventFilter) -> tuple[Sought, ...]:
    """The words of a question, and the word by which its category was named. One query."""
    words: dict[str, tuple[str, ...]] = {
        word: () for word in wanted.q.replace('"', " ").split() if not word.startswith("-")
    }
    words |= {wanted.category_words: wanted.categories} if wanted.category_words else {}
    asked = {word: parse(word).wanted for word in words}
    kept = [word for word in words if len(asked[word]) == 1 and not is_small(fold_name(word))][:_MOST_SOUGHT]
    together = parse(" ".join(kept)).wanted
    if len(together) == len(kept):  # each may also stand as one word with its neighbour
        asked = {word: (one,) for word, one in zip(kept, together, strict=True)}
    held = counts([fold_name(word) for word in kept])
    return tuple(
        Sought(
            word,
            asked[word][0],
            1 / (1 + log10(1 + held.get(fold_name(word), 0))),
            words[word] or _categories(fold_name(word)),
        )
        for word in kept
    )


def _categories(word: str) -> tuple[str, ...]:
    slug = canonical(word)
    return (slug,) if slug and slug != OTHER else ()


def holders(wanted: EventFilter, words: Sequence[Sought], *, now: datetime, limit: int) -> list[Near]:
    """The events that hold any of `words`, those that hold most first, among the soonest. One query.

    Of `wanted.q` only what must not occur is asked.

    Without a city roughly: the beginning of a frequent word is gathered from a million events first.
    """
    roughly = not wanted.city
    ways = (whole(word.asked) if roughly else word.asked for word in words)
    any_of = holding(WordQuery((Either(tuple(ways)),), parse(wanted.q).unwanted), wanted, roughly=roughly)
    events = upcoming(wanted.without("q", "ordering"), now=now).filter(any_of)
    chosen, given = named(events.order_by("start_at", "id").values("id")[:MOST_RANKED])
    return _measured(chosen, given, words, None, now, limit)


def measured(
    event_ids: Sequence[UUID], words: Sequence[Sought], vector: HalfVector | None, *, now: datetime
) -> dict[UUID, Near]:
    """How near each of these events comes. `vector` is the question's. One query."""
    chosen = "SELECT unnest(%(ids)s::uuid[]) AS id"
    rows = _measured(chosen, {"ids": list(event_ids)}, words, vector, now, len(event_ids))
    return {near.event_id: near for near in rows}


def _measured(
    chosen: str,
    given: dict[str, Any],
    words: Sequence[Sought],
    vector: HalfVector | None,
    now: datetime,
    limit: int,
) -> list[Near]:
    parts, values = [], dict(given)
    for number, word in enumerate(words):
        cases = []
        if word.categories:
            cases.append(f"WHEN e.category_id = ANY(%(k{number})s) THEN {_OF_CATEGORY}")
            values[f"k{number}"] = list(word.categories)
        # most words are not held, which one test tells
        cases.append(f"WHEN NOT s.document @@ %(w{number})s::tsquery THEN 0")
        for weight, counts_for in _STANDS:
            cases.append(f"WHEN s.document @@ %(w{number}{weight})s::tsquery THEN {counts_for}")
            values[f"w{number}{weight}"] = whole(word.asked).tsquery(weight)
        values[f"w{number}"] = word.asked.tsquery()
        parts.append(f"CASE {' '.join(cases)} ELSE {_BEGUN} END")
    values |= {
        "vector": vector.to_text() if vector else None,
        "tells": [word.tells for word in words],
        "limit": limit,
        "now": now,
    }
    with cursor_of_readers() as cursor:
        cursor.execute(_MEASURED.format(chosen=chosen, held=", ".join(parts)), values)
        return [
            Near(pk, sample, tuple(held), alike, soon) for pk, sample, held, alike, soon in cursor.fetchall()
        ]
