"""Plain geography, free of Django: distances, time zones, countries, and names folded for comparison.

Degrees are WGS 84, distances kilometres, time zones IANA names.
"""

import math
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pipeline import patterns
from pipeline.characters import normalize

if TYPE_CHECKING:
    from timezonefinder import TimezoneFinder

EARTH_RADIUS_KM = 6371.0088

#: Letters that Unicode does not take apart into a base letter and a mark (as PostgreSQL's unaccent rules do).
_WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_SPACE = patterns.compile(r"\s+")
_NOT_WORD = patterns.compile(r"[^\w]+|_+")

#: Names of countries beyond the English ones of ISO 3166 that events use.
_COUNTRY_NAMES = {
    "usa": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US", "uk": "GB", "united kingdom": "GB",
    "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB", "deutschland": "DE",
    "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "espana": "ES", "italia": "IT", "nederland": "NL",
    "the netherlands": "NL", "belgie": "BE", "belgique": "BE", "brasil": "BR", "bharat": "IN", "sverige": "SE", "norge": "NO",
    "danmark": "DK", "suomi": "FI", "polska": "PL", "turkiye": "TR", "south korea": "KR", "russia": "RU", "czechia": "CZ",
}  # fmt: skip


def haversine_km(lat1: float, lng1: float, lat2: float, lng2: float) -> float:
    """The great-circle distance of two points, in kilometres."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_lat, half_lng = (phi2 - phi1) / 2, math.radians(lng2 - lng1) / 2
    inner = math.sin(half_lat) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_lng) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, inner)))


def coordinates_problem(lat: float | None, lng: float | None) -> str:
    """Why this is no place on Earth's land that a venue could have, or '' where it may be one (or is
    absent)."""
    if lat is None and lng is None:
        return ""
    if lat is None or lng is None:
        return "only one of latitude and longitude"
    if not (math.isfinite(lat) and math.isfinite(lng)):
        return "coordinates are no numbers"
    if abs(lat) < 0.01 and abs(lng) < 0.01:
        return "coordinates 0, 0 stand for unknown"
    if abs(lat) > 90 and abs(lat) <= 180 and abs(lng) <= 90:
        return "latitude and longitude look swapped"
    if abs(lat) > 90 or abs(lng) > 180:
        return "coordinates out of range"
    return ""


@lru_cache(maxsize=1)
def _finder() -> "TimezoneFinder":
    from timezonefinder import TimezoneFinder  # brings numpy: half a second that most commands need not spend

    return TimezoneFinder()


@lru_cache(maxsize=50_000)
def _timezone_at(lat: float, lng: float) -> str:
    return _finder().timezone_at(lat=lat, lng=lng) or ""


def timezone_at(lat: float, lng: float) -> str:
    """The IANA zone of a point (timezonefinder's map), '' outside -90 to 90 and -180 to 180. At sea it is an
    `Etc/GMT` zone."""
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        return ""
    return _timezone_at(round(lat, 4), round(lng, 4))


@lru_cache(maxsize=1)
def _zones_by_folded_name() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


@lru_cache(maxsize=4096)
def zone_named(name: str) -> ZoneInfo | None:
    """The IANA zone of that name, whatever its case; None for a name that is none. Never opens a path that a
    feed names."""
    known = _zones_by_folded_name().get(name.strip().lower().replace(" ", "_"))
    if known is None or known in {"localtime", "Factory"}:
        return None
    try:
        return ZoneInfo(known)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def fold(text: str) -> str:
    """`text` for comparing names: no case, no accents, single spaces. 'Café  Zoë' becomes 'cafe zoe'."""
    return (
        _fold_name_sized(text) if len(text) <= 200 else _fold(text)
    )  # long texts would fill the cache's memory


@lru_cache(maxsize=50_000)
def _fold_name_sized(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    if not text.isascii():
        parts = normalize("NFKD", text.casefold())
        text = "".join(char for char in parts if not unicodedata.combining(char)).translate(_WHOLE_LETTERS)
    return _SPACE.sub(" ", text.casefold()).strip()


def fold_name(text: str) -> str:
    """`fold` without punctuation, for names: 'St. Louis' and 'st louis' are one."""
    return _NOT_WORD.sub(" ", fold(text)).strip()


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Folded English names of ISO 3166 (as the tz database lists them) and their codes."""
    table = dict(_COUNTRY_NAMES)
    lines = (
        resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8").splitlines()
    )
    for code, name in (line.split("\t") for line in lines if line and not line.startswith("#")):
        table.setdefault(fold_name(name), code)
        table.setdefault(code.lower(), code)
    return table


def country_code(text: str) -> str:
    """The ISO 3166 code of a country's name or code ('USA', 'Deutschland', 'in'), '' for what is none."""
    return _countries().get(fold_name(text), "")


def point_key(lat: float, lng: float) -> str:
    """A point as text, to five decimals, about a metre: equal for what geocoders give as one point."""
    return f"{lat:.5f},{lng:.5f}"
