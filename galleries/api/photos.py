"""Photos of one event or venue: what readers see, and to give one."""

from functools import partial
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.serializers import PictureBytes
from accounts.api.texts import Text
from accounts.api.uploads import refuse_size, take_picture
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.limits import PHOTOS, take
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.asking import CURSOR, LIMITS
from events.api.base import OpenToAll, documented, event_in_path, place_in_path, read_id
from events.api.cursors import Listing
from events.api.parameters import read_query
from events.things import ThingKind, thing_of
from galleries import consent, queries, services
from galleries.api.shared import (
    AT,
    FILE,
    ID,
    OWN,
    OwnPhotoFacts,
    PhotoFile,
    files_of,
    found,
    require_on,
    told_own,
)
from galleries.exceptions import PhotoNotTaken
from galleries.models import LONGEST_ALT, LONGEST_CREDIT, Photo
from galleries.records import MAX_BYTES, Wish
from languages.reading import current_code
from outbox.renderings.shown import show

_refuse_size: Final = partial(refuse_size, most=MAX_BYTES, words=gettext_lazy("A picture has at most 12 MB."))
_SHOWN: Final = {
    "id": ID, "alt": "Three musicians on a dark stage", "credit": "", "language": "en", "width": 1600, "height": 1200, "files": [FILE], "at": AT,
}  # fmt: skip
_LIST: Final = {"results": [_SHOWN], "next": None, "has_more": False}
_NEWEST: Final = Listing("photos", ("-created_at", "-id"))
_GIVES: Final = (
    "It is decoded and drawn anew, smaller, without what the camera wrote into it; a moderator sees it before readers do. Six of an event or place, "
    f"twenty an hour. `consent` is the version of what you agree to, now `{consent.CURRENT}`: {consent.TEXTS[consent.CURRENT]}"
)


class PhotoFacts(s.Serializer[Any]):
    """A photo as readers see it: without who gave it."""

    id = s.UUIDField()
    alt = s.CharField(help_text="What it shows.")
    credit = s.CharField(help_text="The name beside it, '' for none.")
    language = s.CharField(help_text="Of `alt` (BCP 47).")
    width = s.IntegerField(help_text="In pixels.")
    height = s.IntegerField(help_text="In pixels.")
    files = PhotoFile(many=True)
    at = s.DateTimeField(help_text="When it was given.")


class PhotoPage(s.Serializer[Any]):
    results = PhotoFacts(many=True)
    next = s.URLField(allow_null=True)
    has_more = s.BooleanField()


class PhotoSent(s.Serializer[Any]):
    """A photo as `multipart/form-data`."""

    photo = PictureBytes(help_text="A JPEG, PNG or WebP of at most 12 MB, at least 100 pixels each way.")
    alt = Text(
        min_length=3,
        max_length=LONGEST_ALT,
        help_text="What it shows, in a sentence, for people who do not see it.",
    )
    credit = Text(
        max_length=LONGEST_CREDIT,
        required=False,
        allow_blank=True,
        default="",
        help_text="The name to stand beside it; your account is not named.",
    )
    consent = s.ChoiceField([consent.CURRENT], help_text="The version of the text that you agree to.")


class _Photos(OpenToAll):
    """The photos of one thing. To read them needs nobody, to give one an account."""

    scopes: ClassVar = {"POST": Scope.ME_WRITE}
    parser_classes = (*APIView.parser_classes, MultiPartParser)

    def get_permissions(self) -> list[BasePermission]:
        """Anybody reads."""
        return [IsSignedIn()] if self.request is not None and self.request.method == "POST" else []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """Nowhere while the flag is off."""
        require_on()
        return super().dispatch(request, *args, **kwargs)

    def answer(self, request: Request, kind: ThingKind, pk: UUID) -> Response:
        """A page of them, the newest first."""
        values = read_query(request.query_params, (*LIMITS, CURSOR))
        thing = thing_of(found(kind, pk))
        show(thing.topic)
        return _NEWEST.page(request, values, queries.shown_of(thing), _told)

    def given(self, request: Request, kind: ThingKind, pk: UUID) -> Response:
        """Keep one."""
        row, person = found(kind, pk), person_of(request)
        asked = PhotoSent(data=request.data)
        asked.is_valid(raise_exception=True)
        taken = take(PHOTOS, request._request)
        if not taken.allowed:
            raise Throttled(wait=taken.reset)
        take_picture(person)
        said = asked.validated_data
        wish = Wish(alt=said["alt"], credit=said["credit"], consent=said["consent"], language=current_code())
        try:
            photo = services.give(row, said["photo"].read(MAX_BYTES + 1), wish, by=person)
        except InputRefused as error:
            raise ValidationError({error.field: [error.detail]}) from error
        except PhotoNotTaken as error:
            raise Conflict(error.detail) from error
        headers = {"Location": f"/api/v1/me/photos/{photo.pk}"}
        return Response(told_own(photo), status=status.HTTP_201_CREATED, headers=headers)


def _schema(name: str, parameter: Any, of: str) -> dict[str, dict[str, Any]]:
    """The schema of both methods."""
    return {
        "get": {
            "operation_id": f"{name}_photos", "summary": f"Photos of {of} by readers", "parameters": [parameter, *documented((*LIMITS, CURSOR))],
            "responses": described({200: PhotoPage}, 400, 404), "tags": ["galleries"],
            "examples": [OpenApiExample("photos", value=_LIST, response_only=True)],
        },
        "post": {
            "operation_id": f"{name}_photo_give", "summary": f"Give a photo to {of}", "parameters": [parameter], "description": _GIVES,
            "request": {"multipart/form-data": PhotoSent}, "tags": ["galleries"],
            "responses": described({201: OwnPhotoFacts}, 400, 401, 404, 409, 413, 415, 429),
            "examples": [OpenApiExample("given", value=OWN, response_only=True, status_codes=["201"])], "auth": [{"token": []}, {"session": []}],
        },
    }  # fmt: skip


_OF_EVENT: Final = _schema("event", event_in_path(), "an event")
_OF_PLACE: Final = _schema("place", place_in_path(), "a place")


class EventPhotos(_Photos):
    """Of an event."""

    @extend_schema(**_OF_EVENT["get"])
    def get(self, request: Request, event_id: str) -> Response:
        """Those that moderators let pass, the newest first."""
        return self.answer(request, ThingKind.EVENT, read_id(event_id, "event"))

    @extend_schema(**_OF_EVENT["post"])
    @once(first=_refuse_size)
    def post(self, request: Request, event_id: str) -> Response:
        """From its start on, for a year."""
        return self.given(request, ThingKind.EVENT, read_id(event_id, "event"))


class PlacePhotos(_Photos):
    """Of a venue."""

    @extend_schema(**_OF_PLACE["get"])
    def get(self, request: Request, place_id: str) -> Response:
        """Those that moderators let pass, the newest first."""
        return self.answer(request, ThingKind.PLACE, read_id(place_id, "place"))

    @extend_schema(**_OF_PLACE["post"])
    @once(first=_refuse_size)
    def post(self, request: Request, place_id: str) -> Response:
        """At any time."""
        return self.given(request, ThingKind.PLACE, read_id(place_id, "place"))


def _told(row: Photo) -> dict[str, Any]:
    return {
        "id": str(row.pk), "alt": row.alt, "credit": row.credit, "language": row.language, "width": row.width, "height": row.height,
        "files": files_of(row), "at": row.created_at.isoformat(),
    }  # fmt: skip
