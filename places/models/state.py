"""The current state of places and cities: whether a place is open, how full it is, and the weather."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from outbox.triggers import announced
from places.enums import Answer, Crowd, Openness, StatusSource
from places.models.place import City, Place


class PlaceStatus(models.Model):
    """One answer of one source about a place now, with its confidence, age and end.

    The other answers of the row are empty. `basis` describes the evidence to readers in a few words ("3
    visitors", "opening hours").
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="statuses")
    source = models.CharField(max_length=12, choices=[(s.value, s.value) for s in StatusSource])
    answer = models.CharField(
        max_length=16, default=Answer.OPENNESS, choices=[(a.value, a.value) for a in Answer]
    )
    basis = models.CharField(max_length=120, blank=True, default="")
    openness = models.CharField(
        max_length=8, default=Openness.UNKNOWN, choices=[(o.value, o.value) for o in Openness]
    )
    crowd = models.CharField(
        max_length=10, default=Crowd.UNKNOWN, choices=[(c.value, c.value) for c in Crowd]
    )
    waiting_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=120, blank=True, default="")
    confidence = models.FloatField(default=0)
    observed_at = models.DateTimeField(default=now)
    valid_until = models.DateTimeField()

    class Meta:
        verbose_name_plural = "place statuses"
        indexes = [models.Index(fields=["valid_until"], name="place_status_ends")]
        constraints = [
            models.UniqueConstraint(fields=["place", "source", "answer"], name="place_status_answer_unique"),
            models.CheckConstraint(
                name="place_status_answer", condition=Q(answer__in=[a.value for a in Answer])
            ),
            models.CheckConstraint(
                name="place_status_openness", condition=Q(openness__in=[o.value for o in Openness])
            ),
            models.CheckConstraint(
                name="place_status_crowd", condition=Q(crowd__in=[c.value for c in Crowd])
            ),
            models.CheckConstraint(
                name="place_status_source", condition=Q(source__in=[s.value for s in StatusSource])
            ),
            models.CheckConstraint(
                name="place_status_confidence", condition=Q(confidence__gte=0, confidence__lte=1)
            ),
            models.CheckConstraint(name="place_status_valid", condition=Q(valid_until__gt=F("observed_at"))),
        ]
        triggers = announced(
            ["openness", "crowd", "waiting_minutes", "special", "confidence", "valid_until"],
            name="place_status",
            key="place_id",
        )

    def __str__(self) -> str:
        return f"{self.place_id}: {self.openness}, {self.crowd}"


class PlaceReport(models.Model):
    """What one visitor reported about a place at one moment.

    The keyed hash of the address and the person are deleted after a day; the report stays, for predictions.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="reports")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="keyed; empty once nothing needs it"
    )
    openness = models.CharField(
        max_length=8, default=Openness.UNKNOWN, choices=[(o.value, o.value) for o in Openness]
    )
    crowd = models.CharField(
        max_length=10, default=Crowd.UNKNOWN, choices=[(c.value, c.value) for c in Crowd]
    )
    waiting_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    special = models.CharField(max_length=120, blank=True, default="")
    reported_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["place", "reported_at"], name="place_report_recent"),
            models.Index(fields=["reported_at"], name="place_report_at"),
        ]
        constraints = [
            models.CheckConstraint(
                name="place_report_openness", condition=Q(openness__in=[o.value for o in Openness])
            ),
            models.CheckConstraint(
                name="place_report_crowd", condition=Q(crowd__in=[c.value for c in Crowd])
            ),
            models.CheckConstraint(
                name="place_report_waiting",
                condition=Q(waiting_minutes__isnull=True) | Q(waiting_minutes__lte=600),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id}: {self.openness}, {self.crowd}"


class Weather(models.Model):
    """The latest weather of a city, and until when it is valid.

    One row for each city; where `temperature_c` is null there is only a forecast.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    city = models.OneToOneField(City, on_delete=models.CASCADE, related_name="weather")
    observed_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    temperature_c = models.FloatField(null=True, blank=True)
    feels_like_c = models.FloatField(null=True, blank=True)
    condition_code = models.PositiveSmallIntegerField(null=True, blank=True)
    condition = models.CharField(max_length=80, blank=True, default="")
    precipitation = models.FloatField(null=True, blank=True, help_text="Probability from 0 to 1")
    wind_ms = models.FloatField(null=True, blank=True, help_text="Metres per second")
    hourly = models.JSONField(default=list, blank=True)
    daily = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=120, blank=True, default="")
    attribution = models.CharField(max_length=200, blank=True, default="")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "weather"
        constraints = [
            models.CheckConstraint(name="weather_valid", condition=Q(valid_until__gt=F("observed_at"))),
            models.CheckConstraint(
                name="weather_temperature",
                condition=Q(temperature_c__isnull=True) | Q(temperature_c__gte=-100, temperature_c__lte=70),
            ),
            models.CheckConstraint(
                name="weather_precipitation",
                condition=Q(precipitation__isnull=True) | Q(precipitation__gte=0, precipitation__lte=1),
            ),
        ]
        triggers = announced(
            # a repeated observation of the same state is not announced: only observed_at and valid_until
            # change
            ["temperature_c", "feels_like_c", "condition", "precipitation", "wind_ms", "hourly", "daily"],
            name="weather",
            key="city_id",
        )

    def __str__(self) -> str:
        return f"{self.city_id}: {self.condition or 'a forecast'}"
