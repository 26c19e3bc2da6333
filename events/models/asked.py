"""What people looked for, without the people."""

from django.db import models
from django.db.models import F, Q

from places.models import City


class AskedQuery(models.Model):
    """How often a text was searched for in a city on a day (UTC), and how often without a good answer.

    There is one row for a text, a city (None where none was given) and a day, never one for a visitor: nothing here tells
    who asked, or that two texts came from one person. Mail addresses, internet addresses and telephone numbers are masked.
    """

    text = models.CharField(max_length=200)
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)
    unanswered = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-unanswered", "-times", "text"]
        verbose_name = "what people looked for"
        verbose_name_plural = "what people looked for and did not find"
        indexes = [models.Index(fields=["day"], name="asked_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "city", "day"], name="asked_once_a_day", nulls_distinct=False
            ),
            models.CheckConstraint(name="asked_counts", condition=Q(unanswered__lte=F("times"))),
        ]

    def __str__(self) -> str:
        return self.text
