"""What people write to prove that they speak for an organizer or a venue."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now
from uuid_utils.compat import uuid7

from events.enums import TeamKind
from moderation.enums import ClaimState


class TeamClaim(models.Model):
    """An account says that it speaks for an organizer or a venue (`kind`, `team_id`), with written evidence; a moderator decides."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in TeamKind])
    team_id = models.UUIDField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=1000)
    link = models.CharField(max_length=2000, blank=True, default="")
    state = models.CharField(
        max_length=8, default=ClaimState.OPEN, choices=[(state.value, state.value) for state in ClaimState]
    )
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "team_id"], name="team_claim_one_open", condition=Q(state="open")
            ),
            models.CheckConstraint(
                name="team_claim_state", condition=Q(state__in=[state.value for state in ClaimState])
            ),
        ]
        indexes = [models.Index(fields=["user", "team_id"], name="team_claim_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.team_id}"
