"""Consent to the log, through the API."""

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.problems import described
from accounts.signed_in import person_of
from events.api.base import OwnView
from insights import queries, readers, services
from insights.records import Reader


class InsightsWish(JsonSerializer):
    """Yes or no to the log."""

    rules: ClassVar = {"required": ["agreed"]}  # of a PATCH, whose fields are optional elsewhere

    agreed = s.BooleanField(
        help_text="True: what you do here is kept from now on. False: it is not, and all of it is deleted at once."
    )


class InsightsFacts(s.Serializer[Any]):
    agreed = s.BooleanField(help_text="False until you say yes.")
    agreed_at = s.DateTimeField(allow_null=True)
    wording = s.IntegerField(allow_null=True, help_text="Version of the text that you agreed to.")
    interactions = s.IntegerField(help_text="How many the log holds of you.")
    kept_days = s.IntegerField(help_text="Each goes after so many days.")


_OFF = {"agreed": False, "agreed_at": None, "wording": None, "interactions": 0, "kept_days": 396}
_ON = {
    "agreed": True,
    "agreed_at": "2026-11-26T12:00:00Z",
    "wording": 1,
    "interactions": 12,
    "kept_days": 396,
}


class OwnInsights(OwnView):
    """Whether what one does here is kept."""

    @extend_schema(
        operation_id="me_insights",
        summary="Whether what you do here is kept",
        responses=described({200: InsightsFacts}, 401, 404),
        examples=[OpenApiExample("off", value=_OFF, response_only=True)],
        tags=["personal"],
    )
    def get(self, request: Request) -> Response:
        """The consent to the log of interactions, and how much it holds."""
        return Response(_told(_reader(request)))

    @extend_schema(
        operation_id="me_insights_change",
        summary="Agree that what you do here is kept, or withdraw it",
        request=InsightsWish,
        responses=described({200: InsightsFacts}, 400, 401, 404),
        examples=[
            OpenApiExample("yes", value={"agreed": True}, request_only=True),
            OpenApiExample("on", value=_ON, response_only=True),
        ],
        tags=["personal"],
    )
    def patch(self, request: Request) -> Response:
        """Say yes or no. A no deletes everything at once, and what you hid. Said again it changes nothing."""
        reader = _reader(request)
        asked = InsightsWish(data=request.data)
        asked.is_valid(raise_exception=True)
        if not asked.validated_data["agreed"]:
            services.withdraw(reader)
        elif readers.is_offered(reader):
            services.agree(reader)
        return Response(_told(reader))

    @extend_schema(
        operation_id="me_insights_withdraw",
        summary="Delete all that is kept of what you do here",
        responses=described({204: None}, 401, 404),
        tags=["personal"],
    )
    def delete(self, request: Request) -> Response:
        """Withdraw the consent: everything is deleted at once."""
        services.withdraw(_reader(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _reader(request: Request) -> Reader:
    """The account. Raises Http404 where the flag is off, but for those who agreed."""
    reader = Reader(user_id=person_of(request).pk)
    if not readers.is_offered(reader) and queries.participant_of(reader) is None:
        raise Http404("off")
    return reader


def _told(reader: Reader) -> dict[str, Any]:
    row = queries.participant_of(reader)
    return {
        "agreed": row is not None,
        "agreed_at": row.agreed_at.isoformat() if row else None,
        "wording": row.wording if row else None,
        "interactions": queries.kept_of(row),
        "kept_days": services.KEPT.days,
    }
