"""Dead letters: what held up or ended the processes that read it."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from sources.enums import DeadLetterKind
from sources.models.choices import choices
from sources.models.run import FetchRun
from sources.models.source import Source


class DeadLetter(models.Model):
    """One record, or one whole answer, that used too much processor time or ended its process.

    The same bytes are retried only after the code changes or an operator asks for it. New content under the
    same id is processed.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="dead_letters")
    kind = models.CharField(max_length=6, choices=choices(DeadLetterKind))
    external_id = models.CharField(max_length=300, blank=True, default="")
    recurrence_id = models.CharField(max_length=40, blank=True, default="")
    sha256 = models.CharField(max_length=64, help_text="of what the record says, or of the answer's bytes")
    title = models.CharField(
        max_length=300, blank=True, default="", help_text="the record's title, or the answer's address"
    )
    reason = models.CharField(max_length=100)
    strikes = models.PositiveSmallIntegerField(default=1, help_text="how often it failed")
    code = models.CharField(max_length=16, help_text="version of the code that it failed with")
    payload_month = models.DateField(null=True, blank=True)
    payload_id = models.UUIDField(null=True, blank=True)
    run = models.ForeignKey(FetchRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=now, db_column="set_aside_at")
    try_again_at = models.DateTimeField(
        null=True, blank=True, help_text="when an operator asked to try it again"
    )

    class Meta:
        db_table = "sources_setaside"  # table and columns keep their first names, which running processes use
        verbose_name = "dead letter"
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind", "external_id", "recurrence_id", "sha256"], name="set_aside_once"
            ),
            models.CheckConstraint(
                name="set_aside_kind", condition=Q(kind__in=[k.value for k in DeadLetterKind])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title or self.external_id}: {self.reason}"
