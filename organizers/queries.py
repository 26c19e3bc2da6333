"""What the desk shows of one's teams."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import User
from events.enums import Publication, TeamKind
from events.models import Event, Organizer, OrganizerMember
from events.queries.teams import highest, managed, managed_events
from events.records import Team
from organizers.models import WrittenEvent
from places.enums import TeamRole
from places.models import Place, PlaceMember

#: Events that ended are on the desk for so long.
_AFTER = timedelta(days=30)
_MOST = 200
_SHOWN = (Publication.DRAFT, Publication.PENDING, Publication.APPROVED, Publication.FLAGGED)


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnTeam:
    """A team of a person, and their role in it."""

    team: Team
    name: str
    role: TeamRole


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnEvent:
    """An event of a team with how often it was opened, and who comes and waits."""

    event: Event
    views: int
    registered: int
    waiting: int


def own_teams(person: User) -> list[OwnTeam]:
    """The teams of a person by name, in two queries."""
    organizers = OrganizerMember.objects.filter(user=person).select_related("organizer__merged_into")
    places = PlaceMember.objects.filter(user=person).select_related("place__merged_into")
    owners: list[tuple[TeamKind, Organizer | Place, str]] = [
        (TeamKind.ORGANIZER, one.organizer.merged_into or one.organizer, one.role) for one in organizers
    ]
    owners += [(TeamKind.PLACE, one.place.merged_into or one.place, one.role) for one in places]
    roles: dict[Team, list[str]] = defaultdict(list)  # a merge may have given two in one team
    for kind, owner, role in owners:
        roles[Team(kind=kind, id=owner.pk)].append(role)
    names = {owner.pk: owner.name for _, owner, _ in owners}
    found = [
        OwnTeam(team=team, name=names[team.id], role=highest(held) or TeamRole.HELPER)
        for team, held in roles.items()
    ]
    return sorted(found, key=lambda one: one.name.casefold())


def writing_teams(person: User) -> list[tuple[str, str]]:
    """Id and name of the organizers that a person writes events for, by name."""
    mine = Organizer.objects.filter(pk__in=managed(person).organizers, merged_into=None)
    return [(str(pk), name) for pk, name in mine.order_by("folded_name").values_list("pk", "name")]


def mergeable(person: User, organizer_id: UUID) -> list[tuple[str, str]]:
    """Id and name of the other organizers that a person owns, by name: one of them may be the same."""
    owned = managed(person, (TeamRole.OWNER.value,)).organizers - {organizer_id}
    rows = Organizer.objects.filter(pk__in=owned, merged_into=None).order_by("folded_name")
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def own_drafts(person: User) -> list[WrittenEvent]:
    """Drafts of the organizers that a person writes for, and what was sent and is no event yet, the newest first. Three queries."""
    rows = WrittenEvent.objects.filter(organizer__in=managed(person).organizers, finished_at=None)
    return list(rows.defer("picture")[:_MOST])


def own_events(person: User, *, now: datetime) -> list[OwnEvent]:
    """The events of one's teams, the next first, those that were within 30 days at the end. Three queries."""
    events = managed_events(person, tuple(TeamRole)).filter(
        publication__in=_SHOWN, end_date__gte=(now - _AFTER).date()
    )
    rows = (
        events.select_related("city", "counters")
        .annotate(
            coming=Count("registered", filter=Q(registered__state="registered")),
            waits=Count("registered", filter=Q(registered__state="waiting")),
        )
        .order_by("start_at", "pk")[:_MOST]
    )
    told = [
        OwnEvent(
            event=row,
            views=row.counters.views if hasattr(row, "counters") else 0,
            registered=row.coming,
            waiting=row.waits,
        )
        for row in rows
    ]
    return sorted(told, key=lambda one: one.event.end_date < now.date())
