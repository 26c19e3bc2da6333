"""What a provider is to the door."""

from collections.abc import Callable
from typing import Protocol

from django.core.mail import EmailMessage


class Provider(Protocol):
    """Takes one mail at a time. `name` is how settings, limits and the log call it."""

    name: str

    def hand_over(self, message: EmailMessage, begin: Callable[[], None]) -> str:
        """Return when the provider has taken the mail, with its own name for it ('' where it has none).

        Calls `begin` once, as late as possible before the first byte of the text can leave; what `begin` raises passes
        through, and then nothing has left. Raises whatever stopped it.
        """
        ...
