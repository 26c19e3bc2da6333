"""The Events Calendar: its REST answers, its pages, the sites that declare it, and what was recorded of
it."""

import json
from datetime import date, datetime
from html import unescape
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.tribe import TribeConfig, TribeConnector
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, params, payload

PATH = "/wp-json/tribe/events/v1/events"


def read(text: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return TribeConnector(TribeConfig()).read(payload(raw), params())


def event(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "rest_url": f"https://a.example/{number}",
        "title": f"Show {number}",
        "start_date": "2026-12-04 20:00:00",
    }


def answer(numbers: range, **more: Any) -> dict[str, Any]:
    return {"events": [event(number) for number in numbers], "total": 60, "total_pages": 2, **more}


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(TribeConnector, "tribe/events.json")


def test_everything_that_an_answer_says_of_an_event() -> None:
    page = read(sample("tribe/events.json"))
    one = page.records[0]
    assert (one.external_id, one.title, one.description) == (
        "501",
        "Fado – Late & Loud",
        "<p>Two guitars.</p>",
    )
    assert (one.start, one.end, one.timezone) == (
        datetime(2026, 12, 4, 21),
        datetime(2026, 12, 4, 23),
        "America/New_York",
    )
    venue = one.venue
    assert (venue.name, venue.address, venue.city) == (
        "The Cellar",
        "4 Mill St, Portsmouth, NH, 03801",
        "Portsmouth",
    )
    assert (venue.lat, venue.lng) == (43.07, -70.76)
    assert (one.online, one.online_url) == (Online.BOTH, "https://live.example/fado")
    assert (one.price_text, one.price_min, one.price_max, one.price_currency) == (
        "$10 – $20",
        "10",
        "20",
        "USD",
    )
    assert (one.categories, one.tags, one.url) == (
        ("Music & Song",),
        ("fado",),
        "https://venue.example/event/fado/",
    )
    assert (one.images[0].url, one.images[0].alt) == ("https://venue.example/fado.jpg", "Guitars")
    assert (one.organizer.name, one.metadata) == ("Cellar Nights", {"website": "https://fado.example"})


def test_whole_days_end_on_their_last_day() -> None:
    one = read(sample("tribe/events.json")).records[1]
    assert (one.all_day, one.start, one.end, one.last_day_inclusive) == (
        True,
        date(2026, 12, 5),
        date(2026, 12, 6),
        True,
    )
    assert (one.status, one.is_free) == ("cancelled", True)


def test_a_zone_without_a_name_gives_the_offset() -> None:
    one = read(sample("tribe/events.json")).records[2]
    assert (one.start.isoformat(), one.timezone) == ("2026-12-06T18:00:00-08:00", "")


def test_broken_items_are_told() -> None:
    dropped = [one for one in read(sample("tribe/events.json")).records if isinstance(one, Dropped)]
    assert [(one.reason, one.external_id) for one in dropped] == [
        ("hidden from listings", "504"),
        ("unreadable start", "505"),
    ]


@pytest.mark.parametrize(
    "text",
    ['{"events": []}', '{"code": "event-archive-page-not-found", "message": "…", "data": {"status": 404}}'],
)
def test_a_calendar_without_events_is_empty(text: str) -> None:
    assert read(text).records == []


@pytest.mark.parametrize(
    "text",
    [
        '{"code": "rest_no_route", "message": "No route was found"}',
        "[]",
        "[3]",
        "<p>",
        '{"events": [{"a": 1}]}',
    ],
)
def test_other_answers_are_no_empty_calendar(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_an_errors_own_words_are_told() -> None:
    with pytest.raises(SchemaChanged, match="No route was found"):
        read({"code": "rest_no_route", "message": "No route was found"})


@pytest.mark.parametrize(
    ("url", "base"),
    [
        (
            "https://a.example/wp-json/tribe/events/v1/events?page=3",
            "https://a.example/wp-json/tribe/events/v1",
        ),
        ("https://a.example/blog/wp-json/tribe/events/v1/", "https://a.example/blog/wp-json/tribe/events/v1"),
        (
            "https://a.example/?rest_route=/tribe/events/v1/events",
            "https://a.example/?rest_route=/tribe/events/v1",
        ),
        ("https://a.example/events/", None),
    ],
)
def test_addresses(url: str, base: str | None) -> None:
    assert TribeConnector.config_for(url) == ({"url": base} if base else None)


def test_pages_follow_one_another_on_the_site_alone(httpserver: HTTPServer) -> None:
    second = {**answer(range(50, 60)), "next_rest_url": ""}
    serve(
        httpserver,
        PATH,
        {"1": {**answer(range(50)), "next_rest_url": "https://elsewhere.example/page/2"}, "2": second},
        by="page",
    )
    with local_http() as http:
        pages = list(TribeConnector(TribeConfig(url=httpserver.url_for("/calendar"))).fetch(params(), http))
    assert [len(kept(page)) for page in pages] == [50, 10]
    assert {(page.coverage, page.cut, page.covered_until) for page in pages} == {
        (Coverage.WINDOWED, False, params().end)
    }
    assert [(one["page"], one["start_date"], one["end_date"]) for one in asked(httpserver)] == [
        ("1", "2026-10-22 00:00:00", "2027-12-26 23:59:59"), ("2", "2026-10-22 00:00:00", "2027-12-26 23:59:59"),
    ]  # fmt: skip


def test_plain_addresses_get_their_page_too(httpserver: HTTPServer) -> None:
    serve(httpserver, "/", {"1": {"events": [event(1)]}}, by="page")
    with local_http() as http:
        (page,) = TribeConnector(
            TribeConfig(url=httpserver.url_for("/") + "?rest_route=/tribe/events/v1")
        ).fetch(params(), http)
    assert [one.title for one in kept(page)] == ["Show 1"]
    assert asked(httpserver)[0]["rest_route"] == "/tribe/events/v1/events"


def test_the_last_page_may_be_missing_and_the_first_may_not(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_json({})
    with local_http() as http:
        connector = TribeConnector(TribeConfig(url=httpserver.url_for("/")))
        with pytest.raises(SchemaChanged):
            list(connector.fetch(params(), http))
        httpserver.clear()
        httpserver.expect_ordered_request(PATH).respond_with_json(answer(range(50), next_rest_url="x"))
        httpserver.expect_ordered_request(PATH).respond_with_json(
            {"code": "event-archive-page-not-found"}, status=404
        )
        assert [len(kept(page)) for page in connector.fetch(params(), http)] == [50]
        httpserver.clear()
        httpserver.expect_request(PATH).respond_with_json({"code": "rest_no_route"}, status=404)
        with pytest.raises(ClientRefused):
            list(connector.fetch(params(), http))


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 7)])
def test_what_stops_early_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    httpserver.expect_request(PATH).respond_with_json(answer(range(50), next_rest_url="https://a.example/2"))
    with local_http() as http:
        (page,) = TribeConnector(TribeConfig(url=httpserver.url_for("/"), **config)).fetch(
            params(limit=limit), http
        )
    assert (len(kept(page)), page.coverage, page.cut) == (limit or 50, Coverage.PARTIAL, True)


def test_an_address_is_needed() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="^url: missing"):
        TribeConnector(TribeConfig()).check_credentials(http)


@pytest.mark.data
@needs_data
def test_recorded_answers_give_their_events_with_titles_and_starts() -> None:
    paths = recognized(TribeConnector, "api")
    assert [path.name for path in paths] == ["gtlaw_events.json"]
    raw = json.loads(paths[0].read_text())["events"]
    records: list[Any] = list(
        TribeConnector(TribeConfig())
        .read(RawPayload(url="", content=paths[0].read_bytes()), params())
        .records
    )
    assert [one.title for one in records if isinstance(one, RawRecord)] == [
        unescape(one["title"]) for one in raw
    ]
    assert [one.start.replace(tzinfo=None) for one in records] == [
        datetime.fromisoformat(one["start_date"]) for one in raw
    ]


@pytest.mark.data
@needs_data
def test_recorded_pages_tell_where_the_api_is() -> None:
    pages = (SHARED / "html/City-Bureau__city-scrapers/tests/files").glob("*.html")
    found = {
        page.name: config["url"]
        for page in pages
        if (config := TribeConnector.config_from_page(page.read_text(errors="replace"), ""))
    }
    assert found == {
        "chi_ssa_4.html": "https://95thstreetba.org/wp-json/tribe/events/v1",
        "chi_ssa_26.html": "https://www.edgewater.org/wp-json/tribe/events/v1",
        "cook_hospitals.html": "https://cookcountyhealth.org/wp-json/tribe/events/v1",
        "chi_metro_pier_exposition.html": "http://www.mpea.com/wp-json/tribe/events/v1",
    }
