"""Renders the sample feeds: calendars, an RSS feed, a page with structured data, and lists in JSON."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape
from types import MappingProxyType
from typing import Any, Final

from pipeline.contract.raw import RawPayload
from sources.samples import bengaluru, new_york, san_francisco
from sources.samples.programmes import NOTICE, Change, Occurrence, Town, occurrences

SITE: Final = "https://samples.nocturne.example"


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """What a feed lists: its slug, its town, the day, and how many days ahead changes are known."""

    feed: str
    town: Town
    today: date
    notice: int = NOTICE

    @property
    def items(self) -> list[Occurrence]:
        """The occurrences in order."""
        return occurrences(self.town, self.feed, self.today, notice=self.notice)

    @property
    def path(self) -> str:
        """The first segment of the feed's addresses."""
        return self.feed.removeprefix("sample-")


def picture_address(key: str) -> str:
    """The address of a programme's picture, which is drawn and never fetched."""
    return f"{SITE}/pictures/{key}.png"


def calendar(edition: Edition) -> bytes:
    """An iCalendar file."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Nocturne//samples//EN",
        "X-WR-CALNAME:Around town (samples)",
        f"X-WR-TIMEZONE:{edition.town.zone.key}",
    ]
    for item in edition.items:
        lines += _vevent(item, edition)
    if edition.town is bengaluru.BENGALURU:
        lines += _run_club(edition.today)
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def _run_club(today: date) -> list[str]:
    """A weekly series by a rule, with an exception: the Tuesday of the week after next."""
    skipped = today + timedelta(days=(1 - today.weekday()) % 7 + 7)
    return [
        "BEGIN:VEVENT", "UID:run-club@samples", "DTSTART;TZID=Asia/Kolkata:20260106T060000", "DTEND;TZID=Asia/Kolkata:20260106T070000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU,TH", f"EXDATE;TZID=Asia/Kolkata:{skipped:%Y%m%d}T060000", "SUMMARY:Run club: easy eight",
        "DESCRIPTION:Eight kilometres at a pace for talking. Water at the turn.", "LOCATION:Cubbon Bandstand\\, Cubbon Park\\, Bengaluru",
        "GEO:12.9763;77.5929", "CATEGORIES:Sports", f"URL:{SITE}/run-club", "END:VEVENT",
    ]  # fmt: skip


def _vevent(item: Occurrence, edition: Edition) -> list[str]:
    start, end = item.times
    programme, zone = item.programme, item.town.zone.key
    status = "CANCELLED" if item.change is Change.CANCELLED else "CONFIRMED"
    return [
        "BEGIN:VEVENT", f"UID:{item.uid}@samples", f"DTSTART;TZID={zone}:{start:%Y%m%dT%H%M%S}", f"DTEND;TZID={zone}:{end:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_ical(item.title_in(edition.feed))}", f"DESCRIPTION:{_ical(programme.text + ' Entry: ' + programme.price)}",
        *([f"LOCATION:{_ical(item.hall.name + ', ' + item.hall.address)}", f"GEO:{item.hall.lat};{item.hall.lng}"] if item.hall else []),
        f"CATEGORIES:{programme.category}", f"URL:{SITE}/{edition.path}/{item.uid}", f"STATUS:{status}", "END:VEVENT",
    ]  # fmt: skip


def _ical(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def rss(edition: Edition) -> bytes:
    """An RSS feed with the event module (startdate, enddate, location), and one item for moderation."""
    body = "\n".join([*(_item(item, edition) for item in edition.items), _doubtful(edition)])
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:ev="http://purl.org/rss/1.0/modules/event/"'
        ' xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel><title>The weekly sheet (samples)</title>'
        f"<link>{SITE}/{edition.path}</link><description>What is on, by neighbourhood</description><language>en</language>\n"
    )
    return f"{head}{body}\n</channel></rss>\n".encode()


def _item(item: Occurrence, edition: Edition) -> str:
    start, end = item.times
    hall, programme = item.hall, item.programme
    place = (
        f"<ev:location>{escape(hall.name + ', ' + hall.address)}</ev:location><geo:lat>{hall.lat}</geo:lat><geo:long>{hall.lng}</geo:long>"
        if hall
        else ""
    )
    return (
        f'<item><title>{escape(item.title_in(edition.feed))}</title><link>{SITE}/{edition.path}/{item.uid}</link><guid isPermaLink="false">{item.uid}</guid>'
        f"<category>{programme.category}</category><description>{escape(f'<p>{programme.text}</p><p>Entry: {programme.price}</p>')}</description>"
        f"<ev:startdate>{start.isoformat()}</ev:startdate><ev:enddate>{end.isoformat()}</ev:enddate>{place}</item>"
    )


def _doubtful(edition: Edition) -> str:
    """An item with capitals, a shortened link and a promise, so that the first review queue is not empty."""
    start = datetime.combine(edition.today + timedelta(days=3), datetime.min.time(), edition.town.zone)
    start += timedelta(hours=19)
    text = '<p>WIN A FREE PHONE!!! Click <a href="https://bit.ly/sample-prize">here now</a>, limited offer, call today, 100% guaranteed cash prize.</p>'
    return (
        f'<item><title>FREE CASH PRIZE NIGHT click now</title><link>{SITE}/{edition.path}/prize</link><guid isPermaLink="false">prize-{start:%Y%m%d}</guid>'
        f"<description>{escape(text)}</description><ev:startdate>{start.isoformat()}</ev:startdate><ev:location>Bengaluru</ev:location></item>"
    )


def page(edition: Edition) -> bytes:
    """A theatre guide's page with schema.org events in JSON-LD."""
    items = edition.items
    graph = [_schema(item, edition) for item in items]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).replace(
        "</", "<\\/"
    )
    rows = "".join(f"<li>{escape(item.title_in(edition.feed))}, {item.day:%d %b}</li>" for item in items)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stages (samples)</title>'
        f'<script type="application/ld+json">{data}</script></head><body><h1>On the stages</h1><ul>{rows}</ul></body></html>'
    ).encode()


def _schema(item: Occurrence, edition: Edition) -> dict[str, object]:
    start, end = item.times
    hall, programme = item.hall, item.programme
    address = f"{SITE}/{edition.path}/{item.uid}"
    amount = "".join(character for character in programme.price.split("–")[0] if character.isdigit()) or "0"
    place = {
        "@type": "Place", "name": hall.name, "address": hall.address,
        "geo": {"@type": "GeoCoordinates", "latitude": hall.lat, "longitude": hall.lng},
    } if hall else {"@type": "VirtualLocation", "url": f"{address}/online"}  # fmt: skip
    return {
        "@type": {"Music": "MusicEvent", "Theatre": "TheaterEvent", "Dance": "DanceEvent", "Comedy": "ComedyEvent"}.get(programme.category, "Event"),
        "@id": address, "name": item.title_in(edition.feed), "description": programme.text, "url": address,
        "startDate": start.isoformat(), "endDate": end.isoformat(), "keywords": programme.category, "location": place,
        "offers": {"@type": "Offer", "price": amount, "priceCurrency": item.town.currency, "url": f"{address}/tickets"},
        **({"organizer": {"@type": "Organization", "name": programme.organizer}} if programme.organizer else {}),
        **({"performer": [{"@type": "PerformingGroup", "name": name} for name in programme.performers]} if programme.performers else {}),
        **({"image": picture_address(programme.key)} if programme.picture else {}),
        **({"inLanguage": programme.language} if programme.language else {}),
        **({"typicalAgeRange": f"{programme.age.rstrip('+')}-"} if programme.age else {}),
    }  # fmt: skip


def listings(edition: Edition) -> bytes:
    """A list in JSON with field names of its own."""
    items = [_listing(item, edition) for item in edition.items]
    return json.dumps({"listings": items}, ensure_ascii=False, indent=1).encode()


def _listing(item: Occurrence, edition: Edition) -> dict[str, Any]:
    start, end = item.times
    hall, programme = item.hall, item.programme
    address = f"{SITE}/{edition.path}/{item.uid}"
    where = {"name": hall.name, "address": hall.address, "lat": hall.lat, "lng": hall.lng} if hall else {}
    told = {
        "where": where,
        "online": not hall,
        "onlineUrl": "" if hall else f"{address}/online",
        "performers": list(programme.performers),
        "tags": list(programme.tags),
        "language": programme.language,
        "minAge": programme.age,
        "image": {"url": picture_address(programme.key), "alt": "", "credit": "Drawn for this site"}
        if programme.picture
        else None,
        "recurrence": {"series_id": programme.key} if programme.series else None,
        "status": "cancelled" if item.change is Change.CANCELLED else "",
        "soldOut": item.change is Change.SOLD_OUT,
        "ticketUrl": "" if programme.price in ("", "Free") else f"{address}/tickets",
    }
    return {
        "ref": item.uid, "headline": item.title_in(edition.feed), "about": programme.text, "begins": start.isoformat(), "ends": end.isoformat(),
        "kind": programme.category, "price": programme.price, "link": address, "host": programme.organizer,
        **{name: value for name, value in told.items() if value},
    }  # fmt: skip


def _listings_config(town: Town) -> dict[str, object]:
    """The configuration for a JSON list, as an operator would write it."""
    return {
        "items": "listings",
        "complete": True,
        "timezone": town.zone.key,
        "fields": {
            "id": "ref", "title": "headline", "description": "about", "start": "begins", "end": "ends", "venue": "where.name",
            "address": "where.address", "lat": "where.lat", "lng": "where.lng", "category": "kind", "price": "price", "url": "link", "organizer": "host",
        },
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A sample feed: its town, its connector with the configuration, what renders it, and its content type."""

    town: Town
    connector: str
    config: Mapping[str, object]
    render: Callable[[Edition], bytes]
    content_type: str

    def has_a_past(self, slug: str) -> bool:
        """Whether it once listed other places or hours than now; `slug` is its own."""
        return any(
            slug in one.feeds and one.changes is not None and one.changes.needs_a_past
            for one in self.town.programmes
        )


def _calendar_of(town: Town) -> Feed:
    return Feed(town=town, connector="ical", config={}, render=calendar, content_type="text/calendar")


def _listings_of(town: Town) -> Feed:
    config = _listings_config(town)
    return Feed(
        town=town, connector="json_feed", config=config, render=listings, content_type="application/json"
    )


_BENGALURU, _NEW_YORK, _SAN_FRANCISCO = bengaluru.BENGALURU, new_york.NEW_YORK, san_francisco.SAN_FRANCISCO
_WHOLE: Final = {"complete": True}
#: The feeds by the slug of their source.
FEEDS: Final[Mapping[str, Feed]] = MappingProxyType(
    {
        bengaluru.ICAL: _calendar_of(_BENGALURU),
        bengaluru.PAGE: Feed(town=_BENGALURU, connector="page", config=_WHOLE, render=page, content_type="text/html"),
        bengaluru.JSON: _listings_of(_BENGALURU),
        bengaluru.RSS: Feed(town=_BENGALURU, connector="rss", config=_WHOLE, render=rss, content_type="application/rss+xml"),
        new_york.LISTINGS: _listings_of(_NEW_YORK),
        new_york.CALENDAR: _calendar_of(_NEW_YORK),
        san_francisco.LISTINGS: _listings_of(_SAN_FRANCISCO),
        san_francisco.CALENDAR: _calendar_of(_SAN_FRANCISCO),
    }
)  # fmt: skip
#: The towns that samples show, in the order in which they are loaded.
TOWNS: Final = (_BENGALURU, _NEW_YORK, _SAN_FRANCISCO)


def payload(feed: str, today: date, *, notice: int = NOTICE) -> RawPayload:
    """A feed as if it had been fetched on `today` (of its town), with the changes known `notice` days ahead."""
    kind = FEEDS[feed]
    edition = Edition(feed=feed, town=kind.town, today=today, notice=notice)
    return RawPayload(
        url=f"{SITE}/{edition.path}", content=kind.render(edition), content_type=kind.content_type
    )
