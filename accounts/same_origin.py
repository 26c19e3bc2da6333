"""Refuses forms that another site sends, without a cookie: by what browsers say of a request themselves.

For pages that are the same for everybody, and so hold no token (config/settings.py, CSRF): `Sec-Fetch-Site` (Fetch
Metadata), else `Origin` (RFC 6454), which no page can forge. What sends neither is taken as anonymous, whatever session
it has.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def same_origin_required(view: View) -> View:
    """Accept a POST from our own pages only, in place of the token. Others get 403."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        ours = is_same_origin(request) if request.method == "POST" else True
        if ours is False:
            raise PermissionDenied(
                gettext("This form was sent by another site. Open the page here, and send it again.")
            )
        if ours is None:
            request.user = AnonymousUser()
        return view(request, *args, **kwargs)

    return guarded


def is_same_origin(request: HttpRequest) -> bool | None:
    """Whether one of our own pages sent the request; None where nothing says so."""
    site = request.headers.get("Sec-Fetch-Site", "")
    if site:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin", "")
    if origin:
        return urlsplit(origin).netloc == request.get_host() or origin in settings.CSRF_TRUSTED_ORIGINS
    return None
