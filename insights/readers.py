"""Who reads a page: the account, else the device by a signed cookie that it got when it agreed to the log.

Pages that are kept for everybody must not ask: their answer would be one reader's.
"""

import secrets
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from flags.models import Flag
from flags.services import is_on
from insights.records import Reader

#: As long as the log is kept of a device that does not come; after that it is asked again.
SECONDS: Final = 396 * 24 * 3600
_SALT: Final = "insights.readers"


def reader_of(request: HttpRequest) -> Reader:
    """The account where somebody is signed in, else the device by its cookie, else nobody. No query of its own.

    An account is never taken for the device on which it is used, which others may have agreed on.
    """
    person = getattr(request, "user", None)
    if isinstance(person, User):
        return Reader(user_id=person.pk)
    name = settings.READER_COOKIE_NAME
    return Reader(
        device_key=str(request.get_signed_cookie(name, default="", salt=_SALT, max_age=SECONDS) or "")
    )


def is_offered(reader: Reader) -> bool:
    """Whether the log, and what follows from it, is on for the reader (the flag `recommendations`)."""
    return is_on(Flag.RECOMMENDATIONS, key=reader.user_id or "")


def new_device() -> Reader:
    """A device that has no key yet, with a new one. Only consent may call it."""
    return Reader(device_key=secrets.token_hex(16))


def remember(response: HttpResponseBase, reader: Reader) -> None:
    """Give the device its key, for as long as the log is kept. Nothing for an account."""
    if reader.user_id is None:
        response.set_signed_cookie(
            settings.READER_COOKIE_NAME,
            reader.device_key,
            salt=_SALT,
            max_age=SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def forget(response: HttpResponseBase) -> None:
    """Take the key off the device."""
    response.delete_cookie(settings.READER_COOKIE_NAME, samesite="Lax")
