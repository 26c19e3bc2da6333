"""Uploaded pictures: refused by their size before they are read, and counted for each person."""

from typing import Any, Final

from django.utils.translation import gettext
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, Throttled
from rest_framework.request import Request

from accounts.limits import PICTURES, pictures_taken
from accounts.models import User

#: Bytes of a request for the other fields beside the picture.
_BESIDE: Final = 64 * 1024


class PictureTooLarge(APIException):
    """413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


def refuse_no_parts(request: Request) -> None:
    """Refuse a form without a part, such as one with another boundary than its header says, of which Django reads nothing. Raises ParseError (400)."""
    if str(request.content_type).startswith("multipart/") and not request.data:
        raise ParseError(gettext("The body has no parts. Its boundary must be that of Content-Type."))


def refuse_size(request: Request, most: int, words: Any) -> None:
    """Refuse a body for a picture of more than `most` bytes by its header, before it is parsed. Raises PictureTooLarge with `words`."""
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > most + _BESIDE:
        raise PictureTooLarge(words)


def take_picture(person: User) -> None:
    """Count a picture of the person, together with those of the pages. Raises Throttled."""
    taken = pictures_taken(person)
    if not taken.allowed:
        words = gettext("At most %(number)d pictures an hour.") % {"number": PICTURES.limit}
        raise Throttled(wait=taken.reset, detail=words)
