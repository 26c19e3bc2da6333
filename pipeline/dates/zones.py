"""Time zones by their IANA name."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


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
