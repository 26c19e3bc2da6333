"""The events that fulfil the whole question, in its order: real ones, then samples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from events.filters import EventFilter, Ordering
from events.filters.words import parse
from events.queries import upcoming
from events.queries.counting import MOST_COUNTED
from events.search.answering.ranking import Ranked, ranked


@dataclass(frozen=True, slots=True)
class Counted:
    """How many events fulfil a question, up to `MOST_COUNTED` and one more, and how many of them are no samples."""

    all: int = 0
    real: int = 0

    @property
    def total(self) -> int:
        return min(self.all, MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        return self.all > MOST_COUNTED


def count(wanted: EventFilter, *, now: datetime) -> Counted:
    """One query."""
    some = upcoming(wanted.without("ordering"), now=now).order_by().values("pk", "is_sample")
    found = some[: MOST_COUNTED + 1].aggregate(all=Count("pk"), real=Count("pk", filter=Q(is_sample=False)))
    return Counted(found["all"], found["real"])


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


def best(wanted: EventFilter, *, now: datetime, limit: int) -> Sequence[Ranked]:
    """The first `limit` events, real ones before samples, without counting. Two queries at most."""
    found = list(_of_kind(wanted, now, False, 0, limit))
    if len(found) < limit:
        found += _of_kind(wanted, now, True, 0, limit - len(found))
    return found
