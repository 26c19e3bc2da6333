"""Receives visitors' submissions and signed webhooks.

The answer is 202 once the payload is stored, even if the broker is down.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from django.http import Http404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.errors import Unusable
from accounts.api.once import once
from accounts.crypto import DecryptionFailed
from accounts.rights import Actor, is_person
from accounts.webhook_signature import HeadersMissing, SecretInvalid, WebhookRefused, verify
from events.api.base import BY_ANYBODY, OpenToAll, PublicView, described, in_path
from flags.models import Flag
from flags.services import is_kind_on, is_on
from moderation.services import conversations
from pipeline.contract.enums import SourceType
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload
from sources import tasks
from sources.credentials.store import webhook_secrets
from sources.enums import Trust
from sources.models import Source
from sources.serializers import Accepted, Submission, Submitted
from sources.triggers.inbox import Receipt, receive, run_id_for, submissions_source
from sources.triggers.submissions import keep_submission


class Unsigned(APIException):
    """401: the signature is missing or invalid, or the message is too old."""

    status_code = 401


class NotSetUp(APIException):
    """503: our own configuration is incomplete."""

    status_code = 503
    default_detail = "The webhook of this source is not set up; tell its operator."


def in_header(name: str, about: str, example: str, *, required: bool = True) -> OpenApiParameter:
    """The description of a header of a request."""
    examples = [OpenApiExample("example", value=example)]
    return OpenApiParameter(
        name,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        required=required,
        description=about,
        examples=examples,
    )


SUBMITTED: Final = {
    "run": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "status": "accepted",
    "follow_url": "https://nocturne.example/submit/0198f1d26c3e7b118f004b1f0a2c3d4e5d0c1f6a7b8e9d2c3f4a5b6c7d8e9f01/",
}


class Submissions(OpenToAll):
    """What a person tells of is theirs: their page shows what becomes of it."""

    @extend_schema(
        operation_id="submit",
        auth=BY_ANYBODY,
        summary="Tell of an event",
        description="A moderator checks it before it is listed.",
        request=Submission,
        responses=described({202: Submitted, 200: Submitted}, 400, 401, 403, 404, 413, 415, 422),
        examples=[OpenApiExample("example", value=SUBMITTED, response_only=True, status_codes=["202"])],
        tags=["submissions"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Submit one event."""
        if not is_on(Flag.SUBMISSIONS):
            raise Http404
        checked = Submission(data=request.data)
        checked.is_valid(raise_exception=True)
        key = idempotency_key(request)
        if key and is_person(request.user):
            key = f"{request.user.pk} {key}"
        return accept(checked.validated_data, key=key, by=request.user)


class Webhooks(PublicView):
    @extend_schema(
        operation_id="webhook", summary="Push events",
        description="Signed by Standard Webhooks. One event, or a list of at most 1,000. The same webhook-id is processed once. A worker reads the body "
        "later; if it cannot be read, its run fails with the reason, which operators see.",
        parameters=[
            in_path("source", "Slug of the source.", "city-calendar"),
            in_header("webhook-id", "The message's own id.", "msg_2Lb9aQ"),
            in_header("webhook-timestamp", "Seconds since 1970, at most 300 away from now.", "1795262400"),
            in_header("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4="),
        ],
        request={"application/json": OpenApiTypes.OBJECT},
        responses=described({202: Accepted, 200: Accepted}, 400, 401, 403, 404, 413, 415),
        tags=["submissions"],
    )  # fmt: skip
    def post(self, request: Request, source: str) -> Response:
        """Receive a publisher's message."""
        held = (
            Source.objects.select_related("city", "credential")
            .filter(slug=source, type=SourceType.WEBHOOK)
            .first()
        )
        if not is_on(Flag.WEBHOOKS) or held is None or not is_kind_on(held.connector):
            raise Http404
        if not (request.content_type or "").startswith("application/json"):
            raise UnsupportedMediaType(request.content_type or "")
        body: bytes = request._request.body
        name = _verified(held, request.headers, body)
        if held.trust == Trust.BLOCKED:
            raise PermissionDenied("This source is blocked.")
        payload = RawPayload(url=f"webhook:{name}", content=body, content_type="application/json")
        receipt = receive(held, payload, run_id=run_id_for(held, name))
        tasks.send(tasks.process_inbox, str(held.id))
        return _answer(receipt)


def idempotency_key(request: Request) -> str:
    """The Idempotency-Key of a request, '' without one. Raises ValidationError for one that is too long."""
    key: str = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > 200:
        raise ValidationError({"Idempotency-Key": ["At most 200 characters."]})
    return key


def accept(fields: Mapping[str, Any], *, key: str, by: Actor) -> Response:
    """Keep a submitted event, and say where its author follows it. Raises Unusable for a key with another body."""
    receipt = keep_submission(fields, key=key, by=by)
    tasks.send(tasks.process_inbox, str(submissions_source().id))
    if not receipt.is_same:
        raise Unusable("This Idempotency-Key was used with another body; use a new one.")
    token = conversations.follow(receipt.run_id) if receipt.is_proven else ""
    return _answer(receipt, **({"follow_url": conversations.link_of(token)} if token else {}))


def _verified(source: Source, headers: Mapping[str, str], body: bytes) -> str:
    try:
        secrets = webhook_secrets(source, now=timezone.now())
        if not secrets:
            raise NotSetUp
        return _verified_by_any(secrets, headers, body)
    except HeadersMissing as error:
        raise ValidationError({"webhook-signature": [error.detail]}) from error
    except WebhookRefused as error:
        raise Unsigned(error.detail) from error
    except (SecretInvalid, SourceError, DecryptionFailed) as error:
        raise NotSetUp from error


def _verified_by_any(secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The message's id. A signature with the former secret is accepted while that is valid."""
    for former in secrets[1:]:
        with suppress(WebhookRefused, SecretInvalid):
            return verify(former, headers, body, now=timezone.now())
    return verify(secrets[0], headers, body, now=timezone.now())


def _answer(receipt: Receipt, **more: str) -> Response:
    status = "accepted" if receipt.is_new else "known"
    return Response(
        {"run": str(receipt.run_id), "status": status, **more}, status=202 if receipt.is_new else 200
    )
