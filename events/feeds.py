"""Event lists as files: iCalendar (RFC 5545, 7986), RSS 2.0 and JSON.

They have the same events as the page of the same address.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext
from icalendar import Calendar, Timezone, vDuration

from events import calendar_lines as lines
from events.enums import Happening
from events.models import Event
from events.ongoing import hours_words
from events.seo import plain_text
from events.words import calendar_day, clock, price_words, stated_words
from languages.addresses import in_language
from languages.reading import current_code
from pipeline.characters import for_documents
from pipeline.dates.event_times import AT_LEAST, zone_or_utc

#: The suggested refresh interval; calendars of large providers take 8 to 24 hours anyway.
REFRESH = timedelta(hours=4)
#: Characters of a description in an address, which servers bound.
MOST_ABOUT: Final = 600
_STATUS = {Happening.CANCELLED: "CANCELLED", Happening.POSTPONED: "TENTATIVE"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """The subject of a feed: its name, a sentence, its page and its own address, both absolute."""

    name: str
    about: str
    page: str
    address: str


def as_calendar(events: Iterable[Event], channel: Channel, *, site_url: str) -> bytes:
    """A calendar with stable UIDs, cancelled events, and the VTIMEZONEs that it needs."""
    calendar = Calendar()
    calendar.add("prodid", "-//Nocturne//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for key in ("name", "x-wr-calname"):
        calendar.add(key, for_documents(channel.name))
    for key in ("description", "x-wr-caldesc"):
        calendar.add(key, for_documents(channel.about))
    calendar.add("url", channel.page)
    calendar.add("source", channel.address)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH))
    held = list(events)
    years = [event.start_date.year for event in held]
    zones = sorted({zone_or_utc(event.timezone).key for event in held} - {"UTC"})
    for zone in zones:
        calendar.add_component(_timezone(zone, min(years) - 1, max(years) + 1))
    frame, end = calendar.to_ical(), b"END:VCALENDAR\r\n"
    body = "".join(lines.folded(line) for event in held for line in _component(event, site_url))
    return frame.removesuffix(end) + body.encode() + end


@lru_cache(maxsize=256)
def _timezone(zone: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE of a zone from year to year."""
    return Timezone.from_tzinfo(ZoneInfo(zone), first_date=date(first, 1, 1), last_date=date(last, 12, 31))


def _component(event: Event, site_url: str) -> Iterator[str]:
    """The lines of a VEVENT, before they are folded."""
    updated = lines.utc(event.updated_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.id}@nocturne"
    yield f"DTSTAMP:{updated}"
    yield f"LAST-MODIFIED:{updated}"
    yield f"CREATED:{lines.utc(event.created_at)}"
    yield f"SEQUENCE:{event.version - 1}"
    yield f"SUMMARY:{lines.text(for_documents(event.title))}"
    yield f"STATUS:{_STATUS.get(Happening(event.happening), 'CONFIRMED')}"
    for name, moment in _times(event).items():
        yield lines.when(name.upper(), moment)
    if event.opening_hours:
        yield "TRANSP:TRANSPARENT"  # it can be visited at any time, so it blocks no one's calendar
    yield f"URL:{site_url}{event.get_absolute_url()}"
    yield f"DESCRIPTION:{lines.text(_description(event, site_url))}"
    if (
        where := ", ".join(dict.fromkeys(text for text in (event.venue_name, event.address) if text))
        or event.online_url
    ):
        yield f"LOCATION:{lines.text(for_documents(where))}"
    if event.lat is not None and event.lng is not None:
        yield f"GEO:{event.lat};{event.lng}"
    yield f"CATEGORIES:{lines.texts(for_documents(word) for word in (str(event.category_id), *event.tags))}"
    yield "END:VEVENT"


def _times(event: Event) -> dict[str, date | datetime]:
    """The times of an event in iCalendar.

    An all-day event has dates, with DTEND the day after the last. An unknown time is a date too, and blocks
    no one's calendar. So is an ongoing event; its hours are in the description.
    """
    if event.all_day or not event.time_known or event.opening_hours:
        return {"dtstart": event.start_date, "dtend": event.end_date + timedelta(days=1)}
    zone = zone_or_utc(event.timezone)
    times: dict[str, date | datetime] = {"dtstart": event.start_at.astimezone(zone)}
    if event.end_at and event.end_at > event.start_at:
        times["dtend"] = event.end_at.astimezone(zone)
    return times


def calendar_links(event: Event, *, site_url: str) -> list[tuple[str, str]]:
    """The addresses by which calendars on the web take an event over, with their names.

    They hold what `as_calendar` writes. Both services need an end: an unknown one is the predicted one, or AT_LEAST later.
    """
    times = _times(event)
    start, end = times["dtstart"], times.get("dtend")
    if end is None:
        end = max(event.end_predicted_at or event.start_at, event.start_at + AT_LEAST)
    said = {
        "title": for_documents(event.title)[:200],
        "about": plain_text(event.description, limit=MOST_ABOUT)
        + f"\n\n{site_url}{event.get_absolute_url()}",
        "where": ", ".join(dict.fromkeys(text for text in (event.venue_name, event.address) if text))
        or event.online_url,
    }
    google = {
        "action": "TEMPLATE",
        "text": said["title"],
        "dates": f"{_compact(start)}/{_compact(end)}",
        "details": said["about"].strip(),
        "location": said["where"],
        "ctz": event.timezone,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": said["title"],
        "startdt": _extended(start),
        "enddt": _extended(end),
        "allday": "true" if not isinstance(start, datetime) else "",
        "body": said["about"].strip(),
        "location": said["where"],
    }
    return [
        ("Google", f"https://calendar.google.com/calendar/render?{_query(google)}"),
        ("Outlook", f"https://outlook.live.com/calendar/0/deeplink/compose?{_query(outlook)}"),
    ]


def _compact(moment: date | datetime) -> str:
    """ISO 8601's basic format, in UTC."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def _extended(moment: date | datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if isinstance(moment, datetime) else str(moment)


def _query(values: dict[str, str]) -> str:
    return urlencode({name: value for name, value in values.items() if value}, quote_via=quote)


def _description(event: Event, site_url: str) -> str:
    price = price_words(event.price_type, event.price_min, event.price_max, event.price_currency)
    hours = hours_words(event.opening_hours) if event.opening_hours else ""
    hours = gettext("Open %(hours)s") % {"hours": hours} if hours else ""
    stated = "\n".join(f"{label}: {words}" for label, words in stated_words(event))
    parts = [hours, price, stated, plain_text(event.description)[:4000], site_url + event.get_absolute_url()]
    return for_documents("\n\n".join(part for part in parts if part))


class _Rss(Rss201rev2Feed):
    """RSS 2.0 that was built when its newest event changed: the same events give the same bytes."""

    def latest_post_date(self) -> datetime:
        built: datetime = self.feed["built"]
        return built


def as_rss(events: Sequence[Event], channel: Channel, *, site_url: str) -> bytes:
    """RSS 2.0 with Atom's self link, by Django's feed generator.

    An item's date is when the event was published here; the event's time is in the title.
    """
    feed = _Rss(
        title=for_documents(channel.name),
        link=channel.page,
        description=for_documents(channel.about),
        language=current_code(),
        feed_url=channel.address,
        ttl=int(REFRESH.total_seconds() // 60),
        built=max((event.updated_at for event in events), default=datetime.fromtimestamp(0, UTC)).astimezone(
            UTC
        ),
    )
    for event in events:
        _add_item(feed, event, site_url)
    return feed.writeString("utf-8").encode()


def _add_item(feed: _Rss, event: Event, site_url: str) -> None:
    start = event.start_at.astimezone(zone_or_utc(event.timezone))
    time_words = "" if event.all_day or not event.time_known else f", {clock(start)}"
    when = calendar_day(event.start_date, today=event.start_date) + time_words
    is_cancelled = event.happening == Happening.CANCELLED
    name = gettext("Cancelled: %(title)s") % {"title": event.title} if is_cancelled else event.title
    title = f"{name} · {when}"
    about = " · ".join(
        text
        for text in (
            when,
            event.place_words,
            *(f"{label}: {words}" for label, words in stated_words(event)),
            plain_text(event.description, limit=400),
        )
        if text
    )
    feed.add_item(
        title=for_documents(title),
        link=in_language(site_url + event.get_absolute_url(), current_code()),
        description=for_documents(about),
        pubdate=(event.published_at or event.created_at).astimezone(UTC),
        unique_id=str(event.id),
        unique_id_is_permalink=False,
        categories=[str(event.category_id)],
    )


def as_json(events: Sequence[dict[str, Any]], channel: Channel) -> dict[str, Any]:
    """`{"name", "page", "results": [public event]}`."""
    return {"name": channel.name, "page": channel.page, "results": events}
