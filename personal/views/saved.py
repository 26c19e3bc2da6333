"""What a person saved: the page of it, a page that saves without a script, and a device that meets the account."""

from typing import Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.crypto import keyed_hash
from accounts.models import User
from accounts.user_input import uuid_of
from events.queries.saved import saved_state
from events.views import saved_page
from events.views.shared import unlisted_meta
from personal import queries, services
from personal.exceptions import PersonalRefused

#: So many events a device tells at once, and so many of the account it keeps; `static/js/saved-account.js` has the same number.
MOST: Final = 100


@require_safe
@cache_control(private=True, no_cache=True)
def saved(request: HttpRequest) -> HttpResponse:
    """`/saved/`: what the account saved, where somebody is signed in; else the frame for what the device saved.

    `?id=…&id=…`: those events, for everybody.
    """
    person = request.user
    if "id" in request.GET or not isinstance(person, User):
        return saved_page(request, None)
    return saved_page(request, queries.saved_ids(person)[:MOST])


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def save_page(request: HttpRequest) -> HttpResponse:
    """`/for-me/save/?event=…`: save an event with the account, or take it out, without a script. A GET changes nothing."""
    person = request.user
    assert isinstance(person, User)  # login_required
    asked = uuid_of(request.GET.get("event", "")[:36])
    event = next(iter(saved_state([asked]).shown.values()), None) if asked else None
    if event is None:
        raise Http404("nothing to save")
    problem, status = "", 200
    if request.method == "POST":
        try:
            if request.POST.get("do") == "unsave":
                services.unsave_event(person, event.pk)
            else:
                services.save_events(person, [event.pk])
            return HttpResponseRedirect("/saved/")
        except PersonalRefused as refused:
            problem, status = refused.detail, 409
    words = {
        "event": event,
        "is_saved": event.pk in queries.saved_ids(person),
        "problem": problem,
        "meta": unlisted_meta(request, event.title),
        "live": None,
    }
    return render(request, "personal/save.html", words, status=status)


@never_cache
@require_POST
def saved_account(request: HttpRequest) -> HttpResponse:
    """`/saved/account`: a device tells `save` and `unsave`, ids that it changed since it agreed with `account`; answered by what the account has.

    `{"account": an opaque name of the account, "ids": [hex], "total": int, "full": bool}`, the newest first, at most MOST. With `full` nothing was
    saved: the account has no room. 401 without a session, and 403 without the token of our forms. Sent twice it changes nothing more.
    """
    person = request.user
    if not isinstance(person, User) or not person.is_authenticated:
        return JsonResponse({"detail": "Sign in first."}, status=401)
    full, account = False, keyed_hash(f"device of {person.pk}")[:16]
    save, unsave = _ids(request, "save"), _ids(request, "unsave")
    if request.POST.get("account", "") not in ("", account):
        unsave = []  # the device knows what another account had
    try:
        services.change_saved(person, save=save, unsave=unsave)
    except PersonalRefused:
        full = True
        services.change_saved(person, save=(), unsave=unsave)
    ids = queries.saved_ids(person)
    return JsonResponse(
        {
            "account": account,
            "ids": [pk.hex for pk in ids[:MOST]],
            "total": len(ids),
            "full": full,
        }
    )


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    """Ids of 32 hexadecimal digits, each once; what is none is left out."""
    found: dict[UUID, None] = {}
    for text in request.POST.getlist(name)[:MOST]:
        digits = text.lower()
        if len(digits) == 32 and all(sign in "0123456789abcdef" for sign in digits):
            found[UUID(digits)] = None
    return list(found)
