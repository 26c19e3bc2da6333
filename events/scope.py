"""The part of a city that a page or feed shows.

It is parsed from the second segment of the address and the query string.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404
from django.utils.translation import gettext, pgettext

from events.filters import EventFilter, going_out_window, read_box, window
from events.models import Event
from events.queries import upcoming
from events.queries.marks import Mark, beyond, read_mark
from events.times import When
from events.words import calendar_day, capitalized, category_name, month_words, when_words
from languages.numbers import number_words
from pipeline import patterns
from pipeline.dates.event_times import local_midnight, night_of, zone_or_utc
from pipeline.taxonomy import BY_SLUG
from places.models import Area, City

#: The segments for free events, for what began before the days of the list, and for the month that it is.
FREE, ONGOING, MONTH = "free", "ongoing", "month"
#: The segment of the map.
MAP = "map"
#: The conditions of an address, in the order in which they are written.
_NAMES = ("when", "day", "month", "category", "area", "tag", "price", "price_max", "bbox", "ongoing")
#: Those that say which days; an address has one of them at most.
DAYS = ("when", "day", "month")
_MONTH = patterns.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")
_DAY = patterns.compile(r"20\d{2}-\d{2}-\d{2}")
_LONGEST_TAG = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """An active condition: its words, and the address of the same list without it."""

    word: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One list of one city: the filter, its words, and its address.

    `begins`: what began before this moment is still on rather than coming. `mark`: behind which event the list goes on.
    `on_map`: it is shown beside the map, whose address has all conditions in the query.
    """

    city: City
    area: Area | None
    wanted: EventFilter
    begins: datetime
    path: str = ""
    selected: date | None = None
    month: date | None = None
    is_ongoing: bool = False
    mark: Mark | None = None
    on_map: bool = False

    @property
    def base(self) -> str:
        """The city's own address."""
        return f"/{self.city.slug}/"

    @property
    def is_front(self) -> bool:
        """Whether nothing narrows the list."""
        return self.wanted == EventFilter(city=self.city.slug) and self.mark is None and not self.on_map

    @property
    def action(self) -> str:
        """Where the forms of the filters lead, with the conditions in the query."""
        return f"{self.base}{MAP}/" if self.on_map else self.base

    @property
    def list_address(self) -> str:
        """The address of the list without the map."""
        return address(self.base, self.query)

    @property
    def map_address(self) -> str:
        """The address of the same list beside the map."""
        return map_address(self.base, self.query)

    @property
    def is_of_days(self) -> bool:
        """Whether the list is bounded to some days."""
        return bool(self.wanted.when or self.wanted.day or self.month)

    @property
    def query(self) -> dict[str, str]:
        """The conditions with the names of the filter form."""
        named = {
            "when": self.wanted.when.value if self.wanted.when else "",
            "day": self.wanted.day.isoformat() if self.wanted.day else "",
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "category": self.wanted.categories[0] if self.wanted.categories else "",
            "area": self.wanted.area,
            "tag": self.wanted.tags[0] if self.wanted.tags else "",
            "price": self.wanted.price,
            "price_max": str(self.wanted.price_max) if self.wanted.price_max is not None else "",
            "bbox": ",".join(f"{degrees:.10g}" for degrees in self.wanted.bbox or ()),
            "ongoing": "yes" if self.is_ongoing else "",
        }
        return {name: value for name, value in named.items() if value}

    @property
    def saving_address(self) -> str:
        """The page on which a person saves this list as a search. What is still on is a matter of the day."""
        return self.wanted.without(*(("start_before",) if self.is_ongoing else ())).saving_address()

    def address(self, **changed: str) -> str:
        """The address of this list with `changed` conditions, '' to leave one out. Days replace each other."""
        return self.addresses(changed)

    @property
    def addresses(self) -> "Addresses":
        """The addresses of this list with other conditions."""
        return Addresses(self.base, tuple(self.query.items()), self.on_map)

    def words(self, *, today: date) -> str:
        """`Free music in Indiranagar this weekend`; '' for the front page."""
        if self.is_bare and self.wanted.day:
            return calendar_day(self.wanted.day, today=today, long=True)
        if self.is_bare and self.month:
            return month_words(self.month)
        said = {
            "what": self._what(),
            "where": self._where(),
            "days": self._days(today),
            "limit": self._limit(),
        }
        # Translators: the heading of a list, in the order of the language; a part may be empty.
        order = pgettext("heading", "%(what)s %(where)s %(days)s %(limit)s")
        return capitalized(" ".join((order % said).split()))

    @property
    def is_bare(self) -> bool:
        """Whether nothing but days narrows the list."""
        wanted = self.wanted
        return not (
            wanted.categories
            or wanted.price == FREE
            or wanted.tags
            or self.is_ongoing
            or self.area
            or wanted.bbox
            or wanted.price_max is not None
        )

    def _what(self) -> str:
        """`Music`, `Free music`, `Free events tagged outdoors still on`."""
        category = category_name(self.wanted.categories[0]) if self.wanted.categories else ""
        what = category
        if self.wanted.price == FREE:
            what = (
                gettext("Free %(category)s") % {"category": category.lower()}
                if category
                else gettext("Free events")
            )
        tagged = gettext("tagged %(tag)s") % {"tag": self.wanted.tags[0]} if self.wanted.tags else ""
        return " ".join(
            part for part in (what, tagged, gettext("still on") if self.is_ongoing else "") if part
        )

    def _where(self) -> str:
        if self.area:
            return gettext("in %(place)s") % {"place": self.area.name}
        return gettext("in a part of the map") if self.wanted.bbox and not self.on_map else ""

    def _limit(self) -> str:
        most = self.wanted.price_max
        return gettext("up to %(amount)s") % {"amount": number_words(most)} if most is not None else ""

    def _days(self, today: date) -> str:
        if self.wanted.day:
            return gettext("on %(day)s") % {"day": calendar_day(self.wanted.day, today=today)}
        if self.month:
            return gettext("in %(month)s") % {"month": month_words(self.month)}
        if self.wanted.when is When.WEEK:
            return gettext("in the next 7 days")  # the week exactly: it is a heading of its own
        return when_words(self.wanted.when) if self.wanted.when else ""

    def chips(self, *, today: date) -> list[Chip]:
        """Each active condition, with the address that removes it."""
        said = {
            "when": self._days(today) if self.wanted.when else "",
            "day": calendar_day(self.wanted.day, today=today) if self.wanted.day else "",
            "month": month_words(self.month) if self.month else "",
            "category": category_name(self.wanted.categories[0]) if self.wanted.categories else "",
            "area": self.area.name if self.area else "",
            "tag": self.wanted.tags[0] if self.wanted.tags else "",
            "price": gettext("Free") if self.wanted.price == FREE else gettext("Paid"),
            "price_max": self._limit(),
            "bbox": gettext("This part of the map"),
            "ongoing": gettext("Still on"),
        }
        return [Chip(word=capitalized(said[name]), href=self.address(**{name: ""})) for name in self.query]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The list of a city with these conditions, from which the addresses of lists beside it are made."""

    base: str
    query: tuple[tuple[str, str], ...]
    on_map: bool

    def __call__(self, changed: Mapping[str, str]) -> str:
        """The address with `changed` conditions, as `Scope.address`."""
        asked = dict(self.query)
        if any(name in DAYS and value for name, value in changed.items()):
            asked = {name: value for name, value in asked.items() if name not in DAYS}
        named = {name: value for name, value in {**asked, **changed}.items() if value}
        return map_address(self.base, named) if self.on_map else address(self.base, named)


def address(base: str, query: Mapping[str, str]) -> str:
    """The canonical address of a list.

    A single day, month, category or area is a path; further conditions are in the query.
    """
    rest = {name: query[name] for name in _NAMES if name in query}
    segment = ""
    if len(rest) == 1 and rest.get("price") == FREE:
        segment, rest = FREE, {}
    elif len(rest) == 1 and "ongoing" in rest:
        segment, rest = ONGOING, {}
    for name in ("category", "area", *DAYS):
        if not segment and name in rest:
            segment = rest.pop(name)
    path = f"{base}{segment}/" if segment else base
    return f"{path}?{urlencode(rest)}" if rest else path


def map_address(base: str, query: Mapping[str, str]) -> str:
    """The canonical address of a list beside the map."""
    rest = {name: query[name] for name in _NAMES if name in query}
    return f"{base}{MAP}/?{urlencode(rest, safe=',')}" if rest else f"{base}{MAP}/"


def read_scope(city: City, segment: str, params: Mapping[str, str], *, now: datetime) -> Scope:
    """The scope of `/{city}/{segment}/?…`; `now` is local to the city.

    `when` may be a day or a month too, since a form has one field for them. Raises Http404 for an unknown segment; invalid conditions in the query are ignored.
    """
    asked = {name: params.get(name, "").strip() for name in _NAMES}
    prefetch_related_objects([city], "areas")  # the filters offer them, too
    areas = {area.slug: area for area in city.areas.all()}
    asked |= _segment(segment, areas, now) if segment else {}
    area = areas.get(asked["area"])
    when = When(asked["when"]) if asked["when"] in set(When) else None
    day = None if when else _day(asked["day"] or asked["when"])
    month = None if when or day else _month(asked["month"] or asked["when"])
    wanted = EventFilter(
        city=city.slug,
        area=area.slug if area else "",
        categories=(asked["category"],) if asked["category"] in BY_SLUG else (),
        tags=(asked["tag"][:_LONGEST_TAG],) if asked["tag"] else (),
        when=when,
        day=day,
        from_day=month,
        to_day=_next_month(month) - timedelta(days=1) if month else None,
        price=asked["price"] if asked["price"] in ("free", "paid") else "",
        price_max=_amount(asked["price_max"]),
        bbox=_box(asked["bbox"]),
    )
    begins = _begins(wanted, now, zone_or_utc(city.timezone))
    is_ongoing = asked["ongoing"] == "yes"
    scope = Scope(
        city=city,
        area=area,
        wanted=replace(wanted, start_before=begins) if is_ongoing else wanted,
        begins=begins,
        selected=_selected(wanted, now),
        month=month,
        is_ongoing=is_ongoing,
        mark=read_mark(params.get("after", "")),
        on_map=segment == MAP,
    )
    return replace(scope, path=scope.address())


def listed(scope: Scope, *, now: datetime) -> QuerySet[Event]:
    """The events of the list from its mark on: by start, those that are still on by their last day."""
    return _from_mark(scope, upcoming(scope.wanted, now=now))


def listed_and_still_on(scope: Scope, *, now: datetime) -> tuple[QuerySet[Event], QuerySet[Event]]:
    """The list, and what belongs to it but began before its days, the first to end first."""
    events = upcoming(scope.wanted, now=now)  # once, since opening hours cost it a query
    begun = events.none() if scope.is_ongoing else events.filter(start_at__lt=scope.begins)
    return _from_mark(scope, events), begun.order_by("end_date", "id")


def _from_mark(scope: Scope, events: QuerySet[Event]) -> QuerySet[Event]:
    if scope.is_ongoing:
        return beyond(events.order_by("end_date", "id"), scope.mark, by="end_date")
    return beyond(events.filter(start_at__gte=scope.begins), scope.mark, by="start_at")


def _begins(wanted: EventFilter, now: datetime, zone: ZoneInfo) -> datetime:
    """The first moment of the list's first day that is not over. The night that began yesterday counts as today's."""
    first = night_of(now)
    if wanted.day:
        first = max(first, going_out_window(wanted.day).first)
    elif wanted.from_day:
        first = max(first, wanted.from_day)
    elif wanted.when:
        first = max(first, window(wanted.when, now=now).first)
    return local_midnight(first, zone)


def present_segment(city: City, segment: str) -> str:
    """The slug that the area which had this one has now; '' where no area had it.

    An area whose slug became that of a page was renamed by migration places/0012 to the same with `-area` behind it.
    """
    renamed = f"{segment[:75]}-area"
    for area in city.areas.all():
        if segment in area.former_slugs or area.slug == renamed:
            return area.slug
    return ""


def _segment(segment: str, areas: Mapping[str, Area], now: datetime) -> dict[str, str]:
    if segment in set(When):
        return {"when": segment}
    if segment in BY_SLUG:
        return {"category": segment}
    if segment in areas:
        return {"area": segment}
    if segment == FREE:
        return {"price": FREE}
    if segment == MAP:
        return {}
    if segment == ONGOING:
        return {"ongoing": "yes"}
    if segment == MONTH:
        return {"month": f"{now:%Y-%m}"}
    if _month(segment):
        return {"month": segment}
    if _day(segment):
        return {"day": segment}
    raise Http404("no such day, category or area")


def _selected(wanted: EventFilter, now: datetime) -> date | None:
    if wanted.day:
        return wanted.day
    if wanted.when is When.TODAY:
        return now.date()
    return now.date() + timedelta(days=1) if wanted.when is When.TOMORROW else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _box(text: str) -> tuple[float, float, float, float] | None:
    """A part of the map, to 10 m."""
    try:
        west, south, east, north = read_box(text)
    except ValueError:
        return None
    return round(west, 4), round(south, 4), round(east, 4), round(north, 4)


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) else None


def _next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and 0 <= amount < 10**9 else None
