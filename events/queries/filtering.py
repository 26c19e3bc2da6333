"""An EventFilter as conditions in the database.

`events.filters.matches` evaluates the same filter in memory.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchRank, SearchVectorExact
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    TimeField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, LessThan

from events.enums import Publication
from events.filters import (
    LONG,
    EventFilter,
    Ordering,
    Window,
    WordQuery,
    days_window,
    going_out_window,
    parse,
    window,
)
from events.models import Event
from events.models.search import EventSearch, TermsByCity, category_key, city_key, place_of
from events.queries.text import WordsQuery, search_expression
from events.times import When
from pipeline.contract.enums import PriceType, Status
from pipeline.dates.event_times import AT_LEAST
from places.models import City, earth_point

#: The offsets on both sides of the date line: all local times on Earth lie between them.
_WESTMOST, _EASTMOST = timedelta(hours=-12), timedelta(hours=14)
#: No listed event began earlier: long exhibitions stay, and index scans stay bounded.
_LONGEST = timedelta(days=400)
#: Events stay in archives and sitemaps for so long after their last day.
AFTERWARDS = timedelta(days=30)
#: The columns by which one date of an event is named and linked.
OF_A_DATE = (
    "id", "slug", "title", "start_at", "end_at", "start_date", "end_date", "timezone", "all_day", "time_known", "opening_hours", "happening", "sold_out",
)  # fmt: skip
#: So many events are enough where those that hold some words are looked for roughly.
MOST_HOLDERS = 5_000
_DATED = Q(all_day=True) | Q(time_known=False)

_hours_read: ContextVar[dict[tuple[date, date], list[str]] | None] = ContextVar("hours_read", default=None)

_STATUSES = {
    Status.CANCELLED: Q(happening="cancelled"),
    Status.POSTPONED: Q(happening="postponed"),
    Status.SOLD_OUT: Q(sold_out=True) & ~Q(happening__in=["cancelled", "postponed"]),
    Status.MOVED_ONLINE: Q(happening="moved_online", sold_out=False),
    Status.RESCHEDULED: Q(happening="rescheduled", sold_out=False),
    Status.SCHEDULED: Q(happening="scheduled", sold_out=False),
}


class LocalTime(Func):
    """A moment in the local time of the row's zone, a timestamp without zone.

    `LocalTime(moment, F("timezone"))`.
    """

    template = "(%(expressions)s)"
    arg_joiner = " AT TIME ZONE "
    output_field = DateTimeField()


class LocalDay(LocalTime):
    """The calendar day of a moment in the row's zone."""

    template = "(%(expressions)s)::date"
    output_field = DateField()  # type: ignore[assignment]


class LocalClock(LocalTime):
    """The time of day of a moment in the row's zone."""

    template = "(%(expressions)s)::time"
    output_field = TimeField()  # type: ignore[assignment]


class EarthDistance(Func):
    """Metres between the row and a point, by earthdistance: `EarthDistance(latitude, longitude)`.

    Columns are qualified, since places have columns of the same names.
    """

    function = "earth_distance"
    output_field = FloatField()

    def __init__(self, lat: float | Value, lng: float | Value) -> None:
        super().__init__(earth_point(), Func(lat, lng, function="ll_to_earth"))


class DocumentMatches(Func):
    """Whether a document fulfils a tsquery: the operator `@@` as a function, which no index answers."""

    function = "ts_match_vq"
    output_field = BooleanField()


class IsAnyOf(Func):
    """Whether the first expression is one of the array of the second."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


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


def not_over(now: datetime) -> Q:
    """The negation of `events.filters.is_over`."""
    at_least = ExpressionWrapper(F("start_at") + Value(AT_LEAST), output_field=DateTimeField())
    running = Q(GreaterThan(Coalesce("end_at", Greatest("end_predicted_at", at_least)), now))
    days_left = Q(end_date__gte=(now + _WESTMOST).date()) & Q(
        GreaterThanOrEqual(F("end_date"), LocalDay(_moment(now), F("timezone")))
    )
    return Q(start_at__gt=now - _LONGEST) & ((~_DATED & running) | (_DATED & days_left))


def filtered(
    events: QuerySet[Event], wanted: EventFilter, *, now: datetime, roughly: bool = False
) -> QuerySet[Event]:
    """`events` that fulfil every condition of `wanted`, in its order, ties by id."""
    conditions = (
        _words(wanted, roughly) & _where(wanted) & _when(wanted, now) & _hours(wanted) & _price(wanted)
    )
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
    whole = WordsQuery(_tsquery(words, said, wanted))
    of_city = _tsquery(words, said, wanted, place_of(wanted.city)) if wanted.city else ""
    if not of_city and roughly:
        some = EventSearch.objects.filter(document=whole).values("pk")[:MOST_HOLDERS]
        return Q(IsAnyOf(F("pk"), ArraySubquery(some)))
    if not of_city:
        return Q(search__document=whole)
    found = EventSearch.objects.filter(SearchVectorExact(TermsByCity(F("document")), WordsQuery(of_city)))
    if words.needs_positions or said.needs_positions:
        found = found.filter(DocumentMatches(F("document"), whole))
    return Q(IsAnyOf(F("pk"), ArraySubquery(found.values("pk"))))


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
        # a value rather than a join: then the index of a city's events by start is read in its order
        held &= Q(city_id=City.objects.filter(slug=wanted.city).order_by().values("pk")[:1])
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


def _when(wanted: EventFilter, now: datetime) -> Q:
    held = Q()
    if wanted.start_after:
        held &= Q(start_at__gte=wanted.start_after)
    if wanted.start_before:
        held &= Q(start_at__lt=wanted.start_before)
    if wanted.updated_since:
        held &= Q(updated_at__gte=wanted.updated_since)
    if wanted.day:
        held &= _on(going_out_window(wanted.day))
    if wanted.from_day or wanted.to_day:
        held &= _on(days_window(wanted.from_day, wanted.to_day))
    return held & _said(wanted.when, now) if wanted.when else held


def _on(days: Window) -> Q:
    return _begun_by(days.last) & _in_days(days, _hours_between(days.first, days.last))


def _begun_by(last: date) -> Q:
    """What every event that is on by this day fulfils, as a range that an index answers.

    A day more than the local times need: an event with only a day begins somewhere on it.
    """
    return Q(start_at__lt=_utc(last + timedelta(days=2), -_WESTMOST))


def _hours(wanted: EventFilter) -> Q:
    if wanted.from_hour is None and wanted.to_hour is None:
        return Q()
    first, last = wanted.from_hour or time(), wanted.to_hour or time()
    clock = LocalClock(F("start_at"), F("timezone"))
    after, before = Q(GreaterThanOrEqual(clock, Value(first))), Q(LessThan(clock, Value(last)))
    return ~_DATED & (after & before if first < last else after | before)


def _ages(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.guest_age is not None:
        held &= Q(age_limit__isnull=True) | Q(age_limit__lte=wanted.guest_age)
    if wanted.least_age is not None:
        held &= Q(age_limit__gte=wanted.least_age)
    return held


@contextmanager
def hours_read_once() -> Iterator[None]:
    """Within the block, the opening hours between two days are read from the database once."""
    token = _hours_read.set({})
    try:
        yield
    finally:
        _hours_read.reset(token)


def _hours_between(first: date, last: date) -> list[str]:
    """The distinct opening hours of ongoing events between two days.

    SQL cannot parse them, so this code does: there are far fewer of them than events.
    """
    read = _hours_read.get()
    if read is None:
        return _read_hours(first, last)
    if (first, last) not in read:
        read[first, last] = _read_hours(first, last)
    return read[first, last]


def _read_hours(first: date, last: date) -> list[str]:
    reported = public().exclude(opening_hours="").filter(start_date__lte=last, end_date__gte=first)
    return list(reported.order_by().values_list("opening_hours", flat=True).distinct())


def _said(when: When, now: datetime) -> Q:
    """The condition for `when`, with a branch for each day that it is now somewhere on Earth.

    On the two sides of the date line it means different days.
    """
    meant = {wall: window(when, now=wall) for wall in _walls(now, when)}
    first, last = min(days.first for days in meant.values()), max(days.last for days in meant.values())
    hours = [] if when is When.TONIGHT else _hours_between(first, last)
    on = (_said_where(when, wall, now) & _in_days(days, hours) for wall, days in meant.items())
    return _begun_by(last) & reduce(or_, on)


def _walls(now: datetime, when: When) -> list[datetime]:
    """One local time for each day (for tonight: each night) that it is now somewhere on Earth."""
    shift = timedelta(hours=5) if when is When.TONIGHT else timedelta(0)
    first, last = ((now + side - shift).date() for side in (_WESTMOST, _EASTMOST))
    count = (last - first).days + 1
    return [datetime.combine(first + timedelta(days=step), time(12)) for step in range(count)]


def _said_where(when: When, wall: datetime, now: datetime) -> Q:
    moment = now - timedelta(hours=5) if when is When.TONIGHT else now
    return Q(Exact(LocalDay(_moment(moment), F("timezone")), wall.date()))


def _in_days(days: Window, hours: Collection[str]) -> Q:
    """The condition for these days: columns bound the index scan, local times decide.

    Ongoing events are left out where their `hours` are closed.
    """
    clock = LocalTime(F("start_at"), F("timezone"))
    bounds = Q(
        start_at__gte=_utc(days.first, -_EASTMOST),
        start_at__lt=_utc(days.last + timedelta(days=1), -_WESTMOST),
    )
    timed = (
        bounds
        & ~_DATED
        & Q(GreaterThanOrEqual(clock, _wall(days.begins)))
        & Q(LessThan(clock, _wall(days.ends)))
    )
    if not days.holds_dated:
        return timed
    long = Q(LessThan(clock, _wall(days.begins))) & Q(
        GreaterThanOrEqual(F("end_at"), F("start_at") + Value(LONG))
    )
    dated = _DATED & Q(start_date__lte=days.last_dated)
    on = Q(start_date__lte=days.last, end_date__gte=days.first) & (dated | long)
    closed = [reported for reported in hours if days.is_closed(reported)]
    return timed | (on & ~Q(opening_hours__in=closed) if closed else on)


def _utc(day: date, shift: timedelta) -> datetime:
    return datetime.combine(day, time(), UTC) + shift


def _moment(now: datetime) -> Func:
    return Func(Value(now), template="%(expressions)s::timestamptz", output_field=DateTimeField())


def _wall(clock: datetime) -> Func:
    return Func(
        Value(clock.isoformat(sep=" ")), template="%(expressions)s::timestamp", output_field=DateTimeField()
    )


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


def _origin(wanted: EventFilter) -> Q:
    held = Q()
    if wanted.venue:
        held &= Q(place_id=wanted.venue)
    if wanted.organizer:
        held &= Q(organizer_id=wanted.organizer)
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
