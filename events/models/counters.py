"""Counts of an event that change often."""

from django.db import models

from events.models.event import Event


class EventCounters(models.Model):
    """Counts that change often.

    Their separate row neither bloats the event's row nor makes them look like changes.
    """

    event = models.OneToOneField(Event, primary_key=True, on_delete=models.CASCADE, related_name="counters")
    views = models.PositiveBigIntegerField(default=0)
    registrations = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "event counters"

    def __str__(self) -> str:
        return f"{self.event_id}: {self.views} views"
