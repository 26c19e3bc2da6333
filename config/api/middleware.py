"""The outer middleware for requests below `/api/`: who may ask how often, and from which sites. It counts what is kept too."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from accounts.authentication import bearer_of, key_of
from accounts.exceptions import KeyRefused
from accounts.keys.secret import looks_like_key
from accounts.limits import (
    PLACE_REPORTS,
    REPORTS,
    SCANS,
    SUBMISSIONS,
    WEBHOOKS,
    Policy,
    Taken,
    of_key,
    reading,
    take,
    take_for,
)
from config.api.answers import PRIVATE, problem
from languages.middleware import in_asked_language
from pipeline import patterns

_OPEN_TO_ALL = "Access-Control-Allow-Origin"
_EXPOSED = (
    "ETag, Idempotency-Replayed, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-ID"
)
_ASKED = "Accept, Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Live-After, X-Request-ID"
_READING = ("GET", "HEAD", "OPTIONS")
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
#: Pages of other sites never call these: only programs do, and the desk itself.
_CLOSED = patterns.compile(r"^/api/v1/(admin|webhooks)(/|$)")
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
        try:
            taken = _taken(request)
        except KeyRefused:
            return in_asked_language(request, _wrong_key)
        answer = self.get_response if taken.allowed else _refusal(taken)
        response = answer(request)
        _say_limit(response, taken)
        if _is_open(request, request.method or "", has_token="Authorization" in request.headers):
            response.headers.setdefault(_OPEN_TO_ALL, "*")
            response.headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
        return response


def _taken(request: HttpRequest) -> Taken:
    """Count the request: by its API key, which has a limit of its own, else by its network. Raises KeyRefused.

    What has a limit for strangers who write keeps it. A wrong key counts for its network.
    """
    policy, token = _policy(request), bearer_of(request)
    if token is None or not looks_like_key(token):
        return take(policy, request)
    try:
        held = key_of(request, token)
    except KeyRefused:
        take(policy, request)
        raise
    if policy.name != "default":
        return take(policy, request)
    return take_for(of_key(settings.API_KEY_RATE_LIMIT), held.key_id.hex)


def _policy(request: HttpRequest) -> Policy:
    for method, pattern, policy in _POLICIES:
        if request.method == method and pattern.match(request.path):
            return policy
    return reading(settings.API_RATE_LIMIT)


def _refusal(taken: Taken) -> Callable[[HttpRequest], HttpResponseBase]:
    return partial(in_asked_language, answer=partial(_too_many, taken=taken))


def _wrong_key(request: HttpRequest) -> HttpResponse:
    refused = KeyRefused()
    response = problem(request, refused.status, refused.detail)
    response["WWW-Authenticate"] = 'Bearer realm="Nocturne", error="invalid_token"'
    return response


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


def _is_open(request: HttpRequest, method: str, *, has_token: bool) -> bool:
    """Whether pages of any site may call this and read the answer (docs/api.md, CORS).

    Reading what is public is open. Everything else needs a token, which only its owner has: the answer never allows
    credentials, so a browser sends no cookie of ours along.
    """
    if _CLOSED.match(request.path):
        return False
    is_public = method in _READING or (method == "POST" and request.path == "/api/v1/search")
    return has_token or (is_public and not PRIVATE.match(request.path))


def _is_preflight(request: HttpRequest) -> bool:
    return request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers


def _preflight(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(status=204)
    method = request.headers["Access-Control-Request-Method"].upper()
    names = request.headers.get("Access-Control-Request-Headers", "").lower().split(",")
    has_token = "authorization" in {name.strip() for name in names}
    if method in (*_READING, *_WRITING) and _is_open(request, method, has_token=has_token):
        response[_OPEN_TO_ALL] = "*"
        response["Access-Control-Allow-Methods"] = ", ".join(("GET", "HEAD", *_WRITING))
        response["Access-Control-Allow-Headers"] = _ASKED
        response["Access-Control-Max-Age"] = "86400"
    response["Vary"] = "Access-Control-Request-Method, Access-Control-Request-Headers"
    return response
