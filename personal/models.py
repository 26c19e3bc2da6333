"""What a person keeps here: preferences, favourites, and the secret address of their calendar."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models import Event
from places.models import City


class Preferences(models.Model):
    """What a person wants to see; an empty field wants everything.

    `days` are ISO weekdays (1 is Monday). An event is wanted for one of the categories or one of the keywords.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    keywords = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    price_max = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    free_only = models.BooleanField(default=False)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"


class Favourite(models.Model):
    """A person saved an event with their account. A merged event stands for the one that stayed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "event"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.user_id} saved {self.event_id}"


class CalendarKey(models.Model):
    """The secret address of a person's calendar. Only the keyed hash of the secret is stored; a new one voids it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
