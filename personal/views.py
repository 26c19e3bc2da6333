"""Pages of what a person keeps: events for them with their preferences, and their calendar by its secret address."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.exceptions import InputRefused
from accounts.models import User
from events.cards import card
from events.feeds import Channel, as_calendar
from events.queries import for_cards
from events.seo import Meta
from events.views.shared import absolute
from personal import queries, services
from personal.api import calendar_address
from personal.forms import PreferencesForm

_MOST = 30


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def for_me(request: HttpRequest) -> HttpResponse:
    """`/for-me/`: the coming events by one's preferences, the preferences, and the calendar's address."""
    person = request.user
    assert isinstance(person, User)  # login_required
    wants, address, status = queries.preferences_of(person), "", 200
    wanted = request.POST.get("do", "")
    form = PreferencesForm(request.POST if wanted == "save" else None, of=wants)
    if wanted == "calendar":
        address = calendar_address(services.renew_calendar(person))
    elif wanted == "close":
        services.close_calendar(person)
        return HttpResponseRedirect(request.path)
    elif wanted == "save":
        status = 400
        if form.is_valid():
            try:
                services.set_preferences(person, form.cleaned_data)
                return HttpResponseRedirect(request.path)
            except InputRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
    now = timezone.now()
    events = list(for_cards(queries.for_person(person, now=now))[:_MOST])
    context = {
        "cards": [card(event, now=now) for event in events],
        "form": form,
        "address": address,
        "meta": Meta(title=gettext("For me"), description="", canonical=absolute(request.path), noindex=True),
        "live": None,
    }
    return render(request, "personal/for_me.html", context, status=status)


@never_cache
@require_safe
def calendar_file(request: HttpRequest, secret: str) -> HttpResponse:
    """`/me/secret/{secret}/calendar.ics`: what its owner saved, and where they go."""
    person = queries.owner_of(secret)
    if person is None:
        raise Http404("no such calendar")
    name = gettext("My events")
    channel = Channel(name=name, about=name, page=absolute("/for-me/"), address=absolute(request.path))
    body = as_calendar(queries.calendar_events(person), channel, site_url=absolute(""))
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer["X-Robots-Tag"] = "noindex"
    return answer
