"""Origins, and the series that a source lists."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from places.validators import validate_timezone, zone_is_known


class Origin(models.Model):
    """The facts about a source that `events` needs.

    `key` is the source's id in the higher app.

    There is one row for each source, so that an unchanged feed costs one write: a listing that is not missing
    was last seen when its origin was last covered.
    """

    key = models.UUIDField(primary_key=True)
    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    url = models.URLField(max_length=2000, blank=True, default="")
    credit = models.CharField(
        max_length=200,
        blank=True,
        default="",
        help_text="what its platform wants readers to see beside the link",
    )
    trust = models.FloatField(
        default=0.5, help_text="0 to 1; decides whose word counts when fields are merged"
    )
    covered_at = models.DateTimeField(null=True, blank=True)
    keeps_pictures = models.BooleanField(
        default=True, help_text="its platform's terms allow copies of pictures"
    )
    is_sample = models.BooleanField(default=False)
    organizer = models.ForeignKey(
        "events.Organizer",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="whose calendar it is: all of its events are theirs",
    )

    class Meta:
        constraints = [models.CheckConstraint(name="origin_trust", condition=Q(trust__gte=0, trust__lte=1))]

    def __str__(self) -> str:
        return self.name


class Series(models.Model):
    """A recurrence rule and its occurrences, one Event each, in the event's own zone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    origin = models.ForeignKey(Origin, on_delete=models.CASCADE, related_name="series")
    external_id = models.CharField(max_length=300)
    rrule = models.CharField(max_length=1000, blank=True, default="")
    rdate = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    exdate = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    title = models.CharField(max_length=300)
    timezone = models.CharField(max_length=64, blank=True, default="", validators=[validate_timezone])

    class Meta:
        verbose_name_plural = "series"
        constraints = [
            models.UniqueConstraint(fields=["origin", "external_id"], name="series_unique"),
            models.CheckConstraint(name="series_timezone", condition=Q(timezone="") | Q(zone_is_known())),
        ]

    def __str__(self) -> str:
        return self.title
