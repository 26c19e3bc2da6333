"""The review queue in the admin's sidebar."""

from typing import Any, Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.rights import Actor, may
from moderation.queries import count_open_for
from moderation.services.queue_size import TOPIC
from places.queries.reach import OVERSEE, own_slugs

#: One reader may subscribe to so many topics, less those that a page has beside the queue's.
MOST_TOPICS: Final = 40


def may_see_queue(request: HttpRequest) -> bool:
    """Whether the sidebar shows the queue."""
    return request.user.has_perm("moderation.view_review") or request.user.has_perm(
        "moderation.change_review"
    )


def may_see_rules(request: HttpRequest) -> bool:
    """Whether the sidebar shows the rules, whose counts are of all cities."""
    return may(request.user, "moderation.view_rulesetting", OVERSEE)


def queue_of(by: Actor) -> dict[str, Any]:
    """What the live count shows: how many reviews are open for the actor, and the topics that tell of changes."""
    slugs = own_slugs(by)
    topics = [TOPIC] if slugs is None else [f"{TOPIC}:{slug}" for slug in slugs[:MOST_TOPICS]]
    return {"left": count_open_for(by), "queue_topics": ",".join(topics)}


def open_reviews(request: HttpRequest) -> SafeString:
    """The live count beside the queue's name."""
    return mark_safe(render_to_string("admin/moderation/review/badge.html", queue_of(request.user)))  # noqa: S308 (a template's own output)
