"""Time zones by their IANA name."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

#: Names of the zone that has no place.
UTC_NAMES: Final = frozenset(
    {
        "UTC",
        "Etc/UTC",
        "GMT",
        "Etc/GMT",
        "Zulu",
        "UCT",
        "Etc/UCT",
        "Universal",
        "Etc/Universal",
        "Etc/Zulu",
        "GMT0",
        "Greenwich",
    }
)
#: Two zones are one clock if they agree in winter and in summer.
_SEASONS: Final = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


@lru_cache(maxsize=1)
def _zones_by_folded_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=4096)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone with that name, in any case; None for an unknown name.

    Never opens a path that a feed names.
    """
    known = _zones_by_folded_name().get(name.strip().lower().replace(" ", "_"))
    if known is None or known in {"localtime", "Factory"}:
        return None
    try:
        return ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def clock_of(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """The offsets from UTC of a zone in winter and in summer."""
    return tuple(moment.astimezone(zone).utcoffset() for moment in _SEASONS)


def same_clock(one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether two zones show the same time, in winter and in summer."""
    return one.key == other.key or clock_of(one) == clock_of(other)
