"""The figures: normalized discounted cumulative gain of ten places, the share that was judged, and recall after a typing error."""

import math
import random
import string
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from benchmarks.relevance import corpus, recorded
from benchmarks.relevance.questions import Question
from benchmarks.relevance.rankings import DEPTH, answered

#: So many names are mistyped.
TYPOS = 150


def ndcg(question: Question, ranked: Sequence[UUID]) -> float | None:
    """Gain 2^grade - 1, logarithmic discount, against the best order of all that was judged; None where nothing is wanted.

    What was not judged counts as not wanted.
    """
    ideal = _gain(sorted(question.grades.values(), reverse=True)[:DEPTH])
    keys = corpus.keys_of(ranked)
    return _gain(question.grade(keys[event]) or 0 for event in ranked) / ideal if ideal else None


def judged(question: Question, ranked: Sequence[UUID]) -> tuple[int, int]:
    """How many of these were judged, and how many there are."""
    keys = corpus.keys_of(ranked)
    return sum(question.grade(keys[event]) is not None for event in ranked), len(ranked)


def mean(values: Iterable[float | None]) -> float:
    """The mean of what is known, rounded to three places; 0 for nothing."""
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 3) if known else 0.0


def typo_recall() -> float:
    """How often an event is among the first ten for its title, venue or performer with one typing error."""
    names = typed_names(random.Random(16))
    found = sum(event_matches(*name) for name in names)
    return round(found / len(names), 3)


def event_matches(wanted: str, column: str, typed: str, city: str) -> bool:
    """Whether any of the first ten has `wanted` in its `column`, or in its title."""
    from events.models import Event

    shown = Event.objects.filter(pk__in=answered(typed, city, clock())).values(
        "title", "venue_name", "performers"
    )
    folded = wanted.casefold()
    return any(folded in str(row[column]).casefold() or folded in row["title"].casefold() for row in shown)


def clock() -> datetime:
    """When the mistyped names are asked for: as the sources were loaded."""
    return recorded.START


def typed_names(chance: random.Random) -> list[tuple[str, str, str, str]]:
    """Names of events with one typing error each: (name, column, as typed, city), the same for each run."""
    from events.models import Event

    rows = list(
        Event.objects.filter(publication="approved", start_at__gt=recorded.START, city__isnull=False)
        .order_by("title", "start_at", "venue_name")
        .values_list("title", "venue_name", "performers", "city__slug")
    )
    made: list[tuple[str, str, str, str]] = []
    while len(made) < TYPOS:
        title, venue, performers, city = chance.choice(rows)
        column, name = chance.choice(
            [("title", title), ("venue_name", venue), *(("performers", name) for name in performers[:1])]
        )
        typed = mistyped(name, chance)
        if typed:
            made.append((name, column, typed, city))
    return made


def mistyped(name: str, chance: random.Random) -> str:
    """The name with one error (a letter lost, doubled, replaced, or two exchanged) in one of its longer words.

    '' where no word has five letters, or the name is a sentence (more than six words): nobody types that.
    """
    words = name.split()
    long = [number for number, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long or len(words) > 6:
        return ""
    number = chance.choice(long)
    word = words[number]
    place = chance.randrange(1, len(word) - 1)
    error = chance.choice(
        [
            word[:place] + word[place + 1 :],
            word[:place] + word[place] + word[place:],
            word[:place] + chance.choice(string.ascii_lowercase) + word[place + 1 :],
            word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :],
        ]
    )
    words[number] = error
    return " ".join(words) if error != word else ""


def _gain(grades: Iterable[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
