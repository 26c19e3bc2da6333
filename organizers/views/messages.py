"""Messages to those who come to an event of one's team, or wait for a place."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.exceptions import InputRefused
from accounts.rights import RightMissing
from accounts.signed_in import person_of
from events.queries.teams import manages
from events.views.shared import unlisted_meta
from flags.models import Flag
from flags.services import flag_required
from organizers.forms import LetterForm
from organizers.views.shared import for_people, own_event
from registrations import services
from registrations.exceptions import RegistrationError
from registrations.services.messaging import checked_letter, messages_of, receivers

_PAGE = 30


@flag_required(Flag.NOTIFICATIONS)
@for_people
@require_http_methods(["GET", "HEAD", "POST"])
def messages_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/messages/`: what was written, and a form that shows the mail before it goes."""
    event, person = own_event(request, event_id), person_of(request)
    if not manages(person, event):
        raise Http404("only owners and editors")
    form = LetterForm(request.POST or None)
    preview, count, problem, status = None, 0, "", 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                if request.POST.get("do") == "send":
                    services.write_message(event_id, form.letter(), by=person)
                    return HttpResponseRedirect(request.path)
                preview, status = checked_letter(form.letter()), 200
                count = receivers(event_id, preview.audience).count()
            except InputRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.detail)
            except (RegistrationError, RightMissing) as refused:
                problem, status = str(refused), 409
    rows = messages_of(event_id).select_related("by")
    context = {
        "event": event,
        "form": form,
        "preview": preview,
        "count": count,
        "messages_sent": Paginator(rows, _PAGE).get_page(request.GET.get("page")),
        "problem": problem,
        "meta": unlisted_meta(request, gettext("Messages: %(title)s") % {"title": event.title}),
    }
    return render(request, "organizers/messages.html", context, status=status)
