"""What a client has read of something that it changes (RFC 9110, 13.1.1)."""

from django.utils.http import parse_etags
from rest_framework.request import Request


def if_match(request: Request) -> list[str] | None:
    """The ETags of If-Match; None without it, or for `*`.

    Compression on the way makes a strong ETag weak, and clients send it back so: the mark W/ is not looked at.
    """
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        return None
    return [etag.removeprefix("W/") for etag in parse_etags(said)]
