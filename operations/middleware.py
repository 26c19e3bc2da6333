"""Counts each answer with its route, its status and its seconds."""

import time
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from operations.measures.requests import COUNTS

#: What has no route: an address that there is not, or one that was answered before it was resolved.
UNRESOLVED = "(none)"
KEPT = "(kept)"


class CountMiddleware:
    """Stands outside of the page cache. What stands inside of it answers 500 for an error that nobody caught."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        kept = response.get("X-Cache", "")
        route = match.route if match is not None else KEPT if kept else UNRESOLVED
        seconds, read = time.perf_counter() - begun, getattr(request, "read_from", "")
        COUNTS.count(route, response.status_code, seconds, kept=kept[:20], read=read)
        return response
