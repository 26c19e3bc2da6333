"""The outer middleware for requests below `/api/`: who may ask how often, and from which sites. It counts what is kept too."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from accounts.limits import PLACE_REPORTS, REPORTS, SCANS, SUBMISSIONS, WEBHOOKS, Policy, Taken, reading, take
from config.api.answers import PRIVATE, problem
from languages.middleware import in_asked_language
from pipeline import patterns

_OPEN_TO_ALL = "Access-Control-Allow-Origin"
_EXPOSED = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
_ASKED = "Accept, Content-Type, If-None-Match, X-Request-ID"
#: The first entry that matches counts a request.
_POLICIES: tuple[tuple[str, patterns.Pattern[str], Policy], ...] = (
    ("POST", patterns.compile(r"^/api/v1/submissions$"), SUBMISSIONS),
    ("POST", patterns.compile(r"^/api/v1/places/[^/]+/status$"), PLACE_REPORTS),
    ("POST", patterns.compile(r"^/api/v1/events/[^/]+/reports$"), REPORTS),
    ("POST", patterns.compile(r"^/api/v1/cities/[^/]+/scan$"), SCANS),
    ("POST", patterns.compile(r"^/api/v1/webhooks/"), WEBHOOKS),
)


class ApiMiddleware:
    """Rate limits by caller, with `RateLimit` headers and 429, and CORS for reading."""

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
        answer = self.get_response if taken.allowed else _refusal(taken)
        response = answer(request)
        _say_limit(response, taken)
        if _is_open(request, request.method or ""):
            response.headers.setdefault(_OPEN_TO_ALL, "*")
            response.headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
        return response


def _policy(request: HttpRequest) -> Policy:
    for method, pattern, policy in _POLICIES:
        if request.method == method and pattern.match(request.path):
            return policy
    return reading(settings.API_RATE_LIMIT)


def _refusal(taken: Taken) -> Callable[[HttpRequest], HttpResponseBase]:
    return partial(in_asked_language, answer=partial(_too_many, taken=taken))


def _too_many(request: HttpRequest, taken: Taken) -> HttpResponse:
    policy = taken.policy
    detail = gettext(
        "At most %(limit)s requests in %(window)s seconds (%(name)s). Try again in %(seconds)s seconds."
    ) % {"limit": policy.limit, "window": policy.window, "name": policy.name, "seconds": taken.reset}
    response = problem(request, 429, detail)
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
    return reading and not PRIVATE.match(request.path)


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
