"""What the desk shows of a review: one panel for each kind of question.

A panel is a template, `templates/admin/moderation/review/panels/<name>.html`, and a function that collects its context
from the frozen evidence and from the truth.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from accounts.rights import Actor
from moderation.desk.panels import claim, event, match, message, photo, rating, report, run, venue
from moderation.desk.thread import thread_of
from moderation.enums import ReviewKind
from moderation.models import Review

#: For each kind the name of its template and what collects its context.
PANELS: Final[Mapping[ReviewKind, tuple[str, Callable[..., dict[str, Any]]]]] = {
    ReviewKind.EVENT: ("event", event.context),
    ReviewKind.CHANGE: ("event", event.context),
    ReviewKind.MATCH: ("match", match.context),
    ReviewKind.VENUE: ("venue", venue.context),
    ReviewKind.RUN: ("run", run.context),
    ReviewKind.REPORT: ("report", report.context),
    ReviewKind.SPOT: ("event", event.context),
    ReviewKind.APPEAL: ("event", event.context),
    ReviewKind.CLAIM: ("claim", claim.context),
    ReviewKind.MESSAGE: ("message", message.context),
    ReviewKind.RATING: ("rating", rating.context),
    ReviewKind.PHOTO: ("photo", photo.context),
}


def panel_of(review: Review, *, by: Actor) -> dict[str, Any]:
    """The context of a review's panel, with the path of its template as `panel`.

    It names only what the actor may see: events of their cities.
    """
    name, context = PANELS[ReviewKind(review.kind)]
    found = {"panel": f"admin/moderation/review/panels/{name}.html", **context(review, by=by)}
    return found | thread_of(review)
