"""Sets the cookie of a known browser after signing in, answers refused sign-ins, and ends idle sessions of
staff."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.devices import remember_device
from accounts.exceptions import LoginRefused
from accounts.sessions import renew


class StaffSessionMiddleware:
    """Sessions of staff go on while somebody asks for something (accounts.sessions)."""

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
    """Whether a person asks. A page that is left open asks for what changed (static/js/live.js), and says
    so."""
    return "Live-After" not in request.headers and request.path != "/api/v1/changes"


class LoginMiddleware:
    """429 or 503 with Retry-After for a login that was refused; the API answers in its own form
    (config.api)."""

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
        """What no form has caught."""
        if not isinstance(error, LoginRefused) or request.path.startswith("/api/"):
            return None
        response = render(request, "accounts/refused.html", {"detail": error.detail})
        _refuse(response, error)
        return response


def _refuse(response: HttpResponseBase, refused: LoginRefused) -> None:
    response.status_code = refused.status
    response["Retry-After"] = str(refused.retry_after)
