"""The panel of a claim: who says that they speak for what, and why."""

from typing import Any

from accounts.rights import Actor
from events.enums import TeamKind
from events.models import Organizer
from events.queries.teams import members
from events.records import Team
from moderation.models import Review, TeamClaim
from places.models import Place


def context(review: Review, *, by: Actor) -> dict[str, Any]:
    """What was written, the account, the organizer or venue with its website, and who is in its team already."""
    claim = TeamClaim.objects.select_related("user").filter(pk=review.object_id).first()
    if claim is None:
        return {"claim": None}
    team = Team(kind=TeamKind(claim.kind), id=claim.team_id)
    if team.kind is TeamKind.ORGANIZER:
        row: Any = Organizer.objects.filter(pk=team.id).first()
        site = row.url if row else ""
    else:
        row = Place.objects.filter(pk=team.id).first()
        site = row.website if row else ""
    return {"claim": claim, "speaks_for": row, "site": site, "team": list(members(team)[:20])}
