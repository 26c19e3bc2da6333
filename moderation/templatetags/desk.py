"""Words of the desk: kinds of reviews, times where the event is, verdicts that can be undone."""

from collections.abc import Mapping
from typing import Any, Final

from django import template

from moderation.desk.checks import why_words
from moderation.desk.priority import why_here
from moderation.enums import ReviewKind
from moderation.models import Decision, Review
from moderation.phrases import told
from moderation.services.undoing import OFFERED
from pipeline.dates.event_times import zone_or_utc

register = template.Library()
register.filter("why_here", why_here)

_KINDS: Final[Mapping[str, str]] = {
    ReviewKind.EVENT: "Event",
    ReviewKind.CHANGE: "Change",
    ReviewKind.MATCH: "Duplicate?",
    ReviewKind.VENUE: "One venue?",
    ReviewKind.RUN: "Quarantined run",
    ReviewKind.REPORT: "Report",
    ReviewKind.SPOT: "Spot check",
    ReviewKind.APPEAL: "Appeal",
}


@register.filter
def kind_words(kind: str) -> str:
    """What a kind of review is called at the desk."""
    return _KINDS.get(kind, kind)


@register.filter
def reason_words(reason: str) -> str:
    """A review's reason without internal names."""
    return why_words(reason)


@register.filter
def spaced(word: str) -> str:
    """An internal word for people: `not_an_event` is "not an event"."""
    return word.replace("_", " ")


@register.filter
def when_there(review: Review) -> str:
    """When its event starts, in the zone of its city: `Fri 27 Nov 19:00 IST`; '' for what has no start."""
    if review.starts_at is None:
        return ""
    zone = zone_or_utc(review.city.timezone if review.city else "")
    return f"{review.starts_at.astimezone(zone):%a %-d %b %H:%M %Z}"


@register.filter
def told_short(decision: Decision) -> str:
    """A verdict and the title that it was about: `Approved: Raga at Dusk`."""
    title = f": {decision.review.title}" if decision.review else ""
    return f"{told(decision.verdict, decision.reason)}{title}"


@register.filter
def offered_until(decision: Decision) -> int:
    """Until when the undo bar offers a verdict, in milliseconds since 1970."""
    return round((decision.at + OFFERED).timestamp() * 1000)


@register.filter
def as_percent(share: Any) -> str:
    """0.842 as `84 %`; `–` where it is no number."""
    try:
        return f"{float(share):.0%}".replace("%", " %")
    except (TypeError, ValueError):
        return "–"
