"""Context processors for templates."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The variables `site_name`, `site_url`, `live_url` and `is_local`.

    `site_url` has no trailing slash; `live_url` is '' where web and live are one.
    """
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "live_url": settings.LIVE_URL,
        "is_local": not settings.PRODUCTION,
    }


def admin(_request: HttpRequest) -> dict[str, Any]:
    """Context of all admin pages, beside unfold's.

    It has no inline colours; these are in static/desk/colors.css.
    """
    return {"colors": {}}
