"""Check-in at the door: the page that a phone keeps, and the codes that it sends."""

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from accounts.signed_in import person_of
from events.views.shared import unlisted_meta
from organizers.views.shared import for_people, own_event
from registrations import services
from registrations.enums import RegistrationState
from registrations.mails import when_of
from registrations.models import Registration

#: Codes in one request of a phone that was without network.
_MOST_CODES = 500
_MOST_BODY = 100_000


@for_people
@require_safe
def check_in_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/check-in/`: the page that a phone keeps at the door; it goes on without network."""
    event = own_event(request, event_id)
    at = event.merged_into_id or event.pk
    comes = Registration.objects.filter(event=at, state=RegistrationState.REGISTERED)
    rows = sorted(comes, key=lambda row: row.name.casefold())
    known = [
        {
            "code": row.code,
            "name": row.name,
            "seats": row.seats,
            "at": row.checked_in_at.isoformat() if row.checked_in_at else None,
        }
        for row in rows
    ]
    context = {
        "event": event,
        "when": when_of(event),
        "known": known,
        "total": sum(row.seats for row in rows),
        "scanned": request.GET.get("code", "")[:16],
        "words": _words(request),
        "meta": unlisted_meta(request, gettext("Check in: %(title)s") % {"title": event.title}),
    }
    return render(request, "organizers/check_in.html", context)


def _words(request: HttpRequest) -> dict[str, str]:
    """What the script says, and the token of its requests."""
    return {
        "here": gettext("Is here"),
        "welcome": gettext("Welcome: %(name)s, places: %(seats)s"),
        "already": gettext("%(name)s is in already."),
        "twice": gettext("%(name)s was let in by another phone too."),
        "unknown": gettext("Nobody here has this code."),
        "refused": gettext("%(name)s has no place."),
        "offline": gettext("No network: kept on this phone, and sent later."),
        "waiting": gettext("%(number)s to be sent"),
        "several": gettext("%(number)s people have this name. Press the right one in the list."),
        "camera": gettext("This browser cannot scan. The camera of the phone can: it opens this page."),
        "token": get_token(request),
    }


@for_people
@require_POST
def check_in_codes(request: HttpRequest, event_id: UUID) -> JsonResponse:
    """`/organize/events/{id}/check-in/codes/`: `{"scanned": [{"code", "at"}], "now"}`, answered code by code. Sent twice it changes nothing.

    `now` is what the phone's clock shows, by which the moments of a clock that is wrong are corrected.
    """
    event, now = own_event(request, event_id), timezone.now()
    try:
        scanned = _scanned(request, now)
    except (ValueError, KeyError, TypeError, RawPostDataException):  # the last one: a form was sent
        return JsonResponse({"detail": 'Send {"scanned": [{"code": …, "at": …}]}.'}, status=400)
    told = services.check_in(event.pk, scanned, by=person_of(request), now=now)
    return JsonResponse(
        {
            "results": [
                {"code": one.code, "outcome": one.outcome, "name": one.name, "seats": one.seats, "at": one.at}
                for one in told
            ],
            "now": now,
        }
    )


def _scanned(request: HttpRequest, now: datetime) -> list[tuple[str, datetime]]:
    if len(request.body) > _MOST_BODY:
        raise ValueError("too large")
    said: dict[str, Any] = json.loads(request.body)
    given: list[Any] = said["scanned"][:_MOST_CODES]
    slow_by = now - _moment(said.get("now"), now)
    return [(str(one["code"])[:40], _shifted(_moment(one.get("at"), now), slow_by, now)) for one in given]


def _shifted(moment: datetime, by: timedelta, now: datetime) -> datetime:
    try:
        return moment + by
    except OverflowError:  # a clock at the end of time
        return now


def _moment(given: Any, now: datetime) -> datetime:
    found = parse_datetime(given) if isinstance(given, str) and len(given) < 40 else None
    return found if found is not None and found.tzinfo is not None else now


@for_people
@require_safe
def scanned_page(request: HttpRequest, code: str) -> HttpResponse:
    """`/check-in/{code}/`: where the QR code leads a phone's camera; to the check-in of its event, for the team alone."""
    found = Registration.objects.filter(code=code.upper()[:16]).first()
    if found is None:
        raise Http404("no such code")
    own_event(request, found.event_id)
    return HttpResponseRedirect(f"/organize/events/{found.event_id}/check-in/?code={found.code}")
