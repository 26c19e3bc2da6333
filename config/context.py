"""Context processors for templates."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from languages.reading import reading
from moderation.services.undoing import last_undoable


def site(request: HttpRequest) -> dict[str, Any]:
    """The variables `site_name`, `site_url`, `live_url`, `is_local`, `has_worker` and `reading`.

    `site_url` has no trailing slash; `live_url` is '' where web and live are one. `reading`: the page's language and
    its addresses in the others.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "live_url": settings.LIVE_URL,
        "is_local": not settings.PRODUCTION,
        "reading": reading(request.get_full_path()),
        "has_worker": settings.SERVICE_WORKER,
    }


def admin(request: HttpRequest) -> dict[str, Any]:
    """Context of all admin pages, beside unfold's: the last verdict that can be undone, asked for where it is shown.

    It has no inline colours; these are in static/desk/colors.css.
    """
    return {"colors": {}, "undoable": SimpleLazyObject(lambda: last_undoable(request.user))}
