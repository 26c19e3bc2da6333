"""Which pages may open the feed; prevents cross-site WebSocket hijacking.

A browser sends our cookies with a request from any page.
"""

from typing import Any
from urllib.parse import urlparse

from channels.security.websocket import OriginValidator
from django.conf import settings


class SiteOrigins(OriginValidator):
    """Admits pages of ALLOWED_HOSTS and of SITE_URL, and clients without Origin.

    The latter are no browsers and so carry no other user's cookies.
    """

    def __init__(self, application: Any) -> None:
        site = urlparse(settings.SITE_URL)
        super().__init__(application, [*settings.ALLOWED_HOSTS, f"{site.scheme}://{site.netloc}"])

    def valid_origin(self, parsed_origin: Any) -> bool:
        return parsed_origin is None or bool(self.validate_origin(parsed_origin))


def is_ours(origin: str) -> bool:
    """Whether a page of `origin` (the header's value) may read the event stream."""
    try:
        return origin != "null" and bool(SiteOrigins(None).validate_origin(urlparse(origin)))
    except ValueError:
        return False
