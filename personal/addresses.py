"""Addresses of what a person keeps."""

from urllib.parse import urlencode

from django.conf import settings

from personal.enums import FollowKind


def calendar_address(secret: str) -> str:
    """Where a calendar program reads a person's calendar."""
    return f"{settings.SITE_URL}/me/secret/{secret}/calendar.ics"


def follow_address(kind: FollowKind, key: str) -> str:
    """The page on which one follows it. It is the same for everybody, so that pages that are kept can link to it."""
    return f"/for-me/follow/?{urlencode({'kind': kind.value, 'key': key})}"
