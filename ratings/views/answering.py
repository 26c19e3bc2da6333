"""The page on which a team answers to ratings."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from accounts.user_input import uuid_of
from events.things import ThingKind, named, thing_of
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from languages.reading import current_code
from ratings import queries, services
from ratings.forms import AnswerForm
from ratings.models import Rating
from ratings.services.answering import may_answer
from ratings.shown import basis_words
from ratings.views.shared import found

_PAGE: Final = 20


@flag_required(Flag.RATINGS)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/ratings/`: what those who came say, and the answers of the team."""
    return _answer(request, ThingKind.EVENT, event_id)


@flag_required(Flag.RATINGS)
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer_venue(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """`/organize/places/{id}/ratings/`: the same for a venue."""
    return _answer(request, ThingKind.PLACE, place_id)


def _answer(request: HttpRequest, kind: ThingKind, pk: UUID) -> HttpResponse:
    row, person = found(kind, pk), person_of(request)
    thing = thing_of(row)
    if not may_answer(thing, person):
        raise Http404("no team of yours")
    problem, status, wanted = "", 200, uuid_of(request.POST.get("rating", "")[:36])
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and wanted is not None:
        status = 400
        try:
            if request.POST.get("do") == "delete":
                services.take_answer_back(wanted, by=person)
                return HttpResponseRedirect(request.path)
            if form.is_valid():
                services.answer(wanted, form.cleaned_data["text"], by=person, language=current_code())
                return HttpResponseRedirect(request.path)
            problem = gettext("The answer is empty or too long.")
        except InputRefused as error:
            problem = f"{gettext('The answer')} {error.detail}"
        except (Rating.DoesNotExist, RightMissing):
            problem, status = gettext("This rating is gone."), 409
    page = Paginator(queries.shown_of(thing), _PAGE).get_page(request.GET.get("page"))
    shown = [
        (one, basis_words(one), AnswerForm(initial={"text": one.answer.text} if hasattr(one, "answer") else None, auto_id=f"{one.pk}_%s"))
        for one in page
    ]  # fmt: skip
    name, path = named(row)
    context = {
        "name": name, "path": path, "page": page, "shown": shown, "problem": problem,
        "back": f"/organize/{'events' if kind is ThingKind.EVENT else 'places'}/{row.pk}/",
        "meta": unlisted_meta(request, gettext("Ratings: %(name)s") % {"name": name}),
    }  # fmt: skip
    return render(request, "ratings/answers.html", context, status=status)
