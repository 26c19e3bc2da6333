"""The review queue in the admin's sidebar."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from moderation.services.queue_size import count_open


def may_see_queue(request: HttpRequest) -> bool:
    """Whether the sidebar shows the queue."""
    return request.user.has_perm("moderation.view_review") or request.user.has_perm(
        "moderation.change_review"
    )


def open_reviews(_request: HttpRequest) -> SafeString:
    """The live count beside the queue's name."""
    return mark_safe(render_to_string("admin/moderation/review/badge.html", {"left": count_open()}))  # noqa: S308 (a template's own output)
