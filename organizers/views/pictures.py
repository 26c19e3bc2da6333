"""The pictures of an event of one's team: uploaded, shown first, taken away."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.limits import pictures_taken
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from accounts.waiting import wait_words
from events.exceptions import BadValue, EventError
from events.models import Event, EventImage
from events.queries.teams import manages
from events.services import add_picture, remove_picture, show_picture_first
from events.services.own_pictures import MOST_PICTURES
from events.services.pictures import MAX_BYTES
from events.views.shared import unlisted_meta
from organizers.forms import PictureForm
from organizers.views.shared import for_people, own_event


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def pictures_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/pictures/`: for who speaks for the event."""
    event, person = own_event(request, event_id), person_of(request)
    if not manages(person, event):
        raise Http404("only owners and editors")
    form, problem, status = PictureForm(), "", 200
    if request.method == "POST":
        form = PictureForm(request.POST, request.FILES) if request.POST.get("do") == "add" else form
        try:
            if _act(request, event, form):
                return HttpResponseRedirect(request.path)
            status = 400
        except (EventError, RightMissing, EventImage.DoesNotExist) as refused:
            problem, status = getattr(refused, "detail", str(refused)), 409
    images = list(EventImage.objects.filter(event=event).exclude(url=""))
    context = {
        "event": event,
        "images": images,
        "is_full": sum(image.is_own for image in images) >= MOST_PICTURES,
        "form": form,
        "problem": problem,
        "meta": unlisted_meta(request, event.title),
    }
    return render(request, "organizers/pictures.html", context, status=status)


def _act(request: HttpRequest, event: Event, form: PictureForm) -> bool:
    """Do what the pressed button says; False where a field is wrong. Raises what the services raise."""
    person = person_of(request)
    match request.POST.get("do"):
        case "add":
            return form.is_valid() and _add(request, event, form)
        case "first":
            show_picture_first(event.pk, _id(request), by=person)
        case "remove":
            remove_picture(event.pk, _id(request), by=person)
        case _:
            return False
    return True


def _add(request: HttpRequest, event: Event, form: PictureForm) -> bool:
    person, said = person_of(request), form.cleaned_data
    taken = pictures_taken(person)
    if not taken.allowed:
        form.add_error(
            "picture",
            gettext("That is a lot of pictures. Try again in %(time)s.") % {"time": wait_words(taken.reset)},
        )
        return False
    try:
        add_picture(
            event.pk, said["picture"].read(MAX_BYTES + 1), alt=said["alt"], focus=said["focus"], by=person
        )
    except BadValue as bad:
        name = "alt" if bad.field == "alt" else "picture"
        form.add_error(name, bad.detail)
        return False
    return True


def _id(request: HttpRequest) -> UUID:
    """Raises EventImage.DoesNotExist for what is no id."""
    try:
        return UUID(request.POST.get("image", ""))
    except ValueError as error:
        raise EventImage.DoesNotExist(gettext("This picture is gone. Choose one of those shown.")) from error
