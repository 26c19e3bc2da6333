"""The events of a collection: of one venue, organizer, performer, series or tag, or those that are online or outside every city.

Each list is bounded by starts, so that an index answers it however many events there are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from itertools import chain, product
from operator import or_
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When

from events.enums import Happening, NameKind, Publication
from events.filters import EventFilter
from events.models import Event, HiddenPerformer, SearchName
from events.models.search import performer_key, tag_key
from events.queries.days import not_over
from events.queries.filtering import AFTERWARDS, OF_A_DATE, filtered, public
from events.queries.marks import Mark, beyond
from events.queries.text import WordsQuery
from pipeline.text.folding import address_part, fold_name

#: What began longer ago is still on rather than coming.
_RECENT = timedelta(days=1)
#: What ended within `AFTERWARDS` and began longer ago is not found in archives: it would have to be looked for among a year's events.
_ENDED_BEGAN = timedelta(days=120)
#: No zone is further behind UTC.
_WESTMOST = timedelta(hours=12)
#: Events that people can follow from anywhere. An index has the same condition.
ONLINE = ~Q(online="no") | Q(happening=Happening.MOVED_ONLINE)
#: Events at a place that is in none of the cities.
ELSEWHERE = Q(city__isnull=True, online="no") & ~Q(happening=Happening.MOVED_ONLINE)
_SHOWN = (Publication.APPROVED, Publication.ARCHIVED)
_EVERYTHING = EventFilter()
#: Of more words a tag is sought with spaces alone.
_MOST_SIGNS = 4


def by_performer(part: str) -> Q:
    """The events with a performer whose name is `part` in addresses."""
    return Q(search__document=WordsQuery(f"'{performer_key(part)}'"))


def by_tag(part: str) -> tuple[str, Q]:
    """How events write the tag that is `part` in addresses ('' where none does), and the condition for those that bear it.

    By its spellings in the column of tags: thousands of events bear a frequent one, and the key of each would be looked up
    beside the event. The usual spellings are tried first, the key finds others. Three queries at most.
    """
    usual = list(_usual_spellings(part))
    written = spelling(part, Q(tags__overlap=usual), "tags") or spelling(
        part, Q(search__document=WordsQuery(f"'{tag_key(part)}'")), "tags"
    )
    named = SearchName.objects.filter(kind=NameKind.TAG, folded=fold_name(written)[:200]).values_list(
        "name", flat=True
    )
    also = [name for name in named if address_part(name) == part] if written else []
    return written, Q(tags__overlap=list(dict.fromkeys((*usual, written, *also))))


def _usual_spellings(part: str) -> Iterable[str]:
    """`hip-hop`, `Hip Hop`, `HIP-HOP` and so on."""
    words = part.split("-")
    signs = product(" -", repeat=len(words) - 1) if len(words) <= _MOST_SIGNS else [(" ",) * (len(words) - 1)]
    for between in signs:
        text = "".join(chain.from_iterable(zip(words, (*between, ""), strict=True)))
        yield from dict.fromkeys((text, text.capitalize(), text.title(), text.upper()))


def coming(
    of: Q, *, now: datetime, wanted: EventFilter = _EVERYTHING, mark: Mark | None = None
) -> QuerySet[Event]:
    """Those that have begun today or will, in order of start, from the mark on."""
    events = filtered(public().filter(of), wanted, now=now).filter(not_over(now), start_at__gt=now - _RECENT)
    return beyond(events.order_by("start_at", "id"), mark, by="start_at")


def still_on(of: Q, *, now: datetime, wanted: EventFilter = _EVERYTHING) -> QuerySet[Event]:
    """Those that began before and go on, the first to end first."""
    days = Q(end_date__gt=F("start_date"), end_date__gte=(now - _WESTMOST).date())
    events = filtered(public().filter(of), wanted, now=now).filter(days, not_over(now))
    return events.filter(start_at__lte=now - _RECENT).order_by("end_date", "id")


def ended(of: Q, *, now: datetime) -> QuerySet[Event]:
    """Those that ended within `AFTERWARDS`, the last first."""
    days = Q(
        start_at__gt=now - _ENDED_BEGAN,
        start_at__lte=now,
        end_date__gte=(now - AFTERWARDS - _WESTMOST).date(),
    )
    return public().filter(of, days).exclude(not_over(now)).order_by("-start_at", "-id")


def has_coming(of: Q, *, now: datetime) -> bool:
    """Whether anything comes (one query)."""
    return coming(of, now=now).exists()


def is_held(of: Q) -> bool:
    """Whether any event that has a page, be it long over, belongs to the collection."""
    return Event.objects.filter(of, publication__in=_SHOWN).order_by().exists()


def spelling(part: str, of: Q, column: str) -> str:
    """How events write the performer or tag that is `part` in addresses; '' where no event that has a page names it."""
    rows = (
        Event.objects.filter(of, publication__in=_SHOWN).order_by("-start_at").values_list(column, flat=True)
    )
    written = [name for names in rows[:5] for name in names if address_part(name) == part]
    return max(written, key=written.count, default="")


def hidden_performers(parts: Iterable[str] | None = None) -> frozenset[str]:
    """Of performers in addresses (`parts`, all where None) those who asked not to be listed (one query; none for no parts)."""
    if parts is None:
        return frozenset(HiddenPerformer.objects.values_list("part", flat=True))
    asked = [part for part in parts if part]
    return (
        frozenset(HiddenPerformer.objects.filter(part__in=asked).values_list("part", flat=True))
        if asked
        else frozenset()
    )


def cities_of_tag(tag: str, *, limit: int = 12) -> Sequence[tuple[Any, int]]:
    """Cities with the number of upcoming events that bear the tag, those with most first, from the vocabulary."""
    rows = SearchName.objects.filter(
        kind=NameKind.TAG, folded=fold_name(tag)[:200], count__gt=0, city__isnull=False
    )
    return [(row.city, row.count) for row in rows.select_related("city").order_by("-count", "id")[:limit]]


def next_there(event: Event, *, now: datetime) -> Event | None:
    """What comes next where `event` was: of its series, else at its place, else of its organizer (one query)."""
    ways = [
        {name: key} for name in ("series_id", "place_id", "organizer_id") if (key := getattr(event, name))
    ]
    if not ways:
        return None
    found = public().filter(
        reduce(or_, (Q(**way) for way in ways)), not_over(now), start_at__gt=now - _RECENT
    )
    nearness = Case(*(When(**way, then=Value(place)) for place, way in enumerate(ways)))
    return (
        found.exclude(pk=event.pk)
        .exclude(happening__in=(Happening.CANCELLED, Happening.POSTPONED))
        .only(*OF_A_DATE)
        .order_by(nearness, "start_at", "id")
        .first()
    )
