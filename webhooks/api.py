"""`/api/v1/me/webhooks`: the addresses to which a person has changes of events sent, and what was sent to them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict, Outdated
from accounts.api.etags import IF_MATCH, require_version
from accounts.api.once import once
from accounts.exceptions import InputRefused
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from accounts.signed_in import person_of
from events.api import readers as read
from events.api.asking import CURSOR, LIMIT, LIMITS
from events.api.base import documented, in_path, next_address, read_id, with_next
from events.api.parameters import Param, read_query
from flags.models import Flag
from flags.services import is_on
from webhooks import queries, services
from webhooks.exceptions import ChangedMeanwhile, TooManyTests, WebhookImpossible
from webhooks.models import Delivery, Endpoint
from webhooks.serializers import (
    STATES,
    DeliveryFacts,
    DeliveryPage,
    EndpointFacts,
    EndpointFields,
    EndpointList,
    EndpointMade,
    EndpointWish,
    delivery_facts,
    endpoint_facts,
)

_ID: Final = "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e"
_WISH: Final = {
    "address": "https://hooks.example/nocturne",
    "description": "Listings of the app",
    "types": ["event.published", "event.changed", "event.cancelled"],
    "filter": {"city": "bengaluru", "category": "music,art"},
}
_FACTS: Final = {
    "id": _ID, **_WISH, "enabled": True, "disabled_because": None, "disabled_at": None, "failing_since": None,
    "last_success_at": "2026-11-21T09:00:04Z", "waiting": 0, "dropped": 0, "old_secret_until": None, "made_at": "2026-11-20T09:00:00Z",
}  # fmt: skip
_WHSEC: Final = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
_DELIVERY: Final = {
    "id": _ID, "webhook_id": "msg_0198f1d26c3e7b118f004b1f0a2c3d4e", "type": "event.changed", "event": _ID, "offset": 48211,
    "state": "delivered", "attempts": 2, "next_try_at": None, "delivered_at": "2026-11-21T09:00:09Z", "status": 204, "error": "",
    "answer": "",
    "tries": [
        {"at": "2026-11-21T09:00:04Z", "status": 503, "error": "server failed: the site failed with 503", "seconds": 0.11},
        {"at": "2026-11-21T09:00:09Z", "status": 204, "error": "", "seconds": 0.08},
    ],
    "made_at": "2026-11-21T09:00:03Z",
}  # fmt: skip


_PAGE: Final = (
    Param(name="state", read=read.one_of(STATES), about="Only those in this state.", example="failed"),
    LIMITS[0],
    Param(name=CURSOR.name, read=read.uuid, about=CURSOR.about, example=_ID),
)


_ENDPOINT: Final = in_path("endpoint_id", "Id of the webhook.", _ID, OpenApiTypes.UUID)
_ONE_DELIVERY: Final = in_path("delivery_id", "Id of the delivery.", _ID, OpenApiTypes.UUID)


class _OwnView(APIView):
    """For the person alone; 404 while the flag is off."""

    permission_classes = (IsSignedIn,)
    scopes: ClassVar = dict.fromkeys(("GET", "POST", "PATCH", "DELETE"), Scope.WEBHOOKS)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """As DRF does. Raises NotFound while the flag is off."""
        super().initial(request, *args, **kwargs)
        if not is_on(Flag.OUTGOING_WEBHOOKS):
            raise NotFound("Webhooks are turned off.")


class Endpoints(_OwnView):
    """One's webhooks."""

    @extend_schema(
        operation_id="me_webhooks",
        summary="One's webhooks",
        responses=described({200: EndpointList}, 401, 404),
        examples=[OpenApiExample("webhooks", value={"results": [_FACTS]}, response_only=True)],
        tags=["webhooks"],
    )
    def get(self, request: Request) -> Response:
        """All of them, at most 10, without their secrets."""
        rows = queries.endpoints_of(person_of(request))
        return _answer({"results": [endpoint_facts(row, waiting=row.waiting) for row in rows]})  # type: ignore[attr-defined]

    @extend_schema(
        operation_id="me_webhook_add",
        summary="Add a webhook",
        request=EndpointWish,
        responses=described({201: EndpointMade}, 400, 401, 404, 409),
        examples=[
            OpenApiExample("wish", value=_WISH, request_only=True),
            OpenApiExample(
                "made", value={**_FACTS, "last_success_at": None, "secret": _WHSEC}, response_only=True
            ),
        ],
        tags=["webhooks"],
    )
    @once(blanked=frozenset({"secret"}))
    def post(self, request: Request) -> Response:
        """It gets the changes from now on. The answer has its secret, which is told only here."""
        wish = EndpointWish(data=request.data)
        wish.is_valid(raise_exception=True)
        with _refusals():
            row, secret = services.make_endpoint(person_of(request), wish.validated_data)
        return _answer(endpoint_facts(row, waiting=0, secret=secret), status.HTTP_201_CREATED, of=row)


class EndpointDetail(_OwnView):
    """One webhook."""

    @extend_schema(
        operation_id="me_webhook",
        summary="One webhook",
        parameters=[_ENDPOINT],
        responses=described({200: EndpointFacts}, 401, 404),
        examples=[OpenApiExample("webhook", value=_FACTS, response_only=True)],
        tags=["webhooks"],
    )
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Without its secret, with an ETag."""
        return _one(person_of(request), endpoint_id)

    @extend_schema(
        operation_id="me_webhook_change",
        summary="Change a webhook",
        parameters=[_ENDPOINT, IF_MATCH],
        request=EndpointFields,
        responses=described({200: EndpointFacts}, 400, 401, 404, 409, 412),
        examples=[
            OpenApiExample("enable", value={"enabled": True}, request_only=True),
            OpenApiExample("webhook", value=_FACTS, response_only=True),
        ],
        tags=["webhooks"],
    )
    def patch(self, request: Request, endpoint_id: str) -> Response:
        """Change the given fields, all or none. Enabled again, it gets what still waits, and the changes from now on."""
        wish = EndpointFields(data=request.data)
        wish.is_valid(raise_exception=True)
        with _refusals():
            services.change_endpoint(
                person_of(request),
                read_id(endpoint_id, "webhook"),
                wish.validated_data,
                version=require_version(request),
            )
        return _one(person_of(request), endpoint_id)

    @extend_schema(
        operation_id="me_webhook_delete",
        summary="Delete a webhook",
        parameters=[_ENDPOINT, IF_MATCH],
        responses=described({204: None}, 401, 404, 412),
        tags=["webhooks"],
    )
    def delete(self, request: Request, endpoint_id: str) -> Response:
        """Nothing is sent to it any more, and its log is deleted."""
        with _refusals():
            services.delete_endpoint(
                person_of(request), read_id(endpoint_id, "webhook"), version=require_version(request)
            )
        return Response(status=status.HTTP_204_NO_CONTENT)


class EndpointSecret(_OwnView):
    """The secret of a webhook."""

    @extend_schema(
        operation_id="me_webhook_secret",
        summary="Renew the secret of a webhook",
        parameters=[_ENDPOINT],
        request=None,
        responses=described({201: EndpointMade}, 401, 404),
        examples=[
            OpenApiExample(
                "renewed",
                value={**_FACTS, "old_secret_until": "2026-11-22T09:00:00Z", "secret": _WHSEC},
                response_only=True,
            )
        ],
        tags=["webhooks"],
    )
    @once(blanked=frozenset({"secret"}))
    def post(self, request: Request, endpoint_id: str) -> Response:
        """For 24 hours messages have a signature by either secret. Renewed twice, the old one ends at once."""
        pk = read_id(endpoint_id, "webhook")
        with _refusals():
            _, secret = services.renew_secret(person_of(request), pk)
        return _one(person_of(request), endpoint_id, status.HTTP_201_CREATED, secret=secret)


class EndpointTest(_OwnView):
    """A test of a webhook."""

    @extend_schema(
        operation_id="me_webhook_test",
        summary="Send a test",
        parameters=[_ENDPOINT],
        request=None,
        responses=described({202: DeliveryFacts}, 401, 404, 409),
        examples=[
            OpenApiExample(
                "queued",
                value={
                    **_DELIVERY, "type": "webhook.test", "event": None, "offset": None, "state": "waiting", "attempts": 0,
                    "status": None, "tries": [], "delivered_at": None, "next_try_at": "2026-11-21T09:00:03Z",
                },
                response_only=True,
                status_codes=["202"],
            )
        ],
        tags=["webhooks"],
    )  # fmt: skip
    @once
    def post(self, request: Request, endpoint_id: str) -> Response:
        """A message of the type `webhook.test`, signed like any other. The log tells what became of it."""
        with _refusals():
            made = services.send_test(person_of(request), read_id(endpoint_id, "webhook"))
        return _answer(delivery_facts(made), status.HTTP_202_ACCEPTED)


class Deliveries(_OwnView):
    """The log of a webhook."""

    @extend_schema(
        operation_id="me_webhook_deliveries",
        summary="What was sent to a webhook",
        parameters=[_ENDPOINT, *documented(_PAGE)],
        responses=described({200: DeliveryPage}, 400, 401, 404),
        examples=[
            OpenApiExample("log", value={"results": [_DELIVERY], "next": None, "has_more": False}, response_only=True)
        ],
        tags=["webhooks"],
    )  # fmt: skip
    def get(self, request: Request, endpoint_id: str) -> Response:
        """Those of the last 30 days, the newest first."""
        asked = read_query(request.query_params, _PAGE)
        limit = asked.get("limit", LIMIT)
        with _refusals():
            pk = Endpoint.objects.values_list("pk", flat=True).get(
                user=person_of(request), pk=read_id(endpoint_id, "webhook")
            )
        found = queries.deliveries_of(pk, state=asked.get("state", ""), before=asked.get("cursor"))
        rows = list(found[: limit + 1])
        page, more = rows[:limit], len(rows) > limit
        following = next_address(request, cursor=page[-1].pk) if more else None
        response = with_next(
            {"results": [delivery_facts(row) for row in page], "next": following, "has_more": more}
        )
        response["Cache-Control"] = "no-store"
        return response


class Redelivery(_OwnView):
    """A delivery once more."""

    @extend_schema(
        operation_id="me_webhook_redeliver",
        summary="Send a delivery once more",
        parameters=[_ENDPOINT, _ONE_DELIVERY],
        request=None,
        responses=described({202: DeliveryFacts}, 401, 404, 409),
        examples=[
            OpenApiExample(
                "queued",
                value={**_DELIVERY, "state": "waiting", "attempts": 0, "next_try_at": "2026-11-21T10:00:00Z"},
                response_only=True,
                status_codes=["202"],
            )
        ],
        tags=["webhooks"],
    )
    @once
    def post(self, request: Request, endpoint_id: str, delivery_id: str) -> Response:
        """The same bytes with the same id, as soon as possible, with all tries anew."""
        with _refusals():
            row = services.redeliver(
                person_of(request), read_id(endpoint_id, "webhook"), read_id(delivery_id, "delivery")
            )
        return _answer(delivery_facts(row), status.HTTP_202_ACCEPTED)


def _one(person: User, endpoint_id: str, code: int = status.HTTP_200_OK, *, secret: str = "") -> Response:
    with _refusals():
        row = queries.endpoints_of(person).get(pk=read_id(endpoint_id, "webhook"))
    return _answer(endpoint_facts(row, waiting=row.waiting, secret=secret), code, of=row)  # type: ignore[attr-defined]


def _answer(told: Any, code: int = status.HTTP_200_OK, *, of: Endpoint | None = None) -> Response:
    headers = {"Cache-Control": "no-store"}
    if of is not None:
        headers["ETag"] = f'"{of.version}"'
    return Response(told, status=code, headers=headers)


@contextmanager
def _refusals() -> Iterator[None]:
    """Refusals of the services as errors of the API."""
    try:
        yield
    except (Endpoint.DoesNotExist, Delivery.DoesNotExist) as missing:
        raise NotFound("You have no such webhook, or no such delivery.") from missing
    except InputRefused as refused:
        raise ValidationError({refused.field: [refused.detail]}) from refused
    except WebhookImpossible as impossible:
        raise Conflict(impossible.detail) from impossible
    except ChangedMeanwhile as changed:
        raise Outdated from changed
    except TooManyTests as many:
        raise Throttled(many.retry_after) from many
