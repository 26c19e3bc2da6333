"""The rate and the breaker of each provider, counted by all processes together."""

import time
from typing import Final

from django.conf import settings

from egress.factory import open_breaker, open_gate, open_limiter
from egress.limits import Admission

#: A shorter wait for the rate is slept, a longer one is told (seconds).
_LONGEST: Final = 2.0


def enter(provider: str, most: int = 1) -> Admission:
    """How many of `most` mails the provider may get now, taken from its rate; else the seconds to wait."""
    rate, slept = settings.MAIL_RATES.get(provider, settings.MAIL_RATE), 0.0
    while True:
        found = open_gate().enter(_name(provider), rate=rate, window=60.0, most=most)
        slept += found.wait
        if found.taken or slept > _LONGEST:
            return found
        time.sleep(found.wait)


def failed(provider: str) -> None:
    """The provider is at fault: after five such failures in a row it is left alone for a minute, then longer."""
    open_breaker().failed(_name(provider))


def succeeded(provider: str) -> None:
    """The provider answers."""
    open_breaker().succeeded(_name(provider))


def pause(provider: str, seconds: float) -> None:
    """The provider asked us to wait."""
    open_limiter().pause(_name(provider), seconds=seconds)


def _name(provider: str) -> str:
    return f"mail:{provider}"
