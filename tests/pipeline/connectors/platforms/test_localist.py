"""Localist: its API, the events in its pages' templates, and what was recorded of it."""

import json
import re
from datetime import date, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.localist import LocalistConfig, LocalistConnector
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import CredentialsMissing, SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, params, payload

PATH = "/api/2/events"
FOLDER = "html/UCDavisLibrary__events-localist"


def read(text: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return LocalistConnector(LocalistConfig()).read(payload(raw), params())


def event(number: int) -> dict[str, Any]:
    instance = {"id": number, "start": "2026-12-04T20:00:00Z"}
    return {
        "event": {"id": number, "title": f"Talk {number}", "event_instances": [{"event_instance": instance}]}
    }


def answer(numbers: range, total: int) -> dict[str, Any]:
    return {
        "events": [event(number) for number in numbers],
        "page": {"current": 1, "size": 100, "total": total},
    }


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(LocalistConnector, "localist/events.json", "localist/page.html")


def test_everything_that_an_answer_says_of_an_event() -> None:
    one = read(sample("localist/events.json")).records[0]
    assert (one.external_id, one.recurrence_id, one.title) == ("301", "9001", "Chamber Choir")
    assert (one.start.isoformat(), one.end.isoformat()) == (
        "2026-12-04T19:30:00+00:00",
        "2026-12-04T21:00:00+00:00",
    )
    venue = one.venue
    assert (venue.name, venue.address, venue.city, venue.country) == (
        "Old Chapel",
        "1 College Green",
        "Bristol",
        "GB",
    )
    assert (venue.lat, venue.lng, venue.external_ids) == (51.45, -2.6, {"localist": "44"})
    assert (one.online, one.online_url) == (Online.BOTH, "https://live.example/choir")
    assert (one.url, one.ticket_url) == (
        "https://calendar.example.edu/event/chamber-choir",
        "https://tickets.example/choir",
    )
    assert (one.price_text, one.price_min, one.is_free) == ("£8.50", "8.50", None)
    assert (one.categories, one.tags, one.organizer.name) == (
        ("Concert",),
        ("choir", "music"),
        "School of Music",
    )
    assert (one.popularity, one.metadata) == ({"views": 21}, {"room": "Nave"})
    assert (one.recurrence.series_id, one.images[0].url) == ("301", "https://img.example/choir.jpg")


def test_each_instance_is_one_record() -> None:
    records = read(sample("localist/events.json")).records
    assert [(one.external_id, one.recurrence_id, one.status) for one in records[1:3]] == [
        ("301", "9002", "cancelled"),
        ("302", "9003", ""),
    ]
    assert (records[2].all_day, records[2].start, records[2].is_free) == (True, date(2026, 12, 14), True)


def test_broken_items_are_told() -> None:
    dropped = [one for one in read(sample("localist/events.json")).records if isinstance(one, Dropped)]
    assert [(one.reason, one.external_id, one.recurrence_id) for one in dropped] == [
        ("private", "303", ""),
        ("no title", "304", "9004"),
    ]


def test_pages_give_what_their_template_tells() -> None:
    records: list[Any] = kept(read(sample("localist/page.html")))
    tea, day = records
    assert (tea.title, tea.external_id, tea.url) == (
        "Tea & Talk",
        "https://calendar.example.edu/event/tea",
        "https://calendar.example.edu/event/tea",
    )
    assert (tea.start.isoformat(), tea.end, tea.online) == ("2026-12-04T15:00:00+00:00", None, Online.YES)
    assert (tea.venue.name, tea.tags, tea.images[0].alt) == ("Common Room", ("tea", "talk"), "A pot")
    assert (day.title, day.venue.name, day.registration_required) == ("Open Day", "Main Hall", True)


def test_an_empty_calendar_has_no_events() -> None:
    assert read({"events": [], "page": {"current": 1, "size": 100, "total": 0}}).records == []


@pytest.mark.parametrize(
    "text",
    [
        '{"error": "Unauthorized"}',
        "[]",
        "<html><p>nothing</p></html>",
        "{",
        '{"events": [{"event": {"id": 1}}]}',
    ],
)
def test_other_answers_are_no_empty_calendar(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_an_errors_own_words_are_told() -> None:
    with pytest.raises(SchemaChanged, match="Unauthorized"):
        read({"error": "Unauthorized"})


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://events.example.edu/api/2/events?days=30", "https://events.example.edu"),
        ("https://town.localist.com/calendar", "https://town.localist.com"),
        ("https://developer.localist.com/doc/api", None),
        ("https://events.example.edu/calendar", None),
    ],
)
def test_addresses(url: str, base: str | None) -> None:
    assert LocalistConnector.config_for(url) == ({"url": base} if base else None)


def test_pages_follow_one_another(httpserver: HTTPServer) -> None:
    serve(httpserver, PATH, {"1": answer(range(100), 2), "2": answer(range(100, 104), 2)}, by="page")
    with local_http() as http:
        pages = list(
            LocalistConnector(LocalistConfig(url=httpserver.url_for("/"), types="5, 6")).fetch(params(), http)
        )
    assert [len(kept(page)) for page in pages] == [100, 4]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.WINDOWED, False)}
    assert asked(httpserver)[0] | {"page": ""} == {
        "start": "2026-10-22",
        "end": "2027-10-27",
        "pp": "100",
        "type[]": "5",
        "page": "",
    }
    assert httpserver.log[0][0].args.getlist("type[]") == ["5", "6"]
    assert pages[-1].covered_until is not None
    assert pages[-1].covered_until.date() == date(2027, 10, 27)


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 7)])
def test_what_stops_early_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    httpserver.expect_request(PATH).respond_with_json(answer(range(100), 3))
    with local_http() as http:
        (page,) = LocalistConnector(LocalistConfig(url=httpserver.url_for("/"), **config)).fetch(
            params(limit=limit), http
        )
    assert (len(kept(page)), page.coverage, page.cut) == (limit or 100, Coverage.PARTIAL, True)


def test_a_calendar_that_wants_a_key_gets_it(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH, headers={"Authorization": "Bearer k"}).respond_with_json(
        answer(range(1), 1)
    )
    config = LocalistConfig(url=httpserver.url_for("/"), token=True)
    with local_http() as http:
        LocalistConnector(config, Credentials(values={"key": "k"})).check_credentials(http)
        with pytest.raises(CredentialsMissing, match="LOCALIST_API_KEY"):
            LocalistConnector(config).check_credentials(http)


@pytest.mark.data
@needs_data
def test_recorded_pages_give_their_events_with_titles_and_starts() -> None:
    paths = recognized(LocalistConnector, FOLDER)
    assert [path.name for path in paths] == [
        "channel-calendar.html",
        "channel.html",
        "group.html",
        "location.html",
        "json.html",
    ]
    for path in paths:
        text = path.read_text()
        starts = re.findall(r"""event\.starts_at'>([^<]+)<|"starts_at": "([^"]+)\"""", text)
        records: list[Any] = kept(
            LocalistConnector(LocalistConfig()).read(RawPayload(url="", content=text.encode()), params())
        )
        assert sorted(one.start for one in records) == sorted(
            datetime.strptime(a or b, "%Y-%m-%d %H:%M:%S %z") for a, b in starts
        ), path
        assert all(one.title.replace("&", "&amp;") in text or one.title in text for one in records)


@pytest.mark.data
@needs_data
def test_recorded_single_events_stay_with_their_markup_and_tell_their_calendar() -> None:
    for name in ("event", "event-2", "event-past"):
        path = SHARED / FOLDER / f"theme/development/{name}.html"
        assert detect(RawPayload(url="", content=path.read_bytes())).metadata.name == "page"
        assert LocalistConnector.config_from_page(path.read_text(), "") == {
            "url": "https://events.library.ucdavis.edu"
        }


@pytest.mark.data
@needs_data
def test_nothing_else_that_was_recorded_is_taken_for_localist() -> None:
    assert recognized(LocalistConnector, "api") == []
    assert isinstance(read(sample("localist/events.json")).records[0], RawRecord)
