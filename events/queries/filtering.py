"""An EventFilter as conditions in the database.

`events.filters.matches` evaluates the same filter in memory.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.postgres.search import SearchRank
from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Subquery, UUIDField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, LessThan

from events.enums import Publication
from events.filters import EventFilter, Ordering, WordQuery, parse
from events.models import Event, Organizer
from events.models.search import category_key, city_key, place_of
from events.queries.conditions import Condition
from events.queries.days import not_over, on_days
from events.queries.text import WordsQuery, search_expression
from pipeline.contract.enums import PriceType, Status
from places.models import earth_point

#: Events stay in archives and sitemaps for so long after their last day.
AFTERWARDS = timedelta(days=30)
#: The columns by which one date of an event is named and linked.
OF_A_DATE = (
    "id", "slug", "title", "start_at", "end_at", "start_date", "end_date", "timezone", "all_day", "time_known", "opening_hours", "happening", "sold_out",
)  # fmt: skip
# A value rather than a join: then the index of a city's events by start is read in its order.
_OF_CITY = "{city_id} = (SELECT id FROM places_city WHERE slug = {city})"
_IS_ONE_OF = "{{id}} = ANY(ARRAY(SELECT event_id FROM events_eventsearch WHERE {}))"
# Only this expression is that of the index. What needs positions is asked by a function, which no index answers.
_HELD_IN_CITY = "events_terms_by_city(document) @@ {of_city}::tsquery"
_HELD_BY_SOME = "document @@ {asked}::tsquery LIMIT {most}"
#: So many events are enough where those that hold some words are looked for roughly.
MOST_HOLDERS = 3_000
_STATUSES = {
    Status.CANCELLED: Q(happening="cancelled"),
    Status.POSTPONED: Q(happening="postponed"),
    Status.SOLD_OUT: Q(sold_out=True) & ~Q(happening__in=["cancelled", "postponed"]),
    Status.MOVED_ONLINE: Q(happening="moved_online", sold_out=False),
    Status.RESCHEDULED: Q(happening="rescheduled", sold_out=False),
    Status.SCHEDULED: Q(happening="scheduled", sold_out=False),
}


class EarthDistance(Func):
    """Metres between the row and a point, by earthdistance: `EarthDistance(latitude, longitude)`.

    Columns are qualified, since places have columns of the same names.
    """

    function = "earth_distance"
    output_field = FloatField()

    def __init__(self, lat: float | Value, lng: float | Value) -> None:
        super().__init__(earth_point(), Func(lat, lng, function="ll_to_earth"))


class InEarthBox(Func):
    """Whether the first expression lies in the cube of the second. The GiST index answers this."""

    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = BooleanField()


def public() -> QuerySet[Event]:
    """The events that readers see in lists."""
    return Event.objects.filter(publication=Publication.APPROVED)


def upcoming(wanted: EventFilter, *, now: datetime, roughly: bool = False) -> QuerySet[Event]:
    """Public events that match `wanted` and are not over, in its order.

    `roughly`: by whole words without their beginnings, and without a city among `MOST_HOLDERS` of the events that hold them.
    """
    return filtered(public(), wanted, now=now, roughly=roughly).filter(not_over(now))


def filtered(
    events: QuerySet[Event], wanted: EventFilter, *, now: datetime, roughly: bool = False
) -> QuerySet[Event]:
    """`events` that fulfil every condition of `wanted`, in its order, ties by id."""
    conditions = _words(wanted, roughly) & _where(wanted) & on_days(wanted, now) & _price(wanted)
    conditions &= _ages(wanted) & _origin(wanted)
    events = events.filter(conditions)
    if wanted.radius_km is not None and wanted.lat is not None and wanted.lng is not None:
        events = _near(events, wanted.lat, wanted.lng, wanted.radius_km)
    return _ordered(events, wanted)


def _words(wanted: EventFilter, roughly: bool) -> Q:
    held = _text(wanted, roughly)
    if wanted.categories and not parse(wanted.category_words):
        held &= Q(category__in=wanted.categories)
    if wanted.tags:
        held &= Q(tags__overlap=list(wanted.tags))
    if wanted.language:
        part = wanted.language.split("-")[0]
        held &= Q(language__iexact=part) | Q(language__istartswith=f"{part}-")
    if wanted.statuses:
        held &= reduce(or_, (_STATUSES[Status(word)] for word in wanted.statuses))
    return held


def _text(wanted: EventFilter, roughly: bool) -> Q:
    """Words, and a category that words make wide, with the keys of city and category: one index answers them together.

    Without the keys a frequent word in one city would be looked up in every event that has it, or that the city has.
    """
    asked, said = parse(wanted.q), parse(wanted.category_words) if wanted.categories else WordQuery()
    if not asked and not said:
        return Q()
    return holding(asked.whole() if roughly else asked, wanted, roughly=roughly)


def holding(words: WordQuery, wanted: EventFilter, *, roughly: bool = False) -> Q:
    """The condition for documents that hold `words`, if any, and the keys of the category and city of `wanted`.

    In a city the index of its terms answers, before anything else is asked (an array is made once): a plan that asks each
    event of the city takes ten times as long. What needs positions is asked of the documents that it finds. `roughly`:
    without a city, `MOST_HOLDERS` of these documents, else the plan for a rare word may look at a million events by start.
    """
    said = parse(wanted.category_words) if wanted.categories else WordQuery()
    asked = _tsquery(words, said, wanted)
    of_city = _tsquery(words, said, wanted, place_of(wanted.city)) if wanted.city else ""
    if not of_city and roughly:
        return Q(Condition(_IS_ONE_OF.format(_HELD_BY_SOME), "id", asked=asked, most=MOST_HOLDERS))
    return _held(asked, of_city, needs_positions=words.needs_positions or said.needs_positions)


def holding_any(several: Sequence[WordQuery], wanted: EventFilter) -> Q:
    """The condition for documents that hold any of these questions, at least one, in the city of `wanted`: one look into the index."""
    place = place_of(wanted.city) if wanted.city else ""
    asked = " | ".join(f"({_tsquery(words, WordQuery(), wanted)})" for words in several)
    of_city = (
        " | ".join(f"({_tsquery(words, WordQuery(), wanted, place)})" for words in several) if place else ""
    )
    return _held(asked, of_city, needs_positions=any(words.needs_positions for words in several))


def _held(asked: str, of_city: str, *, needs_positions: bool) -> Q:
    if not of_city:
        return Q(search__document=WordsQuery(asked))
    found = (
        f"{_HELD_IN_CITY} AND ts_match_vq(document, {{asked}}::tsquery)" if needs_positions else _HELD_IN_CITY
    )
    return Q(Condition(_IS_ONE_OF.format(found), "id", asked=asked, of_city=of_city))


def _tsquery(words: WordQuery, said: WordQuery, wanted: EventFilter, place: str = "") -> str:
    asked = words.tsquery(place)
    parts = [f"({asked})"] if asked else []
    if wanted.categories:
        kinds = [f"'{place}{category_key(slug)}'" for slug in wanted.categories]
        parts.append(f"({' | '.join([*kinds, *([f'({said.tsquery(place)})'] if said else [])])})")
    parts += [f"'{city_key(wanted.city)}'"] if wanted.city and not place else []
    return " & ".join(parts)


def _where(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.city:
        held &= Q(Condition(_OF_CITY, "city_id", city=wanted.city))
    if wanted.area:
        held &= Q(area__slug=wanted.area)
    if wanted.online:
        held &= Q(online=wanted.online)
    if wanted.bbox:
        west, south, east, north = wanted.bbox
        held &= Q(lat__gte=south, lat__lte=north)
        held &= Q(lng__gte=west, lng__lte=east) if west <= east else Q(lng__gte=west) | Q(lng__lte=east)
    return held


def _near(events: QuerySet[Event], lat: float, lng: float, radius_km: float) -> QuerySet[Event]:
    metres = radius_km * 1000
    point = (Value(lat, output_field=FloatField()), Value(lng, output_field=FloatField()))
    # The box is a little wide: earth_box is inexact at its edge, and the exact distance decides.
    box = Func(
        Func(*point, function="ll_to_earth"),
        Value(metres * 1.01 + 1, output_field=FloatField()),
        function="earth_box",
    )
    return events.filter(
        Q(lat__isnull=False, lng__isnull=False),
        Exact(InEarthBox(earth_point(), box), True),
    ).filter(LessThan(EarthDistance(*point), metres * (1 + 1e-9) + 1e-6))


def _ages(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.guest_age is not None:
        held &= Q(age_limit__isnull=True) | Q(age_limit__lte=wanted.guest_age)
    if wanted.least_age is not None:
        held &= Q(age_limit__gte=wanted.least_age)
    return held


def _price(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.price == "free":
        held &= Q(price_type=PriceType.FREE)
    elif wanted.price == "paid":
        held &= Q(price_type__in=[PriceType.PAID, PriceType.VARIABLE])
    if wanted.price_max is not None:
        affordable = Q(price_min__lte=wanted.price_max)
        if wanted.currency:
            affordable &= Q(price_currency=wanted.currency)
        held &= Q(price_type=PriceType.FREE) | affordable
    return held


def _standing_organizer(organizer_id: UUID) -> Coalesce:
    """The organizer, or the one that it was merged into, so that its former id still finds."""
    merged_into = Organizer.objects.filter(pk=organizer_id).values("merged_into")
    return Coalesce(Subquery(merged_into), Value(organizer_id, output_field=UUIDField()))


def _origin(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.venue:
        held &= Q(place_id=wanted.venue)
    if wanted.organizer:
        held &= Q(organizer_id=_standing_organizer(wanted.organizer))
    if wanted.source:
        held &= Q(pk__in=Event.objects.filter(listings__origin__slug=wanted.source).values("pk"))
    return held


def _ordered(events: QuerySet[Event], wanted: EventFilter) -> QuerySet[Event]:
    if wanted.ordering is Ordering.DISTANCE and wanted.lat is not None and wanted.lng is not None:
        return events.annotate(distance=EarthDistance(wanted.lat, wanted.lng)).order_by(
            F("distance").asc(nulls_last=True), "start_at", "id"
        )
    if wanted.ordering is Ordering.RELEVANCE and wanted.q:
        expression = search_expression(wanted.q)
        if expression is not None:
            return events.annotate(
                rank=SearchRank(F("search__document"), expression, normalization=Value(1))
            ).order_by("-rank", "start_at", "id")
    if wanted.ordering is Ordering.POPULARITY:
        popular: Combinable = Coalesce(F("trend__score"), 0.0)
        return events.annotate(popular=popular).order_by("-popular", "start_at", "id")
    if wanted.ordering is Ordering.PUBLISHED:
        return events.order_by(F("published_at").desc(nulls_last=True), "-id")
    return events.order_by("start_at", "id")
