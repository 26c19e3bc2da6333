"""Cities, areas, categories, tags and organizers, each with the number of upcoming events."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.asking import CITY, CURSOR, LIMIT, LIMITS, city_slug
from events.api.base import PublicView, described, documented, in_path, next_address, with_next
from events.api.cursors import Listing, refused
from events.api.filtering import By, Narrowing
from events.api.parameters import Param, read_query
from events.enums import Verification
from events.filters import EventFilter
from events.models import Organizer
from events.queries import category_counts, city_counts, find_city
from events.queries.counting import area_counts, organizers, tag_counts
from events.serializers import AreaList, CategoryList, CityDetail, CityList, OrganizerPage, TagList
from outbox.renderings.shown import show
from pipeline.contract.enums import OrganizerType
from pipeline.taxonomy import CATEGORIES
from pipeline.text.folding import fold
from places.enums import CityState
from places.models import Area, City

_OF_CITY = (CITY,)
_TAGS = (
    CITY,
    Param(name="q", read=read.text(60), about="What a tag begins with.", example="ja"),
    Param(
        name="limit",
        read=read.whole(1, 200),
        about="Results, 50 where it is not given, at most 200.",
        example=50,
    ),
)
_NAME = Param(name="q", read=read.words(2), about="What the name holds.", example="ben")
#: Those with the most events first, as counted when the first page was asked for.
_BY_EVENTS = Listing("organizers", ("-upcoming", "folded_name", "id"))


class CityFilterSet(Narrowing):
    """Active cities."""

    q = By(_NAME, "name", "icontains")
    country = By(
        Param(name="country", read=read.country, about="ISO 3166-1 alpha-2.", example="IN"), "country"
    )


class AreaFilterSet(Narrowing):
    """Areas of active cities."""

    city = By(CITY, method="in_city")
    q = By(_NAME, "name", "icontains")

    def in_city(self, areas: QuerySet[Area], _name: str, city: str) -> QuerySet[Area]:
        """Of one city. Raises ValidationError."""
        return areas.filter(city__slug=city_slug(city))


class OrganizerFilterSet(Narrowing):
    """Organizers of upcoming events; `city` narrows the events that are counted."""

    beside = (CITY, *LIMITS, CURSOR)
    q = By(_NAME, method="named")
    type = By(
        Param(name="type", read=read.one_of(OrganizerType), about="Kind of organizer.", example="business"),
    )  # fmt: skip
    verification = By(
        Param(name="verification", read=read.one_of(Verification), about="Whether it is known.", example="verified"),
    )  # fmt: skip

    def named(self, rows: QuerySet[Organizer], _name: str, words: str) -> QuerySet[Organizer]:
        """By name."""
        return rows.filter(folded_name__contains=fold(words))


class Cities(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="cities_list",
        summary="Cities",
        parameters=CityFilterSet.documented(),
        responses=described({200: CityList}, 400),
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """Active cities by name, with counts of upcoming events."""
        cities = CityFilterSet(request.query_params, City.objects.filter(state=CityState.ACTIVE)).qs
        show("events:all")
        rows = city_counts(now=timezone.now(), among=cities)
        return Response({"results": [_city(row.city, row.upcoming) for row in rows]})


class CityOne(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="city",
        summary="One city",
        parameters=[
            in_path("slug", "Slug of the city, or its old id such as `ca--los-angeles`.", "bengaluru")
        ],
        responses=described({200: CityDetail}, 404),
        tags=["places"],
    )
    def get(self, request: Request, slug: str) -> Response:
        """A city with its areas."""
        read_query(request.query_params, ())
        city = find_city(slug)
        if city is None:
            raise NotFound(f"There is no city {slug[:80]}; see /api/v1/cities.")
        show(f"events:city:{city.slug}")
        now = timezone.now()
        upcoming = next((row.upcoming for row in city_counts(now=now) if row.city.id == city.id), 0)
        counts = area_counts(now=now)
        areas = [_area(area, city.slug, counts.get(area.id, 0)) for area in city.areas.all()]
        return Response({**_city(city, upcoming), "areas": areas})


class Areas(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="areas_list",
        summary="Parts of cities",
        parameters=AreaFilterSet.documented(),
        responses=described({200: AreaList}, 400),
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """Areas by name, of one city or of all."""
        every = Area.objects.filter(city__state=CityState.ACTIVE).select_related("city")
        asked = AreaFilterSet(request.query_params, every)
        _city_of(asked.values)
        areas = asked.qs
        counts = area_counts(now=timezone.now())
        return Response({"results": [_area(area, area.city.slug, counts.get(area.id, 0)) for area in areas]})


class Categories(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="categories_list",
        summary="Categories",
        parameters=documented(_OF_CITY),
        responses=described({200: CategoryList}, 400),
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """The controlled taxonomy, in order."""
        counts = category_counts(
            EventFilter(city=_city_of(read_query(request.query_params, _OF_CITY))), now=timezone.now()
        )
        rows = [
            {
                "slug": category.slug,
                "name": category.name,
                "covers": category.covers,
                "subcategories": list(category.subcategories),
                "upcoming": counts.get(category.slug, 0),
            }
            for category in CATEGORIES
        ]
        return Response({"results": rows})


class Tags(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="tags_list",
        summary="Tags in use",
        parameters=documented(_TAGS),
        responses=described({200: TagList}, 400),
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """Tags of upcoming events, the most frequent first."""
        values = read_query(request.query_params, _TAGS)
        wanted = EventFilter(city=_city_of(values))
        counts = tag_counts(
            wanted, now=timezone.now(), begins=values.get("q", ""), limit=values.get("limit", 50)
        )
        return Response({"results": [{"tag": tag, "upcoming": count} for tag, count in counts]})


class Organizers(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="organizers_list",
        summary="Organizers of upcoming events",
        parameters=OrganizerFilterSet.documented(),
        responses=described({200: OrganizerPage}, 400),
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """Organizers of upcoming events, those with the most events first."""
        asked = OrganizerFilterSet(request.query_params, Organizer.objects.all())
        values, now = asked.values, timezone.now()
        limit, offset, key = values.get("limit", LIMIT), values.get("offset", 0), None
        if "cursor" in values:
            if "offset" in values:
                raise ValidationError({"offset": ["Give cursor or offset, not both."]})
            began, key = _BY_EVENTS.split(values["cursor"])
            now = _moment(began)
        counted = organizers(EventFilter(city=_city_of(values)), asked.qs, now=now)
        rows = list((_BY_EVENTS.after(counted, key) if key else counted)[offset : offset + limit + 1])
        more, rows = len(rows) > limit, rows[:limit]
        following = (
            next_address(request, cursor=_BY_EVENTS.cursor(rows[-1], now), offset=None) if more else None
        )
        return with_next({"results": [_organizer(row) for row in rows], "next": following, "has_more": more})


def _moment(said: list[Any]) -> datetime:
    """When the first page was asked for. Raises ValidationError (400)."""
    try:
        (began,) = said
        return read.moment(began)
    except (ValueError, TypeError):
        raise refused() from None


def _city_of(values: dict[str, Any]) -> str:
    city = city_slug(values["city"]) if "city" in values else ""
    show(f"events:city:{city}" if city else "events:all")
    return city


def _city(city: City, upcoming: int) -> dict[str, Any]:
    return {
        "slug": city.slug,
        "legacy_id": city.legacy_id,
        "name": city.name,
        "country": city.country,
        "region": city.region,
        "lat": city.lat,
        "lng": city.lng,
        "radius_km": city.radius_km,
        "timezone": city.timezone,
        "upcoming": upcoming,
    }


def _area(area: Area, city: str, upcoming: int) -> dict[str, Any]:
    return {
        "slug": area.slug,
        "name": area.name,
        "city": city,
        "lat": area.lat,
        "lng": area.lng,
        "radius_km": area.radius_km,
        "upcoming": upcoming,
    }


def _organizer(organizer: Organizer) -> dict[str, Any]:
    return {
        "id": str(organizer.id),
        "name": organizer.name,
        "type": organizer.type,
        "url": organizer.url,
        "contact": organizer.contact,
        "verification": organizer.verification,
        "upcoming": organizer.upcoming,  # type: ignore[attr-defined]  # annotated
    }
