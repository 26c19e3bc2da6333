"""What requests that write events hold: a new event, and changes of one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from rest_framework import serializers as s
from rest_framework.exceptions import ValidationError

from accounts.api.texts import Text
from events.enums import Happening
from events.models import Event
from events.serializers.amounts import Amount
from organizers.api_terms import TermsFields, form_words, refuse_unopened
from organizers.series import Scope
from organizers.times import columns_of, moment
from organizers.writing_form import ACCESS, LOCAL
from pipeline.connectors.inbound.submission import LIMITS
from pipeline.contract.enums import PriceType
from pipeline.contract.fields import SIMPLE
from pipeline.dates.event_times import zone_or_utc
from pipeline.dates.recurrence_rules import FrequencyError, RuleError, parse_rule
from places.models import Place
from places.queries import find_city
from sources.serializers import Submission
from sources.serializers.submitting import EventFields, address_field, line, moment_of

#: Attributes of the serializer that are columns of the event as they are.
_PLAIN: Final = (
    "title", "description", "url", "ticket_url", "online_url", "tags", "performers", "language", "price_type", "price_min", "price_max",
    "sold_out", "capacity", "accessibility", *SIMPLE,
)  # fmt: skip


class _Access(s.MultipleChoiceField):
    """What is said about access, as the event has it: {key: true}."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[(key, key) for key, _ in ACCESS], **more)

    def to_internal_value(self, data: Any) -> Any:
        """{key: true} of the listed keys. Raises ValidationError."""
        return dict.fromkeys(sorted(super().to_internal_value(data)), True)


class EventDraft(TermsFields, Submission):
    """A new event of an organizer of one's own."""

    organizer_id = s.UUIDField(help_text="The organizer whose team you are in, from /api/v1/organizers.")
    rrule = line("rrule", "RFC 5545 without `RRULE:`, for a series; at most 60 dates within 400 days.")
    performers = s.ListField(child=Text(max_length=200), max_length=50, required=False)
    doors = line("doors", "When the doors open, as `start`.")
    capacity = s.IntegerField(min_value=1, max_value=1_000_000, required=False)
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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Terms of registration only where people register here."""
        refuse_unopened(attrs)
        return super().validate(attrs)

    @property
    def told(self) -> dict[str, Any]:
        """What it says, in the words of the form (`organizers.writing_form`)."""
        said: Mapping[str, Any] = self.validated_data
        same = (
            "title", "venue", "address", "description", "category", "language", "age_limit", "url", "ticket_url", "online", "online_url",
            "capacity", "all_day",
        )  # fmt: skip
        found = {name: said[name] for name in same if said.get(name)}
        city = find_city(said["city"]) if said.get("city") else None
        zone = zone_or_utc(city.timezone if city else said.get("timezone", ""))
        for name in ("start", "end", "doors"):
            if said.get(name):
                found[name] = moment(moment_of(said[name]), zone).astimezone(zone).strftime(LOCAL)
        lists = {"tags": ", ".join(said.get("tags", ())), "performers": "\n".join(said.get("performers", ()))}
        found |= {name: text for name, text in lists.items() if text}
        if price := said.get("price") or _price_said(said):
            found["price"] = price
        return {
            **found,
            "city": city.slug if city else "",
            "accessibility": list(said.get("accessibility", {})),
            **(form_words(said) if said.get("registration_required") else {}),
        }


def _price_said(said: Mapping[str, Any]) -> str:
    if said.get("is_free"):
        return "free"
    amounts = [str(said[name]) for name in ("price_min", "price_max") if said.get(name) is not None]
    return f"{said.get('currency', '')} {'-'.join(amounts)}".strip() if amounts else ""


class EventChange(TermsFields, EventFields):
    """The fields to change. What is left out stays as it is."""

    title = Text(max_length=LIMITS["title"], required=False, help_text="What it is called.")
    scope = s.ChoiceField(
        [scope.value for scope in Scope],
        default=Scope.THIS.value,
        help_text="Of a series: this date, `following` for it and those after it, `series` for all that are to come. Other times move each as far.",
    )
    start = line("start", "ISO 8601; without offset the clock at the event, a date for a day without hours.")
    end = line("end", "As `start`. Left out, the event stays as long as it was; empty, the end is not known.")
    doors = line("doors", "When the doors open, as `start`; empty where that is not known.")
    description = line("description", "Plain text or simple HTML.")
    url = address_field("url", "The event's own page.")
    ticket_url = address_field("ticket_url", "Where tickets are sold.")
    online_url = address_field("online_url", "Where it takes place online.")
    category = line("category", "Slug or name of /api/v1/categories.")
    tags = s.ListField(child=Text(max_length=60), max_length=20, required=False)
    performers = s.ListField(child=Text(max_length=200), max_length=50, required=False)
    language = Text(
        max_length=Event._meta.get_field("language").max_length,
        required=False,
        allow_blank=True,
        help_text="BCP 47.",
    )
    price_type = s.ChoiceField([kind.value for kind in PriceType], required=False)
    price_min = Amount(required=False, allow_null=True)
    price_max = Amount(required=False, allow_null=True)
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
    venue = line(
        "venue", "Name of a venue that may not be listed yet, with its `address`, in place of `place`."
    )
    address = line("address", "Street and number of `venue`.")

    def validate_title(self, value: str) -> str:
        """Not empty."""
        if not value.strip():
            raise s.ValidationError(gettext("Say what the event is called."))
        return value

    def validate_doors(self, value: str) -> str:
        """A time."""
        if value and not isinstance(moment_of(value), datetime):
            raise s.ValidationError(gettext("Give a time, such as 2026-12-12T19:00."))
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One venue, and a new one with its address; tickets there or registration here."""
        if "place" in attrs and "venue" in attrs:
            raise s.ValidationError({"venue": [gettext("Give place or venue, not both.")]})
        if bool(attrs.get("venue")) != bool(attrs.get("address")):
            missing = "address" if attrs.get("venue") else "venue"
            raise s.ValidationError(
                {missing: [gettext("Give the name of the venue and its address together.")]}
            )
        return super().validate(attrs)

    @property
    def dates(self) -> Scope:
        """Which dates of a series are meant."""
        return Scope(self.validated_data["scope"])

    @property
    def new_venue(self) -> tuple[str, str] | None:
        """Name and address of a venue that may not be listed."""
        said: Mapping[str, Any] = self.validated_data
        return (said["venue"], said["address"]) if said.get("venue") else None

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
        if "doors" in said:
            found["doors_at"] = _moment_at(said["doors"], event)
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


def _moment_at(text: str, event: Event) -> datetime | None:
    """A time of the event; without offset by the clock there."""
    found = moment_of(text) if text else None
    return moment(found, zone_or_utc(event.timezone)) if isinstance(found, datetime) else None


def _simple(name: str, read: Any, value: str) -> Any:
    found = read(value) if value else None
    if value and found is None:
        raise ValidationError({name: [gettext("This cannot be read; see the example of the field.")]})
    return getattr(Event(), name) if found is None else found


def _moved_end(event: Event, begins: Any, *, is_day: bool) -> Any:
    """The end of an event whose start is moved: it stays as long as it was."""
    if isinstance(begins, datetime) and not is_day:
        start = moment(begins, zone_or_utc(event.timezone))
        return start + (event.end_at - event.start_at) if event.end_at else None
    if not isinstance(begins, datetime) and is_day:
        return begins + timedelta(days=(event.end_date - event.start_date).days)
    return None
