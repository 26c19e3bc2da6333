"""Photos of events and venues, and what was taken down."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.models import Event
from galleries.enums import PhotoState
from places.models import Place

LONGEST_ALT = 300
LONGEST_CREDIT = 80
_STATES = [(state.value, state.value) for state in PhotoState]


class Photo(models.Model):
    """A photo that a person gave to one event or venue. The row stays with what it was given to when that is merged into another.

    `content` is our own WebP while no reader sees it; once it is shown there are `files` instead, `[{"format", "width", "height", "name"}]`, whose names
    begin with `token`, which nobody can guess. `consent` is the version of the text that was agreed to (`galleries.consent`).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    event = models.ForeignKey(Event, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=_STATES, default=PhotoState.WAITING)
    alt = models.CharField(max_length=LONGEST_ALT, help_text="what it shows")
    credit = models.CharField(
        max_length=LONGEST_CREDIT, blank=True, default="", help_text="the name beside it, if any"
    )
    language = models.CharField(max_length=16, default="en", help_text="of the page on which it was given")
    consent = models.CharField(max_length=16, help_text="version of the text that was agreed to")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    pixel_hash = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the pixels")
    look = models.BigIntegerField(null=True, blank=True, help_text="perceptual hash of 64 bits")
    content = models.BinaryField(null=True, blank=True)
    token = models.CharField(max_length=32, blank=True, default="")
    files = models.JSONField(default=list, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="photo_one_thing",
                condition=Q(event__isnull=False, place=None) | Q(event=None, place__isnull=False),
            ),
            models.CheckConstraint(
                name="photo_state", condition=Q(state__in=[one.value for one in PhotoState])
            ),
            models.CheckConstraint(
                name="photo_content",
                condition=Q(state__in=["waiting", "passed"], content__isnull=False)
                | Q(state__in=["shown", "refused"], content=None),
            ),
        ]
        indexes = [
            models.Index(name="photo_user", fields=["user", "-created_at"]),
            models.Index(name="photo_waiting", fields=["created_at"], condition=Q(state__in=["waiting", "passed"])),
            models.Index(name="photo_token", fields=["token"], condition=~Q(token="")),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.alt[:60]} ({self.state})"


class TakenDown(models.Model):
    """What a moderator took down or refused, by its hashes alone: the same pixels do not come again, and what looks like it is marked.

    Whoever deletes the row lets it come again.
    """

    pixel_hash = models.CharField(max_length=64, primary_key=True)
    look = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField(default=now)

    class Meta:
        verbose_name = "photo taken down"
        verbose_name_plural = "photos taken down"

    def __str__(self) -> str:
        return f"{self.pixel_hash[:12]}: {self.reason or 'no reason given'}"
