"""Where a person came from, kept through signing up, the mail that confirms the address, and signing in."""

from allauth.account.utils import passthrough_next_redirect_url
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest


def onward(request: HttpRequest, path: str) -> str:
    """`path` with the `next` of the request, where it has one that is a path of this site (`AccountAdapter.is_safe_url`)."""
    return str(passthrough_next_redirect_url(request, path, REDIRECT_FIELD_NAME))
