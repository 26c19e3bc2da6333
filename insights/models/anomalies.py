"""What each day brought, by source and category, and what was out of the usual."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from events.models import Origin
from places.models import City

#: A source in a city, or a category in a city.
PARTS: Final = ("source", "category")
KINDS: Final = ("fewer", "vanished", "price", "crowd")


class Intake(models.Model):
    """What came on one day (UTC) by one source, or of one category, in one city: new listings, and the median of their prices."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    part = models.CharField(max_length=8, choices=[(one, one) for one in PARTS])
    city_id = models.UUIDField(null=True, blank=True, help_text="none: online, or outside every city")
    key = models.CharField(max_length=40, help_text="id of a source, or slug of a category")
    listings = models.PositiveIntegerField(default=0)
    priced = models.PositiveIntegerField(default=0, help_text="those that cost something")
    price = models.FloatField(default=0, help_text="the median of their lowest prices, in whatever currency")
    week_priced = models.PositiveIntegerField(
        default=0, help_text="the same of the seven days that end with this one"
    )
    week_price = models.FloatField(default=0)

    class Meta:
        verbose_name_plural = "intake"
        constraints = [
            models.UniqueConstraint(
                name="intake_once", fields=["day", "part", "city_id", "key"], nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.part} {self.key}: {self.listings}"


class Look(models.Model):
    """Until when days and hours were judged, so that each is judged once."""

    of = models.CharField(primary_key=True, max_length=5, choices=[("days", "days"), ("hours", "hours")])
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.of} until {self.until:%Y-%m-%d %H:%M}"


class Anomaly(models.Model):
    """Something out of the usual, from its beginning until it was usual again, and whether staff found it right to be told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=[(one, one) for one in KINDS])
    key = models.CharField(max_length=100, help_text="of what: ids and slugs")
    name = models.CharField(max_length=200)
    words = models.CharField(max_length=400, help_text="what is out of the usual, in a sentence")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        Origin, null=True, blank=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    found = models.FloatField()
    expected = models.FloatField()
    began_at = models.DateTimeField(help_text="end of the day or hour that showed it")
    ended_at = models.DateTimeField(null=True, blank=True)
    was_right = models.BooleanField(null=True, blank=True, help_text="whether it was right to tell of it")
    answered_by = models.CharField(max_length=60, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "anomalies"
        ordering = ["-began_at"]
        indexes = [models.Index(fields=["-began_at", "-id"], name="anomaly_latest")]
        constraints = [
            models.UniqueConstraint(name="anomaly_open_once", fields=["kind", "key"], condition=Q(ended_at__isnull=True)),
            models.CheckConstraint(name="anomaly_answered", condition=Q(was_right__isnull=True) | Q(answered_at__isnull=False)),
            models.CheckConstraint(name="anomaly_ends_after", condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at"))),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
