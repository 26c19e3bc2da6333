"""Places, with the number of upcoming events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.asking import CITY, CURSOR, LIMIT, LIMITS, city_slug
from events.api.base import PublicView, described, next_address, place_in_path, read_id, with_next
from events.api.cursors import Listing
from events.api.filtering import By, Narrowing
from events.api.parameters import Param, read_query
from events.queries.counting import place_counts
from events.serializers import PlaceFacts, PlacePage
from pipeline.text.folding import fold
from places.enums import PlaceState
from places.geocoding import credit_of
from places.models import Place

#: By name; ties by id.
_ORDER = Listing("places", ("folded_name", "id"))


class PlaceFilterSet(Narrowing):
    """Active places."""

    beside = (LIMITS[0], CURSOR)
    city = By(CITY, method="in_city")
    area = By(
        Param(name="area", read=read.text(80), about="Slug of a part of a city.", example="indiranagar"),
        "area__slug",
    )
    q = By(
        Param(
            name="q",
            read=read.words(2),
            about="What the name holds, or another name of the place.",
            example="blue room",
        ),
        method="named",
    )
    kind = By(
        Param(name="kind", read=read.text(40), about="One of the place's kinds.", example="bar"),
        method="of_kind",
    )

    def in_city(self, places: QuerySet[Place], _name: str, city: str) -> QuerySet[Place]:
        """Of one city. Raises ValidationError."""
        return places.filter(city__slug=city_slug(city))

    def named(self, places: QuerySet[Place], _name: str, words: str) -> QuerySet[Place]:
        """By name, or by another name."""
        folded = fold(words)
        other = Q(pk__in=Place.objects.filter(aliases__folded__contains=folded).values("pk"))
        return places.filter(Q(folded_name__contains=folded) | other)

    def of_kind(self, places: QuerySet[Place], _name: str, kind: str) -> QuerySet[Place]:
        """Of one kind among others."""
        return places.filter(kinds__contains=[kind])


class Places(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="places_list",
        summary="Places",
        parameters=PlaceFilterSet.documented(),
        responses=described({200: PlacePage}, 400),
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """Places by name."""
        asked = PlaceFilterSet(
            request.query_params,
            Place.objects.filter(state=PlaceState.ACTIVE).select_related("city", "area"),
        )
        values = asked.values
        places, limit = _ORDER.sorted(asked.qs), values.get("limit", LIMIT)
        if "cursor" in values:
            places = _ORDER.after(places, _ORDER.split(values["cursor"])[1])
        rows = list(places[: limit + 1])
        more = len(rows) > limit
        counts = place_counts([place.id for place in rows[:limit]], now=timezone.now())
        following = next_address(request, cursor=_ORDER.cursor(rows[limit - 1])) if more else None
        results = [place_facts(place, counts.get(place.id, 0)) for place in rows[:limit]]
        return with_next({"results": results, "next": following, "has_more": more})


class PlaceOne(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="place",
        summary="One place",
        parameters=[place_in_path()],
        responses=described(
            {
                200: PlaceFacts,
                301: OpenApiResponse(description="It was merged: `Location` names the one that it became."),
            },
            404,
        ),
        tags=["places"],
    )
    def get(self, request: Request, place_id: str) -> Response:
        """A place; 301 to the survivor of a merge."""
        read_query(request.query_params, ())
        place = find_place(place_id)
        if place.state == PlaceState.MERGED and place.merged_into_id:
            return moved(f"/api/v1/places/{place.merged_into_id}", place.merged_into_id)
        return Response(place_facts(place, place_counts([place.id], now=timezone.now()).get(place.id, 0)))


def moved(path: str, survivor: UUID) -> Response:
    """301 to the survivor of a merge."""
    return Response({"id": str(survivor), "location": path}, status=301, headers={"Location": path})


def find_place(given: str) -> Place:
    """The place with that id, with its city and area. Raises NotFound."""
    place = Place.objects.select_related("city", "area").filter(pk=read_id(given, "place")).first()
    if place is None:
        raise NotFound(f"There is no place {given[:80]}.")
    return place


def place_facts(place: Place, upcoming: int) -> dict[str, Any]:
    """The place in the API's form; its `city` and `area` must be selected."""
    return {
        "id": str(place.id),
        "slug": place.slug,
        "name": place.name,
        "kinds": list(place.kinds),
        "city": place.city.slug if place.city else None,
        "area": place.area.slug if place.area else None,
        "address": place.address,
        "lat": place.lat,
        "lng": place.lng,
        "timezone": place.timezone,
        "plus_code": place.plus_code,
        "location_credit": credit_of(place.provided),
        "phone": place.phone,
        "website": place.website,
        "external_ids": dict(place.external_ids),
        "rating": _rating(place, timezone.now()),
        "photos": list(place.photos),
        "opening_hours": place.opening_hours,
        "state": place.state,
        "upcoming": upcoming,
    }


def _rating(place: Place, now: datetime) -> float | None:
    """The rating, unless providers' terms no longer permit to show it."""
    expired = place.rating_expires_at is not None and place.rating_expires_at <= now
    return None if place.rating is None or expired else float(place.rating)
