"""Who speaks for an organizer, and who is invited to a team."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from accounts.crypto import EncryptedTextField
from events.models.choices import among
from events.models.organizer import Organizer
from places.enums import TeamRole
from places.models import ROLES, Membership, Place


class OrganizerMember(Membership):
    """A member of the team of an organizer."""

    organizer = models.ForeignKey(Organizer, on_delete=models.CASCADE, related_name="members")

    class Meta(Membership.Meta):
        constraints = [
            models.UniqueConstraint(fields=["organizer", "user"], name="organizer_member_once"),
            among("organizer_member_role", "role", TeamRole),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.organizer}"


class TeamInvitation(models.Model):
    """An address is invited to the team of an organizer or of a venue; there is one for each address and team.

    Only an account that has proved the address can accept. The row goes when that is done, or when it expires.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organizer = models.ForeignKey(
        Organizer, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations"
    )
    address = EncryptedTextField()
    address_hash = models.CharField(max_length=64, db_index=True)
    role = models.CharField(max_length=6, choices=ROLES)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organizer", "place", "address_hash"],
                name="team_invitation_once",
                nulls_distinct=False,
            ),
            among("team_invitation_role", "role", TeamRole),
            models.CheckConstraint(
                name="team_invitation_to_one",
                condition=Q(organizer__isnull=False, place__isnull=True)
                | Q(organizer__isnull=True, place__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.organizer or self.place}"
