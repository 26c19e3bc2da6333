"""What every template may use."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`site_name`, `site_url` (without a slash at the end), `live_url` ('' where web and live are one),
    `is_local`."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "live_url": settings.LIVE_URL,
        "is_local": not settings.PRODUCTION,
    }


def desk(_request: HttpRequest) -> dict[str, Any]:
    """What every page of the desk is given above unfold's own: no colours to write inline, they are in
    static/desk/colors.css."""
    return {"colors": {}}
