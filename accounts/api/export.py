"""`/api/v1/me/export`: everything that is kept about oneself, as a zip."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.once import once
from accounts.api.person import confirmed_person
from accounts.api.serializers import Closing, Export, ExportLink
from accounts.models import DataExport
from accounts.permissions import IsSignedIn
from accounts.privacy import exporting
from accounts.privacy.parts.account import EXPORT_KEPT
from accounts.problems import described
from accounts.signed_in import person_of

_WAITING = {
    "state": "waiting",
    "asked_at": "2026-11-23T09:00:00Z",
    "made_at": None,
    "deleted_at": None,
    "size": 0,
}
_READY = {
    "state": "ready",
    "asked_at": "2026-11-23T09:00:00Z",
    "made_at": "2026-11-23T09:00:20Z",
    "deleted_at": "2026-11-26T09:00:20Z",
    "size": 48213,
}
_LINK = {"url": "https://example.org/accounts/export/confirm/…/", "expires_in": exporting.LINK_SECONDS}


class OwnExport(APIView):
    """Ask for all one's data, and see how far it is."""

    permission_classes = (IsSignedIn,)

    @extend_schema(
        operation_id="me_export",
        summary="How far the zip with one's own data is",
        responses=described({200: Export}, 401),
        examples=[OpenApiExample("ready", value=_READY, response_only=True)],
        tags=["accounts"],
    )
    def get(self, request: Request) -> Response:
        """`none`, `waiting` or `ready`."""
        return Response(_facts(*exporting.state_of(person_of(request))))

    @extend_schema(
        operation_id="me_export_ask",
        summary="Ask for a zip with all one's own data",
        request=None,
        responses=described({202: Export}, 400, 401, 415),
        examples=[OpenApiExample("waiting", value=_WAITING, response_only=True)],
        tags=["accounts"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Gather everything within minutes. A mail and `export.ready` of `user:me` say when it is there."""
        person = person_of(request)
        if request.data:
            raise ValidationError(gettext("This takes no fields."))
        exporting.ask_for_export(person, by=person)
        return Response(_facts(*exporting.state_of(person)), status=status.HTTP_202_ACCEPTED)


class OwnExportLink(APIView):
    """A link to the zip, for the password."""

    permission_classes = (IsSignedIn,)

    @extend_schema(
        operation_id="me_export_link",
        summary="A link that downloads the zip for ten minutes",
        request=Closing,
        responses=described({200: ExportLink}, 400, 401, 404),
        examples=[
            OpenApiExample("password", value={"password": "correct horse battery"}, request_only=True),
            OpenApiExample("link", value=_LINK, response_only=True),
        ],
        tags=["accounts"],
    )
    def post(self, request: Request) -> Response:
        """Needs the password once more. An account without one downloads on the site."""
        person = confirmed_person(request)
        state, export = exporting.state_of(person)
        if export is None or state is not exporting.ExportState.READY:
            raise NotFound(gettext("There is no zip. Ask for one first."))
        path = reverse("account_export_file", args=[exporting.token_for(export)])
        return Response({"url": settings.SITE_URL + path, "expires_in": exporting.LINK_SECONDS})


def _facts(state: exporting.ExportState, export: DataExport | None) -> dict[str, Any]:
    made = export.made_at if export else None
    return {
        "state": state.value,
        "asked_at": export.asked_at.isoformat() if export else None,
        "made_at": made.isoformat() if made else None,
        "deleted_at": (made + EXPORT_KEPT).isoformat() if made else None,
        "size": export.size if export else 0,
    }
