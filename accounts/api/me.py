"""`/api/v1/me`: one's own account, by token or by the session of our own pages."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.etags import IF_MATCH, etag_of, require_match
from accounts.api.person import confirmed_person
from accounts.api.serializers import Closing, Me, MeJsonWish, MeWish
from accounts.api.uploads import refuse_no_parts, refuse_size, take_picture
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.services.closing import close_account
from accounts.services.profile import MOST_PICTURE_BYTES, change_profile, picture_address
from accounts.signed_in import person_of

_EXAMPLE = {
    "id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "email": "vera@example.org",
    "name": "Vera",
    "picture": None,
    "language": "en",
    "timezone": "Asia/Kolkata",
    "city": "bengaluru",
    "is_staff": False,
    "joined_at": "2026-11-21T09:00:00Z",
}
_TOO_LARGE = format_lazy(
    gettext_lazy("A picture has at most {number} MB."), number=MOST_PICTURE_BYTES // 1024**2
)


class OwnAccount(APIView):
    """Read, change and close one's own account."""

    permission_classes = (IsSignedIn,)
    scopes: ClassVar = {"GET": Scope.ME_READ}
    delete_takes_body = True
    parser_classes = (*APIView.parser_classes, MultiPartParser)

    @extend_schema(
        operation_id="me",
        summary="One's own account",
        responses=described({200: Me}, 401),
        examples=[OpenApiExample("account", value=_EXAMPLE, response_only=True)],
        tags=["accounts"],
    )
    def get(self, request: Request) -> Response:
        """The account of the token, with an ETag."""
        return _answer(person_of(request))

    @extend_schema(
        operation_id="me_change",
        summary="Change one's own account",
        parameters=[IF_MATCH],
        request={"application/json": MeJsonWish, "multipart/form-data": MeWish},
        responses=described({200: Me}, 400, 401, 412, 413, 415),
        examples=[
            OpenApiExample("change", value={"name": "Vera", "timezone": "Asia/Kolkata"}, request_only=True),
            OpenApiExample("account", value=_EXAMPLE, response_only=True),
        ],
        tags=["accounts"],
    )
    def patch(self, request: Request) -> Response:
        """Change the given fields, all or none. The address is changed on the site."""
        refuse_size(request, MOST_PICTURE_BYTES, _TOO_LARGE)
        refuse_no_parts(request)
        person = person_of(request)
        wish = MeWish(data=request.data.dict() if isinstance(request.data, QueryDict) else request.data)
        wish.is_valid(raise_exception=True)
        values = dict(wish.validated_data)
        picture = _read_picture(person, values)
        try:
            with transaction.atomic():
                require_match(request, _facts(User.objects.select_for_update().get(pk=person.pk)))
                return _answer(change_profile(person, values, picture=picture))
        except InputRefused as refused:
            raise ValidationError({refused.field: [refused.detail]}) from refused

    @extend_schema(
        operation_id="me_close",
        summary="Close one's own account",
        parameters=[IF_MATCH],
        request=Closing,
        responses=described(
            {204: OpenApiResponse(description="The account is closed, and erased within minutes.")},
            400,
            401,
            403,
            412,
        ),
        examples=[OpenApiExample("password", value={"password": "correct horse battery"}, request_only=True)],
        tags=["accounts"],
    )
    def delete(self, request: Request) -> Response:
        """Sign out everywhere and erase everything within minutes. Needs the password once more."""
        person = confirmed_person(request)
        require_match(request, _facts(person))
        close_account(person, by=person)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _facts(person: User) -> dict[str, Any]:
    return {
        "id": str(person.pk),
        "email": person.email,
        "name": person.name,
        "picture": picture_address(person),
        "language": person.language,
        "timezone": person.timezone,
        "city": person.city,
        "is_staff": person.is_staff,
        "joined_at": person.date_joined.isoformat(),
    }


def _answer(person: User) -> Response:
    facts = _facts(person)
    return Response(facts, headers={"ETag": etag_of(facts)})


def _read_picture(person: User, values: dict[str, Any]) -> bytes | None:
    """Take the picture out of the values: its content, b'' for null, None where it is not named."""
    if "picture" not in values:
        return None
    upload = values.pop("picture")
    if upload is None:
        return b""
    take_picture(person)
    return bytes(upload.read(MOST_PICTURE_BYTES + 1))
