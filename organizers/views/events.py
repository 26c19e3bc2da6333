"""The page of an event of one's team: its text and times, registration, who comes, check-in."""

import csv
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actions import Action, record_action, target_of
from accounts.exceptions import InputRefused
from accounts.log.export import cell
from accounts.rights import RightMissing
from events.enums import Happening, Publication
from events.exceptions import EventError
from events.models import Event
from events.queries.teams import manages
from events.services import edit_own, withdraw_own
from organizers.forms import EventForm, TermsForm
from organizers.views.shared import for_people, meta_of, own_event, person_of
from registrations import services
from registrations.enums import RegistrationState
from registrations.exceptions import RegistrationError
from registrations.mails import when_of
from registrations.models import Registration
from registrations.queries import people, room_of, setup_of

#: Codes in one request of a phone that was without network.
_MOST_CODES = 500
_MOST_BODY = 100_000


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def event_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/`."""
    event, person = own_event(request, event_id), person_of(request)
    speaks, setup = manages(person, event), setup_of(event_id)
    wanted = request.POST.get("do", "")
    form = EventForm(request.POST if wanted == "edit" else None, event=event)
    terms = TermsForm(request.POST if wanted == "terms" else None, setup=setup)
    problem, status = "", 200
    if request.method == "POST":
        try:
            if _act(wanted, event, form, terms, request):
                return HttpResponseRedirect("/organize/" if wanted == "withdraw" else request.path)
            status = 400
        except (EventError, RegistrationError, RightMissing, InputRefused) as refused:
            problem, status = getattr(refused, "detail", str(refused)), 409
    context = {
        "event": event,
        "when": when_of(event),
        "speaks": speaks,
        "form": form,
        "terms": terms,
        "room": room_of(setup) if setup else None,
        "people": people(event_id)[:1000],
        "is_public": event.publication == Publication.APPROVED,
        "is_cancelled": event.happening == Happening.CANCELLED,
        "problem": problem,
        "meta": meta_of(request, event.title),
    }
    return render(request, "organizers/event.html", context, status=status)


def _act(wanted: str, event: Event, form: EventForm, terms: TermsForm, request: HttpRequest) -> bool:
    """Do what the pressed button says; False where a field is wrong. Raises what the services raise."""
    by = person_of(request)
    match wanted:
        case "edit":
            if not form.is_valid():
                return False
            edit_own(event.pk, form.columns(), by=by, version=form.cleaned_data["version"])
        case "terms":
            if not terms.is_valid():
                return False
            services.set_terms(event.pk, terms.terms(), by=by)
        case "cancel" | "go on":
            to = Happening.CANCELLED if wanted == "cancel" else Happening.SCHEDULED
            edit_own(event.pk, {"happening": to.value}, by=by)
        case "withdraw":
            withdraw_own(event.pk, by=by)
        case _:
            return False
    return True


@for_people
@require_safe
def people_file(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/people.csv`: for who speaks for the event; the download is in the log."""
    event, person = own_event(request, event_id), person_of(request)
    if not manages(person, event):
        raise Http404("only owners and editors")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="people.csv"'
    setup = setup_of(event_id)
    asked = setup.questions if setup else []
    rows = csv.writer(answer)
    rows.writerow(
        ["name", "email", "state", "guests", "checked_in_at", *(cell(one["label"]) for one in asked)]
    )
    for row in people(event_id):
        said: dict[str, str] = json.loads(row.answers or "{}")
        came = row.checked_in_at.isoformat() if row.checked_in_at else ""
        rows.writerow(
            [cell(row.name), cell(row.address), row.state, row.guests, came]
            + [cell(said.get(one["id"], "")) for one in asked]
        )
    record_action(person, Action.REGISTRATIONS_EXPORTED, target=target_of(event))
    return answer


@for_people
@require_safe
def check_in_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/check-in/`: the page that a phone keeps at the door; it goes on without network."""
    event = own_event(request, event_id)
    comes = Registration.objects.filter(event=event_id, state=RegistrationState.REGISTERED)
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
        "meta": meta_of(request, gettext("Check in: %(title)s") % {"title": event.title}),
    }
    return render(request, "organizers/check_in.html", context)


def _words(request: HttpRequest) -> dict[str, str]:
    """What the script says, and the token of its requests."""
    return {
        "here": gettext("Is here"),
        "welcome": gettext("Welcome: %(name)s, places: %(seats)s"),
        "already": gettext("%(name)s is in already."),
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
    """`/organize/events/{id}/check-in/codes/`: `{"scanned": [{"code", "at"}]}`, answered code by code. Sent twice it changes nothing."""
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
            ]
        }
    )


def _scanned(request: HttpRequest, now: datetime) -> list[tuple[str, datetime]]:
    if len(request.body) > _MOST_BODY:
        raise ValueError("too large")
    given: list[Any] = json.loads(request.body)["scanned"][:_MOST_CODES]
    return [(str(one["code"])[:40], _moment(one.get("at"), now)) for one in given]


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
