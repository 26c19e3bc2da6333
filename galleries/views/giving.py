"""Pages to give photos, and one's own."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.limits import PHOTOS, pictures_taken, take
from accounts.signed_in import person_of
from accounts.user_input import uuid_of
from accounts.waiting import wait_words
from events.models import Event
from events.things import ThingKind, named, row_of, thing_of
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from galleries import queries, services
from galleries.exceptions import PhotoNotTaken
from galleries.forms import GiveForm
from galleries.models import Photo
from galleries.records import MAX_BYTES, Wish
from galleries.services.giving import MOST, refuse
from galleries.shown import give_path
from galleries.views.shared import of
from languages.reading import current_code
from places.models import Place

_LISTED: Final = 200


@flag_required(Flag.GALLERIES)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: HttpRequest) -> HttpResponse:
    """`/photos/`: what one gave, and to take it back."""
    person, gone = person_of(request), False
    if request.method == "POST":
        try:
            services.withdraw(uuid_of(request.POST.get("photo", "")[:36]) or UUID(int=0), by=person)
            return HttpResponseRedirect(request.path)
        except Photo.DoesNotExist:
            gone = True
    rows = [(row, *named(of(row))) for row in queries.own(person)[:_LISTED]]
    context = {"rows": rows, "gone": gone, "meta": unlisted_meta(request, gettext("Your photos"))}
    return render(request, "galleries/own.html", context, status=409 if gone else 200)


@flag_required(Flag.GALLERIES)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/photos/events/{id}/`: to give a photo to an event that began."""
    return _give(request, ThingKind.EVENT, event_id)


@flag_required(Flag.GALLERIES)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give_venue(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """`/photos/venues/{id}/`: the same for a venue."""
    return _give(request, ThingKind.PLACE, place_id)


def _give(request: HttpRequest, kind: ThingKind, pk: UUID) -> HttpResponse:
    row, person = row_of(kind, pk), person_of(request)
    if row is None:
        raise Http404("nothing to give a photo to")
    thing = thing_of(row)
    if thing.id != pk and request.method != "POST":
        return HttpResponseRedirect(give_path(thing))
    form, status = GiveForm(), 200
    if request.method == "POST":
        form = GiveForm(request.POST, request.FILES)
        status = _take(request, form, row)
        if not status:
            return HttpResponseRedirect(f"{give_path(thing)}?thanks=1")
    refused = ""
    try:
        refuse(row, person, now=timezone.now())
    except PhotoNotTaken as error:
        refused = error.detail
    given = list(queries.photos_of(thing).filter(user=person).defer("content").order_by("-created_at"))
    name, path = named(row)
    context = {
        "name": name, "path": path, "form": form, "refused": refused, "given": given, "is_full": len(given) >= MOST, "most": MOST,
        "thanks": request.GET.get("thanks") == "1" and bool(given), "meta": unlisted_meta(request, gettext("Photos: %(name)s") % {"name": name}),
    }  # fmt: skip
    return render(request, "galleries/give.html", context, status=status)


def _take(request: HttpRequest, form: GiveForm, row: Event | Place) -> int:
    """Keep what was sent, and return 0; else the status, and the form has what is wrong."""
    if not form.is_valid():
        return 400
    person, said = person_of(request), form.cleaned_data
    taken = take(PHOTOS, request)
    taken = taken if not taken.allowed else pictures_taken(person)
    if not taken.allowed:
        words = gettext("That is a lot of pictures. Try again in %(time)s.")
        form.add_error("photo", words % {"time": wait_words(taken.reset)})
        return 429
    wish = Wish(alt=said["alt"], credit=said["credit"], consent=said["consent"], language=current_code())
    try:
        services.give(row, said["photo"].read(MAX_BYTES + 1), wish, by=person)
    except InputRefused as error:
        name = "agreed" if error.field == "consent" else error.field
        form.add_error(name if name in form.fields else None, error.detail)
        return 400
    except PhotoNotTaken as error:
        form.add_error(None, error.detail)
        return 409
    return 0
