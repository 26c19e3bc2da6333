"""Better answers than 500 for some exceptions.

A statement that PostgreSQL ended, a value that no column can hold.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from psycopg import errors

from config.wellformed import refusal

log = structlog.get_logger(__name__)
RETRY_SECONDS: Final = "10"
#: The error codes for exceeded DATABASE_STATEMENT_SECONDS and DATABASE_LOCK_SECONDS.
_OVERDUE: Final = (errors.QueryCanceled, errors.LockNotAvailable)


class FailureMiddleware:
    """503 with Retry-After for a query that took too long; 400 for a value of the wrong type.

    Such a value is, for example, a word instead of an id.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The better answer; None for other errors."""
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
        return None
