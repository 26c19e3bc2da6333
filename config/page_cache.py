"""Answers pages, feeds and reads of the API from what was rendered before, unless the request is personal.

Personal is a request for a page with a session or an Authorization header: it is neither answered from here nor kept, and no
cache on the way may keep its answer. All others get the same bytes, without a token, a nonce or a cookie. The public views of
the API ask nobody who they are, so they answer everybody from here.
"""

import hashlib
from collections.abc import Callable
from time import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response

from config.api.answers import PRIVATE as PRIVATE_API
from events.services import asked
from events.services.cdn import EVERYTHING
from events.views.rendering_cache import PRIVATE
from languages.middleware import asked_language, has_sentences
from outbox.renderings.kept import RENDERINGS, Rendering, Wanted

#: Responses that may be kept: found, not in this list, gone.
_KEPT: Final = frozenset({200, 204, 410})
#: The client's mark: the last change that it got.
_MARK: Final = "Live-After"
_API: Final = "/api/"
_LONGEST_ACCEPT: Final = 200
#: Headers by which a response may differ; one that differs by another is not kept. The key has those of the API.
_VARY: Final = frozenset({"accept-encoding", "cookie"})
_API_VARY: Final = _VARY | {"accept", "accept-language"}
#: Headers that belong to one request, or that are made anew.
_OWN: Final = frozenset({"age", "x-cache", "x-request-id", "set-cookie"})
#: The most topics that stand in the header by which a CDN purges.
_MOST_TOPICS: Final = 100
_LIVE_NAMES: Final = "events:event:"
_POLICY: Final = "Content-Security-Policy"


class PageCacheMiddleware:
    """Stands outside of the compression, so that compressed bytes are kept, and inside of what logs requests."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        key = "" if not settings.PAGE_CACHE or is_personal(request) else key_of(request)
        if not key:
            return self.get_response(request)
        wanted = Wanted(key=key, mark=_mark(request))
        if (held := RENDERINGS.find(wanted)) is not None:
            return _answer(request, wanted, held)
        request.wanted = wanted  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            if wanted.found is not None:
                return _answer(request, wanted, wanted.found)
            if wanted.topics is None or not isinstance(response, HttpResponse):
                return response  # the view is not marked
            return _kept(request, wanted, response)
        finally:
            wanted.release()


def is_personal(request: HttpRequest) -> bool:
    """Whether the answer may be for this reader alone."""
    if request.method not in ("GET", "HEAD"):
        return True
    if request.path.startswith(_API):
        return PRIVATE_API.match(request.path) is not None
    return settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers


def key_of(request: HttpRequest) -> str:
    """The name of a response: its address, and by what it differs there. '' for one that is not kept. Raises DisallowedHost."""
    gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    name = f"{request.scheme}://{request.get_host()}{request.get_full_path()} {'gzip' if gzip else ''}"
    if not request.path.startswith(_API):
        return name
    accepted = request.headers.get("Accept", "")
    if len(accepted) > _LONGEST_ACCEPT:
        return ""
    return f"{name} {asked_language(request) if has_sentences(request) else ''} {accepted}"


def _mark(request: HttpRequest) -> tuple[str, int] | None:
    epoch, _, number = request.headers.get(_MARK, "").rpartition("-")
    is_number = number.isascii() and number.isdigit() and len(number) < 20
    return (epoch, int(number)) if epoch and is_number else None


def _kept(request: HttpRequest, wanted: Wanted, response: HttpResponse) -> HttpResponseBase:
    """Keep the response if it is the same for all, and answer with it."""
    vary = {name.strip().lower() for name in response.get("Vary", "").split(",") if name.strip()}
    is_api = request.path.startswith(_API)
    if response.status_code not in _KEPT or response.cookies or not vary <= (_API_VARY if is_api else _VARY):
        if response.status_code in _KEPT and not response.has_header("Cache-Control"):
            response["Cache-Control"] = PRIVATE
        return response
    response.headers.setdefault("Cache-Control", _cache_control())
    if settings.CDN_PURGE_URL:
        response["Surrogate-Key"] = " ".join(purged_by(wanted.topics or frozenset()))
    response["Vary"] = "Accept-Encoding, Accept-Language" if "accept-language" in vary else "Accept-Encoding"
    response.headers.setdefault(
        "ETag", f'W/"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    )
    headers = tuple((name, value) for name, value in response.items() if name.lower() not in _OWN)
    made = RENDERINGS.keep(wanted, status=response.status_code, content=response.content, headers=headers)
    return _answer(request, wanted, made)


def _answer(request: HttpRequest, wanted: Wanted, made: Rendering) -> HttpResponseBase:
    if wanted.answered != "miss" and made.count:
        asked.note(**made.count)
    response = HttpResponse(made.content, status=made.status, headers=dict(made.headers))
    response["Age"] = str(max(0, int(time() - made.made_at)))
    response["X-Cache"] = wanted.answered
    if made.status != 200:
        return response
    answered = get_conditional_response(request, etag=response["ETag"], response=response) or response
    if _POLICY in response and _POLICY not in answered:
        # a browser puts the headers of a 304 over those that it keeps: the policy of all pages would forbid frames
        answered[_POLICY] = response[_POLICY]
    return answered


def _cache_control() -> str:
    """A browser asks each time, and gets 304; a CDN may keep for as long as it can be told of changes."""
    kept = 300 if settings.CDN_PURGE_URL else 60
    return f"public, max-age=0, s-maxage={kept}, stale-while-revalidate=60, stale-if-error=600"


def purged_by(topics: frozenset[str]) -> list[str]:
    """The topics in the header for a CDN: few enough, and still all by which the page changes.

    A list of a whole city, or of all of them, is purged by the city's topic: its events need not be named.
    """
    if any(topic.startswith(("events:city:", "events:all")) for topic in topics):
        topics = frozenset(topic for topic in topics if not topic.startswith(_LIVE_NAMES))
    return [EVERYTHING, *sorted(topics)[:_MOST_TOPICS]]
