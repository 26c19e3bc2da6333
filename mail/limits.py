"""The rate and the breaker of each provider, counted by all processes together."""

import time
from typing import Final

from django.conf import settings

from egress.factory import open_breaker, open_limiter

#: A shorter wait for the rate is slept, a longer one is told (seconds).
_LONGEST: Final = 2.0


def wait_for(provider: str) -> float:
    """Seconds until the provider may get a mail; 0.0 for now. Takes one from its rate."""
    name = _name(provider)
    shut = open_breaker().shut(name) or open_limiter().paused(name)
    if shut:
        return shut
    rate = settings.MAIL_RATES.get(provider, settings.MAIL_RATE)
    slept = 0.0
    while wait := open_limiter().take(name, rate=rate, window=60.0):
        slept += wait
        if slept > _LONGEST:
            return wait
        time.sleep(wait)
    return open_breaker().check(name)


def failed(provider: str) -> None:
    """The provider is at fault: after five such failures in a row it is left alone for a minute, then longer."""
    open_breaker().failed(_name(provider))


def succeeded(provider: str) -> None:
    """The provider answers."""
    open_breaker().succeeded(_name(provider))


def pause(provider: str, seconds: float) -> None:
    """The provider asked us to wait."""
    open_limiter().pause(_name(provider), seconds=seconds)


def shut_for(provider: str) -> float:
    """Seconds for which the provider is left alone, 0.0 where it is not."""
    return open_breaker().shut(_name(provider)) or open_limiter().paused(_name(provider))


def _name(provider: str) -> str:
    return f"mail:{provider}"
