"""All that a team says of an event, in one form; of a series this date, this and the following, or all that are to come."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.rights import RightMissing
from accounts.signed_in import person_of
from events.exceptions import EventError
from events.queries.teams import manages
from events.views.shared import unlisted_meta
from organizers.change_form import ChangeForm
from organizers.series import Scope, edit_series
from organizers.views.shared import for_people, own_event


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def edit_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/edit/`: for who speaks for the event."""
    event, person = own_event(request, event_id), person_of(request)
    if not manages(person, event):
        raise Http404("only owners and editors")
    form, problem, status = ChangeForm(request.POST or None, event=event), "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                edit_series(
                    event.pk,
                    form.columns(),
                    by=person,
                    scope=Scope(form.cleaned_data.get("scope") or Scope.THIS),
                    venue=form.new_venue,
                    version=form.cleaned_data["version"],
                )
            except (EventError, RightMissing) as refused:
                problem, status = str(refused), 409
            else:
                return HttpResponseRedirect(f"/organize/events/{event.pk}/")
    context = {"event": event, "form": form, "problem": problem, "meta": unlisted_meta(request, event.title)}
    return render(request, "organizers/edit.html", context, status=status)
