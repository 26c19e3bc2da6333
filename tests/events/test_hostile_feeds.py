"""The 500 texts of `tests/hostile/injections.py`, each in every text of an event, read back with parsers from all that programs read."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from icalendar import Calendar
from lxml import etree, html

from events.models import Event
from tests.factories import make_area, make_city, make_copies, make_event
from tests.hostile.injections import INJECTIONS, MARKER, NUMBER
from tests.hostile.planted import event_fields, plant_city

SITE: Final = "http://127.0.0.1:8000"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tonight")]
#: The names of the lines of an event in a calendar.
_LINES: Final = {
    "BEGIN", "UID", "DTSTAMP", "LAST-MODIFIED", "CREATED", "SEQUENCE", "SUMMARY", "STATUS", "DTSTART", "URL", "DESCRIPTION", "LOCATION", "GEO",
    "CATEGORIES", "END",
}  # fmt: skip
_ITEM: Final = {"title", "link", "description", "category", "pubDate", "guid"}


@pytest.fixture
def events() -> list[Event]:
    """An event for each text, which stands in all its fields, in a city and an area with hostile names."""
    city = make_city()
    area = make_area(city=city)
    plant_city(city, area, INJECTIONS[-2:])
    city.refresh_from_db()
    pattern = make_event(city=city, area=area, lat=12.97, lng=77.6, publication="pending")

    def fields(one: int) -> dict[str, Any]:
        day = {"start_at": pattern.start_at + timedelta(days=one // 2)}
        day |= dict.fromkeys(("start_date", "end_date"), pattern.start_date + timedelta(days=one // 2))
        return {**event_fields([INJECTIONS[one]]), **day, "publication": "approved", "city": city}

    return make_copies(pattern, NUMBER, each=fields)


def test_the_texts_are_many_and_each_tells_its_number() -> None:
    assert len(set(INJECTIONS)) == NUMBER == 500
    assert all(str(number) in text or "base64" in text for number, text in enumerate(INJECTIONS))


def test_feeds_and_data_hold_each_text_as_text(client: Client, events: list[Event]) -> None:
    """One test for all, since so many events take seconds to make."""
    _check_calendar(client, events)
    _check_rss(client)
    _check_json(client, events)
    for event in events[:: NUMBER // 10]:
        _check_embedded(client, event)
        _check_links(client, event)


def _check_calendar(client: Client, events: list[Event]) -> None:
    body = client.get("/bengaluru.ics").content.decode()
    lines = body.replace("\r\n ", "").splitlines()
    inside = lines[lines.index("BEGIN:VEVENT") : -1]
    names = Counter(line.partition(":")[0].partition(";")[0] for line in inside)
    assert set(names) <= _LINES
    assert {names[name] for name in _LINES} == {NUMBER}
    calendar = Calendar.from_ical(body)
    found = {str(one["UID"]): one for one in calendar.walk("VEVENT")}
    assert {one.name for one in calendar.subcomponents} == {"VTIMEZONE", "VEVENT"}
    assert sum(MARKER in str(one["SUMMARY"]) for one in found.values()) > NUMBER * 0.8, (
        "the texts themselves are there"
    )
    for event in events:
        part = found[f"{event.id}@nocturne"]
        assert not part.subcomponents
        assert str(part["URL"]).endswith(event.get_absolute_url())


def _check_rss(client: Client) -> None:
    answer = client.get("/bengaluru.rss")
    tree = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False, no_network=True))
    items = tree.findall("channel/item")
    assert len(items) == NUMBER
    shapes = {tuple((one.tag, *one.attrib) for one in item) for item in items}
    assert len(shapes) == 1
    assert {name for shape in shapes for name, *_ in shape} == _ITEM
    assert all(str(item.findtext("link")).startswith("http://") for item in items)
    assert not [one for one in tree.iter() if not isinstance(one.tag, str)], "a comment or an instruction"
    assert sum(MARKER in str(item.findtext("title")) for item in items) > NUMBER * 0.8


def _check_json(client: Client, events: list[Event]) -> None:
    answer = client.get("/bengaluru.json")
    assert answer["Content-Type"].startswith("application/json")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert {one["title"] for one in answer.json()["results"]} == {event.title for event in events}
    points = client.get("/bengaluru/map.geojson")
    assert points["Content-Type"].startswith("application/geo+json")
    assert {one["properties"]["name"] for one in points.json()["features"]} <= set(INJECTIONS)


def _check_embedded(client: Client, event: Event) -> None:
    asked = f"/oembed?url={quote(SITE + event.get_absolute_url(), safe='')}"
    frame = html.fragments_fromstring(client.get(asked).json()["html"])
    assert [(one.tag, urlsplit(one.get("src")).netloc) for one in frame] == [
        ("iframe", urlsplit(SITE).netloc)
    ]
    assert set(frame[0].attrib) <= {
        "src",
        "title",
        "width",
        "height",
        "loading",
        "style",
        "frameborder",
        "sandbox",
    }
    tree = etree.fromstring(client.get(f"{asked}&format=xml").content)
    assert [one.tag for one in tree.iter()] == ["oembed", *(one.tag for one in tree)], (
        "no element within a text"
    )
    assert "hit" in str(tree.findtext("title"))


def _check_links(client: Client, event: Event) -> None:
    for kind in ("tickets", "page", "online"):
        to = client.get(f"/go/{event.id.hex}/{kind}").get("Location", "")
        assert urlsplit(to).scheme in ("", "http", "https")


def test_pages_have_no_element_that_they_have_not_with_plain_words(
    client: Client, events: list[Event]
) -> None:
    hostile, seen = _walk(client, events[:: NUMBER // 10])
    assert len(seen) == NUMBER
    Event.objects.update(**event_fields(["plain words"]))
    plain, _seen = _walk(client, events[:2], pages=3)
    similar = {
        ("ol", "class", "data-surface")
    }  # plain words are the same for all, so that none is like another
    assert hostile - plain - similar == set()


def _walk(
    client: Client, events: list[Event], *, pages: int = NUMBER
) -> tuple[set[tuple[str, ...]], set[str]]:
    """The elements of a city's list and of these events' pages, each with the names of its attributes; the listed events."""
    found: set[tuple[str, ...]] = set()
    listed: set[str] = set()
    path, later = "/bengaluru/", [one.get_absolute_url() for one in events]
    while path:
        tree = html.document_fromstring(client.get(path).content.decode())
        found |= {(str(one.tag), *sorted(one.attrib)) for one in tree.iter(etree.Element)}
        listed |= {str(one) for one in tree.xpath("//@data-event")}
        for data in tree.xpath("//script[@type='application/ld+json']"):
            json.loads(data.text_content())
        further = tree.xpath("//a[@rel='next']/@href")
        pages -= 1
        path = further[0] if further and pages else later.pop() if later else ""
    return found, listed
