"""Subscriptions through the API: POST, confirm, DELETE."""

from typing import Any

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.addresses import network_of
from accounts.api.once import once
from digests import services
from digests.enums import Cadence
from digests.exceptions import TooManyRequests, UnknownToken
from events.api.base import described, in_path
from events.models import Category
from events.serializers.cities import CityField
from flags.models import Flag
from flags.services import is_on


class SubscriptionRequest(serializers.Serializer[Any]):
    """A subscriber and the wanted events."""

    email = serializers.EmailField(
        max_length=254, help_text="Where the confirmation and then the weekly mail go."
    )
    city = CityField()
    categories = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=Category.objects.all(),
        many=True,
        required=False,
        help_text="Only these categories; by default all.",
    )
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Of the mails; by default the one that Accept-Language asks for, else English.",
    )


class TokenRequest(serializers.Serializer[Any]):
    """The token from a mail's link."""

    token = serializers.CharField(max_length=128)


class SubscriptionAsked(serializers.Serializer[Any]):
    """A mail with a link follows, unless the address is suppressed."""

    detail = serializers.CharField()


class SubscriptionActive(serializers.Serializer[Any]):
    """The subscription gets mail."""

    active = serializers.BooleanField()
    city = serializers.CharField(help_text="Slug.")
    cadence = serializers.ChoiceField([word.value for word in Cadence])


class _DigestView(APIView):
    authentication_classes: list[Any] = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 while digests are off."""
        super().initial(request, *args, **kwargs)
        if not is_on(Flag.DIGESTS):
            raise Http404


class Subscriptions(_DigestView):
    """Subscribe to the weekly mail."""

    @extend_schema(
        operation_id="subscribe",
        summary="Subscribe to the weekly mail",
        request=SubscriptionRequest,
        responses=described({202: SubscriptionAsked}, 400, 404, 413, 415),
        tags=["subscriptions"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Double opt-in: a mail with a link follows. The answer is the same for every address."""
        asked = SubscriptionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        chosen = [category.slug for category in asked.validated_data.get("categories", [])]
        try:
            services.subscribe(
                asked.validated_data["email"], asked.validated_data["city"], filters={"categories": chosen} if chosen else {},
                sender=network_of(request._request), language=asked.validated_data.get("language", ""),
            )  # fmt: skip
        except TooManyRequests as error:
            raise Throttled(wait=3600, detail=error.detail) from error
        return Response(
            {"detail": gettext("Check your mailbox and confirm.")}, status=status.HTTP_202_ACCEPTED
        )


class ConfirmSubscription(_DigestView):
    """Confirm a subscription."""

    @extend_schema(
        operation_id="subscription_confirm",
        summary="Confirm a subscription",
        request=TokenRequest,
        responses=described({200: SubscriptionActive}, 400, 404, 413, 415),
        tags=["subscriptions"],
    )
    def post(self, request: Request) -> Response:
        """Activate the subscription. Idempotent."""
        asked = TokenRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            subscription = services.confirm(asked.validated_data["token"])
        except UnknownToken as error:
            raise Http404(error.detail) from error
        return Response({"active": True, "city": subscription.city.slug, "cadence": subscription.cadence})


class SubscriptionDetail(_DigestView):
    """One subscription, by its token."""

    @extend_schema(
        operation_id="unsubscribe",
        summary="End a subscription",
        parameters=[
            in_path("token", "The token in the links of its mails.", "9f86d081884c7d659a2feaa0c55ad015")
        ],
        responses=described({204: OpenApiResponse(description="No more mail from this subscription.")}, 404),
        tags=["subscriptions"],
    )
    def delete(self, request: Request, token: str) -> Response:
        """End the subscription. Idempotent."""
        try:
            services.unsubscribe(token)
        except UnknownToken as error:
            raise Http404(error.detail) from error
        return Response(status=status.HTTP_204_NO_CONTENT)
