"""What a record holds and no field of the event says is told, and mapped by choosing a value."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import lxml.html
import pytest
from django.test import Client
from django.urls import reverse
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.formats.json_feed.connector import field_map
from pipeline.connectors.formats.scraper.config import FIELDS as SELECTORS
from pipeline.contract.connector import FetchParams
from pipeline.contract.draft import Draft
from pipeline.contract.normalized import NormalizedEvent, Venue
from pipeline.contract.raw import RawPayload, RawRecord
from pipeline.selectors import compiled, elements
from sources.lab import mapping
from sources.lab.examine import verdict
from sources.lab.unread import MOST_LEAVES, container_of, leaves, read_of, shape_of, unread
from tests.sources.lab.test_examine import at_once, desk, look

__all__ = ["at_once", "desk"]
pytestmark = pytest.mark.django_db
START = datetime(2027, 1, 5, 20, tzinfo=UTC)


def draft(record: Any, **fields: Any) -> Draft:
    event = NormalizedEvent(external_id="1", title="Raga at Dusk", start=START, **fields)
    raw = record if isinstance(record, str) else json.dumps(record)
    return Draft(raw=RawRecord(external_id="1", raw=raw), event=event)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        ("12 Main Street", "street"),
        ("2027-01-05T20:00:00Z", "date"),
        ("5 January 2027, 8 pm", "date"),
        ("€ 12.50", "price"),
        ("INR 499", "price"),
        ("https://a.example/p/raga.jpg?w=3", "picture"),
        ("https://a.example/tickets/7", "link"),
        ("12.9716, 77.5946", "point"),
        ("Anoushka Shankar", "name"),
        ("published", ""),
        ("4711", ""),
        ("an evening for all who are curious", ""),
    ],
)
def test_a_value_has_the_shape_that_it_looks_like(value: str, shape: str) -> None:
    assert shape_of(value, today=date(2026, 11, 21)) == shape


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ('{"a": {"b": ["x", "y"]}, "c": null}', [("a.b[0]", "x"), ("a.b[1]", "y")]),
        ('<li class="event"><b>Raga</b> at 8</li>', [("b", "Raga"), ("li.event", "at 8")]),
        ("BEGIN:VEVENT\r\nX-COST;A=B:12\r\n  EUR\r\nEND:VEVENT", [("X-COST", "12 EUR")]),
        ('{"cut": "wi', []),
        ("", []),
    ],
)
def test_every_kind_of_record_has_leaves(raw: str, found: list[tuple[str, str]]) -> None:
    assert list(leaves(raw)) == found


def test_what_stands_in_a_field_is_read_in_whatever_form() -> None:
    record = {
        "name": "RAGA at dusk!",
        "on": "2027-01-05",
        "hall": "The Blue Room",
        "street": "12 Main Street",
    }
    read = {leaf.path: leaf.read for leaf in read_of(draft(record, venue=Venue(name="the blue room")))}
    assert read == {"name": True, "on": True, "hall": True, "street": False}


def test_what_is_missed_is_counted_over_records_and_the_fullest_is_the_sample() -> None:
    plain, rich = {"at": {"road": "12 Main Street"}}, {"at": {"road": "9 Hill Road"}, "fee": "INR 499"}
    lines, sample = unread([draft(plain), draft(rich)])
    assert sample is not None
    assert [(line["what"], line["path"], line["count"]) for line in lines] == [
        ("street", "at.road", 2),
        ("price", "fee", 1),
    ]
    assert {leaf.value for leaf in read_of(sample)} == {"9 Hill Road", "INR 499"}


@pytest.mark.parametrize(
    ("found", "kept", "word", "words"),
    [
        (331, 0, "none", "None of 331 events was kept. Left out: 300 past, 31 no start."),
        (0, 0, "none", "No event was found there."),
        (331, 12, "few", "Only 12 of 331 events were kept. Left out: 300 past, 31 no start."),
        (331, 300, "most", "300 of 331 events were kept. Left out: 300 past, 31 no start."),
    ],
)
def test_the_verdict_says_how_much_was_kept(found: int, kept: int, word: str, words: str) -> None:
    dropped = {"no start": 31, "past": 300} if found else {}
    assert verdict({"found": found, "kept": kept, "dropped": dropped}) == {"word": word, "sentence": words}


def test_every_field_that_is_offered_is_one_of_the_connector() -> None:
    assert field_map(dict.fromkeys(mapping.FIELDS["json_feed"], "a.b"))
    assert set(mapping.FIELDS["scraper"]) == set(SELECTORS)


@pytest.mark.parametrize(
    ("connector", "field", "path"),
    [("ical", "title", "a"), ("json_feed", "nonsense", "a"), ("json_feed", "title", "")],
)
def test_what_cannot_be_mapped_is_said(connector: str, field: str, path: str) -> None:
    with pytest.raises(ValueError, match=r"mapping\.|Choose"):
        mapping.mapped(connector, {}, field=field, path=path)


ROWS = (
    "<ul>"
    + "".join(
        f'<li class="row up-{n}"><a href="/e/{n}">Raga {n}</a><span>{n} December 2026, 8 pm</span><span>Blue Room</span>'
        f"<script>alert(1)</script><p><i>INR {n}00</i></p></li>"
        for n in range(1, 8)
    )
    + "</ul>"
)


def of_page() -> tuple[str, Draft]:
    """A row of the page, and the draft of it."""
    row = ROWS[4 : ROWS.index("</li>") + 5]
    made = NormalizedEvent(external_id="1", title="Raga 1", start=START)
    return row, Draft(raw=RawRecord(external_id="1", raw=row), event=made)


def test_a_selector_leads_to_the_element_that_was_chosen() -> None:
    row, _ = of_page()
    found = {value: path for path, value in leaves(row, exact=True)}
    record = lxml.html.fragment_fromstring(row)
    assert {value: elements(record, path)[0].text for value, path in found.items() if "::" not in path} == {
        value: value for value in ("Raga 1", "1 December 2026, 8 pm", "Blue Room", "INR 100")
    }


def test_rows_of_a_page_are_mapped_by_the_scraper_from_then_on() -> None:
    row, made = of_page()
    sample = read_of(made, exact=True)
    reported = mapping.basis(
        "page",
        {},
        url="https://a.example/",
        sample=sample,
        container=container_of(row),
        title=made.event.title,
    )
    price = next(leaf.path for leaf in sample if leaf.value == "INR 100")
    config = mapping.mapped(reported["connector"], reported["config"], field="price", path=price)
    payload = RawPayload(
        url="https://a.example/", content=ROWS.encode(), content_type="text/html", fetched_at=START
    )
    records = (
        configured(reported["connector"], config, {})
        .read(payload, FetchParams(now=START, start=START - timedelta(days=99), end=START))
        .records
    )
    assert [(one.title, one.price_text, one.url) for one in records if isinstance(one, RawRecord)] == [
        (f"Raga {n}", f"INR {n}00", f"https://a.example/e/{n}") for n in range(1, 8)
    ]


@pytest.mark.parametrize(
    ("connector", "container", "title"),
    [("rss", "item", "Raga 1"), ("ical", "", ""), ("page", "", "Raga 1"), ("page", "li.row", "Another name")],
)
def test_what_has_no_place_for_a_mapping_says_so(connector: str, container: str, title: str) -> None:
    _, made = of_page()
    sample = read_of(made, exact=True)
    reported = mapping.basis(
        connector, {}, url="https://a.example/", sample=sample, container=container, title=title
    )
    assert reported["connector"] == ""
    assert f"connector {connector} has no place for a mapping" in reported["words"]


HOSTILE = (
    "<li class='x\"]::attr(a)'><b itemprop='\"]{}'>Raga</b><a:b>x</a:b><img src=x onerror=alert(1)>"
    + "<i>" * 300
    + "deep</li>"
)


def test_hostile_markup_gives_selectors_that_can_be_read() -> None:
    assert all(compiled(path) for path, _ in leaves(HOSTILE, exact=True))
    assert len(list(leaves("<b>x</b>" * 2_000, exact=True))) == MOST_LEAVES
    assert (container_of(HOSTILE), container_of("<a:b>x</a:b>")) == ("li", "")


def feed(httpserver: HTTPServer) -> str:
    rows = [
        {"name": f"Raga {day}", "start": f"2027-01-{day:02}T20:00:00+05:30", "zz": {"qq": f"{day} Church Street"}, "hall": "Blue Room"}
        for day in range(1, 13)
    ]  # fmt: skip
    httpserver.expect_request("/robots.txt").respond_with_data("", content_type="text/plain")
    httpserver.expect_request("/api.json").respond_with_json({"events": rows})
    return httpserver.url_for("/api.json")


def test_a_chosen_value_becomes_a_mapping_and_the_file_is_read_again(
    desk: Client, at_once: None, httpserver: HTTPServer
) -> None:
    answer, _ = look(desk, feed(httpserver), connector="json_feed")
    token = answer.context["token"]
    again = desk.post(
        reverse("admin:sources_lab_map", args=[token]), {"path": "hall", "field": "organizer"}, follow=True
    )
    result = again.context["result"]
    assert result["config"]["fields"] == {"organizer": "hall"}
    assert result["events"][0]["organizer"]["name"] == "Blue Room"


def test_each_value_is_a_radio_button_with_its_value_as_label(
    desk: Client, at_once: None, httpserver: HTTPServer
) -> None:
    _, text = look(desk, feed(httpserver), connector="json_feed")
    page = lxml.html.fromstring(text)
    labels = {
        label.get("for"): label.text_content()
        for label in page.xpath("//form[contains(@class,'lab__map')]//li/label")
    }
    radios = page.xpath("//form[contains(@class,'lab__map')]//input[@type='radio']")
    assert {radio.get("value") for radio in radios} == {"name", "start", "zz.qq", "hall"}
    assert all("Raga" in labels[radio.get("id")] for radio in radios if radio.get("value") == "name")


def test_nothing_chosen_is_said_and_nothing_is_read(
    desk: Client, at_once: None, httpserver: HTTPServer
) -> None:
    answer, _ = look(desk, feed(httpserver), connector="json_feed")
    said = desk.post(
        reverse("admin:sources_lab_map", args=[answer.context["token"]]), {"path": "elsewhere"}, follow=True
    )
    assert "Choose a field of the list." in " ".join(map(str, said.context["messages"]))


def test_the_button_stands_before_the_cards_and_a_failure_is_not_proved(
    desk: Client, at_once: None, httpserver: HTTPServer
) -> None:
    _, text = look(desk, feed(httpserver), connector="json_feed")
    assert text.index("Make it a source") < text.index("As readers would see it")
    assert "All 12 events were kept." in text
