"""Who moderates which city."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from places.models.place import City


class CityModerator(models.Model):
    """A member of staff works in this city.

    It gives no right: it bounds the rights of whoever lacks `places.oversee_city` (places/queries/reach.py).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="city_bindings")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="moderators")
    since = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "city of a moderator"
        verbose_name_plural = "cities of moderators"
        constraints = [models.UniqueConstraint(fields=["user", "city"], name="city_moderator_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.city}"
