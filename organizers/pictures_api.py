"""Pictures of one's events through the API: the same doors as the page of pictures."""

from functools import partial
from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.serializers import PictureBytes
from accounts.api.texts import Text
from accounts.api.uploads import refuse_size, take_picture
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import event_in_path, in_path, read_id
from events.exceptions import BadValue, EventError
from events.models import Event, EventImage
from events.public import absolute
from events.services import add_picture, remove_picture, show_picture_first
from events.services.own_events import require_team
from events.services.pictures import MAX_BYTES

_refuse_size: Final = partial(refuse_size, most=MAX_BYTES, words=gettext_lazy("A picture has at most 12 MB."))
_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_PICTURE: Final = {
    "id": _ID,
    "url": "https://nocturne.example/media/pictures/3f/3f0c2b7a9d1e4c58a6b7c8d9e0f1a2b3-1280.webp",
    "alt": "Three musicians on a dark stage",
    "width": 1280,
    "height": 720,
    "is_first": True,
    "is_own": True,
}


class PictureSent(s.Serializer[Any]):
    """A picture as `multipart/form-data`."""

    picture = PictureBytes(help_text="A JPEG, PNG or WebP of at most 12 MB. It is cut to 16:9.")
    alt = Text(
        min_length=3,
        max_length=300,
        help_text="What it shows, in a sentence, for people who do not see it.",
    )
    focus = s.IntegerField(
        min_value=0,
        max_value=100,
        default=50,
        help_text="Which part is kept: from the left or the top (0) to the right or the bottom (100).",
    )


class PictureWords(s.Serializer[Any]):
    """What a picture shows; left out, its words stay."""

    alt = Text(min_length=3, max_length=300, required=False)


class PictureFacts(s.Serializer[Any]):
    id = s.UUIDField()
    url = s.URLField()
    alt = s.CharField()
    width = s.IntegerField(allow_null=True)
    height = s.IntegerField(allow_null=True)
    is_first = s.BooleanField(help_text="Whether pages and cards show it first.")
    is_own = s.BooleanField(help_text="Whether the team uploaded it; only such can be removed.")


class PictureList(s.Serializer[Any]):
    results = PictureFacts(many=True)


class EventPictures(APIView):
    """The pictures of an event of one's organizer or venue."""

    permission_classes = (IsSignedIn,)
    parser_classes = (*APIView.parser_classes, MultiPartParser)
    scopes: ClassVar = {"GET": Scope.EVENTS_READ, "POST": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_pictures",
        summary="The pictures of an event of one's own",
        parameters=[event_in_path()],
        responses=described({200: PictureList}, 401, 403, 404),
        examples=[OpenApiExample("pictures", value={"results": [_PICTURE]}, response_only=True)],
        tags=["events"],
    )
    def get(self, request: Request, event_id: str) -> Response:
        """The one that is shown first at the beginning, with those of the sources."""
        event = _own(person_of(request), read_id(event_id, "event"))
        rows = EventImage.objects.filter(event=event).exclude(url="")
        return Response({"results": [_told(row) for row in rows]})

    @extend_schema(
        operation_id="event_picture_add",
        summary="Add a picture to an event of one's own",
        description="It is decoded, cut to 16:9, stored without what the camera wrote into it, and shown first. Six of an event, twenty an hour.",
        parameters=[event_in_path()],
        request={"multipart/form-data": PictureSent},
        responses=described({201: PictureFacts}, 400, 401, 403, 404, 409, 413, 415),
        examples=[OpenApiExample("added", value=_PICTURE, response_only=True, status_codes=["201"])],
        tags=["events"],
    )
    @once(first=_refuse_size)
    def post(self, request: Request, event_id: str) -> Response:
        """Add a picture, as owner or editor of its organizer or venue."""
        person = person_of(request)
        event = _own(person, read_id(event_id, "event"))
        asked = PictureSent(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        take_picture(person)
        try:
            content = said["picture"].read(MAX_BYTES + 1)
            row = add_picture(event.pk, content, alt=said["alt"], focus=said["focus"], by=person)
        except BadValue as bad:
            raise ValidationError({"alt" if bad.field == "alt" else "picture": [bad.detail]}) from bad
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        row.refresh_from_db()
        return Response(
            _told(row), status=status.HTTP_201_CREATED, headers={"Location": f"{request.path}/{row.pk}"}
        )


class EventPicture(APIView):
    """One picture of an event of one's organizer or venue."""

    permission_classes = (IsSignedIn,)
    scopes: ClassVar = {"PUT": Scope.EVENTS_WRITE, "DELETE": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_picture_first",
        summary="Show a picture of an event of one's own first",
        parameters=[event_in_path(), in_path("picture_id", "Id of the picture.", _ID)],
        request=PictureWords,
        responses=described({200: PictureFacts}, 400, 401, 403, 404, 409, 413, 415),
        examples=[
            OpenApiExample("words", value={"alt": _PICTURE["alt"]}, request_only=True),
            OpenApiExample("shown", value=_PICTURE, response_only=True),
        ],
        tags=["events"],
    )
    def put(self, request: Request, event_id: str, picture_id: str) -> Response:
        """Show it first, with other words where some are sent. Once more changes nothing."""
        event, pk = _own(person_of(request), read_id(event_id, "event")), read_id(picture_id, "picture")
        asked = PictureWords(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            show_picture_first(event.pk, pk, alt=asked.validated_data.get("alt"), by=person_of(request))
            return Response(_told(EventImage.objects.get(pk=pk)))
        except BadValue as bad:
            raise ValidationError({"alt": [bad.detail]}) from bad
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        except EventImage.DoesNotExist:
            raise _missing(pk) from None

    @extend_schema(
        operation_id="event_picture_remove",
        summary="Remove a picture of an event of one's own",
        parameters=[event_in_path(), in_path("picture_id", "Id of the picture.", _ID)],
        responses=described(
            {204: OpenApiResponse(description="It is gone; another one is shown first.")}, 401, 403, 404, 409
        ),
        tags=["events"],
    )
    def delete(self, request: Request, event_id: str, picture_id: str) -> Response:
        """Take away a picture that the team uploaded. Those of sources stay."""
        event, pk = _own(person_of(request), read_id(event_id, "event")), read_id(picture_id, "picture")
        try:
            remove_picture(event.pk, pk, by=person_of(request))
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        except EventImage.DoesNotExist:
            raise _missing(pk) from None
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own(person: User, event_id: UUID) -> Event:
    """An event whose team the person speaks for. Raises RightMissing: nobody else learns whether it exists."""
    return require_team(Event.objects.filter(pk=event_id).first(), by=person)


def _missing(pk: UUID) -> NotFound:
    return NotFound(gettext("There is no picture %(id)s of this event.") % {"id": pk})


def _told(row: EventImage) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "url": absolute(row.address),
        "alt": row.alt,
        "width": row.width,
        "height": row.height,
        "is_first": row.is_primary,
        "is_own": row.is_own,
    }
