"""A backend of Django of which nothing is known: the local mailbox, and those of tests."""

from collections.abc import Callable
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection

from mail.exceptions import NothingTaken


class PlainProvider:
    """The backend at a dotted path."""

    def __init__(self, name: str) -> None:
        self.name = name

    def hand_over(self, message: EmailMessage, begin: Callable[[], None]) -> str:
        """See `Provider.hand_over`. The connection is opened before, so that the backend does not close it inside the call."""
        backend = get_connection(self.name)
        try:
            backend.open()
            begin()
            if not backend.send_messages([message]):
                raise NothingTaken("the mail backend did not accept the mail")
        finally:
            with suppress(Exception):  # an error after the answer changes nothing
                backend.close()
        return ""
