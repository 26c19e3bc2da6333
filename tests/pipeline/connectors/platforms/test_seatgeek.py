"""SeatGeek's Platform API: one answer, pages, limits, errors."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.seatgeek import SeatGeekConfig, SeatGeekConnector
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.reading import params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "C-secret"})


def read(body: bytes | str, **changes) -> Page:
    return SeatGeekConnector(SeatGeekConfig()).read(payload(body), params(**changes))


def event(number: int) -> dict:
    return {**json.loads(sample("seatgeek/events.json"))["events"][0], "id": number}


def listing(numbers: range, total: int) -> dict:
    return {
        "meta": {"total": total, "took": 1, "page": 1, "per_page": 100, "geolocation": None},
        "events": [event(n) for n in numbers],
    }


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, **config) -> SeatGeekConnector:
    return SeatGeekConnector(SeatGeekConfig(api=server.url_for("/2"), **{"city": "Albany"} | config), KEY)


def test_one_answer():
    page = read(sample("seatgeek/events.json"))
    game, concert, final = page.records

    assert (game.external_id, game.title, game.timezone) == (
        "6100001",
        "Harbor Owls at River Foxes",
        "America/New_York",
    )
    assert game.start == datetime(2026, 12, 4, 19, 5, tzinfo=timezone(timedelta(hours=-5)))
    assert (game.venue.name, game.venue.address, game.venue.city) == (
        "Fox Park",
        "1 Den Road, Albany, NY 12207",
        "Albany",
    )
    assert (game.venue.lat, game.venue.lng, game.venue.external_ids) == (42.65, -73.75, {"seatgeek": "77"})
    assert (game.price_min, game.price_max, game.price_currency) == ("19", "410", "USD")
    assert (game.categories, game.tags) == (("sports", "minor league baseball"), ("Baseball",))
    assert game.performers == ("River Foxes", "Harbor Owls")
    assert [image.url for image in game.images] == [
        "https://img.seatgeek.example/foxes-huge.jpg",
        "https://img.seatgeek.example/owls.jpg",
    ]
    assert game.popularity == {"score": 731, "listings": 812}
    assert (concert.start, concert.status, concert.price_min, concert.venue.country) == (
        date(2026, 12, 12),
        "cancelled",
        "",
        "Canada",
    )
    assert (final.reason, final.external_id) == ("no start", "6100003")
    assert (page.coverage, page.cut) == (Coverage.PARTIAL, False)


def test_what_is_recognized():
    alone = json.dumps(event(1))
    nothing = (
        '{"meta": {"total": 0, "took": 1, "page": 1, "per_page": 10, "geolocation": null}, "events": []}'
    )
    bare = json.dumps([event(1), event(2)])
    assert all(
        SeatGeekConnector.recognizes(payload(body)) >= 0.9
        for body in (sample("seatgeek/events.json"), alone, nothing, bare)
    )
    assert [r.external_id for r in read(bare).records if isinstance(r, RawRecord)] == ["1", "2"]
    others = (
        '{"events": [], "per_page": 1}',
        '{"events": [{"datetime_local": "2026-12-01", "title": "A"}]}',
        '{"per_page": 1, "venues": []}',
        '{"datetime_local"',
        "[]",
    )
    assert not any(SeatGeekConnector.recognizes(payload(body)) for body in others)


def test_an_empty_answer_has_no_events_and_a_longer_list_is_cut():
    assert list(read('{"meta": {"total": 0}, "events": []}').records) == []
    assert read(json.dumps(listing(range(1, 3), 240))).cut


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"status": "error", "code": 403, "message": "Client ID is required"}', "Client ID is required"),
        ('{"status": "error"}', "no words"),
        ("<html><title>404: Not Found</title></html>", "no JSON"),
        ('{"venues": []}', "no events"),
        ('{"events": [{"title": "x"}]}', "no events"),
        ("[]", "no events"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(body, words):
    with pytest.raises(SchemaChanged, match=words):
        read(body)


def test_pages_are_walked_to_the_last_one(httpserver: HTTPServer, http):
    serve(
        httpserver,
        "/2/events",
        {"1": listing(range(1, 101), 150), "2": listing(range(101, 151), 150)},
        by="page",
    )
    wanted = params()
    pages = list(connector(httpserver).fetch(wanted, http))

    assert [len(page.records) for page in pages] == [100, 50]
    assert {(page.coverage, page.covered_until) for page in pages} == {(Coverage.WINDOWED, wanted.end)}
    first = asked(httpserver)[0]
    assert {
        "venue.city": "Albany",
        "per_page": "100",
        "sort": "datetime_utc.asc",
        "datetime_utc.gte": "2026-11-20T12:00:00",
    }.items() <= first.items()
    assert httpserver.log[0][0].authorization.username == "C-secret"
    assert "C-secret" not in pages[0].payload.url


def test_a_walk_that_was_cut_short_goes_on_in_the_next_run(httpserver: HTTPServer, http):
    serve(
        httpserver,
        "/2/events",
        {"1": listing(range(1, 101), 150), "2": listing(range(101, 151), 150)},
        by="page",
    )
    (first,) = connector(httpserver, max_pages=1).fetch(params(), http)
    assert (first.coverage, first.cut, first.checkpoint) == (Coverage.PARTIAL, True, {"page": 2})
    (second,) = connector(httpserver, max_pages=1).fetch(params(checkpoint=first.checkpoint), http)
    assert (len(second.records), second.coverage, second.checkpoint) == (50, Coverage.PARTIAL, {"page": 1})


def test_a_limit_is_kept(httpserver: HTTPServer, http):
    serve(httpserver, "/2/events", {"1": listing(range(1, 101), 150)}, by="page")
    (page,) = connector(httpserver).fetch(params(limit=3), http)
    assert (len(page.records), page.coverage, page.cut) == (3, Coverage.PARTIAL, True)


def test_the_circle_of_the_source_and_a_venue(httpserver: HTTPServer, http):
    serve(httpserver, "/2/events", {"1": listing(range(0), 0)}, by="page")
    near = params(lat=40.7, lng=-74.0, radius_km=32.2)
    list(connector(httpserver, city="").fetch(near, http))
    list(connector(httpserver, city="", venue="fox-park").fetch(near, http))
    circle, venue = asked(httpserver)
    assert (circle["lat"], circle["lon"], circle["range"]) == ("40.7", "-74.0", "20mi")
    assert (venue["venue.slug"], "lat" in venue) == ("fox-park", False)
    with pytest.raises(ConfigInvalid, match="city"):
        list(connector(httpserver, city="").fetch(params(), http))


def test_one_event_by_its_id(httpserver: HTTPServer, http):
    httpserver.expect_request("/2/events/42").respond_with_json(event(42))
    (page,) = connector(httpserver, event="42").fetch(params(), http)
    assert [r.external_id for r in page.records if isinstance(r, RawRecord)] == ["42"]
    with pytest.raises(ConfigInvalid, match="event"):
        list(connector(httpserver, event="../x").fetch(params(), http))


@pytest.mark.parametrize(("status", "error"), [(403, ClientRefused), (429, RateLimited)])
def test_refusals_of_the_door_come_through(httpserver: HTTPServer, http, status, error):
    httpserver.expect_request("/2/events").respond_with_json(
        {"status": "error", "message": "no"}, status=status
    )
    with pytest.raises(error):
        connector(httpserver).check_credentials(http)


def test_a_missing_key_names_its_variable(http):
    with pytest.raises(CredentialsMissing, match="SEATGEEK_CLIENT_ID"):
        SeatGeekConnector(SeatGeekConfig()).check_credentials(http)


def test_pasted_addresses():
    found = SeatGeekConnector.config_for
    assert found("https://seatgeek.com/venues/madison-square-garden/tickets") == {
        "venue": "madison-square-garden"
    }
    assert found("https://seatgeek.com/new-york-giants-tickets") == {"performer": "new-york-giants"}
    assert found("https://seatgeek.com/owls-at-foxes-tickets/mlb/2026-12-04-7-pm/6100001") == {
        "event": "6100001"
    }
    assert found("https://seatgeek.com/about") is None
    assert found("https://example.com/venues/x") is None
