"""Reports of readers on events."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from moderation.enums import ReportKind, ReportState
from moderation.models.review import Decision, Review


class Report(models.Model):
    """What one reader says is wrong with an event.

    `reporter` is a keyed hash of the account or of the network, '' once forgotten; it says how often the reader was
    right before. `corrections` is {field: text} as `moderation.corrections` reads it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="reports")
    review = models.ForeignKey(
        Review, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    kind = models.CharField(max_length=10, choices=[(k.value, k.value.replace("_", " ")) for k in ReportKind])
    note = models.CharField(max_length=500, blank=True, default="")
    corrections = models.JSONField(default=dict, blank=True)
    reporter = models.CharField(max_length=64, blank=True, default="")
    has_account = models.BooleanField(default=False)
    state = models.CharField(
        max_length=9, default=ReportState.OPEN, choices=[(s.value, s.value) for s in ReportState]
    )
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["event", "at"], name="report_of_event", condition=Q(state="open")),
            models.Index(fields=["reporter", "state"], name="report_of_reader", condition=~Q(reporter="")),
            models.Index(fields=["at"], name="report_to_forget", condition=~Q(reporter="") | ~Q(note="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "reporter", "kind"],
                condition=Q(state="open") & ~Q(reporter=""),
                name="report_once",
            ),
            models.CheckConstraint(name="report_kind", condition=Q(kind__in=[k.value for k in ReportKind])),
            models.CheckConstraint(
                name="report_state", condition=Q(state__in=[s.value for s in ReportState])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.event_id}"
