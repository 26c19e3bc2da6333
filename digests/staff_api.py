"""The staff's view of subscriptions, without addresses."""

from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from digests import services
from digests.enums import TARGETS, Cadence
from digests.models import Subscription
from events.api import readers as read
from events.api.asking import CITY, PAGING, city_slug
from events.api.base import StaffView, described, in_path, read_id
from events.api.cursors import Listing
from events.api.filtering import By, Narrowing
from events.api.parameters import Param
from places.queries.reach import narrowed

_LATEST: Final = Listing("subscriptions", ("-requested_at", "-id"))
_YES: Final = ("yes", "no")
_EXAMPLE: Final = {
    "results": [
        {
            "id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
            "kind": "city",
            "city": "bengaluru",
            "cadence": "weekly",
            "language": "en",
            "active": True,
            "filters": {"categories": ["music"]},
            "requested_at": "2026-11-20T09:00:00Z",
            "confirmed_at": "2026-11-20T09:04:10Z",
            "unsubscribed_at": None,
            "last_sent_at": "2026-11-21T06:00:02Z",
        }
    ],
    "next": None,
    "has_more": False,
    "total": 1,
}


class SubscriptionFacts(s.Serializer[Any]):
    """A subscription; nobody reads its address here."""

    id = s.UUIDField()
    kind = s.ChoiceField(TARGETS, help_text="What it is to.")
    city = s.CharField(help_text="Slug; empty where it is to something that has no city.")
    cadence = s.ChoiceField([word.value for word in Cadence])
    language = s.CharField(help_text="Of its mails (BCP 47).")
    active = s.BooleanField(help_text="Confirmed, and not unsubscribed.")
    filters = s.DictField(help_text="What it is narrowed to.")
    requested_at = s.DateTimeField()
    confirmed_at = s.DateTimeField(allow_null=True)
    unsubscribed_at = s.DateTimeField(allow_null=True)
    last_sent_at = s.DateTimeField(allow_null=True)


class SubscriptionPage(s.Serializer[Any]):
    results = SubscriptionFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField()


class SubscriptionFilterSet(Narrowing):
    """Subscriptions by city, state and time."""

    beside = PAGING
    city = By(CITY, method="in_city")
    active = By(
        Param(name="active", read=read.one_of(_YES), about="Whether it gets mail.", example="yes"),
        method="switched",
    )
    cadence = By(
        Param(
            name="cadence",
            read=read.one_of(Cadence),
            about="How often it gets mail.",
            example="weekly",
        )
    )
    requested_after = By(
        Param(
            name="requested_after",
            read=read.moment,
            about="Requested at this time or later.",
            example="2026-11-20T00:00:00Z",
        ),
        "requested_at",
        "gte",
    )

    def in_city(self, rows: QuerySet[Subscription], _name: str, city: str) -> QuerySet[Subscription]:
        """Of one city. Raises ValidationError."""
        return rows.filter(city__slug=city_slug(city))

    def switched(self, rows: QuerySet[Subscription], _name: str, said: str) -> QuerySet[Subscription]:
        """Active, or not."""
        return rows.filter(active=said == "yes")


class AdminSubscriptions(StaffView):
    needs: ClassVar = {"GET": "digests.view_subscription"}

    @extend_schema(
        operation_id="admin_subscriptions",
        summary="Subscriptions",
        parameters=SubscriptionFilterSet.documented(),
        responses=described({200: SubscriptionPage}, 400, 401, 403),
        examples=[OpenApiExample("subscriptions", value=_EXAMPLE, response_only=True)],
        tags=["staff"],
    )
    def get(self, request: Request) -> Response:
        """Subscriptions to the mail, the latest first; those of your cities."""
        rows = narrowed(Subscription.objects.select_related("city"), request.user, "city")
        asked = SubscriptionFilterSet(request.query_params, rows)
        return _LATEST.page(request, asked.values, asked.qs, _facts, total=asked.qs.count())


class AdminSubscription(StaffView):
    needs: ClassVar = {"DELETE": "digests.delete_subscription"}

    @extend_schema(
        operation_id="admin_subscription_end",
        summary="End a subscription",
        parameters=[in_path("subscription_id", "Id of the subscription.", "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e")],
        responses=described({204: OpenApiResponse(description="It gets no more mail.")}, 401, 403, 404),
        tags=["staff"],
    )  # fmt: skip
    def delete(self, request: Request, subscription_id: str) -> Response:
        """End the subscription, as its reader could. Idempotent; its address is erased in time. One of your cities."""
        rows = narrowed(Subscription.objects.all(), request.user, "city")
        row = rows.filter(pk=read_id(subscription_id, "subscription")).first()
        if row is None:
            raise Http404
        services.end_by_staff(row, by=request.user, now=now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _facts(row: Subscription) -> dict[str, Any]:
    names = ("kind", "cadence", "language", "active", "filters", "requested_at", "confirmed_at", "unsubscribed_at", "last_sent_at")  # fmt: skip
    return {
        "id": str(row.pk),
        "city": row.city.slug if row.city else "",
        **{name: getattr(row, name) for name in names},
    }
