"""The events that fulfil the whole question, in its order: real ones, then samples."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q

from events.filters import EventFilter, Ordering
from events.filters.words import parse
from events.queries import upcoming
from events.queries.counting import MOST_COUNTED, Counted, Facets, facet_counts
from events.search.answering.ranking import Ranked, counted_and_ranked, first_ranked, ranked


def count(wanted: EventFilter, *, now: datetime) -> Counted:
    """One query."""
    some = upcoming(wanted.without("ordering"), now=now).order_by().values("pk", "is_sample")
    found = some[: MOST_COUNTED + 1].aggregate(all=Count("pk"), real=Count("pk", filter=Q(is_sample=False)))
    return Counted(found["all"], found["real"])


def count_and_rows(
    wanted: EventFilter, *, now: datetime, offset: int, limit: int
) -> tuple[Counted, Sequence[Ranked] | None]:
    """The number with the `rows` from place `offset` on; None where these take a query of their own. One query."""
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return counted_and_ranked(wanted, now=now, offset=offset, limit=limit)
    return count(wanted, now=now), None


def count_with_facets(wanted: EventFilter, *, now: datetime) -> tuple[Counted, Facets]:
    """The same with the values of each facet. One query."""
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
            found += _of_kind(wanted, now, samples, first - begins, behind - first)
    return found


def _of_kind(wanted: EventFilter, now: datetime, samples: bool, offset: int, limit: int) -> Sequence[Ranked]:
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return ranked(wanted, now=now, samples=samples, offset=offset, limit=limit)
    events = upcoming(wanted, now=now).filter(is_sample=samples).values_list("pk", flat=True)
    return [Ranked(pk, {}) for pk in events[offset : offset + limit]]


def which_hold(several: Sequence[EventFilter], *, now: datetime) -> tuple[bool, ...]:
    """Which of `several` questions any event fulfils. One query."""
    asked = [
        upcoming(wanted.without("ordering"), now=now).order_by().values("pk")[:1].query for wanted in several
    ]
    compiled = [query.sql_with_params() for query in asked]
    sql = ", ".join(f"EXISTS ({text})" for text, _ in compiled)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", [value for _, given in compiled for value in given])
        return tuple(cursor.fetchone())


def best(wanted: EventFilter, *, now: datetime, limit: int) -> Sequence[Ranked]:
    """The first `limit` events, real ones before samples, without counting. Two queries at most, one for words."""
    if wanted.ordering is Ordering.RELEVANCE and parse(wanted.q):
        return first_ranked(wanted, now=now, limit=limit)
    found = list(_of_kind(wanted, now, False, 0, limit))
    if len(found) < limit:
        found += _of_kind(wanted, now, True, 0, limit - len(found))
    return found
