"""Who speaks for a venue."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from places.enums import TeamRole
from places.models.place import Place

ROLES: Final = [(role.value, role.value) for role in TeamRole]
#: The roles that may change what readers see.
SPEAKING: Final = (TeamRole.OWNER.value, TeamRole.EDITOR.value)


class Membership(models.Model):
    """An account is in a team. It gives rights on what is the team's, and none of staff."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=6, choices=ROLES)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(default=now)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


class PlaceMember(Membership):
    """A member of the team of a venue. A merged place keeps its members: they speak for the one that stayed."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="members")

    class Meta(Membership.Meta):
        constraints = [
            models.UniqueConstraint(fields=["place", "user"], name="place_member_once"),
            models.CheckConstraint(
                name="place_member_role", condition=Q(role__in=[role.value for role in TeamRole])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} for {self.place}"
