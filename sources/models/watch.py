"""Pauses and alerts."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from sources.enums import AlertChannel, Condition, PauseScope, PolicyKind, Severity
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


def every_channel() -> list[str]:
    """All ways to operators that are configured."""
    return [channel.value for channel in AlertChannel]


class AlertRule(models.Model):
    """When operators are alerted, how urgently, and by which ways.

    `measure` is a series that is kept every minute, or with the condition `raised` a pattern of the keys of alerts that the
    code raises, such as `source:*:failing`. A rule that is off alerts nobody; one that is silenced does until then.
    """

    slug = models.SlugField(primary_key=True, max_length=60)
    title = models.CharField(max_length=120, help_text="what operators read")
    measure = models.CharField(max_length=80)
    condition = models.CharField(max_length=13, choices=choices(Condition), default=Condition.ABOVE)
    threshold = models.FloatField(default=0)
    minutes = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1), MaxValueValidator(1440)], help_text="for how long"
    )
    severity = models.CharField(max_length=8, default=Severity.WARNING, choices=choices(Severity))
    cooldown = models.PositiveSmallIntegerField(
        default=15, help_text="minutes from one alert to the next by this rule"
    )
    channels = ArrayField(
        models.CharField(max_length=9, choices=choices(AlertChannel)), default=every_channel, blank=True
    )
    escalate_after = models.PositiveSmallIntegerField(
        default=0,
        help_text="minutes without an acknowledgement until it is told again, by every channel; 0 for never",
    )
    is_on = models.BooleanField(default=True)
    silenced_until = models.DateTimeField(null=True, blank=True)
    remedy = models.CharField(max_length=500, blank=True, default="", help_text="what to do")

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                name="alertrule_severity", condition=Q(severity__in=[s.value for s in Severity])
            ),
            models.CheckConstraint(
                name="alertrule_condition", condition=Q(condition__in=[c.value for c in Condition])
            ),
            models.CheckConstraint(name="alertrule_minutes", condition=Q(minutes__gte=1, minutes__lte=1440)),
        ]

    def __str__(self) -> str:
        return self.title


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
    rule = models.ForeignKey(
        "sources.AlertRule", null=True, blank=True, on_delete=models.SET_NULL, related_name="alerts"
    )
    severity = models.CharField(max_length=8, default=Severity.WARNING, choices=choices(Severity))
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.CharField(max_length=60, blank=True, default="")
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(resolved_at__isnull=True), name="alert_open_once"
            )
        ]

    def __str__(self) -> str:
        return self.title


class SitePolicy(models.Model):
    """What a site of sources permits, as it was when we last looked: the rules of its robots.txt for us, or its terms."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=6, choices=choices(PolicyKind))
    address = models.CharField(max_length=500, help_text="of the robots.txt or the page of terms")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole text, in hexadecimal")
    text = models.TextField(blank=True, default="", help_text="its lines, the first 20,000 characters")
    before = models.TextField(blank=True, default="", help_text="the same before the last change")
    seen_at = models.DateTimeField(default=now, help_text="when it was last read")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "address"]
        verbose_name = "robots.txt or terms"
        verbose_name_plural = "robots.txt and terms"
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="sitepolicy_unique"),
            models.CheckConstraint(
                name="sitepolicy_kind", condition=Q(kind__in=[k.value for k in PolicyKind])
            ),
        ]

    def __str__(self) -> str:
        return self.address
