"""Subscriptions through the API: POST, confirm, DELETE."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.addresses import network_of
from accounts.api.bodies import JsonSerializer
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.authentication import TokenAuthentication
from accounts.models import User
from digests import services
from digests.enums import TARGETS, Cadence
from digests.exceptions import TooManyRequests, UnknownTarget, UnknownToken
from digests.targets import NAMES, Wanted, find_target
from events.api.base import described, in_path
from events.serializers.cities import CityField
from flags.models import Flag
from flags.services import is_on
from pipeline.taxonomy import SLUGS
from places.validators import validate_timezone


class SubscriptionRequest(JsonSerializer):
    """A subscriber and what is wanted: a city, or one of the others, which a city narrows where it does not name one."""

    rules: ClassVar = {
        "anyOf": [{"required": [name]} for name in NAMES if name != "category"],  # which needs a city
    }

    email = serializers.EmailField(max_length=254, help_text="Where the confirmation and then the mails go.")
    city = CityField(required=False)
    area = Text(max_length=80, required=False, format="area", help_text="The slug of a part of a city.")
    category = Text(
        max_length=40, required=False, format="category", help_text="A category in the city, by its slug."
    )
    venue = serializers.UUIDField(required=False, help_text="A place by its id.")
    organizer = serializers.UUIDField(required=False, help_text="By its id.")
    performer = Text(max_length=200, required=False, format="performer", help_text="By the name.")
    search = serializers.UUIDField(required=False, help_text="A saved search of the account that asks.")
    categories = serializers.ListField(
        child=serializers.ChoiceField(SLUGS),
        required=False,
        max_length=30,
        help_text="Only these categories; by default all.",
    )
    cadence = serializers.ChoiceField(
        choices=[word.value for word in Cadence],
        default=Cadence.WEEKLY.value,
        help_text="How often; instant is at once.",
    )
    weekday = serializers.IntegerField(
        min_value=0,
        max_value=6,
        required=False,
        help_text="Of weekly mails: 0 is Monday. By default that of the site.",
    )
    hour = serializers.IntegerField(
        min_value=0, max_value=23, required=False, help_text="By the clock there."
    )
    timezone = Text(
        max_length=64,
        format="time-zone",
        required=False,
        validators=[validate_timezone],
        help_text="IANA name; by default the city's.",
    )
    language = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Of the mails; by default the one that Accept-Language asks for, else English.",
    )

    def wishes(self) -> services.Wishes:
        """How often, when and in which language."""
        said = self.validated_data
        chosen = list(dict.fromkeys(said.get("categories", [])))
        return services.Wishes(
            cadence=Cadence(said["cadence"]), weekday=said.get("weekday"), hour=said.get("hour"), timezone=said.get("timezone", ""),
            language=said.get("language", ""), filters={"categories": chosen} if chosen else {},
        )  # fmt: skip

    def target(self, by: User | None) -> Wanted:
        """What it is to. Raises ValidationError, which names the field."""
        said = self.validated_data
        asked = {name: str(said[name]) for name in NAMES if name in said and name != "city"}
        if "city" in said:
            asked["city"] = said["city"].slug
        try:
            return find_target(asked, by=by)
        except UnknownTarget as error:
            raise ValidationError({error.field: [error.detail]}) from error


class TokenRequest(JsonSerializer):
    """The token from a mail's link."""

    token = Text(max_length=128, format="mail-token")


class SubscriptionAsked(serializers.Serializer[Any]):
    """A mail with a link follows, unless the address is suppressed."""

    detail = serializers.CharField()


class SubscriptionActive(serializers.Serializer[Any]):
    """The subscription gets mail."""

    active = serializers.BooleanField()
    city = serializers.CharField(help_text="Slug; empty where it is to something that has no city.")
    kind = serializers.ChoiceField(TARGETS, help_text="What it is to.")
    cadence = serializers.ChoiceField([word.value for word in Cadence])


class _DigestView(APIView):
    authentication_classes: Sequence[type[BaseAuthentication]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 while digests are off."""
        super().initial(request, *args, **kwargs)
        if not is_on(Flag.DIGESTS):
            raise Http404


class Subscriptions(_DigestView):
    """Subscribe to mails. A token is needed for a saved search alone; with one, an address that is proved to be one's own is active at once."""

    authentication_classes = (TokenAuthentication,)

    @extend_schema(
        operation_id="subscribe",
        summary="Subscribe to mails about a city, an area, a category, a search, a venue, an organizer or a performer",
        request=SubscriptionRequest,
        responses=described({202: SubscriptionAsked}, 400, 401, 403, 404, 413, 415),
        tags=["subscriptions"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Double opt-in: a mail with a link follows. The answer is the same for every address."""
        asked = SubscriptionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        by = request.user if isinstance(request.user, User) else None
        target = asked.target(by)
        try:
            services.subscribe(
                asked.validated_data["email"], target, asked.wishes(), by=by, how="api", sender=network_of(request._request)
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
            subscription = services.confirm(asked.validated_data["token"], how="api")
        except UnknownToken as error:
            raise Http404(error.detail) from error
        return Response(
            {
                "active": True,
                "city": subscription.city.slug if subscription.city else "",
                "kind": subscription.kind,
                "cadence": subscription.cadence,
            }
        )


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
            services.unsubscribe(token, how="api")
        except UnknownToken as error:
            raise Http404(error.detail) from error
        return Response(status=status.HTTP_204_NO_CONTENT)
