"""Songkick: answers of its API, calendars by pages, public pages, errors."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.songkick import SongkickConfig, SongkickConnector
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.reading import params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "S-secret"})


def read(body: bytes | str, **changes) -> Page:
    return SongkickConnector(SongkickConfig()).read(payload(body), params(**changes))


def results(numbers: range, total: int) -> dict:
    one = json.loads(sample("songkick/calendar.json"))["resultsPage"]["results"]["event"][0]
    return {
        "resultsPage": {
            "status": "ok",
            "totalEntries": total,
            "perPage": 50,
            "page": 1,
            "results": {"event": [{**one, "id": n} for n in numbers]},
        }
    }


def html(*numbers: int) -> bytes:
    events = [
        {
            "@context": "http://schema.org",
            "@type": "MusicEvent",
            "name": f"Fern {n}",
            "startDate": "2026-12-04T20:00:00",
            "url": f"https://www.songkick.com/concerts/{n}-fern?x=1",
        }
        for n in numbers
    ]
    return f'<!doctype html><html><script type="application/ld+json">{json.dumps(events)}</script></html>'.encode()


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, credentials: Credentials = KEY, **config) -> SongkickConnector:
    return SongkickConnector(
        SongkickConfig(api=server.url_for("/api/3.0"), site=server.url_for(""), **config), credentials
    )


def ids(pages: list[Page]) -> list[str]:
    return [r.external_id for page in pages for r in page.records if isinstance(r, RawRecord)]


def test_one_answer():
    page = read(sample("songkick/calendar.json"))
    concert, festival, unplaced, undated = page.records

    assert (concert.external_id, concert.title) == (
        "41000001",
        "Wild Fern with Moss at The Cellar (December 4, 2026)",
    )
    assert concert.start == datetime(2026, 12, 4, 20, 30)
    assert (concert.venue.name, concert.venue.city, concert.venue.country) == ("The Cellar", "Leeds", "UK")
    assert (concert.venue.lat, concert.venue.lng, concert.venue.external_ids) == (
        53.7997,
        -1.5492,
        {"songkick": "501"},
    )
    assert concert.performers == ("Wild Fern", "Moss")
    assert (concert.categories, concert.popularity, concert.accessibility) == (
        ("Concert",),
        {"score": 42},
        {"age": "18+"},
    )
    assert (festival.start, festival.end, festival.status, festival.tags) == (
        date(2026, 12, 11),
        date(2026, 12, 13),
        "cancelled",
        ("Fern Fest",),
    )
    assert (festival.venue.name, festival.venue.city, festival.venue.lat) == ("", "Austin", 30.27)
    assert (unplaced.start, unplaced.status) == (
        datetime(2026, 12, 20, 19, tzinfo=timezone(timedelta(hours=-6))),
        "postponed",
    )
    assert (undated.reason, undated.external_id) == ("no start", "41000004")
    assert (page.coverage, page.cut) == (Coverage.PARTIAL, False)


def test_a_persons_calendar_and_a_single_event():
    one = json.loads(sample("songkick/calendar.json"))["resultsPage"]["results"]["event"][0]
    entries = {"resultsPage": {"status": "ok", "results": {"calendarEntry": [{"reason": {}, "event": one}]}}}
    alone = {"resultsPage": {"status": "ok", "results": {"event": one}}}
    assert ids([read(json.dumps(entries))]) == ids([read(json.dumps(alone))]) == ["41000001"]


def test_what_is_recognized():
    nothing = '{"resultsPage": {"totalEntries": 0, "page": 1, "results": {}, "perPage": 50}}'
    assert all(
        SongkickConnector.recognizes(payload(body)) > 0.9
        for body in (sample("songkick/calendar.json"), nothing)
    )
    others = (
        '{"resultsPage": {"status": "ok", "results": {"venue": {}}}}',
        '{"resultsPage": 1}',
        '{"resultsPage"',
        "[]",
        html(1),
    )
    assert not any(SongkickConnector.recognizes(payload(body)) for body in others)
    assert list(read(nothing).records) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"resultsPage": {"status": "error", "error": {"message": "Invalid or missing apikey"}}}',
            "Invalid or missing apikey",
        ),
        ('{"resultsPage": {"status": "error"}}', "no words"),
        ('{"resultsPage": {"status": "ok", "results": {"venue": {"id": 1}}}}', "no events"),
        ('{"resultsPage": {"status": "ok", "results": {"event": ["x"]}}}', "can be read"),
        ('{"events": []}', "no events"),
        ("<html><body>nothing</body></html>", "no event markup"),
        ('"metroArea": {', "no JSON"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(body, words):
    with pytest.raises(SchemaChanged, match=words):
        read(body)


@pytest.mark.parametrize("kind", ["metro_area", "venue", "artist"])
def test_a_calendar_is_walked_to_its_last_page(httpserver: HTTPServer, http, kind):
    serve(
        httpserver,
        f"/api/3.0/{kind}s/17/calendar.json",
        {"1": results(range(50), 70), "2": results(range(50, 70), 70)},
        by="page",
    )
    pages = list(connector(httpserver, **{kind: "17"}).fetch(params(), http))
    assert ids(pages) == [str(n) for n in range(70)]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.COMPLETE, False)}
    assert asked(httpserver)[0] == {"page": "1", "per_page": "50", "apikey": "S-secret"}
    assert "S-secret" not in pages[0].payload.url


def test_a_walk_that_was_cut_short_goes_on_in_the_next_run(httpserver: HTTPServer, http):
    serve(
        httpserver,
        "/api/3.0/venues/17/calendar.json",
        {"1": results(range(50), 70), "2": results(range(50, 70), 70)},
        by="page",
    )
    (first,) = connector(httpserver, venue="17", max_pages=1).fetch(params(), http)
    assert (first.coverage, first.cut, first.checkpoint) == (Coverage.PARTIAL, True, {"page": 2})
    (second,) = connector(httpserver, venue="17", max_pages=1).fetch(
        params(checkpoint=first.checkpoint), http
    )
    assert (len(second.records), second.coverage, second.checkpoint) == (20, Coverage.PARTIAL, {"page": 1})


def test_without_a_key_the_public_pages_are_read_under_the_same_ids(httpserver: HTTPServer, http):
    serve(httpserver, "/metro-areas/17", {"": html(1, 2), "2": html(3), "3": html(3)}, by="page")
    pages = list(connector(httpserver, NO_CREDENTIALS, metro_area="17").fetch(params(), http))
    assert ids(pages) == ["1", "2", "3"]
    assert {page.coverage for page in pages} == {Coverage.PARTIAL}
    httpserver.expect_request("/venues/5/calendar").respond_with_data(
        "<html><body>none</body></html>", content_type="text/html"
    )
    with pytest.raises(SchemaChanged, match="no event markup"):
        list(connector(httpserver, NO_CREDENTIALS, venue="5").fetch(params(), http))


def test_one_page_by_its_address_and_a_limit(httpserver: HTTPServer, http):
    httpserver.expect_request("/concerts/1-fern").respond_with_data(html(1, 2), content_type="text/html")
    (page,) = connector(httpserver, NO_CREDENTIALS, url=httpserver.url_for("/concerts/1-fern")).fetch(
        params(limit=1), http
    )
    assert (ids([page]), page.cut) == (["1"], True)


@pytest.mark.parametrize(("status", "error"), [(401, ClientRefused), (429, RateLimited)])
def test_refusals_of_the_door_come_through(httpserver: HTTPServer, http, status, error):
    body = {"resultsPage": {"status": "error", "error": {"message": "Invalid or missing apikey"}}}
    httpserver.expect_request("/api/3.0/metro_areas/24426/calendar.json").respond_with_json(
        body, status=status
    )
    with pytest.raises(error):
        connector(httpserver).check_credentials(http)


def test_a_key_is_checked_where_there_is_one(httpserver: HTTPServer, http):
    serve(httpserver, "/api/3.0/metro_areas/24426/calendar.json", {"1": results(range(1), 1)}, by="page")
    connector(httpserver).check_credentials(http)
    connector(httpserver, NO_CREDENTIALS).check_credentials(http)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize("config", [{}, {"venue": "17-cellar"}, {"url": "ftp://x"}])
def test_a_configuration_that_names_nothing_is_refused(http, config):
    with pytest.raises(ConfigInvalid):
        list(SongkickConnector(SongkickConfig(**config)).fetch(params(), http))


def test_pasted_addresses():
    found = SongkickConnector.config_for
    assert found("https://www.songkick.com/metro-areas/17835-us-los-angeles") == {"metro_area": "17835"}
    assert found("https://www.songkick.com/metro_areas/17835-us-los-angeles") == {"metro_area": "17835"}
    assert found("https://www.songkick.com/venues/501-cellar/calendar") == {"venue": "501"}
    assert found("https://www.songkick.com/artists/10-wild-fern") == {"artist": "10"}
    assert found("https://www.songkick.com/concerts/41-x?utm_source=1") == {
        "url": "https://www.songkick.com/concerts/41-x"
    }
    assert found("https://www.songkick.com/info/about") is None
    assert found("https://songkick.example/venues/501") is None
