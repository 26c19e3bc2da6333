"""What is sent to us and what staff read of sources and runs, as OpenAPI describes them; submissions are checked by theirs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.validators import URLValidator
from rest_framework import serializers as s

from events.taxonomy import canonical
from sources.connectors.submission import LIMITS
from sources.enums import Coverage, RunState, SourceType, Trust

#: Named in SPECTACULAR_SETTINGS, so that equal field names get telling names of their own.
SOURCE_TYPES = [word.value for word in SourceType]
RUN_STATES = [word.value for word in RunState]
_WEB = URLValidator(schemes=["http", "https"])


def address_field(name: str, about: str) -> s.CharField:
    """A web address, not longer than a submission's may be."""
    return s.CharField(max_length=LIMITS[name], validators=[_WEB], required=False, allow_blank=True, help_text=about)


def line(name: str, about: str, *, required: bool = False) -> s.CharField:
    """A text of a submission."""
    return s.CharField(max_length=LIMITS[name], required=required, allow_blank=not required, help_text=about)


class Submission(s.Serializer):
    """An event that someone tells of. A person looks at it before it is listed."""

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
    tags = s.ListField(child=s.CharField(max_length=60), max_length=20, required=False)
    organizer = line("organizer", "Who makes it happen: a group or a business.")
    price = line("price", "As one would say it, such as `Rs 500` or `free`.")
    price_min = s.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)
    price_max = s.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False)
    currency = s.RegexField(r"^[A-Z]{3}$", required=False, help_text="ISO 4217.")
    is_free = s.BooleanField(required=False)
    all_day = s.BooleanField(required=False)
    online = s.BooleanField(required=False)
    language = line("language", "BCP 47.")

    def to_internal_value(self, data: Any) -> Any:
        """As DRF does; unknown fields are told by name instead of being lost."""
        if isinstance(data, Mapping):
            unknown = {str(name)[:80]: ["There is no such field here."] for name in data.keys() - self.fields.keys()}
            if unknown:
                raise s.ValidationError(unknown)
        return super().to_internal_value(data)

    def validate_timezone(self, value: str) -> str:
        """An IANA name."""
        if value and value not in available_timezones():
            raise s.ValidationError("Use an IANA name such as Asia/Kolkata.")
        return value

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

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """An end that is not before the start, where the two can be compared."""
        start, end = moment_of(attrs["start"]), moment_of(attrs["end"]) if attrs.get("end") else None
        comparable = isinstance(start, datetime) == isinstance(end, datetime)
        if isinstance(start, datetime) and isinstance(end, datetime):
            comparable = (start.tzinfo is None) == (end.tzinfo is None)
        if end is not None and comparable and end < start:
            raise s.ValidationError({"end": ["This must not be before the start."]})
        return attrs


def moment_of(text: str) -> datetime | date:
    """A time or a date in ISO 8601, of the years in which we plan. Raises ValidationError with the remedy."""
    try:
        value = date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        if not 2000 <= value.year <= 2200:
            raise ValueError
    except ValueError:
        raise s.ValidationError(
            "Use ISO 8601, such as 2026-12-12T20:00 or 2026-12-12T20:00:00+05:30, or a date such as 2026-12-12."
        ) from None
    return value


class Accepted(s.Serializer):
    run = s.UUIDField(help_text="The run that takes it in.")
    status = s.ChoiceField(["accepted", "known"], help_text="`known`: the same came before.")


class ScanRun(s.Serializer):
    source = s.CharField(help_text="Slug.")  # type: ignore[assignment]  # a field, not the serializer\'s own source
    run = s.UUIDField()
    status = s.ChoiceField(["started", "running", "recent"], help_text="Begun now, under way already, or ended a moment ago.")


class Scan(s.Serializer):
    city = s.CharField()
    runs = ScanRun(many=True)


class SourceFacts(s.Serializer):
    id = s.UUIDField()
    slug = s.CharField()
    name = s.CharField()
    type = s.ChoiceField(SOURCE_TYPES)
    connector = s.CharField()
    url = s.CharField()
    city = s.CharField(allow_null=True)
    trust = s.ChoiceField([word.value for word in Trust])
    priority = s.IntegerField()
    is_active = s.BooleanField()
    is_sample = s.BooleanField()
    schedule_minutes = s.IntegerField()
    next_fetch_at = s.DateTimeField()
    last_fetched_at = s.DateTimeField(allow_null=True)
    covered_at = s.DateTimeField(allow_null=True)
    consecutive_failures = s.IntegerField()
    last_error = s.CharField()


class RunFacts(s.Serializer):
    id = s.UUIDField()
    source = s.CharField(help_text="Slug.")  # type: ignore[assignment]  # a field, not the serializer\'s own source
    state = s.ChoiceField(RUN_STATES)
    requested_by = s.CharField()
    started_at = s.DateTimeField()
    finished_at = s.DateTimeField(allow_null=True)
    seconds = s.FloatField(allow_null=True)
    coverage = s.ChoiceField([word.value for word in Coverage])
    events_found = s.IntegerField()
    events_processed = s.IntegerField()
    events_approved = s.IntegerField()
    new = s.IntegerField()
    changed = s.IntegerField()
    unchanged = s.IntegerField()
    moved = s.IntegerField()
    missing = s.IntegerField()
    merged = s.IntegerField()
    dropped = s.DictField(child=s.IntegerField())
    error_code = s.CharField()
    error_detail = s.CharField()
    request_id = s.CharField()


class PayloadFacts(s.Serializer):
    url = s.CharField()
    status = s.IntegerField()
    content_type = s.CharField()
    size = s.IntegerField()
    sha256 = s.CharField()
    fetched_at = s.DateTimeField()


class RunDetail(RunFacts):
    steps = s.DictField(child=s.JSONField())
    http = s.DictField(child=s.JSONField())
    payloads = PayloadFacts(many=True)


class SourcePage(s.Serializer):
    results = SourceFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField()


class RunPage(s.Serializer):
    results = RunFacts(many=True)
    next = s.CharField(allow_null=True)
    has_more = s.BooleanField()
    total = s.IntegerField()


class Triggered(s.Serializer):
    run = s.UUIDField()
    status = s.ChoiceField(["started", "running"])


class Validation(s.Serializer):
    """A source's configuration, and what it makes of an answer; nothing is stored and nothing is fetched."""

    content = s.CharField(max_length=1_000_000, trim_whitespace=False, help_text="The answer of the source, as text.")
    connector = s.CharField(required=False, max_length=40, help_text="Detected where it is not named.")
    config = s.DictField(child=s.JSONField(allow_null=True), required=False)
    base_url = s.CharField(required=False, max_length=2000, help_text="The address from which the content counts as fetched.")
    content_type = s.CharField(required=False, max_length=200)
    city = s.CharField(required=False, max_length=80, help_text="Slug.")


class Validated(s.Serializer):
    connector = s.CharField()
    found = s.IntegerField()
    kept = s.IntegerField()
    is_cut = s.BooleanField(help_text="Whether reading stopped at the limit.")
    dropped = s.DictField(child=s.IntegerField())
    results = s.ListField(child=s.DictField(child=s.JSONField()), help_text="The first 20 records as the connector read them.")
