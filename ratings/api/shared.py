"""What the views of ratings share."""

from typing import Any, Final
from uuid import UUID

from django.http import Http404
from rest_framework import status
from rest_framework.exceptions import NotFound, Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.etags import etag_of
from accounts.limits import RATINGS, take
from events.models import Event
from events.things import ThingKind, row_of
from flags.models import Flag
from flags.services import is_on
from places.models import Place
from ratings.enums import Basis, RatingState

ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
AT: Final = "2026-11-23T09:00:00Z"
BASES: Final = [one.value for one in Basis]
STATES: Final = [one.value for one in RatingState]


def require_on() -> None:
    """Raise Http404 while the flag is off."""
    if not is_on(Flag.RATINGS):
        raise Http404("off")


def found(kind: ThingKind, pk: UUID) -> Event | Place:
    """The event or venue that readers see under this id. Raises NotFound."""
    row = row_of(kind, pk)
    if row is None:
        raise NotFound(f"There is no {kind.value} {pk}.")
    return row


def refuse_many(request: Request) -> None:
    """Raise Throttled where too much is written from one network."""
    taken = take(RATINGS, request._request)
    if not taken.allowed:
        raise Throttled(wait=taken.reset)


def answered(told: dict[str, Any], code: int = status.HTTP_200_OK) -> Response:
    """What is told, with its ETag."""
    return Response(told, status=code, headers={"ETag": etag_of(told)})
