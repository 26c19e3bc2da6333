"""Full-text search, suggestions while typing, and facet counts."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import readers as read
from events.api.asking import (
    ALIASES,
    CITY,
    FILTERS,
    LIMIT,
    LISTS,
    ORDERING,
    PAGING,
    EventFilterSet,
    Q,
    city_slug,
    without_aliases,
)
from events.api.base import PublicView, described, documented, next_address, with_next
from events.api.events import event_page
from events.api.marks import Mark, read_mark, write_mark
from events.api.nested import body_schema, texts_of
from events.api.parameters import Param, read_query
from events.filters import EventFilter, Ordering
from events.models import Event
from events.public import public_event
from events.queries import for_api
from events.queries.counting import FACETS
from events.queries.suggesting import suggest
from events.search.answering import answer, onward
from events.search.answering.exact import count_with_facets
from events.search.answering.limits import Steps
from events.search.records import Answer, Found, Hit, Understood
from events.search.understanding import understand
from events.serializers import Facets, SearchFilterList, SearchPage, SuggestionList
from events.services.asked import note
from outbox.renderings.shown import count_each
from pipeline.dates.event_times import zone_or_utc
from pipeline.taxonomy import CATEGORIES
from places.queries import gazetteer

_NEEDED_Q = Param(name=Q.name, read=Q.read, about=Q.about, example=Q.example, required=True)
_SWITCHES = (
    Param(name="understand", read=read.one_of(("0", "1")), about="0 searches all of `q` as words; 1 by default.", example="1"),
    Param(name="explain", read=read.one_of(("0", "1")), about="1 adds to each result its score, its terms and reasons.", example="1"),
)  # fmt: skip
_SEARCH = (_NEEDED_Q, *(param for param in LISTS if param is not Q), *ALIASES, *_SWITCHES)


class SearchFilterSet(EventFilterSet):
    """The filters of lists, words that are needed, and other services' names of them."""

    beside = _SEARCH
    ordering_by_default = Ordering.RELEVANCE


class FacetFilterSet(EventFilterSet):
    """The filters of lists, without pages."""

    beside = FILTERS


_SUGGEST = (
    Param(name="q", read=read.words(1), about="What was typed so far.", example="ja", required=True),
    CITY,
    Param(
        name="limit",
        read=read.whole(1, 20),
        about="Results, 8 where it is not given, at most 20.",
        example=8,
    ),
)
#: What stands beside `filters` in a body.
_BESIDE = (
    _NEEDED_Q,
    ORDERING,
    *PAGING,
    *(row for row in ALIASES if row.name in ("page", "per_page")),
    *_SWITCHES,
)
_OUTSIDE = frozenset(row.name for row in _BESIDE)
_FILTERS = tuple(row for row in _SEARCH if row.name not in _OUTSIDE)
_NESTED = frozenset(row.name for row in _FILTERS)
_BODY = body_schema(_BESIDE)
_BODY["properties"]["filters"] = body_schema(_FILTERS)


class Search(PublicView):
    @extend_schema(
        operation_id="search",
        summary="Search events",
        description=(
            "As `/api/v1/events`, the best answer first. Days, hours, places, prices, ages and categories in `q` become filters "
            "(`jazz tonight in indiranagar under 1500`); `understood` says which. Where few events hold all of it, near ones follow: "
            "`found` of each result and the sentences of `relaxed` say why."
        ),
        parameters=SearchFilterSet.documented(),
        responses=described({200: SearchPage}, 400),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Upcoming events that answer the question."""
        return _answer(
            SearchFilterSet(request.query_params), lambda **changed: next_address(request, **changed)
        )

    @extend_schema(
        operation_id="search_nested",
        summary="Search events with nested filters",
        description="The filters of GET below `filters`, lists as lists. `next` is the address of the next page by GET.",
        request={"application/json": _BODY},
        examples=[
            OpenApiExample(
                "Jazz in Bengaluru",
                request_only=True,
                value={
                    "q": "jazz this weekend under 1500",
                    "filters": {"city": "bengaluru", "category": ["music"], "guest_age": 12},
                    "per_page": 10,
                    "explain": "1",
                },
            )
        ],
        responses=described({200: SearchPage}, 400, 413, 415),
        tags=["search"],
    )
    def post(self, request: Request) -> Response:
        """The same search with its filters as JSON."""
        texts = _flat(request.data)
        asked = SearchFilterSet(texts)
        try:
            assert asked.values is not None  # refuses with the names of the body
        except ValidationError as error:
            raise ValidationError(_nested_names(error.detail)) from error
        return _answer(asked, lambda **changed: next_address(request, **{**texts, **changed}))


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
        steps, limit = Steps(), values.get("limit", 8)
        none: list[dict[str, str]] = []
        found = steps.run(lambda: suggest(values["q"], city=city, limit=limit, now=timezone.now()), none)
        return Response({"results": found, "degraded": steps.degraded})


class SearchFacets(PublicView):
    @extend_schema(
        operation_id="search_facets",
        summary="Counts by value",
        description="How many upcoming events of the filter each category, city, area, venue, tag, day, price, kind of presence and language has.",
        parameters=FacetFilterSet.documented(),
        responses=described({200: Facets}, 400),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """Numbers of matching events by value."""
        asked = FacetFilterSet(request.query_params).asked_for
        city = gazetteer().city(asked.city) if asked.city else None
        now = timezone.now().astimezone(zone_or_utc(city.timezone if city else ""))
        steps = Steps()
        counted = steps.run(lambda: count_with_facets(asked, now=now), None)
        if counted is None:
            return Response(
                {"total": None, "total_is_capped": False, **{name: [] for name in FACETS}, "degraded": True}
            )
        found, counts = counted
        return Response(
            {"total": found.total, "total_is_capped": found.is_capped, **counts, "degraded": False}
        )


class SearchFilterNames(PublicView):
    max_age = 3600

    @extend_schema(
        operation_id="search_filters",
        summary="What a search can be narrowed by",
        description="Every parameter of `/api/v1/search` and `/api/v1/events`, with its values where they are a fixed set.",
        responses=described({200: SearchFilterList}),
        tags=["search"],
    )
    def get(self, request: Request) -> Response:
        """The filters, in the order of the documentation."""
        read_query(request.query_params, ())
        return Response({"results": [_filter_row(param) for param in FILTERS]})


def _filter_row(param: Param) -> dict[str, Any]:
    values = [{"value": value, "label": value.replace("_", " ")} for value in param.enum]
    if param.name == "category":
        values = [{"value": one.slug, "label": one.name} for one in CATEGORIES]
    return {"name": param.name, "about": param.about, "example": str(param.example), "values": values}


def _answer(given: SearchFilterSet, address: Callable[..., str]) -> Response:
    values, asked, now = without_aliases(given.values), given.asked_for, timezone.now()
    is_best = asked.ordering is Ordering.RELEVANCE
    mark = read_mark(values["cursor"]) if is_best and "cursor" in values else None
    read_as = Understood(filter=asked)
    steps = Steps()
    if values.get("understand") != "0":
        began = mark.place.began if mark else now
        read_as = steps.run(lambda: understand(asked.q, given=replace(asked, q=""), now=began), read_as)
    if is_best:
        found = _found(read_as.filter, mark, values, now, is_whole=not steps.degraded)
        body = _best(found, read_as.filter, values, mark.place.began if mark else now, address)
        is_answered = found.exact > 0
    else:
        body = event_page(
            read_as.filter,
            values,
            now=now,
            address=lambda cursor: address(cursor=cursor, offset=None, page=None),
        )
        is_answered = bool(body["results"])
        for row in body["results"]:
            row["found"] = Found.WORDS.value
        body |= {"relaxed": [], "degraded": False}
    body["degraded"] |= steps.degraded
    if not values.get("cursor") and not values.get("offset"):
        said: dict[str, Any] = {"text": asked.q, "city": asked.city, "is_answered": is_answered}
        note(**said)
        count_each(**said)
    return with_next({**body, "understood": _understood(read_as)})


def _found(
    wanted: EventFilter, mark: Mark | None, values: Mapping[str, Any], now: datetime, *, is_whole: bool
) -> Answer:
    """The page that `values` ask for. Raises ValidationError for a mark of another question.

    `is_whole` says that the question was read to its end: where it was not, what stands behind a mark cannot be said now.
    """
    limit, explain = values.get("limit", LIMIT), values.get("explain") == "1"
    if mark is None:
        return answer(wanted, now=now, limit=limit, offset=values.get("offset", 0), explain=explain)
    if is_whole:
        mark.check(wanted)
        return onward(wanted, mark.place, now=now, limit=limit, explain=explain)
    return Answer(hits=(), total=0, is_capped=True, degraded=True, has_more=True)


def _best(
    found: Answer,
    wanted: EventFilter,
    values: Mapping[str, Any],
    began: datetime,
    address: Callable[..., str],
) -> dict[str, Any]:
    """The page of the best answers. One that a time limit left empty has its own address as the next one."""
    explain = values.get("explain") == "1"
    rows = {
        event.pk: event
        for event in for_api(Event.objects.filter(pk__in=[hit.event_id for hit in found.hits]))
    }
    hits = [hit for hit in found.hits if hit.event_id in rows]
    results = [
        public_event(rows[hit.event_id]) | {"found": hit.found.value} | (_explained(hit) if explain else {})
        for hit in hits
    ]
    onward_from = (
        {"cursor": write_mark(rows[hits[-1].event_id], hits[-1], began, wanted), "offset": None, "page": None}
        if hits
        else {}
    )
    return {
        "results": results,
        "next": address(**onward_from) if found.has_more else None,
        "has_more": found.has_more,
        "total": found.total,
        "total_is_capped": found.is_capped,
        "relaxed": [relaxation.sentence for relaxation in found.relaxed],
        "degraded": found.degraded or found.is_loading,
    }


def _explained(hit: Hit) -> dict[str, Any]:
    return {"explanation": {"score": hit.score, "parts": dict(hit.parts), "reasons": list(hit.reasons)}}


def _understood(read_as: Understood) -> dict[str, Any]:
    return {
        "filters": {name: value for name, value in read_as.filter.to_json().items() if name != "ordering"},
        "chips": [
            {"label": chip.label, "said": chip.said, "fields": list(chip.fields), "without": chip.without}
            for chip in read_as.chips
        ],
        "corrected": [{"typed": typed, "read_as": right} for typed, right in read_as.corrected],
    }


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
    if errors:
        raise ValidationError(errors)
    try:
        return texts_of({**{name: body[name] for name in _OUTSIDE & body.keys()}, **nested}, _SEARCH)
    except ValidationError as error:
        raise ValidationError(_nested_names(error.detail)) from error


def _nested(name: str) -> str:
    return f"filters.{name}" if name in _NESTED else name


def _nested_names(errors: Any) -> dict[str, Any]:
    return {_nested(name): remedies for name, remedies in errors.items()}
