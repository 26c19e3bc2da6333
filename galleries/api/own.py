"""One's own photos."""

from typing import Any, ClassVar, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.keys.scopes import Scope
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.asking import CURSOR, LIMITS
from events.api.base import OwnView, documented, in_path, read_id
from events.api.cursors import Listing
from events.api.parameters import read_query
from galleries import queries, services
from galleries.api.shared import ID, OWN, OwnPhotoFacts, require_on, told_own
from galleries.models import Photo

_NEWEST: Final = Listing("own-photos", ("-created_at", "-id"))
_IN_PATH: Final = in_path("photo_id", "Id of the photo.", ID, OpenApiTypes.UUID)


class OwnPhotoPage(s.Serializer[Any]):
    results = OwnPhotoFacts(many=True)
    next = s.URLField(allow_null=True)
    has_more = s.BooleanField()


class OwnPhotos(OwnView):
    """All of them."""

    scopes: ClassVar = {"GET": Scope.ME_READ}

    @extend_schema(
        operation_id="own_photos",
        summary="Photos that you gave to events and places",
        parameters=documented((*LIMITS, CURSOR)),
        responses=described({200: OwnPhotoPage}, 400, 401),
        examples=[OpenApiExample("photos", value={"results": [OWN], "next": None, "has_more": False}, response_only=True)],
        tags=["galleries"],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """The newest first, those that were refused too."""
        require_on()
        values = read_query(request.query_params, (*LIMITS, CURSOR))
        return _NEWEST.page(request, values, queries.own(person_of(request)), told_own)


class OwnPhoto(OwnView):
    """One of them."""

    scopes: ClassVar = {"GET": Scope.ME_READ, "DELETE": Scope.ME_WRITE}

    @extend_schema(
        operation_id="own_photo",
        summary="A photo that you gave",
        parameters=[_IN_PATH],
        responses=described({200: OwnPhotoFacts}, 401, 404),
        examples=[OpenApiExample("photo", value=OWN, response_only=True)],
        tags=["galleries"],
    )
    def get(self, request: Request, photo_id: str) -> Response:
        """What became of it."""
        require_on()
        pk = read_id(photo_id, "photo")
        row = queries.own(person_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound(f"You gave no photo {pk}.")
        return Response(told_own(row))

    @extend_schema(
        operation_id="own_photo_withdraw",
        summary="Take a photo back",
        parameters=[_IN_PATH],
        responses=described({204: None}, 401, 404),
        tags=["galleries"],
    )
    def delete(self, request: Request, photo_id: str) -> Response:
        """The consent to its use ends, and it is deleted at once, its files too."""
        require_on()
        pk = read_id(photo_id, "photo")
        try:
            services.withdraw(pk, by=person_of(request))
        except Photo.DoesNotExist:
            raise NotFound(f"You gave no photo {pk}.") from None
        return Response(status=status.HTTP_204_NO_CONTENT)
