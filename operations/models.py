"""What is kept of the installation's own work: its heartbeat, its outages, and since when a component is as it is."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from operations.enums import State
from sources.models import Source


class Heartbeat(models.Model):
    """One row: since when, and when last, beat, broker, worker and database worked together."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="heartbeat_once", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.last_at:%Y-%m-%d %H:%M:%S}"


class Outage(models.Model):
    """A time without a heartbeat, written when it ended."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["ended_at"], name="outage_ended")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M} to {self.ended_at:%Y-%m-%d %H:%M}"


class ComponentState(models.Model):
    """The state of a component when it was last looked at, every minute, and since when it is so."""

    name = models.CharField(primary_key=True, max_length=60)
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in State])
    since = models.DateTimeField()
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class MetricMinute(models.Model):
    """What was measured in one minute: name of a series to its number (`operations/measures/catalogue.py`)."""

    at = models.DateTimeField(primary_key=True)
    numbers = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class SourceForecast(models.Model):
    """The chance, told on a day (UTC), that a source fails or brings nothing on that day or the two after it; and whether it did."""

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    naive = models.FloatField(help_text="by how the last day went for all sources")
    chance = models.FloatField(help_text="ours, 0 to 1")
    failed = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="source_forecast_once", fields=["source", "day"]),
            models.CheckConstraint(
                name="source_forecast_chance", condition=Q(naive__range=(0, 1), chance__range=(0, 1))
            ),
        ]
        indexes = [models.Index(fields=["day"], name="source_forecast_day")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.day}"


class SourceForecastAccuracy(models.Model):
    """How right forecasts of the 90 days before were: Brier scores, each source and week counted once."""

    day = models.DateField(primary_key=True)
    weeks = models.PositiveIntegerField()
    naive_error = models.FloatField()
    error = models.FloatField()
    is_shown = models.BooleanField()

    class Meta:
        verbose_name_plural = "accuracies of forecasts of sources"

    def __str__(self) -> str:
        return f"{self.day}"
