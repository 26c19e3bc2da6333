"""Lists of events, one event, and similar events."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from events.alike import alike
from events.api import readers as read
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
from events.queries import find_event, for_api, upcoming
from events.queries.counting import MOST_COUNTED
from events.queries.paging import after, bounded_count, key_of
from events.queries.popular import KEPT, Popular, last_refresh, most_popular
from events.serializers import EventPage, PublicEvent, Similar
from outbox.renderings.shown import show

_SIMILAR = (
    Param(
        name="limit",
        read=read.whole(1, 20),
        about="Results, 4 where it is not given, at most 20.",
        example=4,
    ),
)


_FORGOTTEN: Final = "The order of popularity in which this list began is kept for half an hour: begin again without the cursor."


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
        """Upcoming events in the same city that are like it, the most similar first, each with its reason in the language of the request."""
        limit = read_query(request.query_params, _SIMILAR).get("limit", 4)
        answer = find_event(read_id(event_id, "event"))
        if answer is None or answer.event is None:
            raise NotFound(f"There is no event {event_id[:80]}.")
        found = alike(answer.event, now=timezone.now(), limit=limit)
        rows = {event.pk: event for event in for_api(Event.objects.filter(pk__in=[one.id for one in found]))}
        show(*(f"events:event:{pk}" for pk in (answer.event.pk, *rows)))
        told = [one for one in found if one.id in rows]
        return Response(
            {
                "results": [
                    public_event(rows[one.id]) | {"because": one.because, "reason": one.reason}
                    for one in told
                ]
            }
        )


def event_page(
    asked: EventFilter, values: Mapping[str, Any], *, now: datetime, address: Callable[[str], str]
) -> dict[str, Any]:
    """One page of `asked`.

    Raises ValidationError for a cursor that is invalid, of another order, or too old. `values` may have limit, offset
    and cursor. `address` turns a cursor into the next page's address.
    """
    limit = values.get("limit", LIMIT)
    if asked.ordering is Ordering.POPULARITY:
        rows, following = _most_popular(asked, values, now=now, limit=limit)
    else:
        rows, following = _in_order(asked, values, now=now, limit=limit)
    total = bounded_count(asked, now=now, most=MOST_COUNTED)
    return {
        "results": [public_event(event) for event in rows],
        "next": address(following) if following else None,
        "has_more": bool(following),
        "total": min(total, MOST_COUNTED),
        "total_is_capped": total > MOST_COUNTED,
    }


def _in_order(
    asked: EventFilter, values: Mapping[str, Any], *, now: datetime, limit: int
) -> tuple[list[Event], str]:
    """The events of a page, and the cursor of the next one: the order and the last event's key in it; '' where there is none."""
    offset, found = values.get("offset", 0), upcoming(asked, now=now)
    if "cursor" in values:
        found = _behind(found, values["cursor"], asked.ordering)
    rows = list(for_api(found)[offset : offset + limit + 1])
    if len(rows) <= limit:
        return rows, ""
    return rows[:limit], write_cursor(asked.ordering.value, *key_of(rows[limit - 1], asked.ordering))


def _most_popular(
    asked: EventFilter, values: Mapping[str, Any], *, now: datetime, limit: int
) -> tuple[list[Event], str]:
    """The same by popularity; the cursor has the scores by which the first page was read too."""
    offset = values.get("offset", 0)
    number, began, behind = (
        _popular(values["cursor"], now) if "cursor" in values else (last_refresh(), now, None)
    )
    found = most_popular(asked, now=now, number=number, behind=behind, limit=offset + limit + 1)[offset:]
    page = found[:limit]
    events = {
        event.pk: event for event in for_api(Event.objects.filter(pk__in=[row.event_id for row in page]))
    }
    rows = [events[row.event_id] for row in page if row.event_id in events]
    if len(found) <= limit:
        return rows, ""
    last = page[-1]
    return rows, write_cursor(
        asked.ordering.value, number, began, last.unpopular, last.start_at, last.event_id
    )


def _popular(cursor: str, now: datetime) -> tuple[int, datetime, Popular]:
    """What `_most_popular` wrote. Raises ValidationError (400), also where those scores are kept no longer."""
    try:
        number, began, score, start_at, event_id = read_cursor(cursor, Ordering.POPULARITY.value)
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**62:
            raise ValueError("no number of a refresh")
        if isinstance(score, bool) or not isinstance(score, int | float) or not -1 <= score <= 0:
            raise ValueError("no score")
        behind = Popular(score, read.moment(start_at), UUID(event_id))
        first_page = read.moment(began)
    except (ValueError, TypeError, AttributeError):
        raise refused() from None
    if now - first_page > KEPT:
        raise ValidationError({"cursor": [_FORGOTTEN]})
    return number, first_page, behind


def _behind(found: Any, cursor: str, ordering: Ordering) -> Any:
    key = read_cursor(cursor, ordering.value)
    try:
        return after(found, key, ordering)
    except (ValueError, TypeError, AttributeError):
        raise refused() from None


def _address(request: Request) -> Callable[[str], str]:
    return lambda cursor: next_address(request, cursor=cursor, offset=None)
