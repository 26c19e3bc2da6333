"""Who speaks for which organizer or venue.

Nothing is kept between calls: a member who was removed has no right with the next request.
"""

from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.rights import Actor, is_person, may
from events.enums import TeamKind, Verification
from events.models import Event, Listing, Organizer, OrganizerMember
from events.records import Managed, Team
from places.enums import TeamRole
from places.models import SPEAKING, Place, PlaceMember
from places.queries.reach import may_in

#: Staff who have it may do what editors may, in their cities.
_CHANGE: Final = "events.change_event"
#: From the least to the most.
_ORDER: Final = (TeamRole.HELPER, TeamRole.EDITOR, TeamRole.OWNER)


def members(team: Team) -> QuerySet[Any]:
    """The members of a team with their accounts, the oldest first. Those of organizers and places merged into it belong to it."""
    if team.kind is TeamKind.ORGANIZER:
        ours = Q(organizer=team.id) | Q(organizer__merged_into=team.id)
        return OrganizerMember.objects.filter(ours).select_related("user", "invited_by")
    here = Q(place=team.id) | Q(place__merged_into=team.id)
    return PlaceMember.objects.filter(here).select_related("user", "invited_by")


def role_in(by: Actor, team: Team) -> TeamRole | None:
    """The actor's role in a team, the highest where a merge gave two; None for who is no member."""
    if not is_person(by) or not by.is_active:
        return None
    return highest(members(team).filter(user=by).values_list("role", flat=True))


def standing_team(team: Team) -> Team:
    """The team itself, or that of the organizer or venue that it was merged into. Raises Organizer.DoesNotExist, Place.DoesNotExist."""
    model: Any = Organizer if team.kind is TeamKind.ORGANIZER else Place
    merged_into = model.objects.values_list("merged_into", flat=True).get(pk=team.id)
    return team if merged_into is None else Team(kind=team.kind, id=merged_into)


def role_of(by: Actor, organizer_id: UUID) -> TeamRole | None:
    """The actor's role in the team of an organizer."""
    return role_in(by, Team(kind=TeamKind.ORGANIZER, id=organizer_id))


def place_role_of(by: Actor, place_id: UUID) -> TeamRole | None:
    """The actor's role in the team of a venue."""
    return role_in(by, Team(kind=TeamKind.PLACE, id=place_id))


def highest(roles: Any) -> TeamRole | None:
    """The highest of some roles, as words."""
    return max((TeamRole(role) for role in roles), key=_ORDER.index, default=None)


def managed(by: Actor, roles: tuple[str, ...] = SPEAKING) -> Managed:
    """What the actor speaks for, in one of these roles. Two queries."""
    if not is_person(by) or not by.is_active:
        return Managed()
    organizers = OrganizerMember.objects.filter(user=by, role__in=roles)
    teams = organizers.values_list("organizer_id", "organizer__merged_into")
    rows = PlaceMember.objects.filter(user=by, role__in=roles).values_list("place_id", "place__merged_into")
    return Managed(
        organizers=frozenset(pk for row in teams for pk in row if pk is not None),
        places=frozenset(pk for row in rows for pk in row if pk is not None),
    )


def managed_events(by: Actor, roles: tuple[str, ...] = SPEAKING) -> QuerySet[Event]:
    """The events of the organizers and venues that the actor speaks for; of staff only what is theirs as members."""
    own = managed(by, roles)
    return Event.objects.filter(Q(organizer__in=own.organizers) | Q(place__in=own.places))


def manages(by: Actor, event: Event, roles: tuple[str, ...] = SPEAKING) -> bool:
    """Whether the actor is a member of the event's organizer or venue, in one of these roles."""
    own = managed(by, roles)
    return event.organizer_id in own.organizers or event.place_id in own.places


def may_manage(by: Actor, event: Event) -> bool:
    """Whether the actor may change the event: staff in their cities, owners and editors of its organizer or venue."""
    return (may(by, _CHANGE) and may_in(by, event.city_id)) or manages(by, event)


def may_help(by: Actor, event: Event) -> bool:
    """Whether the actor may see the event's lists and check in: whoever manages it, and helpers."""
    return may_manage(by, event) or manages(by, event, tuple(TeamRole))


def is_proven(by: Actor, event: Event) -> bool:
    """Whether the actor speaks for the event's venue, or for its organizer who is verified: then their word stands.

    Anyone may make an organizer of a name that nobody had; a team of a venue begins with a proof.
    """
    own = managed(by)
    if event.place_id in own.places:
        return True
    if event.organizer_id is None or event.organizer_id not in own.organizers:
        return False
    proven = Organizer.objects.filter(pk=event.organizer_id).exclude(verification=Verification.UNVERIFIED)
    return proven.exists()


def began_with_own_words(by: Actor, event: Event) -> bool:
    """Whether the event is of an organizer that the actor speaks for, and began with what its team wrote here, or with its calendar.

    What other sources brought is not theirs before they prove who they are, nor what a moderator joined it to.
    """
    own = managed(by).organizers
    if event.organizer_id is None or event.organizer_id not in own:
        return False
    listings = Listing.objects.filter(first_event=event).order_by("first_seen_at", "pk")
    first = listings.values_list(
        "told_by", "told_by__merged_into", "origin__organizer", "origin__organizer__merged_into"
    ).first()
    return any(pk in own for pk in first or () if pk is not None)


def name_of(team: Team) -> str:
    """The name of what the team speaks for. Raises Organizer.DoesNotExist, Place.DoesNotExist."""
    model: Any = Organizer if team.kind is TeamKind.ORGANIZER else Place
    name: str = model.objects.values_list("name", flat=True).get(pk=team.id)
    return name
