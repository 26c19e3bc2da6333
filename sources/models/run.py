"""Runs, discoveries, and payloads."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from pipeline.contract.enums import Coverage
from sources.enums import RunState
from sources.models.choices import choices
from sources.models.source import Source


class Discovery(models.Model):
    """One job over sources × cities × categories: the parent of many runs.

    `plan` is the request, with the maximum per source. A reader's scan of a city is one too (`city`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.JSONField(default=dict)
    city = models.ForeignKey(
        "places.City",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="scans",
        db_index=False,
        help_text="the city that readers wanted scanned; empty for a job of the staff",
    )
    state = models.CharField(max_length=11, default=RunState.RUNNING, choices=choices(RunState))
    requested_by = models.CharField(max_length=60, default="clock")
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name_plural = "discoveries"
        ordering = ["-started_at"]
        indexes = [
            models.Index(
                fields=["city", "-started_at"], name="discovery_scans", condition=Q(city__isnull=False)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["city"],
                condition=Q(state="running", city__isnull=False),
                name="discovery_one_scan_at_a_time",
            ),
            models.CheckConstraint(
                name="discovery_state", condition=Q(state__in=[s.value for s in RunState])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {self.state}"


class FetchRun(models.Model):
    """One attempt at one source, with HTTP facts and counts.

    `requested_by` is clock, command, webhook or the id of a person.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="runs")
    state = models.CharField(max_length=11, default=RunState.RUNNING, choices=choices(RunState))
    requested_by = models.CharField(max_length=60, default="clock")
    discovery = models.ForeignKey(
        Discovery, null=True, blank=True, on_delete=models.SET_NULL, related_name="runs"
    )
    params = models.JSONField(
        default=dict,
        blank=True,
        help_text="what was asked beyond the source's configuration: category, limit",
    )
    progress = models.JSONField(
        default=dict,
        blank=True,
        help_text="how far it is: phase, pages, found, new, changed, unchanged, dropped, sent on",
    )
    heartbeat_at = models.DateTimeField(
        default=now, help_text="a run under way says so; one that fell silent is released"
    )
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(default=now)
    finished_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(
        null=True, blank=True, help_text="the clock by which its answers were read: what tomorrow means"
    )
    seconds = models.FloatField(null=True, blank=True, help_text="execution time")
    coverage = models.CharField(max_length=8, default=Coverage.PARTIAL, choices=choices(Coverage))
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
    quality = models.JSONField(
        default=dict,
        blank=True,
        help_text="of what was kept: events, mean score, grades, mean and passed by gate, the commonest problems",
    )
    http = models.JSONField(default=dict, blank=True)
    error_code = models.CharField(max_length=40, blank=True, default="")
    error_detail = models.TextField(blank=True, default="")
    request_id = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        permissions = [("accept_fetchrun", "Can accept and discard quarantined runs")]
        indexes = [
            models.Index(fields=["source", "-started_at"], name="run_source_started"),
            models.Index(fields=["-started_at"], name="run_started"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state="running"), name="run_one_at_a_time"
            ),
            models.CheckConstraint(name="run_state", condition=Q(state__in=[s.value for s in RunState])),
            models.CheckConstraint(
                name="run_coverage", condition=Q(coverage__in=[c.value for c in Coverage])
            ),
            models.CheckConstraint(
                name="run_finished_is_dated",
                condition=Q(state="running", finished_at__isnull=True)
                | (~Q(state="running") & Q(finished_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.started_at:%Y-%m-%d %H:%M} {self.state}"


class Payload(models.Model):
    """A payload, zlib-compressed.

    Partitioned by `month`, deleted by partition, and referred to by (month, id) without a foreign key.
    """

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


class ProseAnswer(models.Model):
    """A language model's answer to a text, kept so that reading the text again sends no request.

    `key` is the hash of text, model and question.
    """

    key = models.CharField(max_length=64, primary_key=True)
    answer = models.TextField()
    asked_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:12]} {self.asked_at:%Y-%m-%d %H:%M}"
