"""The current state of a place: the block of its page, and the page for visitor reports."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.limits import PLACE_REPORTS, caller_of, take
from events.forms import PlaceNowForm, report_stamp
from events.now import NowLine, now_lines
from events.seo import Meta
from events.views.shared import absolute
from pipeline.dates.event_times import zone_or_utc
from places import services
from places.enums import Crowd, Openness, PlaceState
from places.exceptions import PlaceError, ReportTooSoon
from places.models import Place
from places.queries import known_of
from places.visitor_reports import VisitorReport


def place_lines(place: Place, *, now: datetime) -> Sequence[NowLine]:
    """The current state of `place` (with its `city`) in words (one query)."""
    zone = zone_or_utc(place.timezone or (place.city.timezone if place.city else ""))
    return now_lines(known_of(place, place.statuses.all(), now=now), now=now, zone=zone)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tell_now(request: HttpRequest, slug: str, hex_id: str) -> HttpResponse:
    """`/venues/{slug}-{32 hex}/now/`: the form, also without JavaScript.

    A bot in the honeypot is thanked like a person, and nothing is stored.
    """
    place = Place.objects.select_related("city").filter(pk=UUID(hex_id), state=PlaceState.ACTIVE).first()
    if place is None:
        raise Http404("no such venue")
    person = str(request.user.pk) if request.user.is_authenticated else ""
    owns = services.is_owner(place.id, person)
    if request.method != "POST":
        thanks = request.GET.get("thanks") == "1"
        return _page(request, place, PlaceNowForm(owns=owns, initial=_stamped()), thanks=thanks)
    form = PlaceNowForm(request.POST, owns=owns)
    valid = form.is_valid()
    if form.is_trapped:
        return HttpResponseRedirect(f"{request.path}?thanks=1")
    taken = take(PLACE_REPORTS, request)
    if not taken.allowed:
        form.add_error(None, _too_many(taken.reset // 60 + 1))
        return _page(request, place, form, status=429, wait=taken.reset)
    if not valid:
        return _page(request, place, form, status=400)
    try:
        services.report(place.id, _visitor_report(form.cleaned_data, person, caller_of(request)))
    except ReportTooSoon as refused:
        form.add_error(
            None,
            gettext("%(detail)s Thank you. You can report again in %(seconds)s seconds.")
            % {"detail": refused.detail, "seconds": refused.seconds},
        )
        return _page(request, place, form, status=429, wait=refused.seconds)
    except PlaceError as refused:
        form.add_error(None, refused.detail)
        return _page(request, place, form, status=400)
    return HttpResponseRedirect(f"{request.path}?thanks=1")


def _too_many(minutes: int) -> str:
    text = ngettext(
        "That is a lot of reports. Try again in %(minutes)s minute.",
        "That is a lot of reports. Try again in %(minutes)s minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def _visitor_report(said: dict[str, Any], person: str, address: str) -> VisitorReport:
    return VisitorReport(
        person=person,
        address=address,
        at=timezone.now(),
        openness=Openness(said["openness"] or Openness.UNKNOWN),
        crowd=Crowd(said["crowd"] or Crowd.UNKNOWN),
        waiting_minutes=said["waiting_minutes"],
        special=said["special"],
    )


def _stamped() -> dict[str, str]:
    return {"opened": report_stamp(opened_at=time.time())}


def _page(
    request: HttpRequest,
    place: Place,
    form: PlaceNowForm,
    *,
    status: int = 200,
    wait: int = 0,
    thanks: bool = False,
) -> HttpResponse:
    if form.is_bound:  # a form that is shown again gets a new stamp, whatever was wrong
        data = QueryDict(mutable=True)
        data.update({**{name: str(form.data.get(name, "")) for name in form.fields}, **_stamped()})
        form.data = data
    context = {
        "place": place,
        "city": place.city,
        "form": form,
        "thanks": thanks,
        "now_lines": place_lines(place, now=timezone.now()),
        "meta": Meta(
            title=gettext("How is %(place)s now?") % {"place": place.name},
            description=gettext("Tell others who want to come."),
            canonical=absolute(request.path_info),
            noindex=True,
        ),
    }
    response = render(request, "events/tell_now.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
