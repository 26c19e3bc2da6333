"""What the pages of the desk share: who asks, and what is theirs."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.signed_in import person_of
from events.enums import TeamKind
from events.models import Event, Organizer
from events.queries.teams import may_help
from events.records import Team
from places.models import Place

View = Callable[..., HttpResponse]


def for_people(view: View) -> View:
    """A page for whoever is signed in, kept by no cache."""
    guarded: View = never_cache(login_required(view))
    return wraps(view)(guarded)


def own_event(request: HttpRequest, event_id: UUID) -> Event:
    """An event of a team of the person, also as a helper. Raises Http404: nobody else learns that it exists."""
    event = Event.objects.select_related("city", "organizer", "place").filter(pk=event_id).first()
    if event is None or not may_help(person_of(request), event):
        raise Http404("no event of a team of yours")
    return event


def team_called(kind: str, pk: UUID) -> tuple[Team, Any]:
    """A team, and the row that it speaks for: of what was merged, those of what stayed. Raises Http404."""
    model: Any = {"organizers": Organizer, "places": Place}.get(kind)
    row = model.objects.select_related("merged_into").filter(pk=pk).first() if model else None
    if row is None:
        raise Http404("no such team")
    row = row.merged_into or row
    return Team(kind=TeamKind.ORGANIZER if kind == "organizers" else TeamKind.PLACE, id=row.pk), row


def team_path(team: Team) -> str:
    """The address of a team's page."""
    return f"/organize/{'organizers' if team.kind is TeamKind.ORGANIZER else 'places'}/{team.id}/"
