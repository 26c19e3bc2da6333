"""The secret address of one's calendar."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.once import once
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView, refuse_body
from personal import services
from personal.addresses import calendar_address


class CalendarAddress(s.Serializer[Any]):
    address = s.CharField(
        help_text="Whoever has it can read the calendar. It is told once: a repeated answer (`Idempotency-Replayed`) has an empty one.",
    )


class OwnCalendar(OwnView):
    """The secret address of one's calendar."""

    @extend_schema(
        operation_id="me_calendar_renew",
        summary="A secret address for one's calendar",
        request=None,
        responses=described({201: CalendarAddress}, 400, 401),
        examples=[
            OpenApiExample("address", value={"address": "https://nocturne.example/me/secret/…/calendar.ics"}, response_only=True)
        ],
        tags=["personal"],
    )  # fmt: skip
    @once(blanked=frozenset({"address"}))
    def post(self, request: Request) -> Response:
        """Make it, or make another one: the one before opens nothing any more."""
        refuse_body(request)
        secret = services.renew_calendar(person_of(request))
        return Response({"address": calendar_address(secret)}, status=status.HTTP_201_CREATED)

    @extend_schema(
        operation_id="me_calendar_close",
        summary="Close one's calendar",
        responses=described({204: None}, 400, 401),
        tags=["personal"],
    )
    def delete(self, request: Request) -> Response:
        """The address opens nothing any more."""
        refuse_body(request)
        services.close_calendar(person_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
