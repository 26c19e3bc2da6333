"""What was learnt of events for recommendations. Nothing here is of one person."""

from typing import Final

from django.db import models

#: Nothing is said of what fewer people did.
K: Final = 10


class LearntModel(models.Model):
    """The model in use, the one row: how a new event gets its numbers. Trained nightly, and replaced whole.

    `arrays` is an NPZ of numbers: `usual` (512) and `projection` (512 × dimensions) of vectors of texts, `weights` (features × factors)
    and `middle` (dimensions) of `insights.recommending.factors.FromContent`. `categories` are the slugs in the order of its features.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    made_at = models.DateTimeField()
    arrays = models.BinaryField()
    categories = models.JSONField()

    class Meta:
        constraints = [models.CheckConstraint(name="learnt_model_only", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"of {self.made_at:%Y-%m-%d %H:%M}"


class EventFactors(models.Model):
    """The numbers of one event: half-precision, first those of its text (unit length, or 0), then its factors, by the model of `model_at`."""

    event = models.OneToOneField(
        "events.Event", primary_key=True, on_delete=models.CASCADE, related_name="factors"
    )
    numbers = models.BinaryField()
    model_at = models.DateTimeField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "factors of events"

    def __str__(self) -> str:
        return f"of {self.event_id}"


class EventPair(models.Model):
    """How many participants did something with both events, at least 10 (`K`); `other` is one that was to come."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="+")
    people = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="event_pair_once", fields=["event", "other"])]

    def __str__(self) -> str:
        return f"{self.event_id} and {self.other_id}: {self.people}"
