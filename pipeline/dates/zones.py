"""Time zones by their IANA name."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

#: Names of the zone that has no place.
UTC_NAMES: Final = frozenset({
    "UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT", "Etc/UCT", "Universal", "Etc/Universal", "Etc/Zulu", "GMT0", "Greenwich",
})  # fmt: skip
#: Names of zones that are no place, and the place whose clock they mean.
_PLACES: Final = {
    **dict.fromkeys(("EST", "EST5EDT"), "America/New_York"), "CST6CDT": "America/Chicago", **dict.fromkeys(("MST", "MST7MDT"), "America/Denver"),
    "PST8PDT": "America/Los_Angeles", "HST": "Pacific/Honolulu", **dict.fromkeys(("CET", "MET"), "Europe/Berlin"), "EET": "Europe/Athens",
    "WET": "Europe/Lisbon",
}  # fmt: skip
#: Zones by which an offset without a place is shown, the most probable first.
_LIKELY: Final = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/Berlin", "Europe/London", "Europe/Athens", "Europe/Moscow",
    "Asia/Kolkata", "Asia/Shanghai", "Asia/Tokyo", "Australia/Sydney", "America/Sao_Paulo", "America/Halifax", "Asia/Dubai", "Asia/Karachi", "Asia/Dhaka",
    "Asia/Jakarta", "Australia/Brisbane", "Pacific/Auckland", "Asia/Kathmandu", "Asia/Tehran", "Asia/Kabul", "Asia/Yangon", "Australia/Adelaide",
    "Australia/Darwin", "America/St_Johns", "America/Anchorage", "Pacific/Honolulu", "Pacific/Noumea", "Pacific/Fiji", "Pacific/Tongatapu",
    "Atlantic/Azores", "Atlantic/Cape_Verde", "America/Noronha", "Pacific/Gambier", "Pacific/Pago_Pago", "Pacific/Kiritimati",
)  # fmt: skip
#: Two zones are one clock if they agree in winter and in summer.
_SEASONS: Final = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))


@lru_cache(maxsize=1)
def _zones_by_folded_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=4096)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone with that name, in any case, of a place where the name is none ("EST5EDT"); None if unknown.

    Never opens a path that a feed names.
    """
    known = _zones_by_folded_name().get(name.strip().lower().replace(" ", "_"))
    known = _PLACES.get(known or "", known)
    if known is None or known in {"localtime", "Factory"}:
        return None
    try:
        return ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def clock_of(zone: ZoneInfo) -> tuple[timedelta | None, ...]:
    """The offsets from UTC of a zone in winter and in summer."""
    return tuple(moment.astimezone(zone).utcoffset() for moment in _SEASONS)


def is_fixed(zone: ZoneInfo) -> bool:
    """Whether a zone is an offset without a place: `Etc/GMT+4`. Such a zone is never shown."""
    return zone.key.startswith("Etc/") and zone.key not in UTC_NAMES


def zone_of_offset(moment: datetime, among: Iterable[ZoneInfo] = ()) -> ZoneInfo | None:
    """The first zone `among` these, then of the most probable ones, that has the offset of an aware moment."""
    zones = (*among, *(zone for name in _LIKELY if (zone := zone_named(name))))
    offset = moment.utcoffset()
    return next((zone for zone in zones if moment.astimezone(zone).utcoffset() == offset), None)


def same_clock(one: ZoneInfo, other: ZoneInfo) -> bool:
    """Whether two zones show the same time, in winter and in summer."""
    return one.key == other.key or clock_of(one) == clock_of(other)
