"""Words of the desk: kinds of reviews, times where the event is, verdicts that can be undone."""

from typing import Any

from django import template

from moderation.desk.checks import why_words
from moderation.desk.priority import why_here
from moderation.models import Decision
from moderation.phrases import kind_words, moment, told, when_there
from moderation.services.undoing import OFFERED

register = template.Library()
register.filter("why_here", why_here)
register.filter("kind_words", kind_words)
register.filter("when_there", when_there)
register.filter("moment_utc", moment)


@register.filter
def reason_words(reason: str) -> str:
    """A review's reason without internal names."""
    return why_words(reason)


@register.filter
def spaced(word: str) -> str:
    """An internal word for people: `not_an_event` is "not an event"."""
    return word.replace("_", " ")


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
