"""A business of Yelp, as version 3 (Fusion, now Places API) and version 2 write it.

https://docs.developer.yelp.com/reference/v3_business_search
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from pipeline import patterns
from pipeline.connectors.support.values import (
    at,
    coordinates,
    line,
    link,
    number,
    objects,
    postal,
    source_of,
    text,
    without,
)
from pipeline.contract.normalized import Image
from pipeline.contract.raw import PlaceRecord
from pipeline.hours import weekly

ID: Final = "yelp_business_id"
ATTRIBUTION: Final = "Yelp"
_DAY: Final = 1440
_CLOCK: Final = patterns.compile(r"([01]\d|2[0-4])([0-5]\d)")


def is_business(item: Any) -> bool:
    """Whether an object is a business: no other platform counts reviews of what has a Yelp address."""
    return (
        isinstance(item, Mapping)
        and "name" in item
        and "review_count" in item
        and "yelp" in text(item, "url").lower()
    )


def business_of(item: Mapping[str, Any], observed_at: datetime | None) -> PlaceRecord:
    """The place. `is_closed` says that it is closed for good; hours come with details alone."""
    lat, lng = coordinates(
        _either(item, ("coordinates", "latitude"), ("location", "coordinate", "latitude")),
        _either(item, ("coordinates", "longitude"), ("location", "coordinate", "longitude")),
    )
    picture = link(item, "image_url")
    return PlaceRecord(
        name=line(item, "name"),
        external_ids={ID: text(item, "id")[:200]} if text(item, "id") else {},
        kinds=tuple(dict.fromkeys(_kinds(item.get("categories")))),
        address=address_of(item.get("location")),
        city=line(item, "location", "city"),
        country=line(item, "location", "country") or line(item, "location", "country_code"),
        lat=lat,
        lng=lng,
        phone=line(item, "display_phone") or line(item, "phone"),
        url=_plain(link(item, "url")),
        rating=_rating(item.get("rating")),
        rating_count=number(item, "review_count"),
        price_level=len(text(item, "price")) or None,
        photos=(Image(url=picture, credit=ATTRIBUTION),) if picture else (),
        opening_hours=_hours(item),
        open_now=next(
            (
                one["is_open_now"]
                for one in objects(item, "hours")
                if isinstance(one.get("is_open_now"), bool)
            ),
            None,
        ),
        closed_for_good=item.get("is_closed") is True,
        observed_at=observed_at,
        attribution=ATTRIBUTION,
        raw=source_of(item),
    )


def address_of(location: Any) -> str:
    """The address as Yelp displays it, else its parts."""
    displayed = at(location, "display_address")
    if isinstance(displayed, list) and displayed:
        return postal(*(str(one) for one in displayed if isinstance(one, str)))
    names = ("address1", "address2", "address3", "city", "zip_code", "state", "country")
    return postal(*(line(location, name) for name in names))


def _plain(url: str) -> str:
    """Without what tells Yelp which key asked."""
    return without(url, "adjust_creative", "utm_campaign", "utm_medium", "utm_source") if url else ""


def _kinds(categories: Any) -> Iterator[str]:
    for one in categories if isinstance(categories, list) else ():
        if isinstance(one, Mapping) and text(one, "alias"):
            yield text(one, "alias")
        elif isinstance(one, list) and len(one) == 2 and isinstance(one[1], str):
            yield one[1]


def _rating(value: Any) -> float | None:
    return (
        float(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 5
        else None
    )


def _hours(item: Mapping[str, Any]) -> str:
    """`hours`: of each opening {day (Monday 0), start "1130", end "0200", is_overnight}."""
    regular = next(
        (one for one in objects(item, "hours") if text(one, "hours_type") in ("", "REGULAR")), None
    )
    spans = []
    for one in objects(regular, "open"):
        start, end, day = (
            _CLOCK.fullmatch(text(one, "start")),
            _CLOCK.fullmatch(text(one, "end")),
            number(one, "day"),
        )
        if start is None or end is None or day is None or day > 6:
            return ""
        begin = int(start.group(1)) * 60 + int(start.group(2))
        last = int(end.group(1)) * 60 + int(end.group(2))
        spans.append((day * _DAY + begin, day * _DAY + (last if last > begin else last + _DAY)))
    return weekly(spans)


def _either(item: Mapping[str, Any], *paths: tuple[str, ...]) -> Any:
    return next((value for path in paths if (value := at(item, *path)) is not None), None)
