"""Pages on which one follows something, and sees what one follows."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.user_input import uuid_of
from events.views.shared import unlisted_meta
from personal import queries, services
from personal.exceptions import PersonalRefused
from personal.models import Follow
from personal.words import kind_words


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow_page(request: HttpRequest) -> HttpResponse:
    """`/for-me/follow/?kind=…&key=…`: follow it, or no more. Pages that are the same for everybody lead here; a GET changes nothing."""
    person = request.user
    assert isinstance(person, User)  # login_required
    what = queries.one_followed(request.GET.get("kind", "")[:20], request.GET.get("key", "")[:200])
    if what is None:
        raise Http404("nothing to follow")
    row = Follow.objects.filter(what.same, user=person).first()
    problem, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "unfollow":
                if row is not None:
                    services.unfollow(person, row.pk)
            else:
                services.follow(person, what, in_calendar="calendar" in request.POST)
            return HttpResponseRedirect(what.path)
        except PersonalRefused as refused:
            problem, status = refused.detail, 409
    words = {"what": what, "kind": kind_words(what.kind), "row": row, "problem": problem}
    return render(request, "personal/follow.html", {**words, **_frame(request, what.name)}, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """`/for-me/following/`: what one follows; each can be followed no more, or brought into the calendar."""
    person = request.user
    assert isinstance(person, User)  # login_required
    if request.method == "POST":
        if (follow_id := uuid_of(request.POST.get("follow", ""))) is not None:
            _change(person, follow_id, request.POST.get("do", ""))
        return HttpResponseRedirect(request.path)
    rows = [(row, what, kind_words(what.kind)) for row, what in queries.follows_of(person)]
    return render(
        request, "personal/following.html", {"rows": rows, **_frame(request, gettext("What you follow"))}
    )


def _change(person: User, follow_id: UUID, wanted: str) -> None:
    row = Follow.objects.filter(user=person, pk=follow_id).first()
    if row is None:
        return
    if wanted == "unfollow":
        services.unfollow(person, row.pk)
    elif wanted in ("calendar", "no-calendar"):
        services.follow(person, queries.followed(row), in_calendar=wanted == "calendar")


def _frame(request: HttpRequest, title: str) -> dict[str, Any]:
    return {
        "meta": unlisted_meta(request, title),
        "live": None,
    }
