"""What is kept of the installation's own work: its heartbeat, its outages, and since when a component is as it is."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from operations.enums import State


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
