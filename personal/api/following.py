"""What a person follows."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView, in_path, read_id
from personal import queries, services
from personal.enums import FollowKind
from personal.exceptions import PersonalRefused
from personal.models import Follow
from personal.records import Followed

#: The kinds, for the schema too.
FOLLOW_KINDS = [kind.value for kind in FollowKind]


class FollowWish(JsonSerializer):
    """Something to follow."""

    kind = s.ChoiceField(FOLLOW_KINDS)
    key = Text(
        max_length=200,
        format="followed",
        help_text="A venue's or an organizer's id, an area's slug, a performer's name.",
    )
    in_calendar = s.BooleanField(
        required=False,
        help_text="Whether its events are in your calendar; by default as before, at first not.",
    )


class FollowFacts(s.Serializer[Any]):
    id = s.UUIDField(help_text="Of the follow, for DELETE.")
    kind = s.ChoiceField(FOLLOW_KINDS)
    key = s.CharField(help_text="As POST takes it; of the venue that stayed, where it was merged.")
    name = s.CharField()
    url = s.CharField(help_text="The path of its page.")
    in_calendar = s.BooleanField()
    at = s.DateTimeField(help_text="Since when.")


class FollowList(s.Serializer[Any]):
    results = FollowFacts(many=True)


_FOLLOW = {"kind": "performer", "key": "Moonlit Trio", "in_calendar": True}
_FOLLOWED = {
    "id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "kind": "performer",
    "key": "moonlit-trio",
    "name": "Moonlit Trio",
    "url": "/performers/moonlit-trio/",
    "in_calendar": True,
    "at": "2026-11-21T09:00:00Z",
}


class Follows(OwnView):
    """What one follows."""

    @extend_schema(
        operation_id="me_follows",
        summary="What I follow",
        responses=described({200: FollowList}, 401),
        examples=[OpenApiExample("follows", value={"results": [_FOLLOWED]}, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The newest first, at most 300."""
        return Response(
            {"results": [_told(row, what) for row, what in queries.follows_of(person_of(request))]}
        )

    @extend_schema(
        operation_id="me_follow",
        summary="Follow a venue, an organizer, a performer or a part of a city",
        request=FollowWish,
        responses=described({200: FollowFacts, 201: FollowFacts}, 400, 401, 409),
        examples=[
            OpenApiExample("follow", value=_FOLLOW, request_only=True),
            OpenApiExample("followed", value=_FOLLOWED, response_only=True),
        ],
        tags=["personal"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Follow it: 201. Whoever follows it already changes at most whether it is in the calendar: 200."""
        asked = FollowWish(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        what = queries.one_followed(said["kind"], said["key"])
        if what is None:
            raise ValidationError({"key": [gettext("There is nothing of that kind with this key.")]})
        person = person_of(request)
        was = Follow.objects.filter(what.same, user=person).exists()
        try:
            row = services.follow(person, what, in_calendar=said.get("in_calendar"))
        except PersonalRefused as refused:
            raise Conflict(refused.detail) from refused
        return Response(_told(row, what), status=status.HTTP_200_OK if was else status.HTTP_201_CREATED)


class FollowDetail(OwnView):
    """One thing that one follows."""

    @extend_schema(
        operation_id="me_unfollow",
        summary="Follow it no more",
        parameters=[in_path("follow_id", "Id of the follow.", str(_FOLLOWED["id"]), OpenApiTypes.UUID)],
        responses=described({204: None}, 401, 404),
        tags=["personal"],
    )
    def delete(self, request: Request, follow_id: str) -> Response:
        """Once more changes nothing."""
        services.unfollow(person_of(request), read_id(follow_id, "follow"))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _told(row: Follow, what: Followed) -> dict[str, Any]:
    key: UUID | str = row.area.slug if row.area is not None else what.key
    return {
        "id": str(row.pk),
        "kind": what.kind.value,
        "key": str(key),
        "name": what.name,
        "url": what.path,
        "in_calendar": row.in_calendar,
        "at": row.at.isoformat(),
    }
