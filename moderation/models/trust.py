"""Whose facts are trusted, and the verdicts from which that follows."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from moderation.enums import FieldGroup, SubjectKind, VerdictCause


class TrustSubject(models.Model):
    """A source or a submitter, and what follows from the verdicts on its facts.

    `key` is the source's id, or the keyed hash of a submitter. `standing` is computed from the verdicts
    (`moderation.services.trusting`): by group of fields `right`, `since`, `verdicts`, `low`, `mean`, `high`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=9, choices=[(k.value, k.value) for k in SubjectKind])
    key = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True, default="")
    prior = models.CharField(max_length=12, help_text="the kind of source, which gives the prior")
    standing = models.JSONField(default=dict, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="trust_subject_unique"),
            models.CheckConstraint(
                name="trust_subject_kind", condition=Q(kind__in=[k.value for k in SubjectKind])
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} {self.key[:8]}"


class TrustVerdict(models.Model):
    """What one verdict of a person says about the facts of a subject: the groups of fields that were right, or wrong.

    `cause` and `cause_id` name what it came from; taking that back deletes the row.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    subject = models.ForeignKey(TrustSubject, on_delete=models.CASCADE, related_name="verdicts")
    cause = models.CharField(max_length=8, choices=[(c.value, c.value) for c in VerdictCause])
    cause_id = models.UUIDField(db_index=True)
    right = ArrayField(
        models.CharField(max_length=5, choices=[(g.value, g.value) for g in FieldGroup]), default=list
    )
    wrong = ArrayField(
        models.CharField(max_length=5, choices=[(g.value, g.value) for g in FieldGroup]), default=list
    )
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["at"]
        indexes = [models.Index(fields=["subject", "at"], name="trust_verdict_history")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "cause", "cause_id"], name="trust_verdict_once"),
            models.CheckConstraint(
                name="trust_verdict_cause", condition=Q(cause__in=[c.value for c in VerdictCause])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.cause_id}"


class SubmittedEvent(models.Model):
    """Who submitted what: the run that a submission became, its event, and the submitter.

    `is_known`: the submitter signed in, or proved the address. What anybody typed earns no right.
    """

    run_id = models.UUIDField(primary_key=True)
    source_id = models.UUIDField(null=True, blank=True, help_text="the source of submissions")
    event_id = models.UUIDField(null=True, blank=True, db_index=True)
    subject = models.ForeignKey(TrustSubject, on_delete=models.CASCADE, related_name="submitted")
    is_known = models.BooleanField(default=False)
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.run_id)
