"""The use of each key's quota: data that must survive a restart of Valkey."""

from django.db import models
from django.db.models import Q


class QuotaUse(models.Model):
    """Requests of one key in one window: `window_start` and the `seconds` after it.

    The key appears only by name. `used` may exceed our own count, where the platform counts more.
    `alerted_at`, `spent_at`: when 80 % and all of it were reached, and operators alerted.
    """

    key = models.CharField(max_length=120)
    seconds = models.PositiveIntegerField()
    window_start = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)
    granted = models.PositiveIntegerField()
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    currency = models.CharField(max_length=3, default="USD")
    alerted_at = models.DateTimeField(null=True, blank=True, db_column="alarmed_at")
    spent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-window_start", "key"]
        indexes = [models.Index(fields=["-window_start"], name="quota_window")]
        constraints = [
            models.UniqueConstraint(fields=["key", "seconds", "window_start"], name="quota_once_a_window"),
            models.CheckConstraint(name="quota_has_a_window", condition=Q(seconds__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.used}/{self.granted} in {self.seconds} s from {self.window_start:%Y-%m-%d %H:%M}"


class RefusedHost(models.Model):
    """A domain from which, and from whose subdomains, nothing is fetched: its owner asked for it."""

    host = models.CharField(max_length=253, primary_key=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host
