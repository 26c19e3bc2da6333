"""What teams do with their events through the API. Reading is that of `events.api`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers as s
from rest_framework import status
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.errors import Conflict, Outdated
from accounts.api.etags import IF_MATCH, require_version
from accounts.api.once import once
from accounts.api.person import person_of
from accounts.keys.scopes import Scope
from accounts.models import User
from accounts.permissions import IsSignedIn
from accounts.problems import described
from events.api.base import event_etag, event_in_path, read_id
from events.api.events import EventDetail, EventList
from events.enums import Happening
from events.exceptions import BadValue, ChangedMeanwhile, EventError
from events.models import Event, Organizer
from events.public import public_event
from events.queries import for_api
from events.queries.teams import manages, role_of
from events.serializers import PublicEvent
from events.services import edit_own, withdraw_own
from flags.models import Flag
from flags.services import is_on
from organizers.times import columns_of
from organizers.writing_form import ACCESS
from pipeline.contract.enums import PriceType
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc
from pipeline.dates.recurrence_rules import FrequencyError, RuleError, parse_rule
from places.models import SPEAKING, Place
from sources.api.receiving import SUBMITTED, accept, idempotency_key
from sources.serializers import Submission, Submitted
from sources.serializers.submitting import EventFields, address_field, line, moment_of

_READING: Final = ("GET", "HEAD", "OPTIONS")
#: Attributes of the serializer that are columns of the event as they are.
_PLAIN: Final = (
    "title", "description", "url", "ticket_url", "online_url", "tags", "performers", "language", "price_type", "price_min", "price_max",
    "sold_out", "capacity", "accessibility", *SIMPLE,
)  # fmt: skip
_CHANGE: Final = {
    "start": "2026-12-12T21:00",
    "description": "Doors an hour earlier.",
    "price_type": "paid",
    "price_min": "300.00",
    "currency": "INR",
}
_DRAFT: Final = {
    "organizer_id": "0198f1d2-6c3e-7b11-8f00-4b1f0a2c3d4e",
    "title": "Late Trio",
    "start": "2026-12-12T20:00",
    "city": "bengaluru",
    "venue": "The Blue Room",
    "price": "Rs 499",
}


class _Access(s.MultipleChoiceField):
    """What is said about access, as the event has it: {key: true}."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[(key, key) for key, _ in ACCESS], **more)

    def to_internal_value(self, data: Any) -> Any:
        """{key: true} of the listed keys. Raises ValidationError."""
        return dict.fromkeys(sorted(super().to_internal_value(data)), True)


class EventDraft(Submission):
    """A new event of an organizer of one's own."""

    organizer_id = s.UUIDField(help_text="The organizer whose team you are in, from /api/v1/organizers.")
    rrule = line("rrule", "RFC 5545 without `RRULE:`, for a series; at most 60 dates within 400 days.")
    capacity = s.IntegerField(min_value=1, max_value=1_000_000, required=False)
    registration_required = s.BooleanField(required=False)
    accessibility = _Access(required=False, help_text="What there is, such as `wheelchair`, `captions`.")

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """Those of a submission; the organizer is said by its id alone."""
        return {name: field for name, field in super().get_fields().items() if name != "organizer"}

    def validate_rrule(self, value: str) -> str:
        """A rule that can be read."""
        try:
            if value:
                parse_rule(value)
        except (RuleError, FrequencyError) as error:
            raise s.ValidationError(
                gettext("This is no rule. Write one such as FREQ=WEEKLY;BYDAY=FR;COUNT=10.")
            ) from error
        return value


class EventChange(EventFields):
    """The fields to change. What is left out stays as it is."""

    title = line("title", "What it is called.")
    start = line("start", "ISO 8601; without offset the clock at the event, a date for a day without hours.")
    end = line("end", "As `start`. Left out, the event stays as long as it was; empty, the end is not known.")
    description = line("description", "Plain text or simple HTML.")
    url = address_field("url", "The event's own page.")
    ticket_url = address_field("ticket_url", "Where tickets are sold.")
    online_url = address_field("online_url", "Where it takes place online.")
    category = line("category", "Slug or name of /api/v1/categories.")
    tags = s.ListField(child=s.CharField(max_length=60), max_length=20, required=False)
    performers = s.ListField(child=s.CharField(max_length=200), max_length=50, required=False)
    language = line("language", "BCP 47.")
    price_type = s.ChoiceField([kind.value for kind in PriceType], required=False)
    price_min = s.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    price_max = s.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = s.RegexField(r"^[A-Z]{3}$", required=False, help_text="ISO 4217.")
    happening = s.ChoiceField(
        [kind.value for kind in Happening],
        required=False,
        help_text="Whether it takes place; `cancelled` stays on the site, marked so.",
    )
    sold_out = s.BooleanField(required=False)
    capacity = s.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True)
    accessibility = _Access(required=False, help_text="What there is, in place of what was said before.")
    place = s.UUIDField(required=False, help_text="Id of another venue, from /api/v1/places.")

    def validate_title(self, value: str) -> str:
        """Not empty."""
        if not value.strip():
            raise s.ValidationError(gettext("Say what the event is called."))
        return value

    def validate_place(self, value: UUID) -> UUID:
        """A venue that there is; the one that it was merged into."""
        place = Place.objects.filter(pk=value).only("pk", "merged_into_id").first()
        if place is None:
            raise s.ValidationError(gettext("There is no such venue; see /api/v1/places."))
        return place.merged_into_id or place.pk

    def columns(self, event: Event) -> dict[str, Any]:
        """The valid fields as columns of the event. Raises ValidationError for times and values that do not fit."""
        said: Mapping[str, Any] = self.validated_data
        found = {name: said[name] for name in _PLAIN if name in said}
        for name, how in SIMPLE.items():
            if name in found:
                found[name] = _simple(name, how.read, found[name])
        renamed = {"category": "category_id", "currency": "price_currency", "place": "place_id"}
        found |= {column: said[name] for name, column in renamed.items() if name in said}
        if "happening" in said:
            found["happening"] = said["happening"]
        return found | self._times(event)

    def _times(self, event: Event) -> dict[str, Any]:
        said: Mapping[str, Any] = self.validated_data
        if not {"start", "end"} & said.keys():
            return {}
        zone = zone_or_utc(event.timezone)
        is_day = event.all_day or not event.time_known
        start = moment_of(said["start"]) if "start" in said else None
        end = moment_of(said["end"]) if said.get("end") else None
        begins = start or (event.start_date if is_day else event.start_at)
        if "end" not in said:
            end = _moved_end(event, begins, is_day=is_day)
        if end is not None and isinstance(begins, datetime) != isinstance(end, datetime):
            raise ValidationError(
                {"end": [gettext("Give start and end alike: both with a time, or both as dates.")]}
            )
        try:
            return columns_of(begins, end, zone=zone)
        except ValueError:
            raise ValidationError({"end": [gettext("This must not be before the start.")]}) from None


class _Written(APIView):
    """A public view that people with an account also write by."""

    def get_authenticators(self) -> list[BaseAuthentication]:
        """None to read, so that answers may be kept for everybody."""
        return [] if self._reads() else [kind() for kind in APIView.authentication_classes]

    def get_permissions(self) -> list[Any]:
        """Everybody reads."""
        return [] if self._reads() else [IsSignedIn()]

    def _reads(self) -> bool:
        return self.request is None or self.request.method in _READING


class EventsOwn(_Written, EventList):
    """The list, and new events of organizers."""

    scopes: ClassVar = {"POST": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_create",
        summary="Tell of an event of one's organizer",
        description="It goes the way of all events: a worker reads it, and a moderator looks at what is doubtful. `follow_url` says what becomes of it.",
        request=EventDraft,
        responses=described({202: Submitted, 200: Submitted}, 400, 401, 403, 404, 413, 415, 422),
        examples=[
            OpenApiExample("event", value=_DRAFT, request_only=True),
            OpenApiExample("accepted", value=SUBMITTED, response_only=True, status_codes=["202"]),
        ],
        tags=["events"],
    )
    @once
    def post(self, request: Request) -> Response:
        """Tell of a new event, as owner or editor of its organizer."""
        if not is_on(Flag.SUBMISSIONS):
            raise Http404
        person, asked = person_of(request), EventDraft(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = dict(asked.validated_data)
        organizer = _own_organizer(person, fields.pop("organizer_id"))
        key = idempotency_key(request)
        return accept(
            {**fields, "organizer": organizer.name}, key=f"{person.pk} {key}" if key else "", by=person
        )


class EventOwn(_Written, EventDetail):
    """One event, and its changes by the team of its organizer or venue."""

    scopes: ClassVar = {"PATCH": Scope.EVENTS_WRITE, "DELETE": Scope.EVENTS_WRITE}

    @extend_schema(
        operation_id="event_change",
        summary="Change an event of one's organizer or venue",
        description="Its sources do not overwrite what a team said. What a moderator set stays.",
        parameters=[event_in_path(), IF_MATCH],
        request=EventChange,
        responses=described({200: PublicEvent}, 400, 401, 403, 404, 409, 412, 413, 415),
        examples=[OpenApiExample("change", value=_CHANGE, request_only=True)],
        tags=["events"],
    )
    def patch(self, request: Request, event_id: str) -> Response:
        """Change the given fields, all or none."""
        pk, person, asked = read_id(event_id, "event"), person_of(request), EventChange(data=request.data)
        asked.is_valid(raise_exception=True)
        held = Event.objects.filter(pk=pk).first()
        # who is in no team learns from no error what the event is; `edit_own` refuses them
        columns = asked.columns(held) if held is not None and manages(person, held) else {}
        try:
            edit_own(pk, columns, by=person, version=require_version(request))
        except ChangedMeanwhile as changed:
            raise Outdated from changed
        except BadValue as bad:
            raise ValidationError(bad.detail) from bad
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        told = public_event(for_api(Event.objects.filter(pk=pk)).get())
        return Response(told, headers={"ETag": event_etag(told)})

    @extend_schema(
        operation_id="event_withdraw",
        summary="Take an event of one's organizer or venue off the site",
        parameters=[event_in_path(), IF_MATCH],
        responses=described(
            {
                204: OpenApiResponse(
                    description="It is gone; its address says that its organizer withdrew it."
                )
            },
            401,
            403,
            404,
            409,
            412,
        ),
        tags=["events"],
    )
    def delete(self, request: Request, event_id: str) -> Response:
        """Withdraw an event. One that does not take place is better cancelled: PATCH `happening`."""
        try:
            withdraw_own(read_id(event_id, "event"), by=person_of(request), version=require_version(request))
        except ChangedMeanwhile as changed:
            raise Outdated from changed
        except EventError as refused:
            raise Conflict(refused.detail) from refused
        return Response(status=status.HTTP_204_NO_CONTENT)


def _own_organizer(person: User, organizer_id: UUID) -> Organizer:
    """The organizer, where the person speaks for it. Raises ValidationError."""
    role = role_of(person, organizer_id)
    if role not in SPEAKING:
        raise ValidationError(
            {"organizer_id": [gettext("You are in no team of this organizer, or only help.")]}
        )
    return Organizer.objects.get(pk=organizer_id)


def _simple(name: str, read: Any, value: str) -> Any:
    found = read(value) if value else None
    if value and found is None:
        raise ValidationError({name: [gettext("This cannot be read; see the example of the field.")]})
    return getattr(Event(), name) if found is None else found


def _moved_end(event: Event, begins: Any, *, is_day: bool) -> Any:
    """The end of an event whose start is moved: it stays as long as it was."""
    if isinstance(begins, datetime) and not is_day:
        zone = zone_or_utc(event.timezone)
        start = begins if begins.tzinfo else begins.replace(tzinfo=zone)
        return start + (event.end_at - event.start_at) if event.end_at else None
    if not isinstance(begins, datetime) and is_day:
        return begins + timedelta(days=(event.end_date - event.start_date).days)
    return None
