"""The part of a city that a page or feed shows.

It is parsed from the second segment of the address and the query string.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

from django.http import Http404

from events import times
from events.filters import EventFilter
from events.times import When
from events.words import calendar_day
from pipeline.taxonomy import BY_SLUG
from places.models import Area, City

#: As people say them, the week exactly: it is a heading of its own.
WHEN_WORDS = {**times.WHEN_WORDS, When.WEEK: "in the next 7 days"}
#: The segment for free events.
FREE = "free"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """An active condition: its words, and the address of the same list without it."""

    word: str
    href: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """One list of one city: the filter, its words, and its address."""

    city: City
    area: Area | None
    wanted: EventFilter
    path: str
    selected: date | None = None

    @property
    def base(self) -> str:
        """The city's path."""
        return f"/{self.city.slug}/"

    @property
    def is_front(self) -> bool:
        """Whether the list has no conditions."""
        return self.wanted == EventFilter(city=self.city.slug)

    @property
    def query(self) -> dict[str, str]:
        """The conditions with the names of the filter form."""
        named = {
            "when": self.wanted.when.value if self.wanted.when else "",
            "day": self.wanted.day.isoformat() if self.wanted.day else "",
            "category": self.wanted.categories[0] if self.wanted.categories else "",
            "area": self.wanted.area,
            "price": self.wanted.price,
            "price_max": str(self.wanted.price_max) if self.wanted.price_max is not None else "",
        }
        return {name: value for name, value in named.items() if value}

    def words(self, *, today: date) -> str:
        """`Free music in Indiranagar this weekend`; '' for the front page."""
        category = BY_SLUG[self.wanted.categories[0]].name if self.wanted.categories else ""
        parts = [
            "Free" if self.wanted.price == FREE else "",
            (category.lower() if self.wanted.price == FREE else category)
            or ("events" if self.wanted.price == FREE else ""),
        ]
        what = " ".join(part for part in parts if part)
        where = f"in {self.area.name}" if self.area else ""
        when = WHEN_WORDS[self.wanted.when] if self.wanted.when else ""
        if self.wanted.day:
            when = f"on {calendar_day(self.wanted.day, today=today)}"
        limit = f"up to {self.wanted.price_max}" if self.wanted.price_max is not None else ""
        if self.wanted.day and not (what or where or limit):
            return calendar_day(self.wanted.day, today=today, long=True)
        said = " ".join(part for part in (what, where, when, limit) if part)
        return said[:1].upper() + said[1:]

    def chips(self, *, today: date) -> list[Chip]:
        """Each active condition, with the address that removes it."""
        said = {
            "when": WHEN_WORDS.get(self.wanted.when, "") if self.wanted.when else "",
            "day": calendar_day(self.wanted.day, today=today) if self.wanted.day else "",
            "category": BY_SLUG[self.wanted.categories[0]].name if self.wanted.categories else "",
            "area": self.area.name if self.area else "",
            "price": "Free" if self.wanted.price == FREE else self.wanted.price.title(),
            "price_max": f"Up to {self.wanted.price_max}",
        }
        asked = self.query
        return [
            Chip(
                word=said[name][:1].upper() + said[name][1:],
                href=address(self.base, {k: v for k, v in asked.items() if k != name}),
            )
            for name in asked
        ]


def address(base: str, query: Mapping[str, str]) -> str:
    """The canonical address of a list.

    A single day, category or area is a path; further conditions are in the query.
    """
    rest = dict(query)
    segment = ""
    if rest.get("price") == FREE and len(rest) == 1:
        segment, rest = FREE, {}
    for name in ("category", "area", "when"):
        if not segment and name in rest:
            segment = rest.pop(name)
    path = f"{base}{segment}/" if segment else base
    return f"{path}?{urlencode(rest)}" if rest else path


def read_scope(city: City, segment: str, params: Mapping[str, str], *, now: datetime) -> Scope:
    """The scope of `/{city}/{segment}/?…`.

    Raises Http404 for an unknown segment; invalid conditions in the query are ignored.
    """
    asked = {
        name: params.get(name, "").strip()
        for name in ("when", "day", "category", "area", "price", "price_max")
    }
    areas = {area.slug: area for area in city.areas.all()}
    asked |= _segment(segment, areas) if segment else {}
    area = areas.get(asked["area"])
    wanted = EventFilter(
        city=city.slug,
        area=area.slug if area else "",
        categories=(asked["category"],) if asked["category"] in BY_SLUG else (),
        when=When(asked["when"]) if asked["when"] in set(When) else None,
        day=_day(asked["day"]),
        price=asked["price"] if asked["price"] in ("free", "paid") else "",
        price_max=_amount(asked["price_max"]),
    )
    scope = Scope(city=city, area=area, wanted=wanted, path="", selected=_selected(wanted, now))
    return Scope(
        city=city, area=area, wanted=wanted, path=address(scope.base, scope.query), selected=scope.selected
    )


def _segment(segment: str, areas: Mapping[str, Area]) -> dict[str, str]:
    if segment in set(When):
        return {"when": segment}
    if segment in BY_SLUG:
        return {"category": segment}
    if segment in areas:
        return {"area": segment}
    if segment == FREE:
        return {"price": FREE}
    raise Http404("no such day, category or area")


def _selected(wanted: EventFilter, now: datetime) -> date | None:
    if wanted.day:
        return wanted.day
    if wanted.when is When.TODAY:
        return now.date()
    return now.date() + timedelta(days=1) if wanted.when is When.TOMORROW else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return amount if amount is not None and amount.is_finite() and 0 <= amount < 10**9 else None
