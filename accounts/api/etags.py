"""What a client has read of something that it changes (RFC 9110, 13.1.1)."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework.request import Request

from accounts.api.errors import Outdated

#: For the schema of every method that takes it.
IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="Do it only where this is still the ETag; otherwise 412.",
    examples=[OpenApiExample("example", value='"7-5f2c1a90d3b8e4f6a7c01234"')],
)


def if_match(request: Request) -> list[str] | None:
    """The ETags of If-Match; None without it, or for `*`.

    Compression on the way makes a strong ETag weak, and clients send it back so: the mark W/ is not looked at.
    """
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        return None
    return [etag.removeprefix("W/") for etag in parse_etags(said)]


def etag_of(told: Mapping[str, Any], *, apart: Collection[str] = ()) -> str:
    """A strong ETag of what the API tells. The fields `apart` change by themselves: If-Match does not compare them."""
    kept = digest_of({name: value for name, value in told.items() if name not in apart})[:32]
    return f'"{kept}-{digest_of({name: told[name] for name in apart})[:8]}"' if apart else f'"{kept}"'


def digest_of(told: Mapping[str, Any]) -> str:
    """A hash of what the API tells, whatever the order of its fields: 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def require_match(request: Request, told: Mapping[str, Any], *, apart: Collection[str] = ()) -> None:
    """Raise Outdated where If-Match names another ETag than that of `told`, which is locked until the change.

    `apart` as in `etag_of`.
    """
    wanted = if_match(request)
    if wanted is not None and _compared(etag_of(told, apart=apart)) not in map(_compared, wanted):
        raise Outdated


def _compared(etag: str) -> str:
    """The part of an ETag that does not change by itself."""
    return etag.strip('"').partition("-")[0]


def require_version(request: Request) -> int | None:
    """The version that If-Match names, of an ETag that begins with one; None without it, or for `*`.

    Raises Outdated where it names none.
    """
    wanted = if_match(request)
    if wanted is None:
        return None
    version = wanted[0].strip('"').partition("-")[0] if len(wanted) == 1 else ""
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        raise Outdated
    return int(version)
