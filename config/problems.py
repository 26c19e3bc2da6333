"""All errors of the API as problem details (RFC 9457) with the request's id, 404, 405, 415, 429 and 500 too."""

from http import HTTPStatus
from typing import Any, Final

import structlog
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, gettext_noop
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from accounts.rights import RightMissing

log = structlog.get_logger(__name__)
CONTENT_TYPE = "application/problem+json"


#: The phrases of the statuses that the API answers with (RFC 9110), for the catalogues.
_PHRASES: Final = {
    400: gettext_noop("Bad Request"),
    401: gettext_noop("Unauthorized"),
    403: gettext_noop("Forbidden"),
    404: gettext_noop("Not Found"),
    405: gettext_noop("Method Not Allowed"),
    406: gettext_noop("Not Acceptable"),
    409: gettext_noop("Conflict"),
    410: gettext_noop("Gone"),
    413: gettext_noop("Request Entity Too Large"),
    415: gettext_noop("Unsupported Media Type"),
    422: gettext_noop("Unprocessable Entity"),
    429: gettext_noop("Too Many Requests"),
    500: gettext_noop("Internal Server Error"),
    503: gettext_noop("Service Unavailable"),
}


def phrase(status: int) -> str:
    """The phrase of an HTTP status in the language of the request; in English where we never answer with it."""
    return gettext(_PHRASES[status]) if status in _PHRASES else HTTPStatus(status).phrase


def problem(
    request: Any, status: int, *, detail: str = "", title: str = "", **members: Any
) -> dict[str, Any]:
    """The problem object: type, title, status, detail, instance, request_id, and `members`."""
    return {
        "type": "about:blank",
        "title": title or phrase(status),
        "status": status,
        "detail": detail,
        "instance": request.path,
        "request_id": getattr(request, "request_id", ""),
        **members,
    }


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """An exception of Django REST framework as problem details.

    None for any other exception, which becomes the 500 of `server_error`.
    """
    right = error.permission if isinstance(error, RightMissing) else ""
    if isinstance(error, Http404):
        error = exceptions.NotFound(*error.args)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(*error.args)
    if not isinstance(error, exceptions.APIException):
        return None
    set_rollback()
    request = context["request"]._request
    members: dict[str, Any] = {"right": right} if right else {}
    if scope := getattr(error, "scope", ""):
        members["scope"] = scope
    if isinstance(error, exceptions.ValidationError):
        members["errors"] = _field_errors(error.detail)
    elif field := getattr(error, "field", ""):
        members["errors"] = [{"field": field, "detail": str(error.detail)}]
    is_invalid = isinstance(error, exceptions.ValidationError)
    detail = gettext("The request has invalid fields.") if is_invalid else str(error.detail)
    body = problem(request, error.status_code, detail=detail, **members)
    response = Response(body, status=error.status_code, content_type=CONTENT_TYPE)
    if getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        response["Retry-After"] = str(max(1, round(error.wait)))  # type: ignore[attr-defined]
    return response


def not_found(request: HttpRequest) -> HttpResponse:
    """404 for an unknown path below /api/."""
    return JsonResponse(
        problem(request, 404, detail=gettext("There is nothing at this address. See /api/v1/docs/.")),
        status=404,
        content_type=CONTENT_TYPE,
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """500 for an unexpected error below /api/. The logs contain it under the request's id."""
    body = problem(
        request,
        500,
        detail=gettext("An error occurred on our side. When you report it, include the request_id."),
    )
    return JsonResponse(body, status=500, content_type=CONTENT_TYPE)


def _field_errors(detail: Any, path: str = "") -> list[dict[str, str]]:
    """`[{"field", "detail"}]` from DRF's nested error structure."""
    if isinstance(detail, dict):
        return [
            row
            for name, item in detail.items()
            for row in _field_errors(item, f"{path}.{name}" if path else str(name))
        ]
    if isinstance(detail, list):
        return [row for item in detail for row in _field_errors(item, path)]
    return [{"field": path or "non_field_errors", "detail": str(detail)}]
