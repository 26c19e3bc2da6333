"""The page on which readers say what is wrong with an event, without an account."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.crypto import keyed_hash
from accounts.exceptions import InputRefused
from accounts.limits import REPORTS, REPORTS_OF_EVENT, Taken, caller_of, take, take_for
from accounts.same_origin import same_origin_required
from accounts.waiting import wait_words
from events.models import Event
from events.seo import Meta
from events.views.shared import absolute
from moderation.corrections import FIELDS
from moderation.enums import ReportKind
from moderation.forms import CHOICES, CorrectionForm, ReportForm
from moderation.services.reports import READERS_SEE, Said, report, reporter_of


@never_cache
@same_origin_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_event(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/events/{id}/report/`: both forms, also without JavaScript and without a cookie.

    A bot in the honeypot is thanked like a reader, and nothing is stored.
    """
    event = Event.objects.select_related("city").filter(pk=event_id, publication__in=READERS_SEE).first()
    if event is None:
        raise Http404("no such event")
    if request.method != "POST":
        thanks = request.GET.get("thanks") == "1"
        return _page(request, event, ReportForm(), CorrectionForm(event=event), thanks=thanks)
    form = ReportForm(request.POST)
    corrected = (
        CorrectionForm(request.POST, event=event) if _corrects(request) else CorrectionForm(event=event)
    )
    valid = form.is_valid() and (not corrected.is_bound or corrected.is_valid())
    if form.is_trapped:
        return _thanks(request)
    if taken := _one_too_many(request, event):
        form.add_error(
            None,
            gettext("That is a lot of reports. Try again in %(time)s.") % {"time": wait_words(taken.reset)},
        )
        return _page(request, event, form, corrected, status=429, wait=taken.reset)
    if not valid:
        return _page(request, event, form, corrected, status=400)
    try:
        said = _said(form, corrected)
        report(event.pk, said, reporter=reporter_of(request.user, caller_of(request)))
    except InputRefused as refused:
        (corrected if corrected.is_bound else form).add_error(None, refused.detail)
        return _page(request, event, form, corrected, status=400)
    return _thanks(request)


def _corrects(request: HttpRequest) -> bool:
    return request.POST.get("kind") == ReportKind.CORRECTION


def _said(form: ReportForm, corrected: CorrectionForm) -> Said:
    """What the reader says. Raises InputRefused for a correction that corrects nothing."""
    kind, note = ReportKind(form.cleaned_data["kind"]), form.cleaned_data["note"]
    if not corrected.is_bound:
        return Said(kind=kind, note=note)
    texts = {name: corrected.cleaned_data[name] for name in FIELDS if name in corrected.changed_data}
    if not any(texts.values()) and not note:
        raise InputRefused(
            "",
            gettext("Nothing was changed yet. Write the right value over the wrong one, and send it again."),
        )
    return Said(kind=kind, note=note, corrections=texts)


def _one_too_many(request: HttpRequest, event: Event) -> Taken | None:
    """The limit that the request exceeds: of the reader's network, or of all readers for this event."""
    counts = (take(REPORTS, request), take_for(REPORTS_OF_EVENT, keyed_hash(f"reports of {event.pk}")))
    return next((taken for taken in counts if not taken.allowed), None)


def _thanks(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{request.path}?thanks=1", status=303)


def _page(
    request: HttpRequest,
    event: Event,
    form: ReportForm,
    corrected: CorrectionForm,
    *,
    status: int = 200,
    wait: int = 0,
    thanks: bool = False,
) -> HttpResponse:
    context: dict[str, Any] = {
        "event": event,
        "city": event.city,
        "form": form,
        "corrected": corrected,
        "choices": [(kind.value, gettext(words)) for kind, words in CHOICES.items()],
        "thanks": thanks,
        "meta": Meta(
            title=gettext("What is wrong with %(title)s?") % {"title": event.title},
            description=gettext("Tell the moderators."),
            canonical=absolute(request.path_info),
            noindex=True,
        ),
    }
    response = render(request, "moderation/report.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response
