"""One place of an answer, old or new, as a PlaceRecord."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pipeline.connectors.platforms.google_places.hours import open_now, opening_hours
from pipeline.connectors.support.values import at, coordinates, line, link, number, objects, source_of, text
from pipeline.contract.raw import PlaceRecord

ID: Final = "google_place_id"
ATTRIBUTION: Final = "Google Maps"
_PRICES: Final = {
    "PRICE_LEVEL_FREE": 0,
    "PRICE_LEVEL_INEXPENSIVE": 1,
    "PRICE_LEVEL_MODERATE": 2,
    "PRICE_LEVEL_EXPENSIVE": 3,
    "PRICE_LEVEL_VERY_EXPENSIVE": 4,
}
#: Types that say nothing of a place.
_EMPTY: Final = frozenset({"point_of_interest", "establishment", "food", "political", "geocode", "premise"})
#: Types of parts of the map that are no venue.
_REGIONS: Final = frozenset(
    {
        "locality",
        "country",
        "route",
        "ward",
        "sublocality",
        "postal_code",
        "colloquial_area",
        "administrative_area_level_1",
    }
)
#: What only a place's answer has, not one of geocoding.
_MARKS: Final = (
    "displayName", "businessStatus", "business_status", "regularOpeningHours", "currentOpeningHours", "opening_hours", "googleMapsUri",
    "rating", "photos", "scope", "vicinity", "reference", "adr_address", "user_ratings_total", "price_level", "website",
)  # fmt: skip
#: What no place has, but an event of Meetup's or of a ticket seller's.
_NO_PLACE: Final = (
    "time",
    "start",
    "start_time",
    "startDate",
    "start_date",
    "event_url",
    "dates",
    "datetime_local",
)


def is_place(item: Any) -> bool:
    """Whether an object is one of the Places API: geocoding has addresses and places' ids too, and events
    have ratings and photos."""
    return (
        isinstance(item, Mapping)
        and any(mark in item for mark in _MARKS)
        and not any(mark in item for mark in _NO_PLACE)
    )


def is_region(item: Mapping[str, Any]) -> bool:
    """Whether it is a town, a quarter or a street."""
    types = item.get("types")
    return isinstance(types, list) and not _REGIONS.isdisjoint(one for one in types if isinstance(one, str))


def place_of(item: Mapping[str, Any], *, place_id: str, observed_at: datetime | None) -> PlaceRecord:
    """The place; `place_id` is the one that was asked for, where the answer does not repeat it."""
    name = line(item, "displayName", "text") or (
        "" if text(item, "name").startswith("places/") else line(item, "name")
    )
    found_id = (
        text(item, "place_id")
        or text(item, "id" if "displayName" in item or _is_new(item) else "place_id")
        or place_id
    )
    lat, lng = coordinates(
        _either(item, ("location", "latitude"), ("geometry", "location", "lat")),
        _either(item, ("location", "longitude"), ("geometry", "location", "lng")),
    )
    status = text(item, "businessStatus") or text(item, "business_status")
    return PlaceRecord(
        name=name,
        external_ids={ID: found_id} if found_id else {},
        kinds=tuple(kind for kind in _strings(item.get("types")) if kind not in _EMPTY),
        address=line(item, "formattedAddress") or line(item, "formatted_address") or line(item, "vicinity"),
        city=_component(item, "locality") or _component(item, "postal_town"),
        country=_component(item, "country", short=True),
        lat=lat,
        lng=lng,
        plus_code=text(item, "plusCode", "globalCode") or text(item, "plus_code", "global_code"),
        timezone=text(item, "timeZone", "id"),
        phone=line(item, "internationalPhoneNumber")
        or line(item, "international_phone_number")
        or line(item, "formatted_phone_number"),
        website=link(item, "websiteUri") or link(item, "website"),
        url=link(item, "googleMapsUri") or link(item, "url"),
        rating=_rating(item.get("rating")),
        rating_count=number(item, "userRatingCount")
        if "userRatingCount" in item
        else number(item, "user_ratings_total"),
        price_level=_price(item),
        opening_hours=opening_hours(item),
        open_now=open_now(item),
        closed_for_good=status == "CLOSED_PERMANENTLY" or item.get("permanently_closed") is True,
        observed_at=observed_at,
        attribution=ATTRIBUTION,
        raw=source_of({key: value for key, value in item.items() if key not in ("reviews", "photos")}),
    )


def words_of(item: Mapping[str, Any]) -> str:
    """What Google's editors write of the place."""
    return text(item, "editorialSummary", "text") or text(item, "editorial_summary", "overview")


def _is_new(item: Mapping[str, Any]) -> bool:
    return any(
        name in item
        for name in ("businessStatus", "regularOpeningHours", "currentOpeningHours", "formattedAddress")
    )


def _either(item: Mapping[str, Any], *paths: tuple[str, ...]) -> Any:
    return next((value for path in paths if (value := at(item, *path)) is not None), None)


def _component(item: Mapping[str, Any], kind: str, *, short: bool = False) -> str:
    for part in (*objects(item, "addressComponents"), *objects(item, "address_components")):
        if kind in _strings(part.get("types")):
            return line(part, "shortText" if short else "longText") or line(
                part, "short_name" if short else "long_name"
            )
    return ""


def _strings(value: Any) -> Iterator[str]:
    return (one for one in value if isinstance(one, str)) if isinstance(value, list) else iter(())


def _rating(value: Any) -> float | None:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 5
        else None
    )


def _price(item: Mapping[str, Any]) -> int | None:
    level = item.get("priceLevel")
    if isinstance(level, str):
        return _PRICES.get(level)
    found = number(item, "price_level")
    return found if found is not None and found <= 4 else None
