"""Pauses and alerts."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from sources.enums import PauseScope
from sources.models.choices import choices
from sources.models.source import Source


class Pause(models.Model):
    """Work that is paused until someone resumes it.

    Everything (key ''), a source, a city (their slugs), or a step of the pipeline.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scope = models.CharField(max_length=6, choices=choices(PauseScope))
    key = models.CharField(max_length=120, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    requested_by = models.CharField(max_length=60, default="")
    since = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["scope", "key"], name="pause_unique"),
            models.CheckConstraint(name="pause_scope", condition=Q(scope__in=[s.value for s in PauseScope])),
            models.CheckConstraint(
                name="pause_all_has_no_key", condition=Q(scope="all", key="") | (~Q(scope="all") & ~Q(key=""))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}".strip()


class Alert(models.Model):
    """A problem that operators are notified of when it begins and when it ends.

    At most one open row has a `key`.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(
        max_length=200, help_text="what it is about, such as source:SLUG:failing or quota:KEY"
    )
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=1000, blank=True, default="", help_text="what to do")
    source = models.ForeignKey(Source, null=True, blank=True, on_delete=models.CASCADE, related_name="alerts")
    raised_at = models.DateTimeField(default=now)
    resolved_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(
        null=True, blank=True, help_text="when operators were sent word of the beginning"
    )
    resolution_told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(resolved_at__isnull=True), name="alert_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.title
