"""Better answers than 500: the line of a busy site, a statement that PostgreSQL ended, a value that no column can hold;
and than the debugging page for what is not found."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import psycopg
import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext
from psycopg import errors

from config.error_pages import not_found
from config.wellformed import refusal
from outbox.renderings.kept import LINE
from outbox.renderings.line import LineFull

log = structlog.get_logger(__name__)
RETRY_SECONDS: Final = "10"
#: The error codes for exceeded DATABASE_STATEMENT_SECONDS and DATABASE_LOCK_SECONDS.
#: The beginnings of the codes that say: no connection, the server stops or starts, too many connections.
_AWAY: Final = ("08", "57P", "53300")
_OVERDUE: Final = (errors.QueryCanceled, errors.LockNotAvailable)

#: What an operator's monitor asks is answered while everybody else waits.
_PASSES: Final = frozenset({"/healthz", "/metrics"})
#: What is not found there is told in another way.
_OTHERS_404: Final = ("/api/", "/admin/")
#: Seconds after which a refused request is worth another try.
_AGAIN: Final = 5


class LineMiddleware:
    """Works on REQUESTS_AT_ONCE requests at once, and lets the others wait; 503 where too many wait.

    It stands inside of the page cache: what is kept needs no place (decisions/0076).
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path in _PASSES:
            return self.get_response(request)
        try:
            LINE.enter()
        except LineFull:
            return _busy(request)
        try:
            return self.get_response(request)
        finally:
            LINE.leave()


def _busy(request: HttpRequest) -> HttpResponse:
    detail = gettext("Too many people ask at the same moment. Try again in %(seconds)s seconds.") % {
        "seconds": _AGAIN
    }
    response = refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
    response["Retry-After"] = str(_AGAIN)
    return response


def _is_told_here(request: HttpRequest) -> bool:
    """Whether Django's own page of DEBUG would greet whoever mistypes an address at the first start."""
    return settings.DEBUG and not request.path.startswith(_OTHERS_404)


class FailureMiddleware:
    """503 with Retry-After for a query that took too long, or a place in line that came too late; 400 for a wrong value.

    Such a value is, for example, a word instead of an id.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_nowhere = response.status_code == HTTPStatus.NOT_FOUND and request.resolver_match is None
        return not_found(request, Http404()) if is_nowhere and _is_told_here(request) else response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The better answer; None for other errors."""
        if isinstance(error, LineFull):
            return _busy(request)
        if isinstance(error, Http404) and _is_told_here(request):
            return not_found(request, error)
        if isinstance(error, ValidationError):
            log.warning("value_unusable", path=request.path, reason=" ".join(error.messages)[:300])
            return refusal(request, HTTPStatus.BAD_REQUEST, " ".join(error.messages)[:300])
        if isinstance(error, OperationalError) and isinstance(error.__cause__, _OVERDUE):
            log.warning("query_overdue", path=request.path, reason=type(error.__cause__).__name__)
            detail = gettext(
                "The database is busy: the request took too long. Try again in a moment, or ask for less."
            )
            response = refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, detail)
            response["Retry-After"] = RETRY_SECONDS
            return response
        if is_away(error):
            log.warning("database_away", path=request.path, reason=type(error.__cause__).__name__)
            response = refusal(
                request,
                HTTPStatus.SERVICE_UNAVAILABLE,
                gettext("The database does not answer now. Try again in a moment."),
            )
            response["Retry-After"] = RETRY_SECONDS
            return response
        return None


def is_away(error: BaseException) -> bool:
    """Whether PostgreSQL cannot be reached: it is no error of ours, and passes. An error before there is a connection has no code."""
    cause = error.__cause__
    if not isinstance(error, DatabaseError | InterfaceError) or not isinstance(cause, psycopg.Error):
        return False
    is_lost = isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError) and cause.sqlstate is None
    return is_lost or (cause.sqlstate or "").startswith(_AWAY)
