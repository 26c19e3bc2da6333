"""The rate and the breaker of each provider, counted by all processes together."""

import time
from typing import Final

from django.conf import settings
from redis import RedisError

from egress.factory import open_breaker, open_gate, open_limiter
from egress.limits import Admission

#: A shorter wait for the rate is slept, a longer one is told (seconds).
_LONGEST: Final = 2.0
_PREFIX: Final = "mail:"


def enter(provider: str, most: int = 1) -> Admission:
    """How many of `most` mails the provider may get now, taken from its rate; else the seconds to wait."""
    slept = 0.0
    while True:
        found = open_gate().enter(_name(provider), rate=rate_of(provider), window=60.0, most=most)
        slept += found.wait
        if found.taken or slept > _LONGEST:
            return found
        time.sleep(found.wait)


def rate_of(provider: str) -> int:
    """Mails a minute, as the settings say."""
    return int(settings.MAIL_RATES.get(provider, settings.MAIL_RATE))


def rests(provider: str) -> float:
    """Seconds until the provider gets a mail again: its breaker is open, or it asked us to wait. 0.0 for now."""
    return max(open_breaker().shut(_name(provider)), open_limiter().paused(_name(provider)))


def failures() -> dict[str, int]:
    """How often each provider failed since it last took a mail, of those that did; none where Valkey does not answer."""
    try:
        circuits = open_breaker().circuits()
    except RedisError:
        return {}
    return {one.host.removeprefix(_PREFIX): one.failures for one in circuits if one.host.startswith(_PREFIX)}


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
    return f"{_PREFIX}{provider}"
