"""How long a feed may be cached by its own statement."""

from datetime import timedelta

import pytest

from pipeline.connectors.configuration import configured
from pipeline.contract.connector import FetchParams
from pipeline.contract.raw import RawPayload
from tests.factories import NOW

PARAMS = FetchParams(now=NOW, start=NOW, end=NOW + timedelta(days=90))
CALENDAR = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n"
FEED = '<rss version="2.0"><channel><title>x</title>{}</channel></rss>'


@pytest.mark.parametrize(
    ("connector", "text", "expected"),
    [
        ("ical", CALENDAR.format("REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n"), timedelta(hours=6)),
        ("ical", CALENDAR.format("X-PUBLISHED-TTL:P1D\r\n"), timedelta(days=1)),
        (
            "ical",
            CALENDAR.format("REFRESH-INTERVAL;VALUE=DURATION:often\r\nX-PUBLISHED-TTL:PT30M\r\n"),
            timedelta(minutes=30),
        ),
        ("ical", CALENDAR.format("REFRESH-INTERVAL;VALUE=DURATION:-PT6H\r\n"), timedelta()),
        ("ical", CALENDAR.format(""), None),
        ("rss", FEED.format("<ttl> 90 </ttl>"), timedelta(minutes=90)),
        ("rss", FEED.format("<ttl>soon</ttl>"), None),
        ("rss", FEED.format("<ttl>99999999999</ttl>"), None),
        ("rss", FEED.format(""), None),
    ],
)
def test_a_feed_says_how_long_it_is_fresh(connector: str, text: str, expected: timedelta | None) -> None:
    payload = RawPayload(url="https://feed.example.org/a", content=text.encode())
    assert configured(connector, {}).read(payload, PARAMS).fresh_for == expected
