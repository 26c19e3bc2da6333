"""The middleware for all requests below `/api/`."""

import hashlib
from collections.abc import Callable

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext

from accounts.exceptions import LoginRefused
from accounts.limits import PLACE_REPORTS, REPORTS, SCANS, SUBMISSIONS, WEBHOOKS, Policy, Taken, reading, take
from config import problems
from pipeline import patterns

log = structlog.get_logger(__name__)

_OPEN_TO_ALL = "Access-Control-Allow-Origin"
_EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
_ASKED = "Accept, Content-Type, If-None-Match, X-Request-ID"
#: Responses for staff or for one user: never open to other sites, never cached.
_PRIVATE = patterns.compile(r"^/api/v1/(admin|me|auth|subscriptions)(/|$)")
#: The first entry that matches counts a request.
_POLICIES: tuple[tuple[str, patterns.Pattern[str], Policy], ...] = (
    ("POST", patterns.compile(r"^/api/v1/submissions$"), SUBMISSIONS),
    ("POST", patterns.compile(r"^/api/v1/places/[^/]+/status$"), PLACE_REPORTS),
    ("POST", patterns.compile(r"^/api/v1/events/[^/]+/reports$"), REPORTS),
    ("POST", patterns.compile(r"^/api/v1/cities/[^/]+/scan$"), SCANS),
    ("POST", patterns.compile(r"^/api/v1/webhooks/"), WEBHOOKS),
)


class ApiMiddleware:
    """Rate limits, ETags, CORS for reading, and errors as problem details (RFC 9457).

    Limits apply by caller, with `RateLimit` headers and 429.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        if _is_preflight(request):
            return _preflight(request)
        taken = take(_policy(request), request)
        response = self.get_response(request) if taken.allowed else _too_many(request, taken)
        _say_limit(response, taken)
        if _is_open(request, request.method or ""):
            response.headers.setdefault(_OPEN_TO_ALL, "*")
            response.headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
        return _with_etag(request, response)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """An exception of a view, as a problem in every mode, since Django's own pages are HTML."""
        if not request.path.startswith("/api/"):
            return None
        if isinstance(error, Http404):
            return problems.not_found(request)
        if isinstance(error, RequestDataTooBig):
            most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
            return _problem(
                request,
                413,
                gettext("The body is larger than %(most)s KiB; send it in parts.") % {"most": most},
            )
        if isinstance(error, SuspiciousOperation):
            return _problem(request, 400, gettext("The request is not well-formed."))
        if isinstance(error, PermissionDenied):
            return _problem(request, 403, str(error) or gettext("This is not allowed."))
        if isinstance(error, LoginRefused):
            refused = _problem(request, error.status, error.detail)
            refused["Retry-After"] = str(error.retry_after)
            return refused
        log.exception("api_failed", path=request.path)
        got_request_exception.send(sender=self.__class__, request=request)
        return problems.server_error(request)


def _policy(request: HttpRequest) -> Policy:
    for method, pattern, policy in _POLICIES:
        if request.method == method and pattern.match(request.path):
            return policy
    return reading(settings.API_RATE_LIMIT)


def _too_many(request: HttpRequest, taken: Taken) -> HttpResponse:
    policy = taken.policy
    detail = gettext(
        "At most %(limit)s requests in %(window)s seconds (%(name)s). Try again in %(seconds)s seconds."
    ) % {"limit": policy.limit, "window": policy.window, "name": policy.name, "seconds": taken.reset}
    response = _problem(request, 429, detail)
    response["Retry-After"] = str(taken.reset)
    return response


def _say_limit(response: HttpResponseBase, taken: Taken) -> None:
    """Set the headers of `draft-ietf-httpapi-ratelimit-headers`: the policy, and what is left of it."""
    policy = taken.policy
    if policy.limit:
        response["RateLimit-Policy"] = f'"{policy.name}";q={policy.limit};w={policy.window}'
        response["RateLimit"] = f'"{policy.name}";r={taken.remaining};t={taken.reset}'


def _is_open(request: HttpRequest, method: str) -> bool:
    reading = method in ("GET", "HEAD", "OPTIONS") or (method == "POST" and request.path == "/api/v1/search")
    return reading and not _PRIVATE.match(request.path)


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _preflight(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=204)
    if _is_open(request, request.headers["Access-Control-Request-Method"].upper()):
        response[_OPEN_TO_ALL] = "*"
        response["Access-Control-Allow-Methods"] = (
            "GET, HEAD, POST" if request.path == "/api/v1/search" else "GET, HEAD"
        )
        response["Access-Control-Allow-Headers"] = _ASKED
        response["Access-Control-Max-Age"] = "86400"
    return response


def _with_etag(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Set a strong ETag of the body, or answer 304. A response for one user is not cached."""
    if _PRIVATE.match(request.path):
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
    answer: HttpResponseBase = (
        get_conditional_response(request, etag=response["ETag"], response=response) or response
    )
    if answer is not response:
        for name, value in response.headers.items():
            if name not in ("Content-Length", "Content-Type"):
                answer.headers.setdefault(name, value)
    return answer


def _problem(request: HttpRequest, status: int, detail: str) -> HttpResponse:
    body = problems.problem(request, status, detail=detail)
    return JsonResponse(body, status=status, content_type=problems.CONTENT_TYPE)
