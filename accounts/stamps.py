"""Signed timestamps of forms.

A form that is sent at once was filled in by a bot, and one that was open for a day is refused.
"""

import time
from typing import Final

from django.core import signing
from django.utils.translation import gettext

MOST_SECONDS: Final = 24 * 3600


class StampRefused(Exception):
    """The stamp is refused.

    Show the error above the form, since its field is hidden; a form shown again has a new stamp.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


def stamp(salt: str, *, opened_at: float) -> str:
    """The value of the hidden field: seconds since 1970, signed for the form that `salt` names."""
    return signing.dumps(opened_at, salt=salt)


def check_stamp(given: str, salt: str, *, least_seconds: float) -> None:
    """Raise StampRefused for a stamp that is not ours, too old, or too quick for a person."""
    try:
        opened = float(signing.loads(given, salt=salt, max_age=MOST_SECONDS))
    except (signing.BadSignature, TypeError, ValueError):
        raise StampRefused(gettext("The form was open for too long. Send it again.")) from None
    if time.time() - opened < least_seconds:
        raise StampRefused(gettext("The form was sent too quickly. Check it and send it again."))
