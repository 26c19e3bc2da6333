"""Reports on events by readers."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.exceptions import NotFound, Throttled, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.bodies import JsonSerializer
from accounts.api.once import once
from accounts.api.texts import Text
from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.limits import REPORTS_OF_EVENT, caller_of, take_for
from events.api.base import BY_ANYBODY, OpenToAll, described, event_in_path, read_id
from events.models import Event
from events.serializers.strict import StrictSerializer
from moderation.corrections import FIELDS
from moderation.enums import ReportKind
from moderation.services.reports import LONGEST_NOTE, Said, report, reporter_of


class Corrections(StrictSerializer):
    """The right values. Times are those of the place (`2026-12-12T20:00`); a price is in words."""

    def get_fields(self) -> dict[str, s.Field]:  # type: ignore[type-arg]
        """One text for each field that a reader can correct."""
        return {
            name: Text(max_length=2000, required=False, allow_blank=True, help_text=about)
            for name, about in FIELDS.items()
        }


class Reported(JsonSerializer):
    """What is wrong with an event."""

    kind = s.ChoiceField([kind.value for kind in ReportKind])
    note = Text(max_length=LONGEST_NOTE, required=False, allow_blank=True, help_text="In your own words.")
    corrections = Corrections(required=False)


class ReportKept(s.Serializer):
    status = s.ChoiceField(["accepted"], help_text="Moderators will look at it.")


class EventReports(OpenToAll):
    """The report of a person counts as that of the account."""

    @extend_schema(
        operation_id="report_event",
        auth=BY_ANYBODY,
        summary="Report or correct an event",
        description="A moderator looks at it. A later report of the same kind by the same reader replaces the earlier one. Twenty an hour from one address.",
        parameters=[event_in_path()],
        request=Reported,
        responses=described({202: ReportKept}, 400, 401, 403, 404, 413, 415),
        tags=["events"],
    )  # fmt: skip
    @once
    def post(self, request: Request, event_id: str) -> Response:
        """Report one event."""
        key = read_id(event_id, "event")
        checked = Reported(data=request.data)
        checked.is_valid(raise_exception=True)
        given = checked.validated_data
        taken = take_for(REPORTS_OF_EVENT, keyed_hash(f"reports of {key}"))
        if not taken.allowed:
            raise Throttled(wait=taken.reset)
        said = Said(
            kind=ReportKind(given["kind"]),
            note=given.get("note", ""),
            corrections=given.get("corrections", {}),
        )
        try:
            report(key, said, reporter=reporter_of(request.user, caller_of(request._request)))
        except Event.DoesNotExist:
            raise NotFound(f"There is no event {key}.") from None
        except InputRefused as refused:
            raise ValidationError({"corrections": [refused.detail]}) from refused
        return Response({"status": "accepted"}, status=202)
