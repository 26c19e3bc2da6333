"""The server of street maps, from the environment. Without one nothing is asked of anybody."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_PARTS = ("{z}", "{x}", "{y}")


def tiles_url(env: Any, *, production: bool) -> str:
    """MAP_TILES_URL, such as `https://tiles.example/{z}/{x}/{y}.png`; '' without one.

    Raises ImproperlyConfigured where a part is missing, or where production would load tiles without encryption.
    """
    given: str = env.str("MAP_TILES_URL", default="").strip()
    if not given:
        return ""
    parts = urlsplit(given)
    schemes = ("https",) if production else ("https", "http")
    is_plain = bool(parts.hostname) and not set("{}@;, '\"") & set(parts.netloc)
    if parts.scheme not in schemes or not is_plain or any(part not in given for part in _PARTS):
        raise ImproperlyConfigured("MAP_TILES_URL must look like https://tiles.example/{z}/{x}/{y}.png")
    return given


def tiles_origins(url: str) -> list[str]:
    """The origin of the tiles, for the content security policy; none without a server."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if url else []
