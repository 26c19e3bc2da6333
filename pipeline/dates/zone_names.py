"""Translates other names of time zones to IANA names.

Windows' names (CLDR's mapping, from icalendar), display names, vendors' prefixes.
"""

from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import available_timezones

from pipeline import patterns

#: The longest name of a zone.
_LONGEST_NAME: Final = 200

_DISPLAY: Final = patterns.compile(
    r"(?:\((?:UTC|GMT)\s*[^)]{0,12}\)\s*)?(.{2,150}?)(?:\s*\((?:US & Canada|Canada)\))?",
    patterns.IGNORECASE,
    longest=_LONGEST_NAME,
)
#: Names of UTC itself.
UTC_NAMES: Final = frozenset([
    "utc", "z", "gmt", "uct", "zulu", "universal", "gmt0", "gmt+0", "etc/utc", "etc/gmt", "etc/uct", "etc/zulu", "etc/universal",
])  # fmt: skip
#: Abbreviations of zones in texts, in capitals, and the local time that they mean in winter and in summer: people
#: write "EST" in July. Those that are words too (ART, CAT, EAT, WEST) are left out.
ABBREVIATIONS: Final = MappingProxyType(
    {
        **dict.fromkeys(("EST", "EDT", "ET"), "America/New_York"),
        **dict.fromkeys(("CST", "CDT", "CT"), "America/Chicago"),
        **dict.fromkeys(("MST", "MDT", "MT"), "America/Denver"),
        **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
        **dict.fromkeys(("AKST", "AKDT"), "America/Anchorage"),
        **dict.fromkeys(("CET", "CEST", "MEZ", "MESZ"), "Europe/Berlin"),
        **dict.fromkeys(("EET", "EEST"), "Europe/Athens"),
        **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
        **dict.fromkeys(("NZST", "NZDT"), "Pacific/Auckland"),
        **dict.fromkeys(("UTC", "GMT"), "UTC"),
        "HST": "Pacific/Honolulu", "BRT": "America/Sao_Paulo", "BST": "Europe/London", "MSK": "Europe/Moscow", "SAST": "Africa/Johannesburg",
        "GST": "Asia/Dubai", "PKT": "Asia/Karachi", "IST": "Asia/Kolkata", "WIB": "Asia/Jakarta", "SGT": "Asia/Singapore",
        "HKT": "Asia/Hong_Kong", "AWST": "Australia/Perth", "JST": "Asia/Tokyo", "KST": "Asia/Seoul",
    }
)  # fmt: skip
_REGIONS: Final = {"eastern": "ET", "central": "CT", "mountain": "MT", "pacific": "PT"}
#: A zone after a time: "8 PM EST", "8 pm (CET)", "8 pm Eastern Time". "19h et 21h" names none, nor "8 PM MT VERNON".
ZONE: Final = (
    rf"\s?\(?(?P<zone>(?-i:{'|'.join(name for name in ABBREVIATIONS if len(name) > 2)})|(?-i:ET|CT|MT|PT)(?=\W*$|\s?[,;|()–—-])"
    rf"|(?:{'|'.join(_REGIONS)})(?=\s(?:standard\s|daylight\s)?time(?![^\W_])))(?![^\W_])(?:\s(?:standard\s|daylight\s)?time(?![^\W_]))?\)?"
)
_NOT_PLACES: Final = frozenset({"Factory", "localtime", "posixrules"})
#: Zone names of Lotus Notes that contain no city.
_OTHER_NAMES: Final = {"western/central europe": "Europe/Berlin", "eastern europe": "Europe/Athens"}


def iana_name(text: str) -> str:
    """The IANA name for `text`; '' for an unknown one.

    An IANA name in any case, a Windows name, or a name behind a vendor's prefix such as
    `/freeassociation.sourceforge.net/Europe/Berlin`.
    """
    clean = text.strip().strip("\"'")
    if not clean or len(clean) > _LONGEST_NAME:
        return ""
    if clean.casefold() in UTC_NAMES:
        return "UTC"
    windows = _windows().get(clean.casefold())
    if windows:
        return windows
    parts = clean.strip("/").split("/")
    return next(
        (
            name
            for name in (names().get("/".join(parts[at:]).casefold(), "") for at in range(len(parts)))
            if name
        ),
        "",
    )


def abbreviated(text: str) -> str:
    """The IANA name for an abbreviation or region ("EST", "Pacific"), in any case; '' for an unknown one."""
    return ABBREVIATIONS.get(_REGIONS.get(text.casefold(), text.upper()), "")


def displayed_name(text: str) -> str:
    """The IANA name for a display name.

    `(UTC-05:00) Eastern Time (US & Canada)`, `(UTC+01:00) Amsterdam, Berlin, Rome`, `Germany/Berlin`.
    """
    match = _DISPLAY.fullmatch(text.strip()) if len(text) <= _LONGEST_NAME else None
    if not match:
        return ""
    words = match.group(1).strip()
    region = _OTHER_NAMES.get(words.casefold(), "") or _windows().get(
        words.casefold().removesuffix(" time") + " standard time", ""
    )
    cities = (
        _cities().get(city.strip().replace(" ", "_").casefold(), "")
        for city in words.replace("/", ",").split(",")
    )
    return region or next((name for name in cities if name), "")


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """All IANA names of places, by their casefolded form."""
    return {name.casefold(): name for name in available_timezones() - _NOT_PLACES}


@lru_cache(maxsize=1)
def _windows() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.casefold(): zone for name, zone in WINDOWS_TO_OLSON.items()}


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """The cities of the zone names, such as Berlin of Europe/Berlin."""
    regions = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return {
        name.rpartition("/")[2].casefold(): name
        for name in sorted(names().values())
        if name.startswith(regions)
    }
