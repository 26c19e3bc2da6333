"""Organizers of events."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.enums import Verification
from events.models.choices import among, choices
from pipeline.contract.enums import OrganizerType


class Organizer(models.Model):
    """An organizer.

    One that was merged into another keeps its name and address, which lead there. `contact` is the public contact of a business, or the
    keyed hash of an address; never a private person's address.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200, unique=True)
    type = models.CharField(max_length=12, blank=True, default="", choices=choices(OrganizerType))
    url = models.URLField(max_length=2000, blank=True, default="")
    contact = models.CharField(max_length=200, blank=True, default="")
    verification = models.CharField(
        max_length=12, default=Verification.UNVERIFIED, choices=choices(Verification)
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged", editable=False
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            among("organizer_verification", "verification", Verification),
            among("organizer_type", "type", OrganizerType),
        ]

    def __str__(self) -> str:
        return self.name


class OrganizerMerge(models.Model):
    """That two rows of organizers were made one, by whom, and what parts them again (`undo`). Rows stay as the history."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    survivor = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="+")
    child = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="merges")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)
    undone_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")
    undo = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.child} into {self.survivor}"
