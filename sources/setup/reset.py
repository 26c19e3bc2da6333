"""A source as if it had never been asked: for an operator who mended what was wrong."""

from datetime import datetime

from accounts.rights import Actor, require
from sources.models import Source
from sources.monitoring.health import refresh
from sources.setup.switch import CHANGE


def reset(source: Source, *, by: Actor, now: datetime) -> None:
    """Forget failures, validators and checkpoint, and make the source due. Its events, staged rows and
    payloads stay; a run under way keeps its claim. Raises RightMissing."""
    require(by, CHANGE)
    fresh = {
        "consecutive_failures": 0, "last_error": "", "validators": {}, "checkpoint": {}, "next_fetch_at": now,
    }  # fmt: skip
    Source.objects.filter(pk=source.pk).update(**fresh)
    for name, value in fresh.items():
        setattr(source, name, value)
    refresh([source], now=now)
