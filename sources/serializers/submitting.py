"""Submissions: validation and description."""

from datetime import date, datetime
from typing import Any, Final

from django.core.validators import URLValidator
from rest_framework import serializers as s

from accounts.api.texts import Text
from events.serializers.amounts import Amount
from events.serializers.strict import StrictSerializer
from pipeline.connectors.inbound.submission import LIMITS
from pipeline.contract.fields import SIMPLE
from pipeline.taxonomy import canonical
from places.validators import validate_timezone

_WEB = URLValidator(schemes=["http", "https"])


def address_field(name: str, about: str) -> Text:
    """A web address, not longer than a submission's may be."""
    return Text(max_length=LIMITS[name], validators=[_WEB], required=False, allow_blank=True, help_text=about)


#: What the texts of some fields name (`Text.format`).
_FORMATS: Final = {
    "start": "event-time",
    "end": "event-time",
    "doors": "event-time",
    "category": "category",
    "timezone": "time-zone",
    "rrule": "rrule",
    "age_limit": "age-limit",
}


def line(name: str, about: str, *, required: bool = False) -> Text:
    """A text of a submission; of a price also a number, since people's programs send it as one."""
    return Text(
        max_length=LIMITS[name],
        required=required,
        allow_blank=not required,
        help_text=about,
        format=_FORMATS.get(name, ""),
        numbers=name == "price",
    )


class EventFields(StrictSerializer):
    """What every event that people write has in common: the simple fields of the table, and how times and categories are said."""

    def get_fields(self) -> dict[str, s.Field[Any, Any, Any, Any]]:
        """The fields of the class, and the simple ones of the table (`pipeline.contract.fields`)."""
        simple = {name: line(name, f"{how.about}, such as `{how.example}`.") for name, how in SIMPLE.items()}
        return {**super().get_fields(), **simple}

    def validate_category(self, value: str) -> str:
        """A category's slug for any of its names."""
        if value and not canonical(value):
            raise s.ValidationError("There is no such category; see /api/v1/categories.")
        return canonical(value)

    def validate_start(self, value: str) -> str:
        """A time or a date."""
        moment_of(value)
        return value

    def validate_end(self, value: str) -> str:
        """A time or a date."""
        if value:
            moment_of(value)
        return value


class Submission(EventFields):
    """An event that someone submits. A moderator checks it before it is listed."""

    title = line("title", "What it is called.", required=True)
    start = line("start", "ISO 8601: a time, or a date where only the day is known.", required=True)
    end = line("end", "As `start`; of a date, the last day.")
    timezone = line("timezone", "IANA name for times without offset; a known city has its own.")
    description = line("description", "Plain text or simple HTML.")
    venue = line("venue", "Name of the place.")
    address = line("address", "Street and number.")
    city = line("city", "Slug of /api/v1/cities, or a name.")
    country = line("country", "Name or ISO 3166-1 alpha-2.")
    url = address_field("url", "The event's own page.")
    ticket_url = address_field("ticket_url", "Where tickets are sold.")
    online_url = address_field("online_url", "Where it takes place online.")
    image = address_field("image", "A picture.")
    category = line("category", "Slug or name of /api/v1/categories.")
    tags = s.ListField(child=Text(max_length=60), max_length=20, required=False)
    organizer = line("organizer", "Who makes it happen: a group or a business.")
    price = line("price", "As one would say it, such as `Rs 500` or `free`.")
    price_min = Amount(required=False)
    price_max = Amount(required=False)
    currency = s.RegexField(r"^[A-Z]{3}$", required=False, help_text="ISO 4217.")
    is_free = s.BooleanField(required=False)
    all_day = s.BooleanField(required=False)
    online = s.BooleanField(required=False)
    language = line("language", "BCP 47.")

    def validate_timezone(self, value: str) -> str:
        """An IANA name."""
        if value:
            validate_timezone(value)
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Require an end that is not before the start, where the two can be compared."""
        start, end = moment_of(attrs["start"]), moment_of(attrs["end"]) if attrs.get("end") else None
        comparable = isinstance(start, datetime) == isinstance(end, datetime)
        if isinstance(start, datetime) and isinstance(end, datetime):
            comparable = (start.tzinfo is None) == (end.tzinfo is None)
        if end is not None and comparable and end < start:
            raise s.ValidationError({"end": ["This must not be before the start."]})
        return attrs


def moment_of(text: str) -> datetime | date:
    """A time or a date in ISO 8601, within supported years. Raises ValidationError with the remedy."""
    try:
        value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        if not 2000 <= value.year <= 2200:
            raise ValueError
    except ValueError:
        raise s.ValidationError(
            "Use ISO 8601, such as 2026-12-12T20:00 or 2026-12-12T20:00:00+05:30, or a date such as 2026-12-12."
        ) from None
    return value


RECEIPTS: Final = ["accepted", "known"]


class Accepted(s.Serializer):
    run = s.UUIDField(help_text="The run that processes it.")
    status = s.ChoiceField(RECEIPTS, help_text="`known`: the same was sent before.")


class Submitted(Accepted):
    follow_url = s.URLField(
        required=False,
        help_text="The page that says what becomes of it, with messages and the appeal. Whoever has the address can "
        "write there. Missing where the same key is used long after, when the body cannot be compared any more.",
    )
