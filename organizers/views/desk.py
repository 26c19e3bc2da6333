"""The first page of the desk: one's teams, their events, and a form for a new organizer."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.signed_in import person_of
from events.enums import TeamKind
from events.exceptions import BadValue, OrganizerTaken, TeamRefused
from events.services.teams import make_organizer
from events.views.shared import unlisted_meta
from organizers.forms import OrganizerForm
from organizers.queries import own_drafts, own_events, own_teams
from organizers.views.shared import for_people, team_path
from places.models import SPEAKING


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest) -> HttpResponse:
    """`/organize/`."""
    form, status, taken = OrganizerForm(request.POST or None), 200, ""
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                make_organizer(**form.cleaned_data, by=person_of(request))
            except OrganizerTaken as refused:
                form.add_error("name", refused.detail)
                taken = f"/organize/organizers/{refused.organizer_id}/claim/"
            except (BadValue, TeamRefused) as refused:
                form.add_error(None, refused.detail)
            else:
                return HttpResponseRedirect("/organize/")
    person, now = person_of(request), timezone.now()
    teams = [(team_path(one.team), one) for one in own_teams(person)]
    context = {
        "teams": teams,
        "events": own_events(person, now=now),
        "drafts": own_drafts(person),
        "writes": any(one.team.kind is TeamKind.ORGANIZER and one.role in SPEAKING for _, one in teams),
        "form": form,
        "taken": taken,
        "meta": unlisted_meta(request, gettext("Organize")),
    }
    return render(request, "organizers/desk.html", context, status=status)
