"""The inner middleware for requests below `/api/`: errors as problem details (RFC 9457), and ETags of the bytes that are not compressed yet."""

import hashlib
from collections.abc import Callable
from typing import Final

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from accounts.exceptions import LoginRefused
from config import problems
from events.views.rendering_cache import is_kept
from pipeline import patterns

log = structlog.get_logger(__name__)

#: Responses for staff or for one user: never open to other sites, never cached.
PRIVATE: Final = patterns.compile(r"^/api/v1/(admin|me|auth|subscriptions)(/|$)")


class ApiAnswersMiddleware:
    """ETags, and errors of views as problem details."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        return _with_etag(request, response) if request.path.startswith("/api/") else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An exception of a view, as a problem in every mode, since Django's own pages are HTML."""
        if not request.path.startswith("/api/"):
            return None
        if isinstance(error, Http404):
            return problems.not_found(request)
        if isinstance(error, RequestDataTooBig):
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
            return problem(
                request,
                413,
                gettext("The body is larger than %(most)s KiB; send it in parts.") % {"most": most},
            )
        if isinstance(error, SuspiciousOperation):
            return problem(request, 400, gettext("The request is not well-formed."))
        if isinstance(error, PermissionDenied):
            return problem(request, 403, str(error) or gettext("This is not allowed."))
        if isinstance(error, LoginRefused):
            refused = problem(request, error.status, error.detail)
            refused["Retry-After"] = str(error.retry_after)
            return refused
        log.exception("api_failed", path=request.path)
        got_request_exception.send(sender=self.__class__, request=request)
        return problems.server_error(request)


def _with_etag(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set a strong ETag of the body, or answer 304. A response for one user is not cached."""
    if PRIVATE.match(request.path):
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
    if (
        request.method not in ("GET", "HEAD")
        or response.status_code != 200
        or not isinstance(response, HttpResponse)
    ):
        return response
    if not response.has_header("ETag"):
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if is_kept(request):
        return response  # whoever keeps the whole answer says whether this reader has it
    answer: HttpResponseBase = (
        get_conditional_response(request, etag=response["ETag"], response=response) or response
    )
    if answer is not response:
        for name, value in response.headers.items():
            if name not in ("Content-Length", "Content-Type"):
                answer.headers.setdefault(name, value)
    return answer


def problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    """An error as problem details."""
    body = problems.problem(request, status, detail=detail)
    return JsonResponse(body, status=status, content_type=problems.CONTENT_TYPE)
