"""From a pasted address to the events behind it, over real HTTP."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer

from egress.factory import open_client
from egress.records import RequestPolicy
from pipeline.connectors.detect import by_address, declared
from pipeline.contract.exceptions import UnknownConnector
from pipeline.contract.http_errors import EgressError
from pipeline.contract.raw import RawPayload
from sources.lab.inspection import Wish, inspect

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CALENDAR = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Jazz\r\nDTSTART:20261205T200000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><item><title>We moved</title></item></channel></rss>"
MARKUP = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event", "name": "Raga", "startDate": "2026-12-05T20:00:00+05:30"}'
    "</script>"
)


def html(head: str = "", body: str = "") -> str:
    return f"<!doctype html><html><head><title>Venue</title>{head}</head><body>{body}</body></html>"


@pytest.fixture
def http(settings):
    settings.EGRESS_ALLOW_LOOPBACK = True
    with open_client(RequestPolicy(obey_robots=False), name="finding", shared=False) as http:
        yield http


def look(url: str, http, **wish):
    inspection = inspect(replace(Wish(target=url, now=NOW), **wish), http)
    return inspection, [draft.event.title for draft in inspection.drafts()]


def asked(httpserver: HTTPServer) -> list[str]:
    return [request.path for request, _ in httpserver.log]


def test_a_page_with_markup_is_read_itself(httpserver: HTTPServer, http):
    httpserver.expect_request("/").respond_with_data(html(MARKUP), content_type="text/html")
    inspection, titles = look(httpserver.url_for("/"), http)
    assert (inspection.connector, titles, asked(httpserver)) == ("page", ["Raga"], ["/"])


def test_a_calendar_that_a_page_declares_is_surer_than_the_words_of_its_rows(httpserver: HTTPServer, http):
    rows = (
        "<ul><li><a>Jazz Concert</a> Dec 5, 2026 8 PM</li><li><a>Folk Concert</a> Dec 6, 2026 8 PM</li></ul>"
    )
    head = '<link rel="alternate" type="text/calendar" href="/all.ics">'
    httpserver.expect_request("/plain").respond_with_data(html(body=rows), content_type="text/html")
    httpserver.expect_request("/both").respond_with_data(html(head, rows), content_type="text/html")
    httpserver.expect_request("/all.ics").respond_with_data(CALENDAR, content_type="text/calendar")

    assert look(httpserver.url_for("/both"), http)[0].connector == "ical"
    assert look(httpserver.url_for("/plain"), http)[1] == ["Jazz Concert", "Folk Concert"]


def test_a_page_without_markup_leads_to_the_calendar_that_it_declares(httpserver: HTTPServer, http):
    head = '<link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" type="text/calendar" title="All" href="/all.ics">'
    httpserver.expect_request("/events").respond_with_data(html(head), content_type="text/html")
    httpserver.expect_request("/all.ics").respond_with_data(CALENDAR, content_type="text/calendar")
    inspection, titles = look(httpserver.url_for("/events"), http)
    assert (inspection.connector, inspection.config, titles) == (
        "ical",
        {"url": httpserver.url_for("/all.ics")},
        ["Jazz"],
    )
    assert inspection.because == "the page declares a feed (text/calendar)"
    assert asked(httpserver) == ["/events", "/all.ics"]


def test_a_declared_feed_that_fails_or_has_no_events_is_passed_over(httpserver: HTTPServer, http):
    head = '<link rel="alternate" type="text/calendar" href="/gone.ics"><link rel="alternate" type="application/rss+xml" href="/events.rss">'
    httpserver.expect_request("/").respond_with_data(
        html(head, '<a href="webcal://127.0.0.1/x.ics">Subscribe</a>'), content_type="text/html"
    )
    httpserver.expect_request("/gone.ics").respond_with_data("", status=404)
    httpserver.expect_request("/events.rss").respond_with_data(FEED, content_type="application/rss+xml")
    inspection, titles = look(httpserver.url_for("/"), http)
    assert (inspection.connector, titles, dict(inspection.dropped)) == ("rss", [], {"no start": 1})


def test_a_page_with_nothing_says_so(httpserver: HTTPServer, http):
    httpserver.expect_request("/").respond_with_data(html(body="Closed for winter"), content_type="text/html")
    with pytest.raises(Exception, match="no event markup"):
        look(httpserver.url_for("/"), http)


def test_what_no_connector_reads_is_named(httpserver: HTTPServer, http):
    httpserver.expect_request("/").respond_with_data(b"\x89PNG\r\n\x1a\n", content_type="image/png")
    with pytest.raises(UnknownConnector, match="image/png"):
        look(httpserver.url_for("/"), http)


def test_an_address_that_answers_nothing_fails_as_it_did(httpserver: HTTPServer, http):
    httpserver.expect_request("/").respond_with_data("", status=404)
    with pytest.raises(EgressError, match="404"):
        look(httpserver.url_for("/"), http)


@pytest.mark.parametrize(
    ("url", "connector", "read"),
    [
        ("webcal://venue.example/all", "ical", "https://venue.example/all"),
        ("https://venue.example/events.ics?x=1", "ical", "https://venue.example/events.ics?x=1"),
        (
            "https://calendar.google.com/calendar/embed?src=abc%40group.calendar.google.com&ctz=Asia/Kolkata",
            "ical",
            "https://calendar.google.com/calendar/ical/abc%40group.calendar.google.com/public/basic.ics",
        ),
    ],
)
def test_calendars_are_known_by_their_address(url: str, connector: str, read: str):
    found = by_address(url)
    assert found is not None
    assert (found.connector, found.config) == (connector, {"url": read})


@pytest.mark.parametrize(
    "url", ["", "x", "https://venue.example/", "javascript:alert(1).ics", "https://[", "file:///etc/x.ics"]
)
def test_other_addresses_are_no_platform(url: str):
    assert by_address(url) is None


def test_an_embedded_calendar_comes_before_a_link_and_comments_are_no_feed():
    body = (
        '<a href="https://other.example/x.ics">Their calendar</a>'
        '<iframe src="https://calendar.google.com/calendar/embed?src=me%40x.example"></iframe>'
    )
    head = '<link rel="alternate" type="application/rss+xml" href="/comments/feed">'
    page = RawPayload(
        url="https://venue.example/", content=html(head, body).encode(), content_type="text/html"
    )
    assert [(one.connector, one.because) for one in declared(page)] == [
        ("ical", "the page has a frame to Calendar feed (iCalendar)"),
        ("ical", "the page has a link to Calendar feed (iCalendar)"),
    ]


def test_only_pages_declare():
    assert declared(RawPayload(url="", content=CALENDAR)) == []
    assert declared(RawPayload(url="", content=b"")) == []
