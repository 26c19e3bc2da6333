"""Saved searches through the API."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.etags import IF_MATCH, etag_of, require_match
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.exceptions import InputRefused
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.asking import CURSOR, LIMITS
from events.api.base import OwnView, documented, in_path, next_address, read_id, refuse_body, with_next
from events.api.events import event_page
from events.api.parameters import read_query as read_parameters
from events.filters import EventFilter
from events.serializers import EventPage
from events.views.shared import absolute
from flags.models import Flag
from flags.services import is_on
from saved_searches import queries, services
from saved_searches.exceptions import SavedSearchRefused
from saved_searches.models import SavedSearch
from saved_searches.query_form import QueryField, read_query

_ID = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_WISH = {"name": "Free jazz", "query": {"city": "bengaluru", "q": "jazz", "price": "free"}, "alert": True}
_SAVED = {
    "id": _ID, **_WISH, "new": 2, "page": f"https://nocturne.example/me/searches/{_ID}/",
    "created_at": "2026-11-21T09:00:00Z", "updated_at": "2026-11-21T09:00:00Z",
}  # fmt: skip
_ADDRESSES = {name: f"https://nocturne.example/me/secret/…/search.{name}" for name in ("ics", "rss", "json")}


#: Events change it, not its person.
_APART = ("new",)
_IN_PATH = in_path("search_id", "Id of the search.", _ID, OpenApiTypes.UUID)


class SavedSearchWish(JsonSerializer):
    """A search to save."""

    name = Text(max_length=100, help_text="What you call it.")
    query = QueryField(
        help_text="Parameters of /api/v1/events as an object: texts, numbers, or lists where several are allowed.",
    )
    alert = s.BooleanField(
        default=False,
        help_text="Whether events that come to match are recorded, and told on the topic `user:me`.",
    )

    def validate_alert(self, value: bool) -> bool:
        """No new alert while there are none."""
        if value and not is_on(Flag.NOTIFICATIONS):
            raise s.ValidationError(gettext("There are no alerts at present. Leave it out."))
        return value


class SavedSearchChange(SavedSearchWish):
    """The fields to change. What is left out stays as it is."""

    alert = s.BooleanField(required=False)
    seen = s.BooleanField(required=False, help_text="True says that what it found is new no more.")


class SavedSearchFacts(s.Serializer[Any]):
    id = s.UUIDField()
    name = s.CharField()
    query = s.DictField(child=s.CharField(), help_text="As parameters of /api/v1/events.")
    alert = s.BooleanField()
    new = s.IntegerField(help_text="Events that came to match since you last looked; only with `alert`.")
    page = s.URLField(help_text="Its page on this site.")
    created_at = s.DateTimeField()
    updated_at = s.DateTimeField()


class SavedSearchList(s.Serializer[Any]):
    results = SavedSearchFacts(many=True)


class FeedAddresses(s.Serializer[Any]):
    """The feeds of a search. Whoever has an address can read it; it is told once: a repeated answer has empty ones."""

    ics = s.CharField()
    rss = s.CharField()
    json = s.CharField()


class SavedSearches(OwnView):
    """The searches that one saved."""

    @extend_schema(
        operation_id="me_saved_searches",
        summary="Saved searches",
        responses=described({200: SavedSearchList}, 401),
        examples=[OpenApiExample("searches", value={"results": [_SAVED]}, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The newest first, at most 100."""
        return Response({"results": [_told(row) for row in queries.searches_of(person_of(request))]})

    @extend_schema(
        operation_id="me_saved_search_create",
        summary="Save a search",
        request=SavedSearchWish,
        responses=described({201: SavedSearchFacts}, 400, 401, 409, 413, 415),
        examples=[
            OpenApiExample("search", value=_WISH, request_only=True),
            OpenApiExample("saved", value={**_SAVED, "new": 0}, response_only=True, status_codes=["201"]),
        ],
        tags=["personal"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Save any filter of /api/v1/events under a name."""
        asked = SavedSearchWish(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        try:
            row = services.save(
                person_of(request), _read(said["query"]), name=said["name"], alert=said["alert"]
            )
        except SavedSearchRefused as refused:
            raise Conflict(refused.detail) from refused
        except InputRefused as refused:
            raise ValidationError({refused.field: [refused.detail]}) from refused
        return _answer(_of(request, row.pk), status.HTTP_201_CREATED, Location=f"{request.path}/{row.pk}")


class SavedSearchDetail(OwnView):
    """One saved search."""

    @extend_schema(
        operation_id="me_saved_search",
        summary="One saved search",
        parameters=[_IN_PATH],
        responses=described({200: SavedSearchFacts}, 401, 404),
        examples=[OpenApiExample("search", value=_SAVED, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request, search_id: str) -> Response:
        """What it asks for, and how much is new, with an ETag."""
        return _answer(_of(request, read_id(search_id, "saved search")))

    @extend_schema(
        operation_id="me_saved_search_change",
        summary="Change a saved search",
        description="With another `query` what it found before is forgotten. If-Match does not compare `new`.",
        parameters=[_IN_PATH, IF_MATCH],
        request=SavedSearchChange,
        responses=described({200: SavedSearchFacts}, 400, 401, 404, 412, 413, 415),
        examples=[
            OpenApiExample("change", value={"name": "Jazz for nothing", "alert": False}, request_only=True),
            OpenApiExample("search", value={**_SAVED, "alert": False}, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request, search_id: str) -> Response:
        """Change the given fields, all or none."""
        asked = SavedSearchChange(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        said, pk, person = asked.validated_data, read_id(search_id, "saved search"), person_of(request)
        wanted = _read(said["query"]) if "query" in said else None
        try:
            with transaction.atomic():
                _require_match(request, pk)
                services.change(person, pk, name=said.get("name"), wanted=wanted, alert=said.get("alert"))
                if said.get("seen"):
                    services.look(person, pk)
        except SavedSearch.DoesNotExist:
            raise NotFound(_missing(search_id)) from None
        except InputRefused as refused:
            raise ValidationError({refused.field: [refused.detail]}) from refused
        return _answer(_of(request, pk))

    @extend_schema(
        operation_id="me_saved_search_delete",
        summary="Delete a saved search",
        parameters=[_IN_PATH, IF_MATCH],
        responses=described({204: None}, 401, 404, 412),
        tags=["personal"],
    )
    def delete(self, request: Request, search_id: str) -> Response:
        """Delete it with what it found. Its feeds end."""
        pk = read_id(search_id, "saved search")
        with transaction.atomic():
            _require_match(request, pk)
            services.delete(person_of(request), pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SavedSearchEvents(OwnView):
    """The events of a saved search."""

    @extend_schema(
        operation_id="me_saved_search_events",
        summary="Events of a saved search",
        parameters=[_IN_PATH, *documented((*LIMITS, CURSOR))],
        responses=described({200: EventPage}, 400, 401, 404),
        tags=["personal"],
    )
    def get(self, request: Request, search_id: str) -> Response:
        """Upcoming events that match it, in its order; pages as those of /api/v1/events."""
        row = _of(request, read_id(search_id, "saved search"))
        values = read_parameters(request.query_params, (*LIMITS, CURSOR))
        if "cursor" in values and "offset" in values:
            raise ValidationError({"offset": ["Give cursor or offset, not both."]})
        page = event_page(
            queries.filter_of(row), values, now=timezone.now(),
            address=lambda cursor: next_address(request, cursor=cursor, offset=None),
        )  # fmt: skip
        return with_next(page)


class SavedSearchFeed(OwnView):
    """The secret addresses of a search's feeds."""

    @extend_schema(
        operation_id="me_saved_search_feed_renew",
        summary="Secret addresses for the feeds of a search",
        parameters=[_IN_PATH],
        request=None,
        responses=described({201: FeedAddresses}, 400, 401, 404),
        examples=[OpenApiExample("addresses", value=_ADDRESSES, response_only=True)],
        tags=["personal"],
    )
    @once(blanked=frozenset({"ics", "rss", "json"}))
    def post(self, request: Request, search_id: str) -> Response:
        """Make them, or make others: those before open nothing any more."""
        refuse_body(request)
        try:
            secret = services.renew_feed(person_of(request), read_id(search_id, "saved search"))
        except SavedSearch.DoesNotExist:
            raise NotFound(_missing(search_id)) from None
        return Response(feed_addresses(secret), status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="me_saved_search_feed_close",
        summary="Close the feeds of a search",
        parameters=[_IN_PATH],
        responses=described({204: None}, 400, 401, 404),
        tags=["personal"],
    )
    def delete(self, request: Request, search_id: str) -> Response:
        """The addresses open nothing any more."""
        refuse_body(request)
        try:
            services.close_feed(person_of(request), read_id(search_id, "saved search"))
        except SavedSearch.DoesNotExist:
            raise NotFound(_missing(search_id)) from None
        return Response(status=status.HTTP_204_NO_CONTENT)


def feed_addresses(secret: str) -> dict[str, str]:
    """Where programs read a search, by ending."""
    return {name: absolute(f"/me/secret/{secret}/search.{name}") for name in ("ics", "rss", "json")}


def _read(query: Any) -> EventFilter:
    try:
        return read_query(query)
    except ValidationError as error:
        detail: Any = error.detail
        raise ValidationError(
            {name if name == "query" else f"query.{name}": remedies for name, remedies in detail.items()}
        ) from error


def _of(request: Request, pk: UUID) -> SavedSearch:
    try:
        return queries.search_of(person_of(request), pk)
    except SavedSearch.DoesNotExist:
        raise NotFound(_missing(str(pk))) from None


def _require_match(request: Request, pk: UUID) -> None:
    """Lock the search. Raises Outdated (412) where If-Match names another state of it, and NotFound."""
    list(SavedSearch.objects.select_for_update().filter(user=person_of(request), pk=pk).values_list("pk"))
    require_match(request, _told(_of(request, pk)), apart=_APART)


def _answer(row: SavedSearch, code: int = status.HTTP_200_OK, **headers: str) -> Response:
    told = _told(row)
    return Response(told, status=code, headers={"ETag": etag_of(told, apart=_APART), **headers})


def _missing(search_id: str) -> str:
    return f"You have no saved search {search_id[:80]}; see /api/v1/me/saved-searches."


def _told(row: SavedSearch) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "query": row.query,
        "alert": row.alert,
        "new": row.new,  # type: ignore[attr-defined]  # annotated
        "page": absolute(f"/me/searches/{row.pk}/"),
        "created_at": row.created_at.isoformat(),
        "updated_at": row.updated_at.isoformat(),
    }
