"""One place of an answer, old or new, as a PlaceRecord."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from pipeline.connectors.platforms.google_places.hours import open_now, opening_hours
from pipeline.connectors.support import sdk, values
from pipeline.connectors.support.values import at, line, link, number, objects, text

ID: Final = "google_place_id"
ATTRIBUTION: Final = "Google Maps"
_PRICES: Final = (
    "PRICE_LEVEL_FREE", "PRICE_LEVEL_INEXPENSIVE", "PRICE_LEVEL_MODERATE", "PRICE_LEVEL_EXPENSIVE", "PRICE_LEVEL_VERY_EXPENSIVE",
)  # fmt: skip
#: Types that say nothing of a place.
_EMPTY: Final = frozenset({"point_of_interest", "establishment", "food", "political", "geocode", "premise"})
#: Types of parts of the map that are no venue.
_REGIONS: Final = frozenset(
    {"locality", "country", "route", "ward", "sublocality", "postal_code", "colloquial_area", "administrative_area_level_1"}
)  # fmt: skip
#: What only a place's answer has, not one of geocoding.
_MARKS: Final = (
    "displayName", "businessStatus", "business_status", "regularOpeningHours", "currentOpeningHours", "opening_hours", "googleMapsUri",
    "rating", "photos", "scope", "vicinity", "reference", "adr_address", "user_ratings_total", "price_level", "website",
)  # fmt: skip
#: What no place has, but an event of Meetup's or of a ticket seller's.
_NO_PLACE: Final = (
    "time", "start", "start_time", "startDate", "start_date", "event_url", "dates", "datetime_local",
)  # fmt: skip
_STATE: Final = ("businessStatus", "regularOpeningHours", "currentOpeningHours")


def is_place(item: Mapping[str, Any]) -> bool:
    """Whether an object is one of the Places API: geocoding has addresses and places' ids too, and events
    have ratings and photos."""
    return not item.keys().isdisjoint(_MARKS) and item.keys().isdisjoint(_NO_PLACE)


def is_details(item: Mapping[str, Any]) -> bool:
    """Whether an object by itself is a place as the new API details it."""
    named = isinstance(at(item, "displayName", "text"), str) or text(item, "name").startswith("places/")
    return is_place(item) and (named or not item.keys().isdisjoint(_STATE))


def is_region(item: Mapping[str, Any]) -> bool:
    """Whether it is a town, a quarter or a street."""
    return not _REGIONS.isdisjoint(_strings(item.get("types")))


def place_of(item: Mapping[str, Any], asked_for: str, observed_at: datetime | None) -> sdk.PlaceRecord:
    """The place; `asked_for` is its id where the answer does not repeat it."""
    is_new = not item.keys().isdisjoint(("displayName", "formattedAddress", *_STATE))
    found_id = text(item, "place_id") or (text(item, "id") if is_new else "") or asked_for
    own_name = line(item, "name")
    lat, lng = values.coordinates(
        _first(at, item, "location.latitude", "geometry.location.lat"),
        _first(at, item, "location.longitude", "geometry.location.lng"),
    )
    rating: Any = item.get("rating")
    rated = isinstance(rating, int | float) and not isinstance(rating, bool) and 0 < rating <= 5
    status = _first(text, item, "businessStatus", "business_status")
    return sdk.PlaceRecord(
        name=line(item, "displayName", "text") or ("" if own_name.startswith("places/") else own_name),
        external_ids=values.filled(**{ID: found_id}),
        kinds=tuple(kind for kind in _strings(item.get("types")) if kind not in _EMPTY),
        address=_first(line, item, "formattedAddress", "formatted_address", "vicinity"),
        city=_component(item, "locality") or _component(item, "postal_town"),
        country=_component(item, "country", "short"),
        lat=lat,
        lng=lng,
        plus_code=_first(text, item, "plusCode.globalCode", "plus_code.global_code"),
        timezone=text(item, "timeZone", "id"),
        phone=_first(
            line, item, "internationalPhoneNumber", "international_phone_number", "formatted_phone_number"
        ),
        website=_first(link, item, "websiteUri", "website"),
        url=_first(link, item, "googleMapsUri", "url"),
        rating=float(rating) if rated else None,
        rating_count=number(item, "userRatingCount" if "userRatingCount" in item else "user_ratings_total"),
        price_level=_price(item),
        opening_hours=opening_hours(item),
        open_now=open_now(item),
        closed_for_good=status == "CLOSED_PERMANENTLY" or item.get("permanently_closed") is True,
        observed_at=observed_at,
        attribution=ATTRIBUTION,
        raw=values.source_of({key: value for key, value in item.items() if key not in ("reviews", "photos")}),
    )


def _first(read: Callable[..., Any], item: Mapping[str, Any], *paths: str) -> Any:
    """What `read` finds at the first of these paths, written with dots, that has something; '' where none
    has."""
    reported = (read(item, *path.split(".")) for path in paths)
    return next((found for found in reported if found not in (None, "")), "")


def _component(item: Mapping[str, Any], kind: str, form: str = "long") -> str:
    for part in (*objects(item, "addressComponents"), *objects(item, "address_components")):
        if kind in _strings(part.get("types")):
            return line(part, f"{form}Text") or line(part, f"{form}_name")
    return ""


def _strings(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _price(item: Mapping[str, Any]) -> int | None:
    level = item.get("priceLevel")
    if isinstance(level, str):
        return _PRICES.index(level) if level in _PRICES else None
    found = number(item, "price_level")
    return found if found is not None and found <= 4 else None
