"""Decisions about two events."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models.choices import among, choices
from events.models.event import Event
from pipeline.contract.enums import MatchOutcome


class DuplicateMatch(models.Model):
    """The verdict or the open question on two events.

    `first` is the smaller id.

    A pair with the verdict "different" is not matched again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    first = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="matches_as_first")
    second = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="matches_as_second")
    similarity = models.FloatField()
    match_fields = models.JSONField(default=dict)
    reasons = models.CharField(max_length=500, blank=True, default="")
    outcome = models.CharField(max_length=10, choices=choices(MatchOutcome))
    by_person = models.BooleanField(default=False)
    survivor = models.ForeignKey(Event, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    undo = models.JSONField(default=dict, blank=True, help_text="what un-merge restores")
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "duplicate matches"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_match_unique"),
            models.CheckConstraint(name="duplicate_match_ordered", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(
                name="duplicate_match_similarity", condition=Q(similarity__gte=0, similarity__lte=1)
            ),
            among("duplicate_match_outcome", "outcome", MatchOutcome),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.similarity:.2f}"
