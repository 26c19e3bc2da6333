"""Pictures of events."""

from typing import Any

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.enums import ImageState
from events.models.choices import among, choices
from events.models.event import Event

#: The reason to refuse a good picture whose source's terms forbid copies.
NO_COPY = "its source's terms allow no copy"
#: The reason to show no picture whose owner asked for it.
OPTED_OUT = "its owner asked us not to show it"


class EventImage(models.Model):
    """A picture.

    `source_url` is its origin. Once it was fetched and verified, `url` and `thumbnail` are our own copies and
    `files` all of them, `[{"format", "width", "height", "url"}]`. If it cannot be fetched, `reason` tells
    why.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="images")
    source_url = models.URLField(max_length=2000)
    url = models.URLField(max_length=2000, blank=True, default="")
    thumbnail = models.URLField(max_length=2000, blank=True, default="")
    alt = models.CharField(max_length=300, blank=True, default="")
    credit = models.CharField(max_length=200, blank=True, default="")
    is_primary = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    perceptual_hash = models.CharField(max_length=32, blank=True, default="", db_index=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=7, default=ImageState.WAITING, choices=choices(ImageState))
    reason = models.CharField(max_length=200, blank=True, default="", help_text="why it could not be had")
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=now)
    is_own = models.BooleanField(
        default=False, help_text="its event's team uploaded it; `source_url` is our own copy"
    )
    files = models.JSONField(default=list, blank=True)
    content_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of the bytes as they came"
    )

    class Meta:
        ordering = ["-is_primary", "position"]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="event_image_waiting", condition=Q(state="waiting")
            ),
            models.Index(fields=["content_hash"], name="event_image_content", condition=~Q(content_hash="")),
            HashIndex(fields=["source_url"], name="event_image_source"),
        ]
        constraints = [
            among("event_image_state", "state", ImageState),
            models.UniqueConstraint(fields=["event", "source_url"], name="event_image_unique"),
            models.UniqueConstraint(
                fields=["event"], condition=Q(is_primary=True), name="event_image_one_primary"
            ),
        ]

    def __str__(self) -> str:
        return self.source_url

    @property
    def address(self) -> str:
        """The address of our own copy, else of the origin; '' where that is no picture."""
        if self.state == ImageState.REFUSED and self.reason != NO_COPY:
            return ""
        return self.url or self.source_url

    @property
    def by_format(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Our own copies by format, the smallest format first, each from narrow to wide."""
        found: dict[str, list[dict[str, Any]]] = {}
        for file in self.files:
            found.setdefault(file["format"], []).append(file)
        return list(found.items())


class RefusedPicture(models.Model):
    """A picture that is not shown, whatever source sends it: its owner asked for it."""

    content_hash = models.CharField(max_length=64, primary_key=True)
    perceptual_hash = models.CharField(max_length=32, blank=True, default="", db_index=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return self.content_hash
