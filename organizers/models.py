"""What a team writes before it is sent."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models import Organizer


class WrittenEvent(models.Model):
    """An event or a series as a team writes it: a draft, then sent like every event that a person tells of.

    `said` is what the form holds, as JSON, `picture` the one that was sent with it (`organizers.draft_pictures`). `run_id` is the run that
    reads it once it was sent, `finished_at` when its fields were locked as the team's and its registration opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="written")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    said = models.JSONField(default=dict)
    picture = models.BinaryField(null=True, blank=True, help_text="WebP, cut to 16:9")
    picture_alt = models.CharField(max_length=300, blank=True, default="", db_default="")
    run_id = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-updated_at"]
        indexes = [
            models.Index(
                fields=["sent_at"],
                name="written_event_unfinished",
                condition=Q(sent_at__isnull=False, finished_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="written_event_sent",
                condition=Q(run_id__isnull=True, sent_at__isnull=True)
                | Q(run_id__isnull=False, sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.said.get("title", ""))
