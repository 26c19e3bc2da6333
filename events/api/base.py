"""Base classes of the API's views: public and cacheable, for staff, or for the person who asks."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.etags import digest_of
from accounts.keys.scopes import Scope
from accounts.permissions import HasRight, IsSignedIn
from accounts.problems import described as described
from events.api.parameters import Param
from outbox.renderings.kept import RENDERINGS, Wanted
from outbox.renderings.readers import for_reader, shown_to_reader

#: The `auth` of what is sent to an `OpenToAll`: anyone may; signed in it is one's own. The stubs of drf-spectacular know only names.
BY_ANYBODY: Final[Any] = [{"token": []}, {"session": []}, {}]


class PublicView(APIView):
    """A view without authentication, session or cookie.

    Its responses may be cached for `max_age` seconds, by anyone.
    """

    authentication_classes = ()
    permission_classes = ()
    max_age: ClassVar[int] = 60

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """As DRF does; a response that showed topics of the outbox is kept until one of them changes (docs/caching.md)."""
        wanted: Wanted | None = getattr(request, "wanted", None)
        answer = super().dispatch
        if wanted is None:
            return for_reader(request, lambda: answer(request, *args, **kwargs))
        if RENDERINGS.find_or_wait(wanted) is not None:
            return HttpResponse()  # config.page_cache answers with what was found
        response, shown = shown_to_reader(
            request, lambda: answer(request, *args, **kwargs), begun=wanted.begun
        )
        if response.status_code == 200 and shown.topics:
            wanted.topics, wanted.count = frozenset(shown.topics), shown.count
        return response

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        """As DRF does, with Cache-Control."""
        final: Response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD") and final.status_code == 200:
            final["Cache-Control"] = f"public, max-age={self.max_age}"
        return final


class OpenToAll(PublicView):
    """A public view to which anybody writes: without an account, or as a person by session (with the CSRF token), token, or API key with its scope.

    Reading stays anonymous, so that answers may be kept for everybody.
    """

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    def get_authenticators(self) -> list[BaseAuthentication]:
        """None to read."""
        writes = self.request is not None and self.request.method == "POST"
        return [kind() for kind in APIView.authentication_classes] if writes else []


class StaffView(APIView):
    """A view for signed-in staff. `needs` has the right for each method."""

    permission_classes = (HasRight,)
    needs: ClassVar[Mapping[str, str]]


class OwnView(APIView):
    """A view of what the person who asks keeps here; a key opens it with the scope of its method."""

    permission_classes = (IsSignedIn,)
    scopes: ClassVar = {"GET": Scope.ME_READ, **dict.fromkeys(("POST", "PATCH", "DELETE"), Scope.ME_WRITE)}


def documented(params: Iterable[Param]) -> list[OpenApiParameter]:
    """The parameters for `extend_schema`."""
    return [param.documented() for param in params]


def in_path(name: str, about: str, example: str, kind: Any = OpenApiTypes.STR) -> OpenApiParameter:
    """The description of a path parameter."""
    return OpenApiParameter(
        name,
        kind,
        OpenApiParameter.PATH,
        description=about,
        examples=[OpenApiExample("example", value=example)],
    )


def event_in_path() -> OpenApiParameter:
    """The path parameter with the id of an event."""
    return in_path("event_id", "Id of the event.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", OpenApiTypes.UUID)


def place_in_path() -> OpenApiParameter:
    """The path parameter with the id of a place."""
    return in_path("place_id", "Id of the place.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e", OpenApiTypes.UUID)


def read_id(given: str, what: str) -> UUID:
    """An id from a path. Raises NotFound for an invalid one."""
    try:
        return UUID(given)
    except ValueError:
        raise NotFound(f"There is no {what} {given[:80]}: ids are UUIDs as the API gives them.") from None


def refuse_body(request: Request) -> None:
    """Raises ValidationError for a request that says more than its address. `{}`, which many clients send, says nothing."""
    if request.headers.get("Content-Length", "") in ("", "0"):
        return
    if request._request.body.strip() != b"{}":
        raise ValidationError({"body": [gettext("Send no body.")]})


def event_etag(told: Mapping[str, Any]) -> str:
    """A strong ETag of an event as the API tells it: its version, which If-Match compares, and a hash of the rest."""
    return f'"{told["version"]}-{digest_of(told)[:24]}"'


def next_address(request: Request, **changed: Any) -> str:
    """The address of this list with `changed` parameters; None removes one."""
    query = {name: ",".join(request.query_params.getlist(name)) for name in request.query_params}
    query = {name: str(value) for name, value in {**query, **changed}.items() if value is not None}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")


def with_next(data: dict[str, Any]) -> Response:
    """A page, with the address of the next one as a Link header too (RFC 8288)."""
    headers = {"Link": f'<{data["next"]}>; rel="next"'} if data["next"] else None
    return Response(data, headers=headers)
