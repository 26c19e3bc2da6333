"""Days that a feed tells in its description, or in the field for its publication."""

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest

from pipeline.connectors.formats.rss import RssConnector
from pipeline.connectors.formats.rss.connector import RssConfig
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.reading import params, payload

MONDAY = "Mon, 20 Jul 2026 10:00:00 GMT"
FEED = (
    '<rss version="2.0"><channel><title>X</title><language>ca</language><lastBuildDate>{}</lastBuildDate><item><title>Concert</title>'
    "<link>https://x.example/1</link><pubDate>{}</pubDate><description>{}</description></item></channel></rss>"
)


def start(published: str, description: str, written: str = ""):
    feed = payload(FEED.format(written, published, description))
    (made,) = RssConnector(RssConfig()).read(feed, params()).records
    return made.start if isinstance(made, RawRecord) else made.reason


@pytest.mark.parametrize(
    ("description", "when"),
    [
        ("Dj. 25/07 18 h", datetime(2026, 7, 25, 18)),
        ("Dj. 25/07 18 h · Casa, Vila · Jazz", datetime(2026, 7, 25, 18)),
        ("Tomorrow 10:30 PM", datetime(2026, 7, 21, 22, 30)),
    ],
)
def test_a_description_that_begins_with_a_day_and_a_time_has_a_start(description, when):
    assert start(MONDAY, description) == when


def test_a_day_in_the_field_for_the_publication_is_the_start():
    assert start("Dj. 25/07 18 h", "Una nit") == "Dj. 25/07 18 h"


def test_a_publication_after_the_fetch_is_the_start():
    after = params().now + timedelta(days=30)
    said = format_datetime(after)
    assert start(said, "Walk the old house.", MONDAY) == after
    assert start(said, "Wann: 2. März 2029, 20 Uhr", MONDAY) == datetime(2029, 3, 2, 20)
    assert start(said, "Walk the old house.", said) == "no start"
    assert start(said, "Walk the old house.") == "no start"


@pytest.mark.parametrize("description", ["24 hours", "Open 24/7 · Town", "Tomorrow we announce more"])
def test_a_description_without_a_day_and_a_time_has_none(description):
    assert start(MONDAY, description) == "no start"
