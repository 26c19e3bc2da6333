"""Which pages may open the feed (cross-site WebSocket hijacking: the browser sends our cookies along,
whoever's page it is)."""

from typing import Any
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings


class SiteOrigins(OriginValidator):
    """Pages of ALLOWED_HOSTS and of SITE_URL. A client that is no browser sends no Origin, and is let in: it
    has nobody's cookies but its own."""

    def __init__(self, application: Any) -> None:
        site = urlparse(settings.SITE_URL)
        super().__init__(application, [*settings.ALLOWED_HOSTS, f"{site.scheme}://{site.netloc}"])

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


def is_ours(origin: str) -> bool:
    """Whether a page of `origin`, as its browser says it, may read the event stream."""
    try:
        return origin != "null" and bool(SiteOrigins(None).validate_origin(urlparse(origin)))
    except ValueError:
        return False
