"""Full-text search, suggestions while typing, and facet counts."""

from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import parameters as read
from events.api.asking import CITY, FILTERS, LISTS, Q, city_slug, wanted
from events.api.base import PublicView, described, documented, next_address, with_next
from events.api.events import MOST_COUNTED, event_page
from events.api.parameters import Param, read_query, read_values
from events.filters import Ordering
from events.queries.counting import facet_counts
from events.queries.paging import bounded_count
from events.queries.suggesting import suggest
from events.serializers import EventPage, Facets, SearchBody, SearchFilters, SuggestionList
from events.services.asked import note

_NEEDED_Q = Param(name=Q.name, read=Q.read, about=Q.about, example=Q.example, required=True)
_SEARCH = (_NEEDED_Q, *(param for param in LISTS if param is not Q))
_SUGGEST = (
    Param(name="q", read=read.words(1), about="What was typed so far.", example="ja", required=True),
    CITY,
    Param(
        name="limit",
        read=read.whole(1, 20),
        about="Results, 8 where it is not given, at most 20.",
        example=8,
        type=OpenApiTypes.INT,
    ),
)
_NESTED = frozenset(SearchFilters().fields)
_OUTSIDE = frozenset(SearchBody().fields) - {"filters"}


class Search(PublicView):
    @extend_schema(
        operation_id="search",
        summary="Search events",
        description="As `/api/v1/events`, with words, the best fit first.",
        parameters=documented(_SEARCH),
        responses=described({200: EventPage}, 400),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Upcoming events that contain the words."""
        values = read_query(request.query_params, _SEARCH)
        return _answer(values, lambda cursor: next_address(request, cursor=cursor, offset=None))

    @extend_schema(
        operation_id="search_nested",
        summary="Search events with nested filters",
        description="The filters of GET below `filters`, lists as lists. `next` is the address of the next page by GET.",
        request=SearchBody,
        responses=described({200: EventPage}, 400, 413, 415),
        tags=["search"],
    )
    def post(self, request: Request) -> Response:
        """The same search with its filters as JSON."""
        texts = _flat(request.data)
        values = read_values(texts, _SEARCH)
        return _answer(
            values, lambda cursor: next_address(request, **{**texts, "offset": None, "cursor": cursor})
        )


class Suggest(PublicView):
    @extend_schema(
        operation_id="search_suggest",
        summary="Suggestions while typing",
        description="Names of events, places, performers, organizers, areas, cities and categories that begin with `q`, whichever word; "
        "from four letters on a typing error is forgiven.",
        parameters=documented(_SUGGEST),
        responses=described({200: SuggestionList}, 400),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Names that begin with the typed text, or resemble it."""
        values = read_query(request.query_params, _SUGGEST)
        city = city_slug(values["city"]) if "city" in values else ""
        return Response(
            {"results": suggest(values["q"], city=city, limit=values.get("limit", 8), now=timezone.now())}
        )


class SearchFacets(PublicView):
    @extend_schema(
        operation_id="search_facets",
        summary="Counts by value",
        description="How many upcoming events of the filter each category, city, area, price, kind of presence and language has.",
        parameters=documented(FILTERS),
        responses=described({200: Facets}, 400),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Numbers of matching events by value."""
        asked = wanted(read_query(request.query_params, FILTERS))
        now = timezone.now()
        total = bounded_count(asked, now=now, most=MOST_COUNTED)
        counts = facet_counts(asked, now=now)
        return Response(
            {"total": min(total, MOST_COUNTED), "total_is_capped": total > MOST_COUNTED, **counts}
        )


def _answer(values: dict[str, Any], address: Any) -> Response:
    asked = wanted(values, ordering=Ordering.RELEVANCE)
    response = with_next(event_page(asked, values, now=timezone.now(), address=address))
    if not values.get("cursor") and not values.get("offset"):
        note(asked.q, city=asked.city, is_answered=bool(response.data["results"]))
    return response


def _flat(body: Any) -> dict[str, str]:
    """The nested body in the form of GET's query. Raises ValidationError with the nested names."""
    if not isinstance(body, dict):
        raise ValidationError(
            {"q": ['Send an object such as {"q": "jazz", "filters": {"city": "bengaluru"}}.']}
        )
    nested = body.get("filters", {})
    if not isinstance(nested, dict):
        raise ValidationError({"filters": ["This must be an object."]})
    errors = {name[:80]: ["There is no such field here."] for name in body.keys() - _OUTSIDE - {"filters"}}
    errors |= {f"filters.{name[:80]}": ["There is no such filter."] for name in nested.keys() - _NESTED}
    values = {**{name: body[name] for name in _OUTSIDE & body.keys()}, **nested}
    errors |= {
        name: ["Use a text, a number, or a list of them."]
        for name, value in values.items()
        if not _is_flat(value)
    }
    if errors:
        raise ValidationError(errors)
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in values.items()
        if value is not None
    }


def _is_flat(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in value)
    return value is None or (isinstance(value, str | int | float) and not isinstance(value, bool))
