"""The page of a venue of one's team: its hours, how to reach it, whether it has closed."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.signed_in import person_of
from events.addresses import venue_path
from events.views.shared import unlisted_meta
from organizers.forms import VenueForm
from organizers.views.shared import for_people
from places.exceptions import PlaceError
from places.models import Place
from places.services.owning import edit_own_place, moderated_fields, speaks_for


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def venue_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`/organize/places/{id}/venue/`: for owners and editors; nobody else learns of it."""
    place, person = get_object_or_404(Place, pk=pk), person_of(request)
    if not speaks_for(person, pk):
        raise Http404("no venue of a team of yours")
    form = VenueForm(request.POST or None, place=place, moderated=moderated_fields(place))
    problem, status = "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                edit_own_place(pk, form.values(), by=person)
                return HttpResponseRedirect(f"{request.path}?saved=1")
            except InputRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
            except PlaceError as refused:
                problem, status = refused.detail, 409
    context = {
        "place": place,
        "form": form,
        "problem": problem,
        "now_path": f"{venue_path(place.pk, place.slug)}now/",
        "saved": request.GET.get("saved") == "1",
        "meta": unlisted_meta(request, place.name),
    }
    return render(request, "organizers/venue.html", context, status=status)
