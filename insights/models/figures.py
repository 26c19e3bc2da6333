"""Sums of what happened to events, by minute, hour and day, and cohorts. They name nobody."""

from typing import Final

from django.db import models

#: What is summed: visits of pages, shares, leaving for tickets; saves, registrations, their cancelling, check-ins; new accounts.
ACTS: Final = ("views", "shares", "clicks", "saves", "registrations", "cancelled", "attended", "accounts")
GRAINS: Final = ("minute", "hour", "day")
#: '' is the total of a city. `hour` has keys such as `5-21`: Friday (ISO weekday), 21:00 to 22:00 by the city's clock.
DIMENSIONS: Final = ("", "category", "source", "venue", "hour")


class PendingAct(models.Model):
    """Something that happened, and is in no sum yet. The row is deleted by the statement that adds it, so it is read once."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    event_id = models.UUIDField(null=True, help_text="none: a new account")
    act = models.CharField(max_length=13)
    times = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.act} {self.times}"


class Figure(models.Model):
    """Sums of one minute, hour or day (UTC; `at` is its begin), of a city, or of one category, source or venue in it.

    A row exists where something happened: at most one for each city and each category, source and venue with an act in that time.
    """

    id = models.BigAutoField(primary_key=True)
    grain = models.CharField(max_length=6, choices=[(one, one) for one in GRAINS])
    dimension = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in DIMENSIONS])
    at = models.DateTimeField()
    city_id = models.UUIDField(
        null=True, blank=True, help_text="none: online, outside every city, or an account"
    )
    key = models.CharField(max_length=40, blank=True, help_text="slug of a category, id of a source or venue")
    views = models.PositiveIntegerField(default=0)
    shares = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    saves = models.PositiveIntegerField(default=0)
    registrations = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    attended = models.PositiveIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="figure_once",
                fields=["grain", "dimension", "at", "city_id", "key"],
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.at:%Y-%m-%d %H:%M} {self.dimension} {self.key}"


class CohortWeek(models.Model):
    """How many of those who began in one week (`cohort`, a Monday) were active in another (`week`)."""

    kind = models.CharField(max_length=12)
    cohort = models.DateField()
    week = models.DateField()
    people = models.PositiveIntegerField(help_text="who began in the week of the cohort")
    active = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="cohort_week_once", fields=["kind", "cohort", "week"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.cohort} in {self.week}: {self.active}"
