"""Middleware for request ids, trusted proxies, and the content security policy of the staff's pages."""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from accounts.addresses import is_from_proxy
from accounts.problems import request_id_from
from pipeline import tracing

_OF_PAGES = ("GET", "HEAD", "POST", "OPTIONS")


class ProxyMiddleware:
    """Removes X-Forwarded-Proto unless it comes from TRUSTED_PROXIES.

    Without TRUSTED_PROXIES the header stays: a forged one only affects the redirect to https of its own
    sender.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.TRUSTED_PROXIES and not is_from_proxy(request):
            request.META.pop("HTTP_X_FORWARDED_PROTO", None)
        return self.get_response(request)


class RequestIdMiddleware:
    """Answers with X-Request-ID: the client's own if well-formed, else a new one.

    The same id is bound to logs, tasks and changes. This middleware precedes all that write logs.
    django_structlog reads the id from the request's header, so the checked one is put there.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = request_id_from(str(request.META.get("HTTP_X_REQUEST_ID", "")))
        request.META["HTTP_X_REQUEST_ID"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        # Django's debug pages consist of inline styles and scripts, and never appear in production
        if request.path.startswith("/admin/") and not (settings.DEBUG and response.status_code in (404, 500)):
            response.setdefault("Content-Security-Policy", settings.ADMIN_CONTENT_SECURITY_POLICY)
        return response


class TracingMiddleware:
    """A span around each request, where there are traces. It names the pattern of the address, never the address."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with tracing.span("request", method=str(request.method)[:10]) as span:
            response = self.get_response(request)
            match = request.resolver_match
            route = match.route if match is not None else ""
            span.rename(f"{request.method} {route}")
            span.note(route=route, status=response.status_code)
        return response


class PageMethodsMiddleware:
    """Answers 405 for other methods than GET, HEAD and POST on pages.

    The API's views declare their methods themselves.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in _OF_PAGES and not request.path.startswith("/api/"):
            return HttpResponseNotAllowed(_OF_PAGES)
        return self.get_response(request)
