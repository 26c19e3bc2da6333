"""The page of an event of one's team: its text and times, registration, who comes, check-in."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from events.enums import Happening, Publication
from events.exceptions import EventError
from events.models import Event
from events.queries.teams import manages
from events.services import edit_own, withdraw_own
from events.views.shared import unlisted_meta
from organizers.change_form import DateTermsForm
from organizers.forms import EventForm
from organizers.series import Scope, edit_series, set_terms_of_dates
from organizers.views.shared import for_people, own_event
from registrations.exceptions import RegistrationError
from registrations.mails import when_of
from registrations.queries import people, room_of, setup_of


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def event_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/`."""
    event, person = own_event(request, event_id), person_of(request)
    speaks, setup = manages(person, event), setup_of(event_id)
    wanted = request.POST.get("do", "")
    form = EventForm(request.POST if wanted == "edit" else None, event=event)
    terms = DateTermsForm(request.POST if wanted == "terms" else None, event=event, setup=setup)
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
        "meta": unlisted_meta(request, event.title),
    }
    return render(request, "organizers/event.html", context, status=status)


def _act(wanted: str, event: Event, form: EventForm, terms: DateTermsForm, request: HttpRequest) -> bool:
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
            set_terms_of_dates(event.pk, terms.terms(), by=by, scope=terms.scope_said())
        case "cancel" | "go on":
            to = Happening.CANCELLED if wanted == "cancel" else Happening.SCHEDULED
            edit_own(event.pk, {"happening": to.value}, by=by)
        case "cancel following" | "cancel series":
            scope = Scope.FOLLOWING if wanted == "cancel following" else Scope.SERIES
            edit_series(event.pk, {"happening": Happening.CANCELLED.value}, by=by, scope=scope)
        case "withdraw":
            withdraw_own(event.pk, by=by)
        case _:
            return False
    return True
