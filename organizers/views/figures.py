"""The figures of an event of one's team."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from events.enums import VisitSource as S
from events.views.shared import unlisted_meta
from insights.expecting.revenue import estimate_of
from insights.expecting.told import expected_of
from organizers.figures import WINDOW, WINDOWS, figures_of
from organizers.views.shared import for_people, own_event

#: Words for what is no name of a site.
_WORDS = {
    S.DIRECT: _("Directly, or not told"),
    S.OWN: _("This site"),
    S.SEARCH: _("Search engines"),
    S.MAIL: _("Mail"),
    S.EMBED: _("An embedded list"),
    S.OTHER: _("Other sites"),
}
_NAMES = {S.X: "X", S.YOUTUBE: "YouTube", S.TIKTOK: "TikTok", S.LINKEDIN: "LinkedIn", S.WHATSAPP: "WhatsApp"}

_STEPS = {
    "views": _("Views"),
    "clicks": _("Left for tickets"),
    "registrations": _("Registrations"),
    "attended": _("Checked in"),
}


@for_people
@require_safe
def figures_page(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """`/organize/events/{id}/figures/`: also for helpers; drawings, and a table that says the same."""
    event, window = own_event(request, event_id), request.GET.get("window", WINDOW)
    if window not in WINDOWS:
        raise Http404("no such window")
    now = timezone.now()
    figures = figures_of(event, now=now, window=window)
    expected = expected_of(event.pk, now=now)
    sources = [
        (_WORDS.get(source) or _NAMES.get(source) or source.value.capitalize(), count)
        for source, count in figures.sources
    ]
    context = {
        "event": event,
        "figures": figures,
        "days": figures.days[::-1],
        "expected": expected,
        "chance": None if expected is None or expected.sells_out is None else expected.sells_out * 100,
        "estimate": estimate_of(event, seats=figures.now.seats),
        "sources": sources,
        "steps": [
            (_STEPS[one["step"]], one["count"], None if one["share"] is None else one["share"] * 100)
            for one in figures.funnel
            if one["count"] or one["step"] == "views"
        ],
        "windows": WINDOWS.items(),
        "length": WINDOWS[window],
        "meta": unlisted_meta(request, gettext("Figures: %(title)s") % {"title": event.title}),
    }
    return render(request, "organizers/figures.html", context)
