"""Renders the sample feeds: a calendar, an RSS feed, a page with structured data, and a list in JSON."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from html import escape
from types import MappingProxyType
from zoneinfo import ZoneInfo

from pipeline.contract.raw import RawPayload
from sources.samples.catalog import HALLS, ICAL, JSON, PAGE, RSS, Hall, Occurrence, occurrences

ZONE = ZoneInfo("Asia/Kolkata")
SITE = "https://samples.nocturne.example"
#: Which occurrence of this programme is cancelled in the calendar: the second that it lists.
CANCELLED = "salsa"


def times(occurrence: Occurrence) -> tuple[datetime, datetime]:
    """Start and end in Bengaluru."""
    start = datetime.combine(occurrence.day, occurrence.programme.start, ZONE)
    return start, start + timedelta(minutes=occurrence.programme.minutes)


def hall_of(occurrence: Occurrence) -> Hall:
    return HALLS[occurrence.programme.hall]


def title_of(occurrence: Occurrence, feed: str) -> str:
    """The title in a feed: the programme's own in its first feed, another wording in the others."""
    programme = occurrence.programme
    return (
        programme.title if programme.feeds[0] == feed or not programme.other_title else programme.other_title
    )


def calendar(today: date) -> bytes:
    """An iCalendar file with a weekly series, and one occurrence of another programme cancelled."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nocturne//samples//EN",
        "X-WR-CALNAME:Around town (samples)",
        "X-WR-TIMEZONE:Asia/Kolkata",
    ]
    listed = occurrences(ICAL, today)
    cancelled = [item.uid for item in listed if item.programme.key == CANCELLED][1:2]
    for item in listed:
        lines += _vevent(item, cancelled=item.uid in cancelled)
    lines += [
        "BEGIN:VEVENT", "UID:run-club@samples", "DTSTART;TZID=Asia/Kolkata:20260106T060000", "DTEND;TZID=Asia/Kolkata:20260106T070000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU,TH", f"EXDATE;TZID=Asia/Kolkata:{_skipped(today):%Y%m%d}T060000", "SUMMARY:Run club: easy eight",
        "DESCRIPTION:Eight kilometres at a pace for talking. Water at the turn.", "LOCATION:Cubbon Bandstand\\, Cubbon Park\\, Bengaluru",
        "GEO:12.9763;77.5929", "CATEGORIES:Sports", f"URL:{SITE}/run-club", "END:VEVENT",
    ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _skipped(today: date) -> date:
    """The Tuesday of the week after next: an exception to the recurrence rule."""
    return today + timedelta(days=(1 - today.weekday()) % 7 + 7)


def _vevent(item: Occurrence, *, cancelled: bool) -> list[str]:
    start, end = times(item)
    hall, programme = hall_of(item), item.programme
    return [
        "BEGIN:VEVENT", f"UID:{item.uid}@samples", f"DTSTART;TZID=Asia/Kolkata:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID=Asia/Kolkata:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_ical(title_of(item, ICAL))}", f"DESCRIPTION:{_ical(programme.text + ' Entry: ' + programme.price)}",
        f"LOCATION:{_ical(hall.name + ', ' + hall.address)}", f"GEO:{hall.lat};{hall.lng}", f"CATEGORIES:{programme.category}",
        f"URL:{SITE}/calendar/{item.uid}", f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}", "END:VEVENT",
    ]  # fmt: skip


def _ical(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def rss(today: date) -> bytes:
    """An RSS feed with the event module (startdate, enddate, location), and one item for moderation."""
    items = [_item(item) for item in occurrences(RSS, today)]
    body = "\n".join([*items, _doubtful(today)])
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"'
        ' xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel><title>The weekly sheet (samples)</title>'
        f"<link>{SITE}/weekly</link><description>What is on, by neighbourhood</description><language>en</language>\n"
    )
    return f"{head}{body}\n</channel></rss>\n".encode()


def _item(item: Occurrence) -> str:
    start, end = times(item)
    hall, programme = hall_of(item), item.programme
    return (
        f'<item><title>{escape(title_of(item, RSS))}</title><link>{SITE}/weekly/{item.uid}</link><guid isPermaLink="false">{item.uid}</guid>'
        f"<category>{programme.category}</category><description>{escape(f'<p>{programme.text}</p><p>Entry: {programme.price}</p>')}</description>"
        f"<ev:startdate>{start.isoformat()}</ev:startdate><ev:enddate>{end.isoformat()}</ev:enddate>"
        f"<ev:location>{escape(hall.name + ', ' + hall.address)}</ev:location><geo:lat>{hall.lat}</geo:lat><geo:long>{hall.lng}</geo:long></item>"
    )


def _doubtful(today: date) -> str:
    """An item with capitals, a shortened link and a promise, so that the first review queue is not empty."""
    start = datetime.combine(today + timedelta(days=3), datetime.min.time(), ZONE) + timedelta(hours=19)
    text = '<p>WIN A FREE PHONE!!! Click <a href="https://bit.ly/sample-prize">here now</a>, limited offer, call today, 100% guaranteed cash prize.</p>'
    return (
        f'<item><title>FREE CASH PRIZE NIGHT click now</title><link>{SITE}/weekly/prize</link><guid isPermaLink="false">prize-{start:%Y%m%d}</guid>'
        f"<description>{escape(text)}</description><ev:startdate>{start.isoformat()}</ev:startdate><ev:location>Bengaluru</ev:location></item>"
    )


def page(today: date) -> bytes:
    """A theatre guide's page with schema.org events in JSON-LD."""
    graph = [_schema(item) for item in occurrences(PAGE, today)]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).replace(
        "</", "<\\/"
    )
    rows = "".join(
        f"<li>{escape(title_of(item, PAGE))}, {item.day:%d %b}</li>" for item in occurrences(PAGE, today)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stages (samples)</title>'
        f'<script type="application/ld+json">{data}</script></head><body><h1>On the stages</h1><ul>{rows}</ul></body></html>'
    ).encode()


def _schema(item: Occurrence) -> dict[str, object]:
    start, end = times(item)
    hall, programme = hall_of(item), item.programme
    amount = "".join(character for character in programme.price.split("–")[0] if character.isdigit()) or "0"
    return {
        "@type": {"Music": "MusicEvent", "Theatre": "TheaterEvent", "Dance": "DanceEvent", "Comedy": "ComedyEvent"}.get(programme.category, "Event"),
        "@id": f"{SITE}/stages/{item.uid}", "name": title_of(item, PAGE), "description": programme.text, "url": f"{SITE}/stages/{item.uid}",
        "startDate": start.isoformat(), "endDate": end.isoformat(), "keywords": programme.category,
        "location": {"@type": "Place", "name": hall.name, "address": hall.address,
            "geo": {"@type": "GeoCoordinates", "latitude": hall.lat, "longitude": hall.lng}},
        "offers": {"@type": "Offer", "price": amount, "priceCurrency": "INR", "url": f"{SITE}/stages/{item.uid}/tickets"},
        **({"organizer": {"@type": "Organization", "name": programme.organizer}} if programme.organizer else {}),
    }  # fmt: skip


def listings(today: date) -> bytes:
    """A list in JSON with field names of its own."""
    return json.dumps(
        {"listings": [_listing(item) for item in occurrences(JSON, today)]}, ensure_ascii=False, indent=1
    ).encode()


def _listing(item: Occurrence) -> dict[str, object]:
    start, end = times(item)
    hall, programme = hall_of(item), item.programme
    return {
        "ref": item.uid, "headline": title_of(item, JSON), "about": programme.text, "begins": start.isoformat(), "ends": end.isoformat(),
        "where": {"name": hall.name, "address": hall.address, "lat": hall.lat, "lng": hall.lng}, "kind": programme.category,
        "price": programme.price, "link": f"{SITE}/listings/{item.uid}", "host": programme.organizer,
    }  # fmt: skip


#: The configuration for the JSON list, as an operator would write it.
LISTINGS_CONFIG = {
    "items": "listings",
    "complete": True,
    "timezone": "Asia/Kolkata",
    "fields": {
        "id": "ref", "title": "headline", "description": "about", "start": "begins", "end": "ends", "venue": "where.name",
        "address": "where.address", "lat": "where.lat", "lng": "where.lng", "category": "kind", "price": "price", "url": "link", "organizer": "host",
    },
}  # fmt: skip

#: Slug of the source: connector, configuration, renderer, content type.
FEEDS: Mapping[str, tuple[str, Mapping[str, object], Callable[[date], bytes], str]] = MappingProxyType(
    {
        ICAL: ("ical", {}, calendar, "text/calendar"),
        PAGE: ("page", {"complete": True}, page, "text/html"),
        JSON: ("json_feed", LISTINGS_CONFIG, listings, "application/json"),
        RSS: ("rss", {"complete": True}, rss, "application/rss+xml"),
    }
)


def payload(feed: str, today: date) -> RawPayload:
    """A feed as if it had been fetched on `today`."""
    _, _, render, content_type = FEEDS[feed]
    return RawPayload(
        url=f"{SITE}/{feed.removeprefix('sample-')}", content=render(today), content_type=content_type
    )
