"""Known browsers ("device cookies", OWASP): a browser that its owner signed in with has a signed cookie.

So strangers' guesses do not lock the owner out. The cookie gives no access. It only makes its guesses count
separately, and only for the accounts that signed in with it.
"""

import secrets
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.crypto import keyed_hash

SECONDS: Final = 180 * 24 * 3600
#: A browser is known for so many accounts, the latest ones.
MOST_ACCOUNTS: Final = 5
_SALT: Final = "accounts.devices"


def device_of(request: HttpRequest | None, login: str) -> str:
    """The name of a browser that is known for `login` (folded), else ''."""
    name, accounts = _read(request)
    return name if _mark(login) in accounts else ""


def remember_device(request: HttpRequest, response: HttpResponseBase, login: str) -> None:
    """Make the browser known for `login` (folded)."""
    name, accounts = _read(request)
    mark = _mark(login)
    known = [mark, *(each for each in accounts if each != mark)][:MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([name or secrets.token_hex(16), known], salt=_SALT),
        max_age=SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest | None) -> tuple[str, list[str]]:
    given = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "") if request is not None else ""
    try:
        name, accounts = signing.loads(given, salt=_SALT, max_age=SECONDS)
    except (signing.BadSignature, TypeError, ValueError):
        return "", []
    return str(name), [str(each) for each in accounts]


def _mark(login: str) -> str:
    return keyed_hash(f"device\0{login}")[:16]
