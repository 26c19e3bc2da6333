"""Follows the outbox: counts the words of events that changed, and takes back those of events that are over."""

from collections.abc import Collection
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from events.models import Event, EventVocabulary, SearchName, SearchSpelling, SearchWord
from events.queries import public
from events.queries.collection import by_performer, hidden_performers
from events.queries.days import not_over
from events.services.vocabulary.counting import recount
from events.services.vocabulary.held import held, with_words
from outbox.queries import changes_after, cursor, position
from outbox.services import advance

#: The consumer of the outbox.
CONSUMER = "vocabulary"
#: Events of one batch.
BATCH = 1000


def follow_vocabulary(*, now: datetime, batch: int = BATCH) -> int:
    """Count the next batch: of events that changed, else of events that are over. Returns how many; 0 where none waits.

    One process at a time: 0 where another is at work. May be repeated. At first, and after a gap in the outbox, all
    events are looked at, and only then the changes since.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        begun = cursor(CONSUMER)
        if begun and begun >= position().pruned_to:
            return _follow(now, batch) or _fallen_out(now, batch)
    return _catch_up(now, batch)


def rebuild_vocabulary(*, now: datetime, batch: int = BATCH) -> int:
    """Forget all words and names, and count all upcoming public events. Returns how many."""
    with transaction.atomic():
        _wait()
        for model in (EventVocabulary, SearchName, SearchSpelling, SearchWord):
            model.objects.all().delete()
    return _catch_up(now, batch)


def recount_named(
    relation: Literal["organizer", "area"], named_id: UUID, *, now: datetime, batch: int = BATCH
) -> int:
    """Count the events of one organizer or area anew, which has another name now. Returns how many.

    Each batch is a transaction of its own. May be repeated.
    """
    return _recount_all(Q(**{f"{relation}_id": named_id}), now, batch)


def recount_performer(part: str, *, now: datetime, batch: int = BATCH) -> int:
    """Count the events anew that name the performer who is `part` in addresses, as `recount_named` does."""
    return _recount_all(by_performer(part), now, batch)


def _recount_all(of: Q, now: datetime, batch: int) -> int:
    total, last = 0, UUID(int=0)
    rows = public().filter(of).filter(not_over(now)).order_by("pk")
    while True:
        with transaction.atomic():
            _wait()
            ids = list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:batch])
            if not ids:
                return total
            _count(ids, now)
        total, last = total + len(ids), ids[-1]


def _follow(now: datetime, batch: int) -> int:
    changes = list(
        changes_after(cursor(CONSUMER), limit=batch).values_list("number", "object_type", "object_id")
    )
    if changes:
        _count({pk for _, kind, pk in changes if kind == "event"}, now)
        advance(CONSUMER, changes[-1][0] or 0)
    return len(changes)


def _fallen_out(now: datetime, batch: int) -> int:
    over = EventVocabulary.objects.filter(over_at__lte=now).order_by("over_at").values_list("pk", flat=True)
    ids = list(over[:batch])
    if ids:
        recount(ids, {}, now=now)
    return len(ids)


def _catch_up(now: datetime, batch: int) -> int:
    """Count events that were not counted since they last changed; at the end move the cursor to where it began.

    Interrupted, it goes on at the next call. Returns how many were counted.
    """
    newest, total, last = position().number, 0, UUID(int=0)
    while True:
        with transaction.atomic():
            _wait()
            ids = list(_uncounted(now).filter(pk__gt=last).values_list("pk", flat=True)[:batch])
            if not ids:
                _take_back_hidden(now)
                advance(CONSUMER, newest)
                return total
            _count(ids, now)
        total, last = total + len(ids), ids[-1]


def _uncounted(now: datetime) -> QuerySet[Event]:
    counted = EventVocabulary.objects.filter(pk=OuterRef("pk")).values("counted_at")
    return (
        public()
        .filter(not_over(now))
        .annotate(counted=Subquery(counted))
        .filter(Q(counted__isnull=True) | Q(counted__lt=F("updated_at")))
        .order_by("pk")
    )


def _take_back_hidden(now: datetime) -> None:
    """Take back what was counted for events that are not public any more."""
    listed = public().filter(pk=OuterRef("pk"))
    recount(list(EventVocabulary.objects.exclude(Exists(listed)).values_list("pk", flat=True)), {}, now=now)


def _count(event_ids: Collection[UUID], now: datetime) -> None:
    events = with_words(public().filter(pk__in=event_ids))
    hidden = hidden_performers()
    found = {event.pk: held(event, hidden) for event in events}
    recount(event_ids, {pk: one for pk, one in found.items() if one.over_at > now}, now=now)


def _alone() -> bool:
    with connection.cursor() as asked:
        asked.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('vocabulary', 0))")
        (free,) = asked.fetchone()
    return bool(free)


def _wait() -> None:
    with connection.cursor() as asked:
        asked.execute("SELECT pg_advisory_xact_lock(hashtextextended('vocabulary', 0))")
