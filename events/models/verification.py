"""Who called an event or an organizer verified or official, when, and by what evidence."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.enums import Verification
from events.models.choices import among, choices
from events.models.event import Event
from events.models.organizer import Organizer


class VerificationChange(models.Model):
    """One change of the axis `verification`, of an event or of an organizer, with its evidence: a link.

    Rows are only added, so that they are the history.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.ForeignKey(
        Event, null=True, blank=True, on_delete=models.CASCADE, related_name="verifications"
    )
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.CASCADE, related_name="verifications"
    )
    before = models.CharField(max_length=12, choices=choices(Verification))
    after = models.CharField(max_length=12, choices=choices(Verification))
    evidence_url = models.URLField(
        max_length=2000,
        blank=True,
        default="",
        verbose_name="evidence",
        help_text="a page that proves it, such as the organizer's own",
    )
    note = models.CharField(max_length=500, blank=True, default="", help_text="what the page says")
    by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            among("verification_before", "before", Verification),
            among("verification_after", "after", Verification),
            models.CheckConstraint(
                name="verification_of_one",
                condition=Q(event__isnull=False, organizer__isnull=True)
                | Q(event__isnull=True, organizer__isnull=False),
            ),
            models.CheckConstraint(
                name="verification_has_evidence", condition=Q(after="unverified") | ~Q(evidence_url="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"
