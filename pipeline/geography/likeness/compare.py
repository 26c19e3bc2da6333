"""Compares two venues.

Evidence for and against in log odds, added up (Fellegi and Sunter, 1969), with reasons. The weights are set
by hand, not fitted: a common telephone number or house number is about a hundred times as frequent among
equal venues as among candidate pairs, a common name about as much, and so on.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz import fuzz

from pipeline import patterns
from pipeline.contract.enums import PlaceVerdict
from pipeline.geography.coordinates import haversine_km
from pipeline.geography.countries import country_code
from pipeline.geography.likeness.addresses import StreetAddress, compare_addresses, street_address
from pipeline.geography.likeness.names import NameLikeness, NameWords, compare_names, name_words, weight_of
from pipeline.geography.likeness.venues import Venue, VenueLikeness
from pipeline.text.folding import fold_name

#: The prior: two venues of a candidate pair are seldom the same.
PRIOR: Final = -4.0
#: From the first probability on two venues are the same, from the second on a moderator is asked.
MERGE_AT: Final = 0.9
ASK_AT: Final = 0.35
#: How many digits of telephone numbers are compared: those without the country's and the trunk prefix.
PHONE_DIGITS: Final = 9

#: Sites that many venues share.
_SHARED_HOSTS: Final = frozenset({
    "facebook.com", "instagram.com", "google.com", "eventbrite.com", "meetup.com", "linktr.ee", "twitter.com", "x.com", "youtube.com",
})  # fmt: skip
#: How many characters of a telephone number are read.
_LONGEST_PHONE: Final = 200
_NO_DIGITS: Final = patterns.compile(r"\D+", longest=_LONGEST_PHONE)
_EXTENSION: Final = patterns.compile(r"(?i)\b(?:ext|x|or)\b", longest=_LONGEST_PHONE)


@dataclass(frozen=True, slots=True)
class Look:
    """A venue prepared for many comparisons."""

    venue: Venue
    name: NameWords
    address: StreetAddress
    phone: str
    site: str
    city: str
    country: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    field: str
    value: str | float
    weight: float
    words: str


def look(venue: Venue) -> Look:
    """The venue with its name, address, number, site and city taken apart."""
    name = name_words(venue.name)
    city = fold_name(venue.city)
    words = (
        name_words(" ".join(word for word in venue.name.split() if fold_name(word) != city))
        if city and venue.name
        else name
    )
    return Look(
        venue=venue,
        name=words if any(weight_of(word) >= 1 for word in words.words) else name,
        address=street_address(venue.address),
        phone=phone_digits(venue.phone),
        site=_site(venue.website),
        city=city,
        country=country_code(venue.country) or venue.country.upper(),
    )


def compare(one: Look, other: Look, *, merge_at: float = MERGE_AT) -> VenueLikeness:
    """The probability that two venues are the same, with reasons, the weightiest first.

    Symmetric. `merge_at`: the score from which they are the same, given evidence of two kinds.
    """
    names = compare_names(one.name, other.name)
    evidence = [
        *_of_name(names),
        *_of_address(one, other),
        *_of_phone(one, other),
        *_of_site(one, other),
        *_of_distance(one, other),
    ]
    placed = any(
        piece.field == "distance_m" or (piece.field == "address" and piece.value == 1.0) for piece in evidence
    )
    evidence += _of_city(one, other, placed=placed)
    total = PRIOR + sum(piece.weight for piece in evidence)
    score = 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    outcome = _outcome(score, names, evidence, merge_at)
    spoken = sorted((piece for piece in evidence if piece.words), key=lambda piece: -abs(piece.weight))
    return VenueLikeness(
        score=round(score, 4),
        outcome=outcome,
        reasons="; ".join(piece.words for piece in spoken),
        fields={piece.field: piece.value for piece in evidence},
    )


def phone_digits(text: str) -> str:
    """The last nine digits of a telephone number, without an extension; '' for fewer than seven."""
    digits = _NO_DIGITS.sub("", _EXTENSION.split(text[:_LONGEST_PHONE], maxsplit=1)[0])
    return digits[-PHONE_DIGITS:] if len(digits) >= 7 else ""


def _site(url: str) -> str:
    """Host and path of a venue's own site, '' for a page on a shared site and for an invalid address."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if not host or any(host == shared or host.endswith(f".{shared}") for shared in _SHARED_HOSTS):
        return ""
    return f"{host}{parts.path.rstrip('/').lower()}"


def _outcome(score: float, names: NameLikeness, evidence: list[_Evidence], merge_at: float) -> PlaceVerdict:
    """The verdict.

    Merging needs two kinds of agreeing evidence; a contradicting name is at most asked about.
    """
    if score >= merge_at:
        agreeing = sum(piece.weight >= 1 for piece in evidence)
        return PlaceVerdict.ASK if agreeing < 2 or names.contradicts else PlaceVerdict.MERGE
    return PlaceVerdict.ASK if score >= ASK_AT else PlaceVerdict.DIFFERENT


def _of_name(names: NameLikeness) -> Iterator[_Evidence]:
    if names.equal:
        yield _Evidence("name", 1.0, 5.0, "same name")
    elif names.contained:
        yield _Evidence(
            "name", round(names.likeness, 2), 1.5 + 3 * names.likeness, "one name is part of the other"
        )
    elif names.likeness >= 0.6:
        weight = 4 * names.likeness - 1.0 if not names.contradicts else 4 * names.likeness - 3.5
        yield _Evidence("name", round(names.likeness, 2), weight, f"names {names.likeness:.2f} alike")
    else:
        yield _Evidence(
            "name",
            round(names.likeness, 2),
            4 * names.likeness - 4.0,
            f"names differ ({names.likeness:.2f} alike)",
        )


def _of_address(one: Look, other: Look) -> Iterator[_Evidence]:
    found = compare_addresses(one.address, other.address)
    if found.same_street is None:
        return
    if found.same_street and found.same_number:
        yield _Evidence("address", 1.0, 4.0, "same address")
    elif found.same_street and found.same_number is None:
        yield _Evidence("address", 0.7, 1.5, "same street")
    elif found.same_street and found.near_number:
        yield _Evidence("address", 0.6, 0.5, "same street, another number near by")
    elif found.same_street:
        yield _Evidence("address", 0.4, -2.5, "same street, another number")
    elif found.same_number is None:
        yield _Evidence("address", 0.3, -0.7, "streets differ, one without a number")
    else:
        yield _Evidence("address", 0.0, -4.0, "other address")
    if found.same_postcode is False and not found.same_number:
        yield _Evidence("postcode", 0.0, -1.0, "other postcode")


def _of_phone(one: Look, other: Look) -> Iterator[_Evidence]:
    if not one.phone or not other.phone:
        return
    short, long = sorted((one.phone, other.phone), key=len)
    if long.endswith(short):
        yield _Evidence("phone", 1.0, 5.0, "same telephone number")
    else:
        yield _Evidence("phone", 0.0, -2.0, "other telephone number")


def _of_site(one: Look, other: Look) -> Iterator[_Evidence]:
    if not one.site or not other.site:
        return
    if one.site == other.site:
        yield _Evidence("website", 1.0, 3.0, "same website")
    elif one.site.split("/")[0] == other.site.split("/")[0]:
        yield _Evidence("website", 0.5, 0.5, "")
    else:
        yield _Evidence("website", 0.0, -0.5, "")


def _of_city(one: Look, other: Look, *, placed: bool) -> Iterator[_Evidence]:
    """The evidence of the cities.

    A suburb and its city are often interchanged, so different cities count less where house or distance are
    evidence (`placed`).
    """
    if one.country and other.country and one.country != other.country:
        yield _Evidence("country", 0.0, -8.0, "other country")
    if not one.city or not other.city:
        return
    if _same_city(one.city, other.city):
        yield _Evidence("city", 1.0, 1.0, "")
    else:
        yield _Evidence(
            "city", 0.0, -0.5 if placed else -1.5, f"cities {one.venue.city} and {other.venue.city}"
        )


@lru_cache(maxsize=10_000)
def _same_city(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or f" {short} " in f" {long} " or fuzz.ratio(one, other) >= 90


def _of_distance(one: Look, other: Look) -> Iterator[_Evidence]:
    a, b = one.venue, other.venue
    if a.lat is None or a.lng is None or b.lat is None or b.lng is None:
        return
    km = haversine_km(a.lat, a.lng, b.lat, b.lng)
    weight = next((weight for limit, weight in _BY_DISTANCE if km <= limit), -8.0)
    words = f"{round(km * 1000)} m apart" if km < 1 else f"{km:.1f} km apart"
    yield _Evidence("distance_m", round(km * 1000), weight, words)


#: Kilometres, and the weight of a distance up to them. Geocoders differ by a few hundred metres, branches of
#: chains are further apart.
_BY_DISTANCE: Final = ((0.03, 3.5), (0.1, 3.0), (0.25, 2.0), (0.5, 0.5), (1.0, -1.5), (3.0, -4.0))
