"""Organizers of events."""

from django.db import models
from uuid_utils.compat import uuid7

from events.enums import Verification
from events.models.choices import among, choices
from pipeline.contract.enums import OrganizerType


class Organizer(models.Model):
    """An organizer.

    `contact` is the public contact of a business, or the keyed hash of an address; never a private person's
    address.
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

    class Meta:
        ordering = ["name"]
        constraints = [
            among("organizer_verification", "verification", Verification),
            among("organizer_type", "type", OrganizerType),
        ]

    def __str__(self) -> str:
        return self.name
