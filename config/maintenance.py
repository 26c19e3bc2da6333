"""Maintenance: reading stays, whoever writes is asked to come back (flag `maintenance`, `manage.py maintenance`)."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from config.wellformed import refusal
from flags.models import Flag
from flags.services import is_on

#: Seconds after which a writer may try again.
RETRY_SECONDS: Final = 120
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: These read by POST.
_READ_BY_POST: Final = frozenset({"/api/v1/search"})
#: By these staff sign in and end the maintenance.
_STAFF: Final = (
    "/admin/login/",
    "/accounts/login/",
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/admin/flags/",
)


class MaintenanceMiddleware:
    """503 with Retry-After for requests that write, while the flag is on. Only those ask for it."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _writes(request) or not is_maintained():
            return self.get_response(request)
        detail = gettext(
            "We are working on the site. Reading works; what is written is not kept at the moment. Try again in some minutes."
        )
        response = refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def is_maintained() -> bool:
    """Whether the flag is on. Where nobody can be asked, the view finds out by itself."""
    try:
        return is_on(Flag.MAINTENANCE)
    except DatabaseError:
        return False


def _writes(request: HttpRequest) -> bool:
    path = request.path
    return request.method not in _READING and path not in _READ_BY_POST and not path.startswith(_STAFF)
