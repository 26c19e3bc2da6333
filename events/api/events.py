"""Lists of events, one event, and similar events."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import parameters as read
from events.api.asking import LIMIT, EventFilterSet
from events.api.base import (
    PublicView,
    described,
    documented,
    event_etag,
    event_in_path,
    next_address,
    read_id,
    with_next,
)
from events.api.cursors import read_cursor, refused, write_cursor
from events.api.parameters import Param, read_query
from events.filters import EventFilter, Ordering
from events.models import Event
from events.public import public_event
from events.queries import find_event, for_api, similar, upcoming
from events.queries.counting import MOST_COUNTED
from events.queries.paging import after, bounded_count, key_of
from events.serializers import EventPage, PublicEvent, Similar
from outbox.renderings.shown import show

_SIMILAR = (
    Param(
        name="limit",
        read=read.whole(1, 20),
        about="Results, 4 where it is not given, at most 20.",
        example=4,
        type=OpenApiTypes.INT,
    ),
)


class Gone(APIException):
    """410: the event was removed."""

    status_code = 410
    default_detail = "It was removed."


class EventList(PublicView):
    @extend_schema(
        operation_id="events_list",
        summary="Upcoming events",
        description="Events that are not over and match every given condition. Pages by `next` are stable while events are added.",
        parameters=EventFilterSet.documented(),
        responses=described({200: EventPage}, 400),
        tags=["events"],
    )
    def get(self, request: Request) -> Response:
        """Upcoming public events that match the filter."""
        asked = EventFilterSet(request.query_params)
        return with_next(
            event_page(asked.asked_for, asked.values, now=timezone.now(), address=_address(request))
        )


class EventDetail(PublicView):
    @extend_schema(
        operation_id="event",
        summary="One event",
        parameters=[event_in_path()],
        responses=described(
            {
                200: PublicEvent,
                301: OpenApiResponse(description="It was merged: `Location` names the one that it became."),
            },
            404,
            410,
        ),
        tags=["events"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The public event; 301 to the survivor of a merge, 410 with the reason for a removed event."""
        read_query(request.query_params, ())
        answer = find_event(pk := read_id(event_id, "event"))
        show(f"events:event:{pk}")
        if answer is None:
            raise NotFound(f"There is no event {event_id[:80]}.")
        if answer.gone is not None:
            raise Gone(answer.gone)
        if answer.survivor is not None:
            path = f"/api/v1/events/{answer.survivor.id}"
            return Response(
                {"id": str(answer.survivor.id), "location": path}, status=301, headers={"Location": path}
            )
        assert answer.event is not None  # exactly one of the three is set
        told = public_event(answer.event)
        return Response(told, headers={"ETag": event_etag(told)})


class EventSimilar(PublicView):
    max_age = 300

    @extend_schema(
        operation_id="event_similar",
        summary="Events like this one",
        parameters=[event_in_path(), *documented(_SIMILAR)],
        responses=described({200: Similar}, 400, 404),
        tags=["events"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """Upcoming events in the same city with similar meaning, the most similar first."""
        limit = read_query(request.query_params, _SIMILAR).get("limit", 4)
        answer = find_event(read_id(event_id, "event"))
        if answer is None or answer.event is None:
            raise NotFound(f"There is no event {event_id[:80]}.")
        found = list(for_api(similar(answer.event, now=timezone.now(), limit=limit)))
        show(*(f"events:event:{event.pk}" for event in (answer.event, *found)))
        return Response({"results": [public_event(event) for event in found]})


def event_page(
    asked: EventFilter, values: Mapping[str, Any], *, now: datetime, address: Callable[[str], str]
) -> dict[str, Any]:
    """One page of `asked`.

    Raises ValidationError for a cursor that is invalid, or of another order. `values` may have limit, offset
    and cursor. `address` turns a cursor into the next page's address.
    """
    limit, offset = values.get("limit", LIMIT), values.get("offset", 0)
    found = upcoming(asked, now=now)
    if "cursor" in values:
        found = _behind(found, values["cursor"], asked.ordering)
    rows: list[Event] = list(for_api(found)[offset : offset + limit + 1])
    more = len(rows) > limit
    total = bounded_count(asked, now=now, most=MOST_COUNTED)
    return {
        "results": [public_event(event) for event in rows[:limit]],
        "next": address(cursor_after(rows[limit - 1], asked.ordering)) if more else None,
        "has_more": more,
        "total": min(total, MOST_COUNTED),
        "total_is_capped": total > MOST_COUNTED,
    }


def cursor_after(event: Event, ordering: Ordering) -> str:
    """The cursor of the next page: the order and the last event's key in it."""
    return write_cursor(ordering.value, *key_of(event, ordering))


def _behind(found: Any, cursor: str, ordering: Ordering) -> Any:
    key = read_cursor(cursor, ordering.value)
    try:
        return after(found, key, ordering)
    except (ValueError, TypeError, AttributeError):
        raise refused() from None


def _address(request: Request) -> Callable[[str], str]:
    return lambda cursor: next_address(request, cursor=cursor, offset=None)
