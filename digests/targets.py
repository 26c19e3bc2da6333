"""What a subscription is to: in words, as a page, and as a condition on events."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext

from accounts.models import User
from digests.enums import Target
from digests.exceptions import UnknownTarget
from digests.models import Subscription
from events.addresses import organizer_path, performer_path, venue_path
from events.filters import EventFilter
from events.models import Category
from events.queries import find_city
from events.queries.collection import by_performer
from events.words import category_name
from personal.enums import FollowKind
from personal.queries import one_followed
from pipeline.dates.event_times import zone_or_utc
from places.enums import CityState
from places.models import Area, City
from saved_searches.models import SavedSearch
from saved_searches.queries import filter_of, searches_of

#: The rows that the words, pages and conditions of subscriptions read.
RELATED: Final = ("city", "area__city", "category", "place__city", "organizer", "search__conditions", "user")
#: The columns by which subscriptions ask for events.
_ASKED: Final = (
    "kind",
    "city_id",
    "area_id",
    "category_id",
    "place_id",
    "organizer_id",
    "search_id",
    "performer",
)
#: The order in which those that ask for the same events stand together.
TOGETHER: Final = (*_ASKED, "filters", "pk")
#: A digest looks so far ahead. Of what one venue, organizer or performer has, or a search finds, little comes in a week.
_WEEK, _SEASON = timedelta(days=7), timedelta(days=60)
_FOLLOWED: Final = {
    "venue": (Target.VENUE, FollowKind.VENUE, "place_id"),
    "organizer": (Target.ORGANIZER, FollowKind.ORGANIZER, "organizer_id"),
    "performer": (Target.PERFORMER, FollowKind.PERFORMER, "performer"),
}
#: The parameters that name a target, in the order in which they decide.
NAMES: Final = ("search", *_FOLLOWED, "area", "category", "city")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A target that exists: its columns in a subscription, and the city whose clock and weather count, if any."""

    kind: Target
    city: City | None
    columns: Mapping[str, Any]

    @property
    def subscription(self) -> Subscription:
        """A subscription to it, not stored."""
        return Subscription(kind=self.kind.value, city=self.city, **self.columns)


def find_target(asked: Mapping[str, str], *, by: User | None = None) -> Wanted:
    """The target that these parameters name (`NAMES`). Raises UnknownTarget, which names the parameter."""
    if search := asked.get("search"):
        return _search(search, by)
    for name, (kind, follows, column) in _FOLLOWED.items():
        if key := asked.get(name):
            found = one_followed(follows, key[:200])
            if found is None:
                raise UnknownTarget(name, gettext("Nothing of that name is listed here."))
            columns: dict[str, Any] = {column: found.key}
            if kind is Target.PERFORMER:
                columns["name"] = found.name[:200]
            if kind is Target.VENUE:
                return Wanted(
                    kind=kind, city=City.objects.filter(places__pk=found.key).first(), columns=columns
                )
            return Wanted(kind=kind, city=_city_or_none(asked.get("city", "")), columns=columns)
    return _in_city(asked)


def _in_city(asked: Mapping[str, str]) -> Wanted:
    if slug := asked.get("area"):
        area = Area.objects.select_related("city").filter(slug=slug, city__state=CityState.ACTIVE).first()
        if area is None:
            raise UnknownTarget("area", gettext("There is no such part of a city."))
        return Wanted(kind=Target.AREA, city=area.city, columns={"area": area})
    city = _city_or_none(asked.get("city", ""))
    if city is None:
        raise UnknownTarget("city", gettext("There is no such city. /api/v1/cities lists all."))
    if slug := asked.get("category"):
        category = Category.objects.filter(slug=slug).first()
        if category is None:
            raise UnknownTarget(
                "category", gettext("There is no such category. /api/v1/categories lists all.")
            )
        return Wanted(kind=Target.CATEGORY, city=city, columns={"category": category})
    return Wanted(kind=Target.CITY, city=city, columns={})


def _search(key: str, by: User | None) -> Wanted:
    try:
        found = searches_of(by).get(pk=UUID(key)) if by is not None else None
    except (ValueError, SavedSearch.DoesNotExist):
        found = None
    if found is None:
        raise UnknownTarget(
            "search", gettext("You have no such search. Sign in to the account that saved it.")
        )
    return Wanted(kind=Target.SEARCH, city=_city_or_none(filter_of(found).city), columns={"search": found})


def _city_or_none(asked: str) -> City | None:
    """An active city by its slug or old id."""
    return find_city(asked) if asked else None


def words_of(subscription: Subscription) -> str:
    """What it is to, in the active language: `Bengaluru`, `Indiranagar, Bengaluru`, `Music in Bengaluru`, `Blue Room`."""
    city = subscription.city.name if subscription.city else ""
    match subscription.kind:
        case Target.AREA if subscription.area:
            return f"{subscription.area.name}, {city}"
        case Target.CATEGORY:
            named = {"category": category_name(str(subscription.category_id)), "city": city}
            return gettext("%(category)s in %(city)s") % named
        case Target.SEARCH if subscription.search:
            return subscription.search.name
        case Target.VENUE if subscription.place:
            return subscription.place.name
        case Target.ORGANIZER if subscription.organizer:
            return subscription.organizer.name
        case Target.PERFORMER:
            return subscription.name or subscription.performer
    return city


def narrowed_words(subscription: Subscription) -> str:
    """What it is narrowed to: `Music, Film`; '' where it is not."""
    named = [category_name(slug) for slug in subscription.filters.get("categories") or ()]
    return ", ".join([*named, *(f"#{tag}" for tag in subscription.filters.get("tags") or ())])


def page_of(subscription: Subscription) -> str:
    """The path of the page with all of it; what it is narrowed to stays chosen there."""
    match subscription.kind:
        case Target.SEARCH:
            return f"/me/searches/{subscription.search_id}/"
        case Target.VENUE if subscription.place:
            return venue_path(subscription.place.pk, subscription.place.slug)
        case Target.ORGANIZER if subscription.organizer:
            return organizer_path(subscription.organizer.pk, subscription.organizer.name)
        case Target.PERFORMER:
            return performer_path(subscription.performer)
    return _page_in_city(subscription)


def _page_in_city(subscription: Subscription) -> str:
    city = subscription.city.slug if subscription.city else ""
    chosen = tuple(subscription.filters.get("categories") or ())
    tags = tuple(subscription.filters.get("tags") or ())
    area = subscription.area.slug if subscription.area else ""
    if subscription.category_id:
        return f"/{city}/{subscription.category_id}/"
    if not area and not tags and len(chosen) == 1:
        return f"/{city}/{chosen[0]}/"
    if not chosen and not tags:
        return f"/{city}/{area}/" if area else f"/{city}/"
    asked = EventFilter(city=city, area=area, categories=chosen, tags=tags).to_query()
    return f"/search?{urlencode(asked)}"


def zone_of(subscription: Subscription) -> ZoneInfo:
    """The zone of its clock: the chosen one, else the city's, else UTC."""
    return zone_or_utc(subscription.timezone or (subscription.city.timezone if subscription.city else ""))


def horizon_of(subscription: Subscription) -> timedelta:
    """How far ahead its digest looks."""
    in_city = subscription.kind in (Target.CITY, Target.AREA, Target.CATEGORY)
    return _WEEK if in_city else _SEASON


def wanted_by(subscription: Subscription) -> tuple[EventFilter, Q]:
    """The filter and the further condition that its events fulfil."""
    categories, tags = (tuple(subscription.filters.get(name) or ()) for name in ("categories", "tags"))
    city = subscription.city.slug if subscription.city else ""
    if subscription.kind == Target.SEARCH and subscription.search:
        return filter_of(subscription.search).without("ordering"), Q()
    if subscription.kind == Target.CATEGORY:
        categories = (str(subscription.category_id),)
    wanted = EventFilter(
        city="" if subscription.kind == Target.VENUE else city,
        area=subscription.area.slug if subscription.area else "",
        categories=categories,
        tags=tags,
    )
    return wanted, _of(subscription)


def _of(subscription: Subscription) -> Q:
    if subscription.place is not None:
        return Q(place=subscription.place.merged_into_id or subscription.place.pk)
    if subscription.organizer is not None:
        return Q(organizer=subscription.organizer.merged_into_id or subscription.organizer.pk)
    return by_performer(subscription.performer) if subscription.performer else Q()


def same_events(subscription: Subscription) -> tuple[Any, ...]:
    """Equal for subscriptions that ask for the same events."""
    return (*(getattr(subscription, name) for name in _ASKED), repr(subscription.filters))
