"""Sources and runs as staff see them, for OpenAPI."""

from typing import Any, ClassVar

from rest_framework import serializers as s

from accounts.api.bodies import JsonSerializer
from accounts.api.texts import Text
from pipeline.contract.enums import Coverage, SourceType
from sources.enums import Health, RunState, Trust

#: Named in SPECTACULAR_SETTINGS, so that equal field names get distinct enum names.
SOURCE_TYPES = [word.value for word in SourceType]
RUN_STATES = [word.value for word in RunState]


_SCANNED = "Begun now, under way already, or asked a moment ago."


class ScanRun(s.Serializer):
    source = s.CharField(help_text="Slug.")  # type: ignore[assignment]  # a field, not the serializer\'s own source
    run = s.UUIDField()
    status = s.ChoiceField(["started", "running", "recent"], help_text=_SCANNED)
    found = s.IntegerField()
    new = s.IntegerField()


class Scan(s.Serializer):
    city = s.CharField()
    scan = s.UUIDField(allow_null=True, help_text="The job; null where the city has no source to ask.")
    status = s.ChoiceField(["started", "running", "recent", "none"], help_text=f"{_SCANNED} none: no source.")
    started_at = s.DateTimeField(allow_null=True)
    next_at = s.DateTimeField(allow_null=True, help_text="From then on the city can be scanned again.")
    waiting = s.IntegerField(help_text="Sources whose turn is still to come.")
    runs = ScanRun(many=True)


class SharesFacts(s.Serializer):
    events = s.IntegerField(help_text="Events that were judged.")
    published = s.IntegerField()
    published_share = s.FloatField(allow_null=True, help_text="0 to 1; null without events.")
    sample = s.CharField(help_text="Name of the sample that was read last; empty without one.")
    read = s.IntegerField(help_text="Events of this sample that a moderator read.")
    wrong = s.IntegerField()
    wrong_share = s.FloatField(allow_null=True, help_text="0 to 1; null where nothing was read.")


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
    health = s.ChoiceField([word.value for word in Health], help_text="How it does.")
    health_since = s.DateTimeField()
    health_detail = s.CharField(help_text="What is wrong, and what to do; empty where all is well.")
    failing_chance = s.FloatField(
        allow_null=True,
        help_text="That it fails or brings nothing on a day of the coming three, 0 to 1; null where nothing better than a naive "
        "forecast says it.",
    )
    untold = s.ListField(
        child=s.CharField(),
        help_text="Facts that the source cannot tell; its events are complete without them.",
    )
    gates = s.DictField(
        child=s.CharField(),
        help_text="Quality gates that differ from the general ones: weight,threshold or off.",
    )
    events_discovered = s.IntegerField(help_text="New events of all its runs.")
    success_rate = s.FloatField(
        allow_null=True,
        help_text="0 to 1: runs of the last 30 days that ended well, of those that ended; null where none has.",
    )
    shares = SharesFacts(help_text="How much is published, and how much of a read sample is wrong.")
    schedule_minutes = s.IntegerField()
    schedule_at = s.RegexField(
        r"^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]$",
        allow_null=True,
        help_text="Once a day at this time by the clock of its city, such as `02:00:00`, instead of every so many minutes.",
    )
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
    cancel_requested_at = s.DateTimeField(allow_null=True)
    discovery = s.UUIDField(allow_null=True, help_text="The job that it belongs to.")
    params = s.DictField(child=s.JSONField(), help_text="What was asked beyond the source's configuration.")
    progress = s.DictField(
        child=s.JSONField(),
        help_text="phase (queued, fetching, waiting, processing), pages, found, new, changed, …",
    )
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
    quality = s.DictField(
        child=s.JSONField(),
        help_text="Of what was refined: mean score, grades, by gate, the commonest problems; {} for none.",
    )
    http = s.DictField(child=s.JSONField())
    exchanges = s.ListField(
        child=s.DictField(child=s.JSONField()), help_text="The last requests, the latest last."
    )
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


class Validation(JsonSerializer):
    """A source's configuration with an answer, or events themselves.

    Nothing is stored and nothing is fetched.
    """

    rules: ClassVar = {"oneOf": [{"required": ["content"]}, {"required": ["events"]}]}

    content = Text(
        max_length=1_000_000,
        trim_whitespace=False,
        required=False,
        help_text="The answer of the source, as text.",
    )
    events = s.ListField(
        child=s.DictField(child=s.JSONField(allow_null=True)), required=False, min_length=1, max_length=1_000,
        help_text="Or events as JSON, in the fields of a normalized event or others that a webhook may have.",
    )  # fmt: skip
    connector = Text(
        required=False, max_length=40, format="connector", help_text="Detected where it is not named."
    )
    config = s.DictField(child=s.JSONField(allow_null=True), required=False)
    base_url = Text(
        format="uri",
        required=False,
        max_length=2000,
        help_text="The address from which the content counts as fetched.",
    )
    content_type = Text(required=False, max_length=200)
    city = Text(
        required=False,
        max_length=80,
        format="city",
        help_text="Slug, or its old id such as `ca--los-angeles`.",
    )
    now = s.DateTimeField(required=False, help_text="Freezes the clock, so that old answers stay useful.")

    def validate(self, attrs: Any) -> Any:
        """Require one of the two, not both."""
        if ("content" in attrs) == ("events" in attrs):
            raise s.ValidationError({"content": "Give either content or events."})
        return attrs


class ValidatedItem(s.Serializer):
    external_id = s.CharField()
    recurrence_id = s.CharField()
    title = s.CharField()
    start = s.CharField(allow_null=True)
    end = s.CharField(allow_null=True)
    timezone = s.CharField()
    category = s.CharField()
    url = s.CharField()
    status = s.CharField()
    venue = s.CharField()
    city = s.CharField()
    notes = s.ListField(child=s.CharField(), help_text="What was guessed, cut or left out.")
    quality = s.DictField(
        child=s.JSONField(), help_text="Score, grade, threshold, and each gate with what would mend it."
    )
    flags = s.ListField(child=s.DictField(child=s.JSONField()), help_text="Check, reason and evidence.")
    passed = s.BooleanField(help_text="Whether the quality alone lets it be published.")


class RefusedItem(s.Serializer):
    external_id = s.CharField()
    recurrence_id = s.CharField()
    title = s.CharField()
    reason = s.CharField()
    detail = s.CharField()


class Validated(s.Serializer):
    connector = s.CharField()
    found = s.IntegerField()
    kept = s.IntegerField()
    is_cut = s.BooleanField(help_text="Whether reading stopped at the limit.")
    dropped = s.DictField(child=s.IntegerField())
    results = ValidatedItem(many=True, help_text="The first 200 that are kept.")
    refused = RefusedItem(many=True, help_text="The first 200 that are dropped.")
    summary = s.DictField(
        child=s.JSONField(),
        help_text="The same object that inspect_source prints, with the report on quality.",
    )


class ValidationWaits(s.Serializer):
    token = s.CharField()
    status = s.ChoiceField(["waiting"])
    url = s.CharField(help_text="Where the answer will be.")
