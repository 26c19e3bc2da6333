"""`/api/v1/me/keys`: one's API keys. A key opens none of this: whoever found one makes no second one."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict
from accounts.api.once import once
from accounts.api.person import confirmed_person
from accounts.api.serializers import KeyCreated, KeyList, NewKey
from accounts.authentication import signed_in_by_token
from accounts.exceptions import InputRefused
from accounts.factors import FACTORS, methods_of
from accounts.keys.holding import KeyWish, keys_of, make_key, revoke_key
from accounts.models import ApiKey
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.signed_in import person_of

#: How long a key lasts where nothing is said.
DEFAULT_LIFE: Final = timedelta(days=90)
_FACTS: Final = {
    "id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "name": "calendar at home",
    "shown": "noc_4fZk2Q",
    "scopes": ["events:read", "me:read"],
    "rights": [],
    "made_at": "2026-11-21T09:00:00Z",
    "expires_at": "2027-02-19T09:00:00Z",
    "used_at": None,
    "ended_at": None,
    "end_reason": "",
}
_WISH: Final = {"name": "calendar at home", "scopes": ["me:read"], "password": "correct horse battery"}


def _asked(request: Request) -> dict[str, Any]:
    asked = NewKey(data=request.data)
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _confirm(request: Request) -> None:
    """Take the password, of a request whose fields can be read. Raises ValidationError."""
    _asked(request)
    confirmed_person(request)


class OwnKeys(APIView):
    """One's API keys, and new ones."""

    permission_classes = (IsSignedIn,)

    @extend_schema(
        operation_id="me_keys",
        summary="One's API keys",
        responses=described({200: KeyList}, 401, 403),
        examples=[OpenApiExample("keys", value={"results": [_FACTS]}, response_only=True)],
        tags=["accounts"],
    )
    def get(self, request: Request) -> Response:
        """The newest first; ended ones for three months more. Nothing tells a key itself again."""
        return Response({"results": [_facts(row) for row in keys_of(person_of(request))[:200]]})

    @extend_schema(
        operation_id="me_key_create",
        summary="Make an API key",
        description="Needs the password once more. An account without one makes keys on the site, at /accounts/keys/. The owner gets a mail.",
        request=NewKey,
        responses=described({201: KeyCreated}, 400, 401, 403, 409, 413, 415),
        examples=[
            OpenApiExample("wish", value=_WISH, request_only=True),
            OpenApiExample("made", value={**_FACTS, "key": "noc_4fZk2Q…"}, response_only=True),
        ],
        tags=["accounts"],
    )
    @once(blanked=frozenset({"key"}), first=_confirm)
    def post(self, request: Request) -> Response:
        """The answer holds the key: it is told once."""
        person, said = person_of(request), _asked(request)
        wish = KeyWish(
            name=said["name"],
            scopes=said.get("scopes", ()),
            rights=said.get("rights", ()),
            expires_at=said.get("expires_at") or now() + DEFAULT_LIFE,
        )
        try:
            row, secret = make_key(person, wish, by=person, has_factor=_has_factor(request))
        except InputRefused as refused:
            if not refused.field:  # as many keys as an account may have
                raise Conflict(refused.detail) from refused
            raise ValidationError({refused.field: [refused.detail]}) from refused
        return Response({**_facts(row), "key": secret}, status=status.HTTP_201_CREATED)


class OwnKey(APIView):
    """One API key."""

    permission_classes = (IsSignedIn,)

    @extend_schema(
        operation_id="me_key_revoke",
        summary="Revoke an API key",
        parameters=[
            OpenApiParameter(
                "key_id",
                OpenApiTypes.UUID,
                OpenApiParameter.PATH,
                description="Id of the key.",
                examples=[OpenApiExample("example", value=_FACTS["id"])],
            )
        ],
        responses=described({204: OpenApiResponse(description="It opens nothing any more.")}, 401, 403, 404),
        tags=["accounts"],
    )
    def delete(self, request: Request, key_id: UUID) -> Response:
        """At once, on open connections too. Once more changes nothing."""
        person = person_of(request)
        if not keys_of(person).filter(pk=key_id).exists():
            raise NotFound
        revoke_key(person, key_id, by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _has_factor(request: Request) -> bool:
    """Whether the sign-in of this request proved a second factor."""
    signed_in = signed_in_by_token(request)
    methods = signed_in.methods if signed_in else methods_of(request._request.session, person_of(request))
    return not FACTORS.isdisjoint(methods)


def _facts(row: ApiKey) -> dict[str, Any]:
    """A key as its owner sees it."""
    moments = {
        name: getattr(row, name) and getattr(row, name).isoformat()
        for name in ("made_at", "expires_at", "used_at", "ended_at")
    }
    texts = {name: getattr(row, name) for name in ("name", "shown", "scopes", "rights", "end_reason")}
    return {"id": str(row.pk), **texts, **moments}
