"""The page of events for a person, with their preferences and the address of their calendar."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.models import User
from events import recommended
from events.cards import Card, card
from events.models import Event
from events.queries import for_cards
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import is_on
from personal import queries, services
from personal.addresses import calendar_address
from personal.forms import PreferencesForm
from personal.models import Follow, Preferences
from personal.words import reason_words

_MOST = 30
#: Of what is recommended, so many stand above.
_BEST = 6


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def for_me(request: HttpRequest) -> HttpResponse:
    """`/for-me/`: the coming events by one's preferences and of what one follows, the preferences, and the calendar's address."""
    person = request.user
    assert isinstance(person, User)  # login_required
    wants, address, status = queries.preferences_of(person), "", 200
    wanted = request.POST.get("do", "")
    form = PreferencesForm(request.POST if wanted == "save" else None, of=wants)
    if wanted == "calendar":
        address = calendar_address(services.renew_calendar(person))
    elif wanted == "close":
        services.close_calendar(person)
        return HttpResponseRedirect(f"{request.path}#calendar")
    elif wanted == "save":
        if _saved(person, form):
            return HttpResponseRedirect(request.path)
        status = 400
    now = timezone.now()
    is_recommended = is_on(Flag.RECOMMENDATIONS, key=person.pk)
    best = _best(wants, now) if is_recommended else []
    context = {
        "is_recommended": is_recommended,
        "best": best,
        "cards": _cards(person, now, without={one.id for one in best}) if is_recommended else [],
        "is_less": "less" in request.GET,
        "form": form,
        "address": address,
        "follows": Follow.objects.filter(user=person).count(),
        "zone": queries.zone_of(person, wants).key,
        "meta": unlisted_meta(request, gettext("For me")),
        "live": None,
    }
    return render(request, "personal/for_me.html", context, status=status)


def _saved(person: User, form: PreferencesForm) -> bool:
    """Whether the form was valid, and is stored now."""
    if not form.is_valid():
        return False
    try:
        services.set_preferences(person, form.values())
    except InputRefused as refused:
        form.refuse(refused.field, refused.detail)
        return False
    return True


def _best(wants: Preferences, now: datetime) -> list[Card]:
    """What is recommended, each with why."""
    found = queries.recommended_to(wants, now=now, limit=_BEST, read=for_cards)
    return [_told(event, reason, now) for event, reason in found]


def _cards(person: User, now: datetime, *, without: set[str]) -> list[Card]:
    found = queries.events_for(person, now=now, limit=_MOST, read=for_cards)
    return [
        _told(event, reason_words(found.why.get(event.pk, ()), saved=event.pk in found.saved), now)
        for event in found.events
        if str(event.pk) not in without
    ]


def _told(event: Event, why: str, now: datetime) -> Card:
    one = card(event, now=now)
    return replace(one, also=why or one.also, less=recommended.less_path(event.pk))
