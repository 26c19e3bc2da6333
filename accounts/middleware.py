"""Middleware for known browsers' cookies, refused sign-ins, and idle sessions of staff."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.devices import remember_device
from accounts.exceptions import LoginRefused
from accounts.sessions import renew

#: The cookie by which scripts know whether somebody is signed in; `static/js/saved-account.js` reads it.
SIGNED_IN: Final = "signed_in"
_YEAR: Final = 365 * 86_400


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


class SignedInMiddleware:
    """Keeps a cookie that says to scripts whether somebody is signed in: "1", "0" after signing out, none where nobody was.

    Pages that are the same for everybody cannot say it. It opens nothing, and names nobody.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and not request.path.startswith("/api/"):
            self._mark(request, response)
        return response

    def _mark(self, request: HttpRequest, response: HttpResponseBase) -> None:
        held = request.COOKIES.get(SIGNED_IN, "")
        has_left = hasattr(request, "signed_out") or held == "0"
        wanted = "1" if request.user.is_authenticated else "0" if has_left else ""
        if wanted == held:
            return
        if wanted:
            response.set_cookie(
                SIGNED_IN, wanted, max_age=_YEAR, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
            )
        else:
            response.delete_cookie(SIGNED_IN, samesite="Lax")
