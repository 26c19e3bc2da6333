"""The page of one photo, and to say that it should not be there."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.limits import REPORTS, take
from accounts.same_origin import same_origin_required
from accounts.waiting import wait_words
from events.things import named, row_of, thing_of
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from galleries import services
from galleries.enums import PhotoState
from galleries.forms import ReportPhotoForm
from galleries.models import Photo
from galleries.queries import beside, shown_of
from galleries.shown import photo_path, shot
from galleries.views.shared import of


@flag_required(Flag.GALLERIES)
@never_cache
@require_safe
def photo_page(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """`/photos/{id}/`: a photo, what it shows, and the ways to the next and to what it is of."""
    photo = _found(photo_id)
    row = of(photo)
    name, path = named(row)
    newer, older = beside(shown_of(thing_of(row)), photo)
    context = {
        "shot": shot(photo), "name": name, "path": path,
        "newer": photo_path(newer) if newer else "", "older": photo_path(older) if older else "",
        "meta": unlisted_meta(request, gettext("Photo: %(name)s") % {"name": name}),
    }  # fmt: skip
    return render(request, "galleries/photo.html", context)


@flag_required(Flag.GALLERIES)
@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, photo_id: UUID) -> HttpResponse:
    """`/photos/{id}/report/`: to say that a photo should not be there, without an account. A bot in the honeypot is thanked too."""
    photo = _found(photo_id)
    form, status = ReportPhotoForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 400
        valid = form.is_valid()
        if form.is_trapped:
            return HttpResponseRedirect(f"{request.path}?thanks=1")
        taken = take(REPORTS, request)
        if not taken.allowed:
            words = gettext("That is a lot of reports. Try again in %(time)s.")
            form.add_error(None, words % {"time": wait_words(taken.reset)})
            status = 429
        elif valid:
            services.report(photo.pk, form.cleaned_data["kind"])
            return HttpResponseRedirect(f"{request.path}?thanks=1")
    name, path = named(of(photo))
    context = {
        "shot": shot(photo), "name": name, "path": path, "form": form, "thanks": request.GET.get("thanks") == "1",
        "meta": unlisted_meta(request, gettext("Report a photo")),
    }  # fmt: skip
    return render(request, "galleries/report.html", context, status=status)


def _found(pk: UUID) -> Photo:
    """A photo that readers see, of something that they see. Raises Http404."""
    rows = Photo.objects.defer("content").select_related(
        "event__city", "event__merged_into__city", "place__merged_into"
    )
    photo = rows.filter(pk=pk, state=PhotoState.SHOWN).first()
    row = of(photo) if photo is not None else None
    if photo is None or row is None or row_of(thing_of(row).kind, row.pk) is None:
        raise Http404("no such photo")
    return photo
