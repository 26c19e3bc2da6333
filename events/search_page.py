"""The address of the search page: what it asks for, and the links that change one part of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from events.filters import EventFilter, Ordering
from events.queries import find_city
from events.times import When
from events.words import capitalized, category_name, day_words, when_words
from pipeline.dates.event_times import zone_or_utc
from pipeline.geography.gazetteer import AreaFact
from pipeline.taxonomy import BY_SLUG
from places.models import City, Place
from places.queries import gazetteer

#: The fields of the address beside the place in the list.
FIELDS: Final = ("q", "city", "area", "when", "day", "category", "venue", "tag", "price", "near", "sort")
_LONGEST: Final = {"q": 200, "near": 80, "tag": 60}
_PRICES: Final = {"free": gettext_noop("Free"), "paid": gettext_noop("Paid")}
_SORTS: Final = {"": gettext_noop("Best"), "start": gettext_noop("Soonest"), "near": gettext_noop("Nearest")}
#: The facets with the fields that they set, and how many values each shows.
_FACETS: Final = (
    ("day", gettext_noop("When")),
    ("category", gettext_noop("Category")),
    ("area", gettext_noop("Area")),
    ("venue", gettext_noop("Venue")),
    ("price", gettext_noop("Price")),
    ("tag", gettext_noop("Tag")),
)
_MOST_VALUES: Final = 8
#: So many places can be chosen to be near.
_MOST_SPOTS: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A point from which distances count, WGS 84; `name` is '' for the reader's own."""

    lat: float
    lng: float
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What an address of the page asks for. Values that mean nothing are left out of `fields`."""

    fields: Mapping[str, str]
    city: City | None = None
    area: AreaFact | None = None
    venue: Place | None = None
    spot: Spot | None = None

    @property
    def typed(self) -> str:
        """The text of the field."""
        return self.fields.get("q", "")

    @property
    def wanted(self) -> EventFilter:
        """The conditions that were given beside the text."""
        given = self.fields.get
        sort = given("sort", "")
        ordering = Ordering.START if sort == "start" else Ordering.RELEVANCE
        return EventFilter(
            city=self.city.slug if self.city else "",
            area=self.area.slug if self.area else "",
            when=When(given("when", "")) if given("when") else None,
            day=date.fromisoformat(given("day", "")) if given("day") else None,
            categories=(given("category", ""),) if given("category") else (),
            venue=self.venue.pk if self.venue else None,
            tags=(given("tag", ""),) if given("tag") else (),
            price=given("price", ""),
            lat=self.spot.lat if self.spot else None,
            lng=self.spot.lng if self.spot else None,
            ordering=Ordering.DISTANCE if sort == "near" and self.spot else ordering,
        )

    def address(self, **changed: str) -> str:
        """The address with some fields changed; an empty value takes one off."""
        kept = {name: value for name, value in {**self.fields, **changed}.items() if value}
        return f"/search?{urlencode(kept)}" if kept else "/search"

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The fields that a form keeps beside its own."""
        return [(name, value) for name, value in self.fields.items() if name not in without]

    def chips(self, *, today: date) -> list[dict[str, str]]:
        """Each condition beside the text, with the address that leaves it out."""
        given = self.fields.get
        words = {
            "city": self.city.name if self.city else "",
            "area": self.area.name if self.area else "",
            "when": when_words(given("when", "")) if given("when") else "",
            "day": day_words(date.fromisoformat(given("day", "")), today=today) if given("day") else "",
            "category": category_name(given("category", "")) if given("category") else "",
            "venue": self.venue.name if self.venue else "",
            "tag": f"#{given('tag')}" if given("tag") else "",
            "price": _price_word(given("price", "")),
            "near": _near_words(self.spot) if self.spot else "",
        }
        also = {"near": {"sort": ""}} if given("sort") == "near" else {}
        return [
            {
                "label": capitalized(word),
                "href": self.address(**{name: "", **also.get(name, {})}),
            }
            for name, word in words.items()
            if word
        ]

    def sorts(self) -> list[dict[str, Any]]:
        """The orders; the nearest first only where it is known from where."""
        return [
            {
                "label": gettext(label),
                "href": self.address(sort=sort),
                "is_current": self.fields.get("sort", "") == sort,
            }
            for sort, label in _SORTS.items()
            if sort != "near" or self.spot
        ]

    def spots(self) -> list[tuple[str, str]]:
        """The places that can be chosen to be near, as (value, name): areas of the city, or cities."""
        facts = gazetteer()
        if self.city:
            areas = [(area.slug, area.name) for area in facts.areas if area.city == self.city.slug]
            return [
                (self.city.slug, gettext("the centre of %(city)s") % {"city": self.city.name}),
                *sorted(areas),
            ][:_MOST_SPOTS]
        return sorted((city.slug, city.name) for city in facts.cities)[:_MOST_SPOTS]


def read_asked(params: Mapping[str, str]) -> Asked:
    """The address of a request. Anything may be given: what cannot be read is left out."""
    given = {
        name: " ".join(params.get(name, "").replace("\x00", "").split())[: _LONGEST.get(name, 80)]
        for name in FIELDS
    }
    city = find_city(given["city"]) if given["city"] else None
    area = _area(given["area"], city)
    venue = _venue(given["venue"])
    spot = _spot(given["near"], city) or (_centre(area, city) if given["sort"] == "near" else None)
    known = {
        "q": given["q"],
        "city": city.slug if city else "",
        "area": area.slug if area else "",
        "when": given["when"] if given["when"] in set(When) else "",
        "day": _day(given["day"]),
        "category": given["category"] if given["category"] in BY_SLUG else "",
        "venue": venue.pk.hex if venue else "",
        "tag": given["tag"],
        "price": given["price"] if given["price"] in _PRICES else "",
        "near": given["near"] if spot else "",
        "sort": given["sort"] if given["sort"] == "start" or (given["sort"] == "near" and spot) else "",
    }
    return Asked(
        fields={name: value for name, value in known.items() if value},
        city=city,
        area=area,
        venue=venue,
        spot=spot,
    )


def facet_links(
    asked: Asked, wanted: EventFilter, counts: Mapping[str, Sequence[Mapping[str, Any]]], *, now: datetime
) -> list[dict[str, Any]]:
    """What the events of `wanted` could be narrowed by, with their `counts`: only what is open, and would narrow."""
    today = local(now, wanted.city).date()
    areas = {area.slug: area.name for area in gazetteer().areas}
    names: dict[str, Callable[[Mapping[str, Any]], str]] = {
        "day": lambda row: day_words(date.fromisoformat(row["value"]), today=today),
        "category": lambda row: category_name(row["value"]),
        "area": lambda row: areas.get(row["value"], ""),
        "venue": lambda row: row["label"],
        "price": lambda row: _price_word(row["value"]),
        "tag": lambda row: row["value"],
    }
    is_set = {
        "day": wanted.when
        or wanted.day
        or wanted.from_day
        or wanted.to_day
        or wanted.start_after
        or wanted.start_before,
        "category": wanted.categories,
        "area": wanted.area,
        "venue": wanted.venue,
        "price": wanted.price or wanted.price_max is not None,
        "tag": wanted.tags,
    }
    made = []
    for name, title in _FACETS:
        values = [
            {"label": label, "count": row["count"], "href": asked.address(**{name: row["value"]})}
            for row in counts[name]
            if (label := names[name](row))
        ][:_MOST_VALUES]
        if len(values) > 1 and not is_set[name]:
            made.append({"name": name, "title": gettext(title), "values": values})
    return made


def local(now: datetime, city: str) -> datetime:
    """`now` on the clock of the city (a slug), or in UTC."""
    fact = gazetteer().city(city) if city else None
    return now.astimezone(zone_or_utc(fact.timezone if fact else ""))


def _price_word(kind: str) -> str:
    return gettext(_PRICES[kind]) if kind in _PRICES else ""


def _near_words(spot: Spot) -> str:
    return gettext("Near %(place)s") % {"place": spot.name} if spot.name else gettext("Near you")


def _area(slug: str, city: City | None) -> AreaFact | None:
    if not slug:
        return None
    found = [area for area in gazetteer().areas if area.slug == slug and (not city or area.city == city.slug)]
    return found[0] if found else None


def _venue(text: str) -> Place | None:
    try:
        return Place.objects.filter(pk=UUID(text)).only("id", "name").first() if text else None
    except ValueError:
        return None


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return ""


def _spot(text: str, city: City | None) -> Spot | None:
    """`12.97,77.6`, or the slug of an area or a city."""
    parts = text.split(",")
    if len(parts) == 2:
        try:
            lat, lng = float(parts[0]), float(parts[1])
        except ValueError:
            return None
        return Spot(lat=lat, lng=lng) if abs(lat) <= 90 and abs(lng) <= 180 else None
    area = _area(text, city) if text else None
    return _centre(area, None) or (_centre(None, find_city(text)) if text else None)


def _centre(area: AreaFact | None, city: City | None) -> Spot | None:
    place = area or city
    return Spot(lat=place.lat, lng=place.lng, name=place.name) if place else None
