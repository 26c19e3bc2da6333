"""Teams of organizers and venues: made, joined by invitation, changed and left, each with an entry in the log.

Every change locks the row of the organizer or venue first, and only then looks who asks: of two owners who remove each
other at once, the second is no owner any more when their turn comes.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now as clock
from django.utils.translation import gettext

from accounts import user_input
from accounts.actions import Action, record_action, target_of
from accounts.crypto import address_hash
from accounts.exceptions import InputRefused
from accounts.models import User, fold_login
from accounts.rights import Actor, RightMissing, System, is_person, may, person_of
from events.enums import TeamKind
from events.exceptions import BadValue, OrganizerTaken, TeamRefused
from events.models import Organizer, OrganizerMember, TeamInvitation
from events.queries.teams import highest, members, role_in, standing_team
from events.records import Team
from pipeline.contract.enums import OrganizerType
from pipeline.text.folding import fold
from places.enums import TeamRole
from places.models import Place, PlaceMember
from places.queries.reach import OVERSEE, may_in

#: How long an invitation can be accepted.
INVITED_FOR: Final = timedelta(days=14)
#: Invitations of one team that wait.
MOST_INVITED: Final = 30
#: Members of one team.
MOST_MEMBERS: Final = 100
#: Organizers that one account may have made or joined.
MOST_ORGANIZERS: Final = 50
_SALT: Final = "events.team"
_MODELS: Final[Mapping[TeamKind, Any]] = {TeamKind.ORGANIZER: Organizer, TeamKind.PLACE: Place}


def make_organizer(
    name: str, *, type: str = "", url: str = "", by: Actor, now: datetime | None = None
) -> Organizer:
    """Make an organizer, whose owner is whoever makes it. It is unverified.

    Raises RightMissing, BadValue; OrganizerTaken where one has the name: it is claimed, not made again.
    """
    person = _signed_in(by)
    try:
        name = user_input.line("name", name, most=200)
        url = user_input.address("url", url) if url else ""
    except InputRefused as refused:
        raise BadValue(refused.detail) from refused
    folded = fold(name)[:200]
    if not folded:
        raise BadValue(gettext("Name is empty. Say what the organizer is called."))
    if type and type not in {one.value for one in OrganizerType}:
        raise BadValue(gettext("Type is one of %(types)s.") % {"types": ", ".join(OrganizerType)})
    with transaction.atomic():
        User.objects.select_for_update().get(pk=person.pk)
        if OrganizerMember.objects.filter(user=person).count() >= MOST_ORGANIZERS:
            raise TeamRefused(
                gettext("You belong to as many organizers as one account can. Leave one first.")
            )
        row, made = Organizer.objects.get_or_create(
            folded_name=folded, defaults={"name": name, "type": type, "url": url}
        )
        if not made:
            raise OrganizerTaken(
                gettext("There is an organizer called “%(name)s” already. If it is you, claim it.")
                % {"name": row.name},
                organizer_id=row.merged_into_id or row.pk,
            )
        OrganizerMember.objects.create(
            organizer=row, user=person, role=TeamRole.OWNER.value, at=now or clock()
        )
        record_action(by, Action.ORGANIZER_MADE, target=target_of(row), after={"owner": person})
    return row


def invite(
    team: Team, address: str, role: TeamRole, *, by: Actor, now: datetime | None = None
) -> TeamInvitation:
    """Invite whoever has a mail address; they get a link. An earlier invitation of the address is void.

    The answer never says whether the address has an account. Raises RightMissing, BadValue, TeamRefused.
    """
    moment = now or clock()
    address = fold_login(address.strip())
    try:
        validate_email(address)
    except ValidationError:
        raise BadValue(gettext("Address is no mail address. Write one such as name@example.org.")) from None
    with transaction.atomic():
        row = _locked(team, by=by)
        waiting = _invitations(team).exclude(address_hash=address_hash(address))
        if waiting.filter(expires_at__gt=moment).count() >= MOST_INVITED:
            raise TeamRefused(gettext("Too many invitations wait. Withdraw some, or wait for answers."))
        _invitations(team).filter(address_hash=address_hash(address)).delete()
        made = TeamInvitation.objects.create(
            **_column(team), address=address, address_hash=address_hash(address), role=role.value,
            invited_by=person_of(by), at=moment, expires_at=moment + INVITED_FOR,
        )  # fmt: skip
        record_action(by, Action.TEAM_INVITED, target=target_of(row), after={"role": role})
        transaction.on_commit(lambda: _mail(made, row.name), robust=True)
    return made


def withdraw(team: Team, invitation_id: UUID, *, by: Actor) -> None:
    """Take an invitation back; its link is void. Raises RightMissing, TeamInvitation.DoesNotExist."""
    with transaction.atomic():
        row = _locked(team, by=by)
        _invitations(team).get(pk=invitation_id).delete()
        record_action(by, Action.TEAM_INVITATION_WITHDRAWN, target=target_of(row))


def token_of(invitation: TeamInvitation) -> str:
    """The part of the mailed link: signed, never stored."""
    return signing.dumps([str(invitation.pk), invitation.at.timestamp()], salt=_SALT)


def invitation_of(token: str, *, now: datetime | None = None) -> TeamInvitation:
    """The invitation of a link. Raises TeamRefused."""
    try:
        pk, at = signing.loads(token, salt=_SALT, max_age=INVITED_FOR)
        found = TeamInvitation.objects.select_related("organizer", "place").get(
            pk=pk, expires_at__gt=now or clock()
        )
    except (signing.BadSignature, TypeError, ValueError, ValidationError, TeamInvitation.DoesNotExist):
        found, at = None, 0
    if found is None or found.at.timestamp() != at:
        raise TeamRefused(
            gettext("This invitation was used, withdrawn, or has expired. Ask the team for another one.")
        )
    return found


def team_of(invitation: TeamInvitation) -> Team:
    """The team that an invitation leads to."""
    organizer = invitation.organizer
    if organizer is not None:
        return Team(kind=TeamKind.ORGANIZER, id=organizer.merged_into_id or organizer.pk)
    place = invitation.place
    if place is None:
        raise Place.DoesNotExist("The place of this invitation is gone.")
    return Team(kind=TeamKind.PLACE, id=place.merged_into_id or place.pk)


def accept(token: str, *, by: Actor, now: datetime | None = None) -> Team:
    """Join the team of an invitation. Who is a member already keeps the higher role.

    The account must have proved the invited address: a forwarded link opens nothing. Raises RightMissing, TeamRefused.
    """
    person = _signed_in(by)
    moment = now or clock()
    with transaction.atomic():
        found = invitation_of(token, now=moment)
        team = team_of(found)
        row = _MODELS[team.kind].objects.select_for_update(of=("self",)).get(pk=team.id)
        if found.address_hash not in proved(person):
            raise TeamRefused(
                gettext(
                    "This invitation is for another mail address. Sign in with the account of that address."
                )
            )
        if not TeamInvitation.objects.filter(pk=found.pk, at=found.at).delete()[0]:
            raise TeamRefused(gettext("This invitation was used or withdrawn just now."))
        if members(team).count() >= MOST_MEMBERS:
            raise TeamRefused(gettext("The team is full. Ask its owners to remove somebody first."))
        _join(team, person, TeamRole(found.role), invited_by=found.invited_by, now=moment)
        record_action(by, Action.TEAM_JOINED, target=target_of(row), after={"role": TeamRole(found.role)})
    return team


def found_owner(team: Team, person: User, *, by: System | User, now: datetime | None = None) -> Team:
    """Make somebody an owner who has proved to speak for it (organizers.claiming); checks nothing itself.

    Returns the team that they joined: of what was merged, that of what stayed.
    """
    with transaction.atomic():
        team = standing_team(team)
        row = _MODELS[team.kind].objects.select_for_update(of=("self",)).get(pk=team.id)
        _join(team, person, TeamRole.OWNER, invited_by=None, now=now or clock())
        after = {"role": TeamRole.OWNER, "member": person}
        record_action(by, Action.TEAM_JOINED, target=target_of(row), after=after)
    return team


def change_role(team: Team, user_id: UUID, to: TeamRole, *, by: Actor) -> None:
    """Give a member another role; the last owner stays one. Raises RightMissing, TeamRefused."""
    with transaction.atomic():
        row = _locked(team, by=by)
        before = _role_held(team, user_id)
        if before is to:
            return
        if to is not TeamRole.OWNER:
            _require_other_owner(team, user_id, before)
        members(team).filter(user=user_id).update(role=to.value)
        reported = {"role": before, "member": User.objects.get(pk=user_id)}
        record_action(
            by, Action.TEAM_ROLE_CHANGED, target=target_of(row), before=reported, after={"role": to}
        )


def remove(team: Team, user_id: UUID, *, by: Actor) -> None:
    """Take a member out; the last owner stays. Raises RightMissing, TeamRefused."""
    with transaction.atomic():
        _take_out(_locked(team, by=by), team, user_id, by=by)


def leave(team: Team, *, by: Actor) -> None:
    """Leave a team; the last owner makes somebody else one first. Raises RightMissing, TeamRefused."""
    person = _signed_in(by)
    with transaction.atomic():
        row = _MODELS[team.kind].objects.select_for_update(of=("self",)).get(pk=team.id)
        _take_out(row, team, person.pk, by=by)


def may_lead(by: Actor, team: Team) -> bool:
    """Whether the actor may change the team: its owners, and staff who may change the organizer or the venue."""
    if role_in(by, team) is TeamRole.OWNER:
        return True
    if team.kind is TeamKind.ORGANIZER:
        return may(by, "events.change_organizer", OVERSEE)
    city = Place.objects.filter(pk=team.id).values_list("city_id", flat=True)
    return may(by, "places.change_place") and may_in(by, *city)


def proved(person: User) -> frozenset[str]:
    """The hashes of the addresses that an account has proved."""
    held = EmailAddress.objects.filter(user=person).values_list("email", "verified")
    known = {fold_login(address) for address, _ in held}
    own = {fold_login(address) for address, verified in held if verified}
    # An account that an operator made has a login that allauth does not know; they vouch for it.
    return frozenset(address_hash(one) for one in own | ({fold_login(person.email)} - known))


def forget_invitations(*, now: datetime) -> int:
    """Delete invitations that have expired. Returns how many."""
    return TeamInvitation.objects.filter(expires_at__lte=now).delete()[0]


def _signed_in(by: Actor) -> User:
    if not is_person(by) or not by.is_active:
        raise RightMissing(gettext("Sign in first."))
    return by


def _locked(team: Team, *, by: Actor) -> Any:
    """The row of the organizer or venue, locked; raises RightMissing unless `by` may change its team then."""
    model = _MODELS[team.kind]
    row = model.objects.select_for_update(of=("self",)).filter(pk=team.id).first()
    if not may_lead(by, team):
        raise RightMissing(gettext("Only owners of the team may do this."))
    if row is None:
        raise model.DoesNotExist(f"There is no {team.kind} {team.id}.")
    return row


def _column(team: Team) -> dict[str, UUID]:
    return {f"{team.kind.value}_id": team.id}


def _invitations(team: Team) -> Any:
    """Those to what was merged into it lead to it too."""
    name = team.kind.value
    return TeamInvitation.objects.filter(Q(**{name: team.id}) | Q(**{f"{name}__merged_into": team.id}))


def invitations(team: Team, *, now: datetime) -> Any:
    """The invitations of a team that wait, the oldest first."""
    return _invitations(team).filter(expires_at__gt=now)


def _join(team: Team, person: User, role: TeamRole, *, invited_by: User | None, now: datetime) -> None:
    """Add a member. Whoever is one keeps the higher role."""
    mine = members(team).filter(user=person)
    held = mine.values_list("role", flat=True)
    if held:
        mine.update(role=(highest([*held, role.value]) or role).value)
        return
    model: Any = OrganizerMember if team.kind is TeamKind.ORGANIZER else PlaceMember
    model.objects.create(**_column(team), user=person, role=role.value, invited_by=invited_by, at=now)


def _role_held(team: Team, user_id: UUID) -> TeamRole:
    role = highest(members(team).filter(user=user_id).values_list("role", flat=True))
    if role is None:
        raise TeamRefused(gettext("This person is not in the team any more."))
    return role


def _require_other_owner(team: Team, user_id: UUID, role: TeamRole) -> None:
    others = members(team).filter(role=TeamRole.OWNER.value, user__is_active=True).exclude(user=user_id)
    if role is TeamRole.OWNER and not others.exists():
        raise TeamRefused(gettext("This is the last owner. Make somebody else an owner first."))


def _take_out(row: Any, team: Team, user_id: UUID, *, by: Actor) -> None:
    before = _role_held(team, user_id)
    _require_other_owner(team, user_id, before)
    members(team).filter(user=user_id).delete()
    reported = {"role": before, "member": User.objects.get(pk=user_id)}
    record_action(by, Action.TEAM_LEFT, target=target_of(row), before=reported)


def _mail(invitation: TeamInvitation, name: str) -> None:
    context = {
        "team": name,
        "invitation_url": f"{settings.SITE_URL}/organize/invitations/confirm/{token_of(invitation)}/",
    }
    get_adapter().send_mail("account/email/team_invitation", invitation.address, context)
