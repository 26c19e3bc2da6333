"""The lists as iCalendar, RSS and JSON, by the conventions of their clients."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from icalendar import Calendar

from events.feeds import Channel, as_calendar, as_json, as_rss, calendar_links
from events.public import public_event
from tests.factories import EVENING, make_city, make_event, make_listing

SITE = "https://nocturne.example"
CHANNEL = Channel(
    name="Nocturne Bengaluru", about="What is on.", page=f"{SITE}/bengaluru/", address=f"{SITE}/bengaluru.ics"
)


def only(event) -> dict:
    return Calendar.from_ical(as_calendar([event], CHANNEL, site_url=SITE)).walk("VEVENT")[0]


@pytest.mark.django_db
def test_calendar_names_itself_and_its_rhythm() -> None:
    body = as_calendar([make_event()], CHANNEL, site_url=SITE).decode()
    for line in (
        "X-WR-CALNAME:Nocturne Bengaluru",
        "NAME:Nocturne Bengaluru",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "METHOD:PUBLISH",
    ):
        assert line in body


@pytest.mark.django_db
def test_event_has_a_stable_uid_a_zone_and_times() -> None:
    event = make_event(
        end_at=datetime(2026, 11, 21, 17, 30, tzinfo=UTC), address="12th Main", lat=12.9, lng=77.6, version=3
    )
    part = only(event)
    assert part["UID"] == f"{event.id}@nocturne"
    assert part["SEQUENCE"] == 2
    assert part["DTSTART"].params["TZID"] == "Asia/Kolkata"
    assert part.decoded("dtend").isoformat() == "2026-11-21T23:00:00+05:30"
    assert part["LOCATION"] == "Blue Room, 12th Main"
    assert part["STATUS"] == "CONFIRMED"


@pytest.mark.django_db
def test_calendar_carries_the_zone_that_it_uses() -> None:
    body = as_calendar([make_event(city=None, timezone="Europe/Berlin")], CHANNEL, site_url=SITE)
    zones = Calendar.from_ical(body).walk("VTIMEZONE")
    assert [zone["TZID"] for zone in zones] == ["Europe/Berlin"]


@pytest.mark.django_db
def test_a_cancelled_event_stays_and_says_so() -> None:
    assert only(make_event(happening="cancelled"))["STATUS"] == "CANCELLED"


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"all_day": True}, {"time_known": False}])
def test_an_event_without_a_time_has_dates_and_ends_the_day_after(fields: dict) -> None:
    part = only(make_event(end_date=date(2026, 11, 22), **fields))
    assert (part.decoded("dtstart"), part.decoded("dtend")) == (date(2026, 11, 21), date(2026, 11, 23))


@pytest.mark.django_db
def test_hostile_text_cannot_add_lines() -> None:
    event = make_event(
        title="Jazz\r\nATTENDEE:mailto:x@example.org\x07", description="<p>a\r\nEND:VEVENT\r\n</p>"
    )
    body = as_calendar([event], CHANNEL, site_url=SITE).decode()
    assert body.count("END:VEVENT") == body.count("\r\nEND:VEVENT") + 1 == 2
    assert "\r\nATTENDEE" not in body
    assert "\x07" not in body


@pytest.mark.django_db
def test_lines_are_folded_at_75_octets() -> None:
    event = make_event(title="ಬೆಂಗಳೂರು ಸಂಗೀತ ಸಂಜೆ " * 8)
    lines = as_calendar([event], CHANNEL, site_url=SITE).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


def test_an_empty_calendar_is_a_calendar() -> None:
    assert Calendar.from_ical(as_calendar([], CHANNEL, site_url=SITE)).walk("VEVENT") == []


@pytest.mark.django_db
def test_rss_says_when_and_escapes() -> None:
    event = make_event(
        title='<Jazz> & "friends"', happening="cancelled", description="<p>Two <b>sets</b></p>"
    )
    channel = ElementTree.fromstring(as_rss([event], CHANNEL, site_url=SITE)).find("channel")
    item = channel.find("item")
    assert item.find("title").text == 'Cancelled: <Jazz> & "friends" · Sat 21 Nov, 20:00'
    assert item.find("link").text == SITE + event.get_absolute_url()
    assert item.find("guid").text == str(event.id)
    assert item.find("description").text == "Sat 21 Nov, 20:00 · Blue Room · Two sets"
    assert channel.find("lastBuildDate") is not None


def test_rss_of_nothing_is_well_formed() -> None:
    assert ElementTree.fromstring(as_rss([], CHANNEL, site_url=SITE)).find("channel").find("item") is None


@pytest.mark.django_db
def test_json_holds_public_events() -> None:
    event = make_event(published_at=EVENING - timedelta(days=2))
    make_listing(event=event)
    found = as_json([public_event(event)], CHANNEL)
    assert found["page"] == CHANNEL.page
    assert found["results"][0]["id"] == str(event.id)
    assert found["results"][0]["sources"][0]["last_seen"] == EVENING.isoformat()


def _asked(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}


@pytest.mark.django_db
def test_links_add_an_event_to_calendars_on_the_web() -> None:
    title = "Jazz & blues #1 <b>"
    event = make_event(title=title, address="12th Main", description="<p>Two sets.</p>")
    links = dict(calendar_links(event, site_url="https://n.example"))
    google, outlook = _asked(links["Google"]), _asked(links["Outlook"])
    assert (google["text"], outlook["subject"]) == (title, title)
    assert google["dates"] == "20261121T143000Z/20261121T173000Z"
    assert (outlook["startdt"], outlook["enddt"]) == ("2026-11-21T14:30:00Z", "2026-11-21T17:30:00Z")
    assert google["details"] == f"Two sets.\n\nhttps://n.example{event.get_absolute_url()}"
    assert google["location"] == outlook["location"] == "Blue Room, 12th Main"
    assert "allday" not in outlook


@pytest.mark.django_db
def test_links_of_an_event_without_a_time_are_days() -> None:
    links = dict(calendar_links(make_event(time_known=False), site_url=""))
    assert _asked(links["Google"])["dates"] == "20261121/20261122"
    assert _asked(links["Outlook"])["allday"] == "true"


@pytest.mark.django_db
@pytest.mark.parametrize("ending", ["ics", "rss"])
def test_a_feed_costs_the_same_queries_with_one_event_and_with_thirty(client: Client, ending: str) -> None:
    city = make_city()
    counts = []
    for more in (1, 29):
        for number in range(more):
            make_event(title=f"Gig {more}.{number}", city=city, start=timezone.now() + timedelta(days=1))
        with CaptureQueriesContext(connection) as asked:
            assert f"Gig {more}.0" in client.get(f"/bengaluru.{ending}").content.decode()
        counts.append(len(asked))
    assert counts[0] == counts[1]
