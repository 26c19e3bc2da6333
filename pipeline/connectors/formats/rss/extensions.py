"""What event extensions say in an item: ev:, xCal, gd:, The Events Calendar, Trumba, Localist, Campus Labs
Engage, georss, geo and media."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from lxml import etree

from pipeline import patterns
from pipeline.connectors.formats.rss.item import Item, plain
from pipeline.connectors.support.values import coordinates, pair
from pipeline.contract.normalized import Image, Venue
from pipeline.contract.raw import RawTime
from pipeline.dates.clocks import read_clock
from pipeline.dates.moments import raw_time
from pipeline.text.decoding import MAX_ITEMS, MAX_LINE, http_url

_START: Final = (
    "startdate", "dtstart", "startdatetime", "starttime", "start", "utcstart", "eventstart", "eventstartdate", "eventdate", "localstart",
    "begin", "begindate", "when", "eventdatetime",
)  # fmt: skip
_END: Final = (
    "enddate", "dtend", "enddatetime", "endtime", "end", "utcend", "eventend", "eventenddate", "localend", "finish", "finishdate",
)  # fmt: skip
_PLACE: Final = ("location", "venue", "venuename", "locationname", "place", "where", "eventlocation")
_ADDRESS: Final = ("address", "venueaddress", "locationaddress", "streetaddress")
_PICTURES: Final = ("enclosure", "content", "thumbnail", "image", "link", "photo")
_IMAGE_NAME: Final = patterns.compile(r"\.(jpe?g|png|gif|webp|avif)(\?|$)", patterns.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """When, as far as an item's elements say; `text` is a time in words that is still to be read."""

    start: RawTime | None = None
    end: RawTime | None = None
    text: str = ""


def times(item: Item) -> Times:
    """The event's start and end. The item's own publication date is neither."""
    start = _moment(item, _START, "starttime")
    end = _moment(item, _END, "endtime")
    if isinstance(start, str):
        return Times(text=start, end=None if isinstance(end, str) else end)
    return Times(start=start, end=None if isinstance(end, str) else end)


def venue(item: Item) -> Venue:
    """Where: the first of the known elements, `gd:where`, and coordinates."""
    lat, lng = _coordinates(item)
    name = next(item.extras(*_PLACE), "") or item.attribute("where", "valuestring")
    return Venue(
        name="" if http_url(name) or pair(name)[0] is not None else name[:MAX_LINE],
        address=next(item.extras(*_ADDRESS), "")[:MAX_LINE],
        city=next(item.extras("city", "venuecity", "locality"), "")[:MAX_LINE],
        country=next(item.extras("country", "venuecountry"), "")[:MAX_LINE],
        lat=lat,
        lng=lng,
    )


def images(item: Item) -> tuple[Image, ...]:
    """Pictures among enclosures, media:content, media:thumbnail and their kin, each once."""
    elements = (e for name in _PICTURES for e in (*item.extra.get(name, ()), *item.core.get(name, ())))
    urls = dict.fromkeys(filter(None, map(_picture, elements)))
    return tuple(Image(url=url, is_primary=index == 0) for index, url in enumerate(list(urls)[:MAX_ITEMS]))


def _picture(element: etree._Element) -> str:
    """The address of a picture, '' for a sound, a film or a link to a page."""
    name = plain(element)[0]
    if name == "link" and element.get("rel") != "enclosure":
        return ""
    url = http_url(
        element.get("url")
        or element.get("href")
        or (element.text or "" if name in ("image", "photo") else "")
    )
    kind = (element.get("type") or element.get("medium") or "").lower()
    pictured = kind.startswith("image") or (
        not kind and (bool(_IMAGE_NAME.search(url)) or name in ("thumbnail", "image", "photo"))
    )
    return url if pictured else ""


def _moment(item: Item, names: tuple[str, ...], attribute: str) -> RawTime | None:
    """The best of all that is there: a moment, a day with a time beside it, a day, or text."""
    day: date | None = None
    clock, text = None, ""
    for value in (*item.extras(*names), item.attribute("when", attribute)):
        read = raw_time(value, utc=False)
        if isinstance(read, datetime):
            return read
        day = day or (read if isinstance(read, date) else None)
        if isinstance(read, str):
            clock = clock or read_clock(read)
            text = text or ("" if read_clock(read) else read)
    if day is not None:
        return datetime.combine(day, clock.start) if clock else day
    return text or None


def _coordinates(item: Item) -> tuple[float | None, float | None]:
    for text in item.extras("point", "pos"):
        found = pair(text)
        if found[0] is not None:
            return found
    lat, lng = (
        next(item.extras("lat", "latitude"), ""),
        next(item.extras("long", "lng", "lon", "longitude"), ""),
    )
    return coordinates(lat, lng)
