"""What was expected of events with registration on each day before they began, what came of it, and how right that was."""

from django.db import models
from django.db.models import F, Q

from events.models import Event

#: The words of `insights.expecting.records`, which stands above.
TARGETS = ("registered", "attendance", "sells_out")
REACHES = ("near", "middle", "far")


class Expectation(models.Model):
    """One event on one day (UTC) before its start: what was known, expected by the naive model and by ours, and what came of it.

    Seats, not people of whom anybody could tell who. What is expected stays as it was written; without enough past events it is null.
    """

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    start_at = models.DateTimeField(help_text="when it was to begin; moved later, the row is void")
    days_before = models.PositiveSmallIntegerField(help_text="by the clock of the event")
    reach = models.CharField(max_length=6, choices=[(one, one) for one in REACHES])
    held = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    capacity = models.PositiveIntegerField(null=True, blank=True)
    naive_registered = models.FloatField(null=True, blank=True)
    naive_attendance = models.FloatField(null=True, blank=True)
    naive_sells_out = models.FloatField(null=True, blank=True)
    registered = models.FloatField(null=True, blank=True)
    attendance = models.FloatField(null=True, blank=True)
    sells_out = models.FloatField(null=True, blank=True, help_text="a chance, 0 to 1")
    was_held = models.PositiveIntegerField(null=True, blank=True, help_text="seats when it began")
    was_waiting = models.PositiveIntegerField(null=True, blank=True)
    came = models.PositiveIntegerField(
        null=True, blank=True, help_text="seats checked in; none where nobody checked in"
    )
    sold_out = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="expectation_once", fields=["event", "day"]),
            models.CheckConstraint(
                name="expectation_settled_whole",
                condition=Q(settled_at=None)
                | Q(was_held__isnull=False, was_waiting__isnull=False, sold_out__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["start_at"], name="expectation_unsettled", condition=Q(settled_at=None)),
            models.Index(
                fields=["start_at"], name="expectation_settled", condition=Q(settled_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.day}"


class ExpectationAccuracy(models.Model):
    """How right expectations of events that began in the 90 days before were: mean errors of the naive model and of ours.

    Absolute seats; of selling out the Brier score. `is_shown`: ours was better beyond chance, so it is shown.
    """

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    target = models.CharField(max_length=10, choices=[(one, one) for one in TARGETS])
    reach = models.CharField(max_length=6, choices=[(one, one) for one in REACHES])
    events = models.PositiveIntegerField()
    naive_error = models.FloatField()
    error = models.FloatField()
    is_shown = models.BooleanField()

    class Meta:
        verbose_name_plural = "accuracies of expectations"
        constraints = [
            models.UniqueConstraint(name="expectation_accuracy_once", fields=["day", "target", "reach"]),
            models.CheckConstraint(
                name="expectation_shown_is_better",
                condition=Q(is_shown=False) | Q(error__lt=F("naive_error")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.target} {self.reach}"
