"""Claims that a moderator decides: somebody writes why they speak for an organizer or a venue.

The other proofs (mail, tag, record) need no moderator: `organizers.claiming`.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.db import transaction
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.models import User
from accounts.rights import PIPELINE, Actor, RightMissing, is_person
from events.enums import TeamKind, Verification
from events.models import Organizer
from events.queries.teams import name_of, role_in
from events.records import Team
from events.services.teams import found_owner
from events.services.verifying import verify_organizer
from moderation.enums import ClaimState, ReviewKind
from moderation.exceptions import Conflict, ModerationError
from moderation.models import Review, TeamClaim
from moderation.services.judging import Filing, file_reviews
from places.models import Place

LONGEST: Final = 1_000
#: Claims of one account that wait.
MOST_OPEN: Final = 5
_PRIORITY: Final = 15


def file_claim(team: Team, text: str, link: str = "", *, by: Actor, now: datetime | None = None) -> TeamClaim:
    """Keep what an account writes, and ask a moderator. Raises RightMissing, InputRefused, ModerationError, Conflict."""
    person: Any = by
    if not is_person(by) or not person.is_active:
        raise RightMissing(gettext("Sign in first."))
    words = user_input.line("text", text, most=LONGEST)
    if not words:
        raise ModerationError(gettext("Say who you are there, and how a moderator can see that it is so."))
    address = user_input.address("link", link) if link else ""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        open_ones = TeamClaim.objects.filter(user=person, state=ClaimState.OPEN)
        if role_in(by, team) is not None or open_ones.filter(team_id=team.id).exists():
            raise Conflict(gettext("You have asked already, or you are in the team."))
        if open_ones.count() >= MOST_OPEN:
            raise ModerationError(
                gettext("Several of your requests wait. Let a moderator decide them first.")
            )
        made = TeamClaim.objects.create(
            kind=team.kind.value,
            team_id=team.id,
            user=person,
            text=words,
            link=address,
            created_at=now or clock(),
        )
        name = name_of(team)
        file_reviews([
            Filing(
                kind=ReviewKind.CLAIM, object_id=made.pk, title=name, city_id=_city_of(team), priority=_PRIORITY,
                reasons=("somebody says that they speak for it",), evidence={"team": name, "kind": team.kind.value},
            )
        ])  # fmt: skip
    return made


def last_claim(team: Team, *, by: Actor) -> TeamClaim | None:
    """The newest claim of an account for a team."""
    if not is_person(by):
        return None
    return TeamClaim.objects.filter(user=by, team_id=team.id).order_by("-created_at", "-pk").first()


def grant(review: Review) -> dict[str, Any]:
    """Make the account an owner, and mark an organizer as verified, after a moderator's verdict."""
    claim = _held(review)
    if not claim.user.is_active:
        raise ModerationError("The account is closed.")
    team = found_owner(Team(kind=TeamKind(claim.kind), id=claim.team_id), claim.user, by=PIPELINE)
    if team.kind is TeamKind.ORGANIZER:
        row = Organizer.objects.get(pk=team.id)
        if row.verification == Verification.UNVERIFIED:
            evidence = (
                claim.link or row.url or f"{settings.SITE_URL}/admin/moderation/review/{review.pk}/change/"
            )
            verify_organizer(
                row.pk,
                Verification.VERIFIED,
                evidence=evidence,
                note="a moderator granted a claim",
                by=PIPELINE,
            )
    _close(claim, ClaimState.GRANTED, "team_claim_granted")
    return {"claim": "granted"}


def refuse(review: Review) -> dict[str, Any]:
    """Refuse the claim, and tell whoever made it."""
    _close(_held(review), ClaimState.REFUSED, "team_claim_refused")
    return {"claim": "refused"}


def _held(review: Review) -> TeamClaim:
    claim = (
        TeamClaim.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=review.object_id)
        .first()
    )
    if claim is None:
        raise ModerationError(f"“{review.title}”: the claim is gone, since its account is.")
    return claim


def _close(claim: TeamClaim, state: ClaimState, mail: str) -> None:
    claim.state = state.value
    claim.save(update_fields=["state"])
    team = Team(kind=TeamKind(claim.kind), id=claim.team_id)
    kind = "organizers" if team.kind is TeamKind.ORGANIZER else "places"
    context = {"team": name_of(team), "team_url": f"{settings.SITE_URL}/organize/{kind}/{team.id}/"}
    address = claim.user.email
    transaction.on_commit(
        lambda: get_adapter().send_mail(f"account/email/{mail}", address, context), robust=True
    )


def _city_of(team: Team) -> UUID | None:
    if team.kind is TeamKind.ORGANIZER:
        return None
    return Place.objects.values_list("city_id", flat=True).filter(pk=team.id).first()
