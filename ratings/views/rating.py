"""Pages to rate, one's own ratings, and to say that words should not be there."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.addresses import address_of
from accounts.exceptions import InputRefused
from accounts.limits import RATINGS, REPORTS, take
from accounts.same_origin import same_origin_required
from accounts.signed_in import person_of
from accounts.waiting import wait_words
from events.models import Event
from events.things import ThingKind, named, thing_of
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from languages.reading import current_code
from ratings import queries, services
from ratings.enums import RatingState
from ratings.exceptions import RatingRefused
from ratings.forms import RateForm, ReportWordsForm
from ratings.models import Rating
from ratings.records import Wish
from ratings.services.rating import refuse
from ratings.shown import basis_words, rate_path
from ratings.views.shared import found, rated

_LISTED: Final = 200


@flag_required(Flag.RATINGS)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD"])
def own_page(request: HttpRequest) -> HttpResponse:
    """`/ratings/`: what one rated, and where one was and did not."""
    person = person_of(request)
    rows = [
        (row, *rated(row), rate_path(thing_of(row.event or row.place)))  # type: ignore[arg-type]  # rating_one_thing
        for row in queries.own(person)[:_LISTED]
    ]
    waiting = queries.to_rate(person, now=timezone.now())
    context = {
        "rows": rows,
        "to_rate": [(event, rate_path(thing_of(event))) for event in waiting],
        "meta": unlisted_meta(request, gettext("Your ratings")),
    }
    return render(request, "ratings/own.html", context)


@flag_required(Flag.RATINGS)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/ratings/events/{id}/`: to rate an event that is over, change it, or take it back."""
    return _rate(request, ThingKind.EVENT, event_id)


@flag_required(Flag.RATINGS)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate_venue(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """`/ratings/venues/{id}/`: the same for a venue."""
    return _rate(request, ThingKind.PLACE, place_id)


@flag_required(Flag.RATINGS)
@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_page(request: HttpRequest, rating_id: UUID) -> HttpResponse:
    """`/ratings/{id}/report/`: to say that words should not be there, without an account. A bot in the honeypot is thanked too."""
    rating = (
        Rating.objects.select_related("event", "place").filter(pk=rating_id, state=RatingState.SHOWN).first()
    )
    if rating is None:
        raise Http404("no such rating")
    form, status = ReportWordsForm(request.POST if request.method == "POST" else None), 200
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
            services.report(rating.pk, form.cleaned_data["kind"])
            return HttpResponseRedirect(f"{request.path}?thanks=1")
    name, path = rated(rating)
    context = {
        "rating": rating, "name": name, "path": path, "form": form, "thanks": request.GET.get("thanks") == "1",
        "meta": unlisted_meta(request, gettext("Report a rating")),
    }  # fmt: skip
    return render(request, "ratings/report.html", context, status=status)


def _rate(request: HttpRequest, kind: ThingKind, pk: UUID) -> HttpResponse:
    row, person = found(kind, pk), person_of(request)
    thing, now = thing_of(row), timezone.now()
    if thing.id != pk and request.method != "POST":
        return HttpResponseRedirect(rate_path(thing))
    own = queries.own_of(thing, person)
    if request.method == "POST" and request.POST.get("do") == "delete":
        services.delete(row, by=person)
        return HttpResponseRedirect("/ratings/")
    known = {"stars": own.stars, "text": own.text} if own else {}
    form, refused, status = RateForm(request.POST or None, initial=known), "", 200
    if request.method == "POST":
        status = 400
        taken = take(RATINGS, request)
        if not taken.allowed:
            words = gettext("Too much came from your network. Try again in %(time)s.")
            form.add_error(None, words % {"time": wait_words(taken.reset)})
            status = 429
        elif form.is_valid():
            wish = Wish(
                stars=form.cleaned_data["stars"], text=form.cleaned_data["text"], language=current_code()
            )
            try:
                services.rate(row, wish, by=person, address=address_of(request))
                return HttpResponseRedirect(f"{request.path}?thanks=1")
            except InputRefused as error:
                form.add_error(error.field if error.field in form.fields else None, error.detail)
            except RatingRefused as error:
                form.add_error(None, error.detail)
                status = 409
    try:
        refuse(row, person, now=now)
    except RatingRefused as error:
        refused = error.detail
    basis = queries.basis_of(row, person, now=now)
    name, path = named(row)
    context = {
        "name": name, "path": path, "own": own, "form": form, "refused": refused, "basis": basis_words(basis),
        "is_event": kind is ThingKind.EVENT, "thanks": request.GET.get("thanks") == "1" and own is not None,
        "venue": rate_path(thing_of(row.place)) if isinstance(row, Event) and row.place else "",
        "venue_name": row.place.name if isinstance(row, Event) and row.place else "",
        "meta": unlisted_meta(request, gettext("Rate: %(name)s") % {"name": name}),
    }  # fmt: skip
    return render(request, "ratings/rate.html", context, status=status)
