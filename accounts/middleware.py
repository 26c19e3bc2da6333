"""Middleware for known browsers' cookies, refused sign-ins, and idle sessions of staff."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.devices import remember_device
from accounts.exceptions import LoginRefused
from accounts.sessions import renew


class StaffSessionMiddleware:
    """Extends sessions of staff while they are used (accounts.sessions)."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if (
            request.session.accessed
            and _is_presence(request)
            and request.user.is_authenticated
            and request.user.is_staff
        ):
            renew(request.session)
        return response


def _is_presence(request: HttpRequest) -> bool:
    """Whether a person sent the request.

    An open page polls for changes (static/js/live.js), and marks its requests.
    """
    return "Live-After" not in request.headers and request.path != "/api/v1/changes"


class LoginMiddleware:
    """Answers refused sign-ins with 429 or 503 and Retry-After; the API uses its own form (config.api)."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if login := getattr(request, "signed_in_as", ""):
            remember_device(request, response, login)
        if refused := getattr(request, "login_refused", None):
            _refuse(response, refused)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that no form has caught."""
        if not isinstance(error, LoginRefused) or request.path.startswith("/api/"):
            return None
        response = render(request, "accounts/refused.html", {"detail": error.detail})
        _refuse(response, error)
        return response


def _refuse(response: HttpResponseBase, refused: LoginRefused) -> None:
    response.status_code = refused.status
    response["Retry-After"] = str(refused.retry_after)
