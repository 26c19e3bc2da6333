"""The rules' switches and thresholds that an operator has set, and the reports of how often the facts are right."""

from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7


class RuleSetting(models.Model):
    """A switch of a rule, or a number, that differs from the default in the code. Without a row the default counts."""

    name = models.CharField(max_length=24, primary_key=True)
    enabled = models.BooleanField(default=True)
    value = models.FloatField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LabelReport(models.Model):
    """How often the facts of sources were right, by the decisions until then (`training.decisions.report`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    made_at = models.DateTimeField(default=now)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d}"
