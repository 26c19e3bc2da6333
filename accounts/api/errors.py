"""Errors of the API that several apps answer with."""

from typing import Any

from django.utils.translation import gettext_lazy
from rest_framework import status
from rest_framework.exceptions import APIException


class Conflict(APIException):
    """409: not possible in the present state. `wait`, in seconds, says when to ask again (Retry-After)."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: Any = None, *, wait: int = 0) -> None:
        super().__init__(detail)
        self.wait = wait


class Outdated(APIException):
    """412: it has changed since the client read it (If-Match)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = gettext_lazy("It has changed since you read it. Read it again.")


class Unusable(APIException):
    """422: the request is well-formed, and nothing can be made of it."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
