"""The form of the API's errors (RFC 9457), and their description in its schema."""

import uuid
from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers as s

from pipeline import patterns

PROBLEM = "application/problem+json"
LONGEST_ID = 64
_SAFE_ID = patterns.compile(r"[A-Za-z0-9._-]+", longest=LONGEST_ID + 1)
_ERRORS = {
    400: "A parameter is unknown, or its value cannot be read; `errors` names it and the remedy.",
    401: "Nobody is signed in, or the signature is invalid.",
    403: "The account lacks the right that `right` names.",
    404: "Not found.",
    406: "Only JSON is answered; ask for it by Accept, or leave Accept out.",
    409: "Not possible in the current state.",
    410: "It was removed; `detail` says why.",
    412: "If-Match names an ETag that is not the present one.",
    413: "The body is too large.",
    415: "The content type of the body is not supported.",
    422: "The body is valid, but contains nothing usable.",
    500: "An error on our side; the logs have it under `request_id`.",
    429: "Too many requests; `Retry-After` says when to try again.",
    503: "Too busy at this moment; `Retry-After` says when to try again.",
}


class Field(s.Serializer):
    field = s.CharField(help_text="The parameter or field.")
    detail = s.CharField(help_text="What is wrong, and the remedy.")


class Problem(s.Serializer):
    """An error (RFC 9457), as `application/problem+json`."""

    type = s.CharField(help_text="`about:blank`: the status says it.")
    title = s.CharField()
    status = s.IntegerField()
    detail = s.CharField()
    instance = s.CharField(help_text="The path that was asked.")
    request_id = s.CharField(help_text="Tell us this one; it is in X-Request-ID too.")
    errors = Field(many=True, required=False)  # type: ignore[assignment]  # the name of RFC 9457


def request_id_from(given: str) -> str:
    """The id of a request: the client's own X-Request-ID if well-formed, else a new one."""
    said = given[: LONGEST_ID + 1]
    return said if len(said) <= LONGEST_ID and _SAFE_ID.fullmatch(said) else uuid.uuid4().hex


def error_words(status: int) -> str:
    """What an error status means here."""
    return _ERRORS[status]


def described(responses: Mapping[Any, Any], *errors: int) -> dict[Any, Any]:
    """Responses for `extend_schema`: the given ones (by status, or by status and media type), and each error status as a problem."""
    problems = {
        (status, PROBLEM): OpenApiResponse(Problem, description=_ERRORS[status]) for status in (*errors, 429)
    }
    return {**responses, **problems}
