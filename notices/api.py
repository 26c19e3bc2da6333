"""`/api/v1/me/notices`: what a person was told, what they have read of it, and which of it goes by which way."""

from typing import Any, ClassVar, Final
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.exceptions import InputRefused
from accounts.models import User
from accounts.problems import described
from accounts.signed_in import person_of
from events.api import readers as read
from events.api.asking import LIMIT, LIMITS
from events.api.base import OwnView, documented, in_path, next_address, read_id, with_next
from events.api.parameters import Param, read_query
from notices import services
from notices.choices import all_of
from notices.enums import Channel, Kind
from notices.kinds import TABLE, kinds_for
from notices.models import Notice
from notices.queries.listed import before, notices_of, unread_of
from notices.words import words_of
from personal.queries import preferences_of

_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_NOTICE: Final = {
    "id": _ID, "kind": "change", "title": "New time: Moonlit Jazz", "lines": ["Sat 12 Dec, 20:00, Blue Room", "It was to begin: Fri 11 Dec, 20:00"],
    "path": f"/events/moonlit-jazz-{_ID.replace('-', '')}/", "at": "2026-11-21T09:00:00Z", "read": False,
}  # fmt: skip
_SETTINGS: Final = {
    "kinds": {
        kind.value: {channel.value: True for channel in facts.on}
        for kind, facts in TABLE.items()
        if not facts.is_for_staff
    }
}
_PAGE: Final = (
    LIMITS[0],
    Param(
        name="cursor",
        read=read.text(60, format="cursor"),
        about="Where a page begins: the `cursor` inside `next` of the page before.",
        example=_ID,
    ),
    Param(name="unread", read=read.one_of(("1", "true")), about="Only what was not read yet.", example="1"),
)
_IN_PATH = in_path("notice_id", "Id of the notice.", _ID)


class NoticeFacts(s.Serializer[Any]):
    id = s.UUIDField()
    kind = s.ChoiceField(choices=[kind.value for kind in Kind])
    title = s.CharField(help_text="In the language of the answer.")
    lines = s.ListField(child=s.CharField(), help_text="Paragraphs of plain text.")
    path = s.CharField(help_text="The page that it is about, on this site.")
    at = s.DateTimeField(help_text="When it was told.")
    read = s.BooleanField()


class NoticePage(s.Serializer[Any]):
    results = NoticeFacts(many=True)
    unread = s.IntegerField(help_text="How many there are in all that were not read yet.")
    next = s.URLField(allow_null=True)
    has_more = s.BooleanField()


class ReadMark(JsonSerializer):
    """Whether it was read."""

    rules: ClassVar = {"required": ["read"]}  # of a PATCH, whose fields are optional elsewhere
    read = s.BooleanField()


@extend_schema_field({"type": "boolean", "enum": [True]})
class _Yes(s.BooleanField):
    """True alone."""


class AllReadMark(JsonSerializer):
    """That all of them were read."""

    rules: ClassVar = {"required": ["read"]}
    read = _Yes()

    def validate_read(self, value: bool) -> bool:
        """All of them become unread by no request."""
        if not value:
            raise s.ValidationError(gettext("is true here. Mark a single notice as unread by its id."))
        return value


class Unread(s.Serializer[Any]):
    unread = s.IntegerField()


class NoticeSettings(JsonSerializer):
    """By which ways each kind is told. In the list is all of it; what is not named here always goes its way."""

    kinds = s.DictField(child=s.DictField(child=s.BooleanField()))


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


@extend_schema_field(
    _object(
        {
            kind.value: _object({way.value: {"type": "boolean"} for way in facts.on})
            for kind, facts in TABLE.items()
        }
    )
)
class _Switches(s.DictField):
    """Each kind with the ways that can be switched; those of staff are refused for anybody else."""


class NoticeChoices(JsonSerializer):
    """What is switched: by which ways which kinds are told."""

    rules: ClassVar = {"required": ["kinds"]}
    kinds = _Switches(child=s.DictField(child=s.BooleanField()))


class Notices(OwnView):
    """What one was told."""

    @extend_schema(
        operation_id="me_notices",
        summary="One's notices",
        parameters=documented(_PAGE),
        responses=described({200: NoticePage}, 400, 401),
        examples=[
            OpenApiExample("notices", value={"results": [_NOTICE], "unread": 1, "next": None, "has_more": False}, response_only=True)
        ],
        tags=["personal"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Those of the last 90 days, the newest first. On the topic `user:me` each comes as `notice.told`."""
        asked, person = read_query(request.query_params, _PAGE), person_of(request)
        limit = asked.get("limit", LIMIT)
        rows = notices_of(person, unread=bool(asked.get("unread")))
        if asked.get("cursor"):
            rows = before(rows, _cursor(asked["cursor"]))
        found = list(rows[: limit + 1])
        page, more = found[:limit], len(found) > limit
        following = next_address(request, cursor=page[-1].pk) if more else None
        return with_next(
            {
                "results": [_told(row) for row in page],
                "unread": unread_of([person.pk])[person.pk],
                "next": following,
                "has_more": more,
            }
        )

    @extend_schema(
        operation_id="me_notices_read",
        summary="Mark all notices as read",
        request=AllReadMark,
        responses=described({200: Unread}, 400, 401, 403),
        examples=[
            OpenApiExample("read", value={"read": True}, request_only=True),
            OpenApiExample("unread", value={"unread": 0}, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request) -> Response:
        """Mark all of them as read."""
        asked = AllReadMark(data=request.data)
        asked.is_valid(raise_exception=True)
        person = person_of(request)
        services.mark_read(person)
        return Response({"unread": unread_of([person.pk])[person.pk]})


class NoticeDetail(OwnView):
    """One notice."""

    @extend_schema(
        operation_id="me_notice_read",
        summary="Mark a notice as read, or as unread",
        parameters=[_IN_PATH],
        request=ReadMark,
        responses=described({200: NoticeFacts}, 400, 401, 403, 404),
        examples=[
            OpenApiExample("read", value={"read": True}, request_only=True),
            OpenApiExample("notice", value={**_NOTICE, "read": True}, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request, notice_id: str) -> Response:
        """Once more changes nothing."""
        asked, pk, person = ReadMark(data=request.data), read_id(notice_id, "notice"), person_of(request)
        try:
            notices_of(person).get(pk=pk)
            asked.is_valid(raise_exception=True)
            services.mark_read(person, pk, read=asked.validated_data["read"])
            return Response(_told(notices_of(person).get(pk=pk)))
        except Notice.DoesNotExist:
            raise NotFound(f"You have no notice {notice_id[:80]}.") from None


class Settings(OwnView):
    """Which kinds are told by which way."""

    @extend_schema(
        operation_id="me_notice_settings",
        summary="What one is told by which way",
        responses=described({200: NoticeSettings}, 401),
        examples=[OpenApiExample("settings", value=_SETTINGS, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """Every kind, with the ways that can be switched. Quiet hours and the bound of a day are in the preferences."""
        return Response(_settings(person_of(request)))

    @extend_schema(
        operation_id="me_notice_settings_change",
        summary="Change what one is told by which way",
        request=NoticeChoices,
        responses=described({200: NoticeSettings}, 400, 401, 403),
        examples=[
            OpenApiExample("change", value={"kinds": {"reminder": {"mail": False}}}, request_only=True),
            OpenApiExample("settings", value=_SETTINGS, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request) -> Response:
        """Switch what is given, all or nothing; the rest stays."""
        asked = NoticeChoices(data=request.data)
        asked.is_valid(raise_exception=True)
        person = person_of(request)
        try:
            wishes = {
                (_kind(kind), _channel(channel)): is_on
                for kind, ways in asked.validated_data["kinds"].items()
                for channel, is_on in ways.items()
            }
            services.choose(person, wishes)
        except InputRefused as refused:
            raise ValidationError({"kinds": [f"{refused.field} {refused.detail}"]}) from refused
        return Response(_settings(person))


def _told(row: Notice) -> dict[str, Any]:
    words = words_of(row)
    return {
        "id": str(row.pk),
        "kind": row.kind,
        "title": words.title,
        "lines": list(words.lines),
        "path": words.path,
        "at": row.told_at.isoformat() if row.told_at else None,
        "read": row.read_at is not None,
    }


def _settings(person: User) -> dict[str, Any]:
    kinds: dict[str, dict[str, bool]] = {kind.value: {} for kind in kinds_for(person)}
    for (kind, channel), is_on in all_of(person, preferences_of(person)).items():
        kinds[kind.value][channel.value] = is_on
    return {"kinds": kinds}


def _kind(given: str) -> Kind:
    """Raises ValidationError."""
    try:
        return Kind(given)
    except ValueError:
        raise ValidationError({"kinds": [f"There is no kind {given[:40]}; there are {', '.join(Kind)}."]}) from None  # fmt: skip


def _channel(given: str) -> Channel:
    """Raises ValidationError."""
    try:
        return Channel(given)
    except ValueError:
        raise ValidationError({"kinds": [f"There is no way {given[:40]}; there are {', '.join(Channel)}."]}) from None  # fmt: skip


def _cursor(given: str) -> UUID:
    """Raises ValidationError."""
    try:
        return UUID(given)
    except ValueError:
        raise ValidationError({"cursor": ["Take it from `next` of the page before."]}) from None
