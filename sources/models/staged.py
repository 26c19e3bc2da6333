"""Staged events: what each source states about each occurrence."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from sources.enums import StagedState
from sources.models.choices import choices
from sources.models.run import FetchRun
from sources.models.source import Source


class StagedEvent(models.Model):
    """What ONE source states about ONE occurrence.

    Every id ever seen is kept: retention clears payload and text, the identity stays. `recurrence_id` is ''
    where there is none. `fingerprint` (normalized title, local start, venue) is used where the source has no
    stable id.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="staged_events", db_index=False)
    external_id = models.CharField(max_length=300)
    recurrence_id = models.CharField(max_length=40, blank=True, default="")
    fingerprint = models.CharField(max_length=64, blank=True, default="")
    state = models.CharField(max_length=10, default=StagedState.PENDING, choices=choices(StagedState))
    event = models.ForeignKey(
        "events.Event",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="staged_events",
        db_index=False,
    )
    duplicate_of = models.ForeignKey(
        "events.Event", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
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
    last_run = models.ForeignKey(
        FetchRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="staged_events"
    )
    first_seen_at = models.DateTimeField(default=now)
    processed_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(
        null=True, blank=True, help_text="when retention took payload and text; the identity stays"
    )
    missing_since = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveSmallIntegerField(
        default=0, help_text="runs in a row that covered it and did not list it"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["source", "start_at"],
                name="staged_listed",
                condition=Q(missing_since__isnull=True, state__in=["recorded", "duplicate"]),
            ),
            models.Index(
                fields=["processed_at"], name="staged_uncleared", condition=Q(cleared_at__isnull=True)
            ),
            models.Index(fields=["event"], name="staged_event", condition=Q(event__isnull=False)),
            models.Index(
                fields=["duplicate_of"], name="staged_duplicate_of", condition=Q(duplicate_of__isnull=False)
            ),
            models.Index(
                fields=["source", "state"],
                name="staged_waiting",
                condition=Q(state__in=["pending", "processing", "failed"]),
            ),
            # the list of the admin: newest first by state, and searched
            models.Index(fields=["state", "-id"], name="staged_newest", condition=~Q(state="recorded")),
            models.Index(fields=["external_id"], name="staged_external_id"),
            GinIndex(OpClass(Upper("title"), name="gin_trgm_ops"), name="staged_title"),
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
