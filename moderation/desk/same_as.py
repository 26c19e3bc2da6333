"""Finds the event that another one is the same as, by its title, near in time first.

At a million events only a bounded part is read: first the days around, by the index of city and day, then what the
trigram index of titles gives for the words.
"""

from datetime import datetime, timedelta
from functools import reduce
from operator import and_
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import DurationField, ExpressionWrapper, F, FloatField, Func, Q, QuerySet, Value
from django.urls import reverse
from django.utils.timezone import now as clock

from accounts.rights import Actor
from events.enums import Publication
from events.models import Event
from moderation.desk.words import moment_words, shown
from moderation.models import Review
from pipeline.text.folding import fold
from places.queries.reach import narrowed

#: So many answers are shown.
MOST: Final = 10
#: Fewer letters find nothing.
LEAST_LETTERS: Final = 2
#: First the events of the review's city in these days before and after are looked at.
AROUND: Final = timedelta(days=30)
#: At most so many events further away are put in order.
MOST_READ: Final = 2_000
#: From this share of letters in common on, a title near in time is found despite a typing error.
ALIKE: Final = 0.6
_MOST_WORDS: Final = 8
#: States in which an event is nobody's duplicate.
_AWAY: Final = (Publication.MERGED, Publication.REMOVED, Publication.REJECTED)
_ID_LENGTH: Final = 32


def same_as(review: Review, words: str, *, query: str = "", by: Actor) -> list[dict[str, Any]]:
    """The events of the actor's cities with all the words in their title, the nearest in time first.

    Where there is none, those near in time whose title is nearly so. Words may be an id or the address of an
    event's page. Each answer is {id, title, when, where, state, compare}; `query` is that of the queue's filter.
    """
    words = words.replace("\0", "").strip()[:300]
    found = _by_id(words, review, by=by) or _by_title(fold(words), review, by=by)
    return [_answer(event, review, query) for event in found]


def _by_id(words: str, review: Review, *, by: Actor) -> list[Event]:
    last = words.rstrip("/").replace("-", "")[-_ID_LENGTH:]
    try:
        wanted = UUID(last) if len(last) == _ID_LENGTH else None
    except ValueError:
        return []
    return list(_candidates(review, by=by).filter(pk=wanted)) if wanted else []


def _by_title(words: str, review: Review, *, by: Actor) -> list[Event]:
    if len(words.replace(" ", "")) < LEAST_LETTERS:
        return []
    has_all = reduce(and_, (Q(search__folded_title__contains=word) for word in words.split()[:_MOST_WORDS]))
    moment, rows = review.starts_at or clock(), _candidates(review, by=by)
    days = ((moment - AROUND).date(), (moment + AROUND).date())
    near = rows.filter(city=review.city_id, start_date__range=days) if review.city_id else rows.none()
    found = list(_nearest(near.filter(has_all), moment)[:MOST])
    if len(found) < MOST:
        some = rows.filter(has_all).exclude(pk__in=[event.pk for event in found]).values("pk")[:MOST_READ]
        found += list(_nearest(rows.filter(pk__in=some), moment)[: MOST - len(found)])
    if not found:
        alike = near.annotate(alike=TrigramWordSimilarity(words, "search__folded_title"))
        found = list(_nearest(alike.filter(alike__gte=ALIKE), moment)[:MOST])
    return found


def _candidates(review: Review, *, by: Actor) -> QuerySet[Event]:
    rows = narrowed(Event.objects.exclude(publication__in=_AWAY), by, "city").exclude(pk=review.object_id)
    return rows.select_related("city").defer("description", "quality", "provenance", "flags")


def _nearest(rows: QuerySet[Event], moment: datetime) -> QuerySet[Event]:
    away = ExpressionWrapper(F("start_at") - Value(moment), output_field=DurationField())
    seconds = Func(away, template="abs(extract(epoch from %(expressions)s))", output_field=FloatField())
    return rows.annotate(away=seconds).order_by("away", "pk")


def _answer(event: Event, review: Review, query: str) -> dict[str, Any]:
    where = ", ".join(str(part) for part in (event.venue_name, event.city) if part)
    compare = reverse("admin:moderation_review_compare", args=[review.pk])
    return {
        "id": str(event.pk),
        "title": event.title,
        "when": moment_words(event.start_at, event.timezone),
        "where": where,
        "state": shown("publication", event.publication, zone=event.timezone),
        "compare": f"{compare}?{urlencode({'other': event.pk})}" + (f"&{query}" if query else ""),
    }
