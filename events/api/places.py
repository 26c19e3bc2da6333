"""Places, with the number of upcoming events."""

import base64
import binascii
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import parameters as read
from events.api.asking import CITY, CURSOR, LIMIT, LIMITS, city_slug
from events.api.base import PublicView, described, documented, next_address, place_in_path, read_id, with_next
from events.api.parameters import Param, read_query
from events.queries.counting import place_counts
from events.serializers import PlaceFacts, PlacePage
from pipeline.text.folding import fold
from places.enums import PlaceState
from places.geocoding import credit_of
from places.models import Place

_PLACES = (
    CITY,
    Param(name="area", read=read.text(80), about="Slug of a part of a city.", example="indiranagar"),
    Param(
        name="q",
        read=read.words(2),
        about="What the name holds, or another name of the place.",
        example="blue room",
    ),
    Param(name="kind", read=read.text(40), about="One of the place's kinds.", example="bar"),
    LIMITS[0],
    CURSOR,
)


class Places(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="places_list",
        summary="Places",
        parameters=documented(_PLACES),
        responses=described({200: PlacePage}, 400),
        tags=["places"],
    )
    def get(self, request: Request) -> Response:
        """Places by name."""
        values = read_query(request.query_params, _PLACES)
        limit = values.get("limit", LIMIT)
        rows = list(_found(values)[: limit + 1])
        more = len(rows) > limit
        counts = place_counts([place.id for place in rows[:limit]], now=timezone.now())
        following = next_address(request, cursor=_cursor(rows[limit - 1])) if more else None
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


def _found(values: dict[str, Any]) -> QuerySet[Place]:
    places = (
        Place.objects.filter(state=PlaceState.ACTIVE)
        .select_related("city", "area")
        .order_by("folded_name", "id")
    )
    if "city" in values:
        places = places.filter(city__slug=city_slug(values["city"]))
    if "area" in values:
        places = places.filter(area__slug=values["area"])
    if "kind" in values:
        places = places.filter(kinds__contains=[values["kind"]])
    if "q" in values:
        folded = fold(values["q"])
        other = Q(pk__in=Place.objects.filter(aliases__folded__contains=folded).values("pk"))
        places = places.filter(Q(folded_name__contains=folded) | other)
    return _behind(places, values["cursor"]) if "cursor" in values else places


def _cursor(place: Place) -> str:
    return (
        base64.urlsafe_b64encode(json.dumps([place.folded_name, str(place.id)]).encode()).decode().rstrip("=")
    )


def _behind(places: QuerySet[Place], cursor: str) -> QuerySet[Place]:
    try:
        name, key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        last = read.uuid(key)
        if not isinstance(name, str) or "\x00" in name:
            raise ValueError
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise ValidationError(
            {"cursor": ["This cursor is not valid for this list: follow `next`, or omit it to start again."]}
        ) from None
    return places.filter(Q(folded_name__gt=name) | Q(folded_name=name, id__gt=last))


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
