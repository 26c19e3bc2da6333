"""From one event of Localist to records: as its API tells it, and as its page templates do
(https://developer.localist.com/doc/api)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from pipeline.connectors.formats.page.dom import parse_text
from pipeline.connectors.support.values import (
    Facts,
    amount,
    at,
    coordinates,
    dropped,
    html_line,
    html_lines,
    images,
    is_free_text,
    number,
    objects,
    record,
    text,
    touching,
    truth,
    url_identity,
)
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import Online, Status
from pipeline.contract.normalized import Image, OrganizerRef, Recurrence, Venue
from pipeline.contract.raw import Dropped, RawRecord
from pipeline.dates.moments import read_moment
from pipeline.dates.window import Window
from pipeline.text.decoding import http_url

_STATUSES: Final = {"cancel": Status.CANCELLED, "postpon": Status.POSTPONED, "resched": Status.RESCHEDULED}
_MODES: Final = {"inperson": Online.NO, "virtual": Online.YES, "hybrid": Online.BOTH}


def of_api(item: dict[str, Any], params: FetchParams) -> Iterator[RawRecord | Dropped]:
    """One record for each instance that an event of the API brings, known by the instance's number."""
    title = html_line(item.get("title"))
    for word in ("private", "rejected"):
        if truth(item.get(word)):
            yield dropped(word, item, item.get("id"), title)
            return
    instances = [one.get("event_instance") or one for one in objects(item.get("event_instances"))]
    instances = objects(instances)
    facts = Facts(
        item=item,
        id=item.get("id"),
        title=title,
        description=text(item.get("description")) or text(item.get("description_text")),
    )
    if not instances:
        yield record(
            replace(facts, start=item.get("first_date")),
            **_common(item),
            **_api_place(item),
            **_api_details(item),
        )
        return
    starts = [read_moment(one.get("start")) for one in instances]
    for place in touching(starts, Window.of(params)):
        instance = instances[place]
        whole_day = truth(instance.get("all_day"))
        start, end = instance.get("start"), instance.get("end")
        once = replace(
            facts,
            recurrence_id=text(instance.get("id")),
            start=text(start)[:10] if whole_day else start,
            end=text(end)[:10] if whole_day else end,
        )
        series = Recurrence(series_id=text(item.get("id"))) if truth(item.get("recurring")) else None
        yield record(
            once,
            all_day=whole_day,
            recurrence=series,
            **_common(item),
            **_api_place(item),
            **_api_details(item),
        )


def of_template(item: dict[str, Any]) -> RawRecord | Dropped:
    """An event as the variables of a page's template tell it: one date, no number; its address is its
    name."""
    start = text(item.get("starts_at"))
    place = item.get("place") if isinstance(item.get("place"), dict) else {}
    url = http_url(text(item.get("url")).partition("?utm_")[0])
    facts = Facts(
        item=item,
        id=url_identity(url) if url else "",
        title=html_line(item.get("name")),
        description=text(item.get("description_text")),
        start=start or item.get("first_date"),
        end=item.get("ends_at"),
    )
    return record(
        facts,
        venue=Venue(
            name=html_line(at(place, "visible_name")) or html_line(item.get("location_name")),
            address=html_line(at(place, "address")),
        ),
        url=url,
        tags=html_lines([*_list(item.get("keywords")), *_list(item.get("tags"))]),
        categories=html_lines(_list(item.get("event_types"))),
        images=_pictures(text(item.get("img_html"))),
        registration_required=truth(item.get("needs_registration")),
        **_common(item),
    )


def _common(item: Mapping[str, Any]) -> dict[str, Any]:
    said = text(item.get("status")).lower()
    room, site = html_line(item.get("room_number")), http_url(text(item.get("website")))
    metadata = {name: value for name, value in (("room", room), ("website", site)) if value}
    return {
        "status": str(next((word for start, word in _STATUSES.items() if start in said), "")),
        "sold_out": said == "sold_out",
        "online": str(_MODES.get(text(item.get("experience")).lower(), "")),
        "metadata": metadata,
    }


def _api_place(item: Mapping[str, Any]) -> dict[str, Any]:
    geo = item.get("geo")
    lat, lng = coordinates(at(geo, "latitude"), at(geo, "longitude"))
    parts = html_lines((at(geo, "street"), at(geo, "city"), at(geo, "state"), at(geo, "zip")))
    return {
        "venue": Venue(
            name=html_line(item.get("location_name")) or html_line(item.get("location")),
            address=html_line(item.get("address")) or ", ".join(parts),
            city=html_line(at(geo, "city")),
            country=html_line(at(geo, "country")),
            lat=lat,
            lng=lng,
            external_ids={"localist": text(item.get("venue_id"))} if text(item.get("venue_id")) else {},
        ),
        "online_url": http_url(text(item.get("stream_url"))),
    }


def _api_details(item: Mapping[str, Any]) -> dict[str, Any]:
    filters, cost = item.get("filters"), html_line(item.get("ticket_cost"))
    price = amount(cost)
    free = truth(item.get("free")) or is_free_text(cost)
    host = next(
        iter(
            [
                *objects(item.get("departments")),
                *objects(item.get("groups")),
                *objects(at(filters, "departments")),
            ]
        ),
        {},
    )
    seen = number(item.get("detail_views"))
    return {
        "url": http_url(text(item.get("localist_url"))) or http_url(text(item.get("url"))),
        "ticket_url": http_url(text(item.get("ticket_url"))),
        "price_text": cost,
        "price_min": str(price) if price is not None and not free else "",
        "is_free": True if free else None,
        "categories": html_lines(one.get("name") for one in objects(at(filters, "event_types"))),
        "tags": html_lines([*_list(item.get("tags")), *_list(item.get("keywords"))]),
        "images": images([(text(item.get("photo_url")), "", "")]),
        "organizer": OrganizerRef(name=html_line(host.get("name"))) if html_line(host.get("name")) else None,
        "popularity": {"views": seen} if seen else {},
    }


def _list(value: Any) -> list[Any]:
    """A list, or text with commas as one."""
    return value if isinstance(value, list) else text(value).split(",")


def _pictures(markup: str) -> tuple[Image, ...]:
    document = parse_text(markup[:5_000], "") if "<img" in markup else None
    tags = document.root.iter("img") if document else []
    return images((tag.get("src") or "", html_line(tag.get("alt")), "") for tag in tags)
