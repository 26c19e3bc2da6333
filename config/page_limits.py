"""Limits the lists and searches of one caller on the pages, which cost the database more than other pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from accounts.limits import Policy, take
from config.wellformed import refusal

_COLLECTIONS: Final = (
    "venue",
    "organizer",
    "performer",
    "series",
    "tag",
    "online",
    "online-list",
    "elsewhere",
    "elsewhere-list",
)
LIMITED: Final = frozenset(
    {
        "events:search",
        "events:city",
        "events:list",
        "events:city-feed",
        "events:list-feed",
        "personal:saved",
        "events:saved-calendar",
        "events:embed-list",
        "events:embed-venue",
        "events:search-suggestions",
        *(f"events:{name}{feed}" for name in _COLLECTIONS for feed in ("", "-feed")),
    }
)


class PageLimitMiddleware:
    """Answers 429 above PAGE_RATE_LIMIT lists a minute.

    The cards of live pages do not count. The API has its own limits (config.api).
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The 429 response, or None where the view may continue."""
        match = request.resolver_match
        if match is None or match.view_name not in LIMITED:
            return None
        taken = take(Policy(name="pages", limit=settings.PAGE_RATE_LIMIT, window=60), request)
        if taken.allowed:
            return None
        detail = gettext(
            "You asked for more than %(limit)s lists in a minute. Try again in %(seconds)s seconds."
        ) % {"limit": taken.policy.limit, "seconds": taken.reset}
        response = refusal(request, HTTPStatus.TOO_MANY_REQUESTS, detail)
        response["Retry-After"] = str(taken.reset)
        return response
