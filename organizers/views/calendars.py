"""Calendars of an organizer: which are read, a look at an address, and reading it from then on."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from accounts.crypto import keyed_hash
from accounts.limits import CALENDAR_LOOKS, take_for
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from accounts.waiting import wait_words
from events.exceptions import BadValue, TeamRefused
from events.models import Organizer
from events.queries.teams import role_of
from events.views.shared import unlisted_meta
from organizers import calendars
from organizers.forms import CalendarForm
from organizers.views.shared import for_people
from places.models import SPEAKING
from sources import tasks
from sources.models import Source


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def calendars_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`/organize/organizers/{id}/calendars/`: for owners and editors."""
    organizer, form, problem, status = _organizer(request, pk), CalendarForm(), "", 200
    if request.method == "POST":
        wanted = request.POST.get("do")
        form = CalendarForm(request.POST) if wanted == "look" else form
        try:
            where = (
                _look(request, organizer, form) if wanted == "look" else _switch(request, organizer, wanted)
            )
            if where:
                return HttpResponseRedirect(where)
            status = 400
        except (TeamRefused, RightMissing, Source.DoesNotExist) as refused:
            problem, status = str(refused), 409
    rows = calendars.calendars_of(organizer.pk)
    context = {
        "organizer": organizer,
        "calendars": rows,
        "is_full": len(rows) >= calendars.MOST_CALENDARS,
        "form": form,
        "problem": problem,
        "meta": unlisted_meta(request, organizer.name),
    }
    return render(request, "organizers/calendars.html", context, status=status)


@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def look_page(request: HttpRequest, pk: UUID, token: str) -> HttpResponse:
    """`/organize/organizers/{id}/calendars/{token}/`: what was found there. It loads itself again while a worker is at it."""
    organizer, person, problem = _organizer(request, pk), person_of(request), ""
    home = f"/organize/organizers/{organizer.pk}/calendars/"
    if request.method == "POST":
        try:
            calendars.add_calendar(organizer.pk, token, by=person, now=timezone.now())
            return HttpResponseRedirect(home)
        except TeamRefused as refused:
            problem = str(refused)
    look = calendars.look_at(organizer.pk, token, by=person)
    if look is None:
        raise Http404("a look expires after an hour")
    context = {
        "organizer": organizer,
        "look": look,
        "problem": problem or look.problem,
        "meta": unlisted_meta(request, organizer.name),
    }
    answer = render(request, "organizers/calendar_look.html", context, status=409 if problem else 200)
    if look.state in ("waiting", "working"):
        answer["Refresh"] = "3"
    return answer


def _look(request: HttpRequest, organizer: Organizer, form: CalendarForm) -> str:
    """Where the look is shown; '' where a field is wrong."""
    person = person_of(request)
    if not form.is_valid():
        return ""
    taken = take_for(CALENDAR_LOOKS, keyed_hash(f"looks\0{person.pk}"))
    if not taken.allowed:
        form.add_error(
            "url",
            gettext("That is a lot of addresses. Try again in %(time)s.") % {"time": wait_words(taken.reset)},
        )
        return ""
    try:
        token = calendars.begin_look(
            organizer.pk, form.cleaned_data["url"], form.cleaned_data["city"].slug, by=person
        )
        tasks.process_lab.delay(token)
    except BadValue as bad:
        form.add_error(bad.field or None, bad.detail)
        return ""
    except (RedisError, OperationalError) as error:
        raise TeamRefused(
            gettext("Nothing can be looked at just now. Try again in a few minutes.")
        ) from error
    return f"{request.path}{token}/"


def _switch(request: HttpRequest, organizer: Organizer, wanted: str | None) -> str:
    """Stop or resume a calendar; '' for another button. Raises TeamRefused, RightMissing, Source.DoesNotExist."""
    act = {"stop": calendars.stop_calendar, "resume": calendars.resume_calendar}.get(wanted or "")
    if act is None:
        return ""
    try:
        source_id = UUID(request.POST.get("calendar", ""))
    except ValueError as error:
        raise Source.DoesNotExist(gettext("Choose a calendar of the list.")) from error
    act(organizer.pk, source_id, by=person_of(request), now=timezone.now())
    return request.path


def _organizer(request: HttpRequest, pk: UUID) -> Organizer:
    """An organizer whom the person speaks for. Raises Http404."""
    found = Organizer.objects.filter(pk=pk).first()
    if found is None or role_of(person_of(request), pk) not in SPEAKING:
        raise Http404("no organizer of yours")
    return found
