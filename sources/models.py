"""Everything that enters: sources, their runs, what they sent, and what each said of one occurrence."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from sources.enums import Coverage, RunState, SourceType, StagedState, Trust


def _choices(words: type) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]  # type: ignore[attr-defined]


class Source(models.Model):
    """Where events come from: configuration, owner, schedule, terms, trust and health. `config` fits the connector's typed schema."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=10, choices=_choices(SourceType))
    connector = models.CharField(max_length=40)
    config = models.JSONField(default=dict, blank=True)
    credentials = EncryptedTextField(blank=True, default="", help_text="encrypted; JSON of the connector's credentials")
    url = models.CharField(max_length=2000, blank=True, default="", help_text="where a reader may see it")
    city = models.ForeignKey("places.City", null=True, blank=True, on_delete=models.SET_NULL, related_name="sources")
    timezone = models.CharField(max_length=64, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    default_category = models.CharField(max_length=20, blank=True, default="")
    owner = models.ForeignKey("accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="sources")
    trust = models.CharField(max_length=8, default=Trust.NORMAL, choices=_choices(Trust))
    priority = models.SmallIntegerField(default=0, help_text="higher is fetched first")
    rate_limit = models.PositiveIntegerField(default=60, help_text="requests per window")
    rate_window_seconds = models.PositiveIntegerField(default=60)
    max_bytes = models.PositiveIntegerField(default=10 * 1024 * 1024)
    obey_robots = models.BooleanField(default=True)
    terms = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=False, help_text="an inactive source is never fetched by the clock")
    is_sample = models.BooleanField(default=False)
    schedule_minutes = models.PositiveIntegerField(default=360)
    next_fetch_at = models.DateTimeField(default=now)
    last_fetched_at = models.DateTimeField(null=True, blank=True)
    covered_at = models.DateTimeField(null=True, blank=True, help_text="the last run that covered all of it")
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="a run holds the source; a crashed one loses it then")
    checkpoint = models.JSONField(default=dict, blank=True)
    validators = models.JSONField(default=dict, blank=True, help_text="ETag and Last-Modified by URL")
    consecutive_failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True, default="")
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(fields=["next_fetch_at", "-priority"], name="source_due", condition=Q(is_active=True))]
        constraints = [
            models.CheckConstraint(name="source_type", condition=Q(type__in=[t.value for t in SourceType])),
            models.CheckConstraint(name="source_trust", condition=Q(trust__in=[t.value for t in Trust])),
            models.CheckConstraint(name="source_rate", condition=Q(rate_limit__gte=1, rate_window_seconds__gte=1)),
            models.CheckConstraint(name="source_max_bytes", condition=Q(max_bytes__gte=1024, max_bytes__lte=32 * 1024 * 1024)),
            models.CheckConstraint(name="source_schedule", condition=Q(schedule_minutes__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name


class FetchRun(models.Model):
    """One attempt at one source, with HTTP facts and counts. `requested_by` is clock, command, webhook or a person's address-free id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=11, default=RunState.RUNNING, choices=_choices(RunState))
    requested_by = models.CharField(max_length=60, default="clock")
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(null=True, blank=True, help_text="execution time")
    coverage = models.CharField(max_length=8, default=Coverage.PARTIAL, choices=_choices(Coverage))
    covered_until = models.DateTimeField(null=True, blank=True)
    events_found = models.PositiveIntegerField(default=0)
    events_processed = models.PositiveIntegerField(default=0)
    events_approved = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    dropped = models.JSONField(default=dict, blank=True)
    steps = models.JSONField(default=dict, blank=True, help_text="what each step counted, and its seconds")
    http = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["source", "-started_at"], name="run_source_started"),
            models.Index(fields=["-started_at"], name="run_started"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source"], condition=Q(state="running"), name="run_one_at_a_time"),
            models.CheckConstraint(name="run_state", condition=Q(state__in=[s.value for s in RunState])),
            models.CheckConstraint(name="run_coverage", condition=Q(coverage__in=[c.value for c in Coverage])),
            models.CheckConstraint(
                name="run_finished_is_dated",
                condition=Q(state="running", finished_at__isnull=True) | (~Q(state="running") & Q(finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class Payload(models.Model):
    """Raw bytes as they came, zlib-compressed. Partitioned by `month`, dropped by partition, read through (month, id) without a foreign key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    month = models.DateField(help_text="first day of the month, the partition key")
    source_id = models.UUIDField()
    run_id = models.UUIDField()
    url = models.CharField(max_length=2000, blank=True, default="")
    content_type = models.CharField(max_length=200, blank=True, default="")
    status = models.PositiveSmallIntegerField(default=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField()
    fetched_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["source_id", "-fetched_at"], name="payload_source_fetched")]

    def __str__(self) -> str:
        return f"{self.url} {self.fetched_at:%Y-%m-%d %H:%M}"


class StagedEvent(models.Model):
    """What ONE source says about ONE occurrence. Every id ever seen is kept: retention clears payload and text, the identity stays.

    `recurrence_id` is '' where there is none. `fingerprint` (normalized title, local start, venue) serves where the source has no stable id."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="staged_events")
    external_id = models.CharField(max_length=300)
    recurrence_id = models.CharField(max_length=40, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, default=StagedState.PENDING, choices=_choices(StagedState))
    event = models.ForeignKey("events.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="staged_events")
    duplicate_of = models.ForeignKey("events.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title = models.CharField(max_length=300, blank=True, default="")
    start_at = models.DateTimeField(null=True, blank=True)
    end_at = models.DateTimeField(null=True, blank=True)
    url = models.CharField(max_length=2000, blank=True, default="")
    venue_name = models.CharField(max_length=200, blank=True, default="")
    series_id = models.CharField(max_length=300, blank=True, default="")
    raw = models.TextField(blank=True, default="", help_text="the part of the payload that it was read from")
    raw_hash = models.CharField(max_length=64, blank=True, default="")
    normalized = models.JSONField(default=dict, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    extraction_metadata = models.JSONField(default=dict, blank=True)
    drop_reason = models.CharField(max_length=100, blank=True, default="")
    notes = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    payload_month = models.DateField(null=True, blank=True)
    payload_id = models.UUIDField(null=True, blank=True)
    last_run = models.ForeignKey(FetchRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="staged_events")
    first_seen_at = models.DateTimeField(default=now)
    processed_at = models.DateTimeField(null=True, blank=True)
    missing_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["source", "start_at"],
                name="staged_listed",
                condition=Q(missing_since__isnull=True, state__in=["recorded", "duplicate"]),
            ),
            models.Index(fields=["event"], name="staged_event", condition=Q(event__isnull=False)),
            models.Index(fields=["source", "state"], name="staged_waiting", condition=Q(state__in=["pending", "processing", "failed"])),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id", "recurrence_id"], name="staged_identity"),
            models.CheckConstraint(name="staged_state", condition=Q(state__in=[s.value for s in StagedState])),
            models.CheckConstraint(name="staged_confidence", condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1)),
            models.CheckConstraint(
                name="staged_recorded_has_event",
                condition=~Q(state__in=["recorded", "duplicate"]) | Q(event__isnull=False) | Q(processed_at__isnull=False),
            ),
            models.CheckConstraint(name="staged_identity_not_empty", condition=~Q(external_id="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.external_id} {self.recurrence_id}".strip()
