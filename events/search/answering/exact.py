"""The events that fulfil the whole question, in its order: real ones, then samples."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Count, Q

from events.filters import EventFilter, Ordering
from events.filters.words import Word, parse
from events.queries import filtered, public, upcoming, vocabulary
from events.queries.conditions import named
from events.queries.counting import MOST_COUNTED, Counted, Facets, facet_counts
from events.queries.paging import after
from events.search.answering.ranking import (
    MOST_RANKED,
    MOST_RANKED_OF_MANY,
    Ranked,
    counted_and_ranked,
    first_ranked,
    ranked,
    ranked_behind,
)
from events.search.records import Place
from outbox.replica import cursor_of_readers
from pipeline.text.folding import fold_name

# Where more events are found than are counted, they are not the soonest of all.
_SOONEST = """
WITH chosen AS MATERIALIZED ({chosen}),
counted AS (SELECT count(*) AS every, count(*) FILTER (WHERE NOT is_sample) AS real FROM chosen)
SELECT counted.every, counted.real, r.id FROM counted LEFT JOIN (
  SELECT id, start_at FROM chosen WHERE NOT is_sample ORDER BY start_at, id LIMIT %(limit)s OFFSET %(offset)s) AS r ON true
ORDER BY r.start_at, r.id
"""


def count(wanted: EventFilter, *, now: datetime) -> Counted:
    """How many there are. One query."""
    some = upcoming(wanted.without("ordering"), now=now).order_by().values("pk", "is_sample")
    found = some[: MOST_COUNTED + 1].aggregate(all=Count("pk"), real=Count("pk", filter=Q(is_sample=False)))
    return Counted(found["all"], found["real"])


def _word_of_many(wanted: EventFilter) -> bool:
    """Whether `wanted` asks for one word alone that, by the vocabulary, more events hold than are counted. One query at most."""
    words = wanted.q.split()
    if len(words) != 1 or wanted.without("q", "ordering", "lat", "lng") != EventFilter():
        return False
    asked = parse(wanted.q).wanted
    if len(asked) != 1 or not isinstance(asked[0], Word):
        return False
    word = fold_name(words[0])
    return vocabulary.counts([word]).get(word, 0) > MOST_COUNTED


def _place_of_many(wanted: EventFilter, now: datetime) -> bool:
    """Whether `wanted` asks for a city alone, or for nothing, where more events are to begin than are counted. One query at most.

    The index of a city's events by start tells it, without the events.
    """
    if wanted.without("city", "ordering", "lat", "lng") != EventFilter():
        return False
    to_begin = filtered(public(), wanted.without("ordering"), now=now).filter(start_at__gt=now)
    return to_begin.order_by()[: MOST_COUNTED + 1].count() > MOST_COUNTED


def _more_than_counted(wanted: EventFilter, now: datetime) -> Counted | None:
    """What is said of what very many events hold; None where they are to be counted."""
    is_of_many = _word_of_many(wanted) or _place_of_many(wanted, now)
    return Counted(MOST_COUNTED + 1, MOST_COUNTED + 1) if is_of_many else None


def count_at_once(wanted: EventFilter, *, now: datetime) -> Counted:
    """The same; of what very many events hold, without looking at these. Two queries at most."""
    many = _more_than_counted(wanted, now)
    return count(wanted, now=now) if many is None else many


def count_and_rows(
    wanted: EventFilter, *, now: datetime, offset: int, limit: int
) -> tuple[Counted, Sequence[Ranked] | None]:
    """The number with the `rows` from place `offset` on; None where these take a query of their own. Two queries at most."""
    if (many := _more_than_counted(wanted, now)) is not None:
        return many, None
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return counted_and_ranked(wanted, now=now, offset=offset, limit=limit)
    if wanted.ordering in (Ordering.RELEVANCE, Ordering.START):
        return _counted_and_soonest(wanted, now=now, offset=offset, limit=limit)
    return count(wanted, now=now), None


def _counted_and_soonest(
    wanted: EventFilter, *, now: datetime, offset: int, limit: int
) -> tuple[Counted, Sequence[Ranked] | None]:
    """The same of a question without words, in order of time. One query."""
    some = upcoming(wanted.without("ordering"), now=now).order_by().values("id", "start_at", "is_sample")
    chosen, given = named(some[: MOST_COUNTED + 1])
    with cursor_of_readers() as cursor:
        cursor.execute(_SOONEST.format(chosen=chosen), {**given, "limit": limit, "offset": offset})
        rows = cursor.fetchall()
    counted = Counted(*rows[0][:2])
    is_whole = min(offset + limit, counted.all) <= counted.real and not counted.is_capped
    return counted, [Ranked(pk, {}) for _, _, pk in rows if pk] if is_whole else None


def count_with_facets(wanted: EventFilter, *, now: datetime) -> tuple[Counted, Facets]:
    """The same with the values of each facet. One query, two for one word alone.

    Of a word that too many events hold, the values of some thousands of them are counted.
    """
    if _word_of_many(wanted):
        _, values = facet_counts(wanted, now=now, most=MOST_COUNTED, roughly=True)
        return Counted(MOST_COUNTED + 1, MOST_COUNTED + 1), values
    return facet_counts(wanted, now=now, most=MOST_COUNTED)


def rows(
    wanted: EventFilter, counted: Counted, *, now: datetime, offset: int, limit: int
) -> Sequence[Ranked]:
    """The events from place `offset` on, at most `limit`. One query for real ones, one for samples, where there are any."""
    last = min(offset + limit, counted.total)
    kinds = ((False, 0, counted.real), (True, counted.real, counted.all))
    found: list[Ranked] = []
    for samples, begins, ends in kinds:
        first, behind = max(offset, begins), min(last, ends)
        if first < behind:
            most = MOST_RANKED_OF_MANY if counted.is_capped else MOST_RANKED
            known = None if samples else counted.soonest
            found += _of_kind(wanted, now, samples, first - begins, behind - first, most, known=known)
    return found


def behind(wanted: EventFilter, place: Place, *, now: datetime, limit: int) -> Sequence[Ranked]:
    """The events behind `place`, at most `limit`: the others that are ranked, those by start, then samples in the same way.

    Neither what is added nor what goes moves another event. Three queries at most, four at the turn to samples.
    """
    found: list[Ranked] = []
    key = (place.start_at, place.event_id)
    if place.rank is not None:
        found, key = ranked_behind(wanted, place, now=now, limit=limit), place.rank.until
    if missing := limit - len(found):
        kept = upcoming(replace(wanted, ordering=Ordering.START), now=now).filter(is_sample=place.is_sample)
        later = after(kept, [key[0].isoformat(), str(key[1])], Ordering.START).values_list("pk", flat=True)
        found += [Ranked(pk, {}) for pk in later[:missing]]
    if (missing := limit - len(found)) and not place.is_sample:
        found += _of_kind(wanted, now, True, 0, missing, began=place.began)
    return found


def _of_kind(
    wanted: EventFilter,
    now: datetime,
    samples: bool,
    offset: int,
    limit: int,
    most: int = MOST_RANKED,
    began: datetime | None = None,
    known: Sequence[str] | None = None,
) -> Sequence[Ranked]:
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return ranked(
            wanted, now=now, samples=samples, offset=offset, limit=limit, most=most, began=began, known=known
        )
    events = upcoming(wanted, now=now).filter(is_sample=samples).values_list("pk", flat=True)
    return [Ranked(pk, {}) for pk in events[offset : offset + limit]]


def best(wanted: EventFilter, *, now: datetime, limit: int, roughly: bool = False) -> Sequence[Ranked]:
    """The first `limit` events, real ones before samples, without counting. Two queries at most, one for words.

    `roughly` as in `upcoming`.
    """
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return first_ranked(wanted, now=now, limit=limit, roughly=roughly)
    found = list(_of_kind(wanted, now, False, 0, limit))
    if len(found) < limit:
        found += _of_kind(wanted, now, True, 0, limit - len(found))
    return found
