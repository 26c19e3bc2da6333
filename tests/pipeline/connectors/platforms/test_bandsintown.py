"""Bandsintown's public API: an artist's events, the key that it writes everywhere, errors."""

import json
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.bandsintown import BandsintownConfig, BandsintownConnector
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from tests.pipeline.connectors.loopback import asked, local_http, sample
from tests.pipeline.connectors.reading import params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "SECRET-APP"})


def read(body: bytes | str, **changes) -> Page:
    return BandsintownConnector(BandsintownConfig()).read(payload(body), params(**changes))


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, artist: str = "Wild Fern") -> BandsintownConnector:
    return BandsintownConnector(BandsintownConfig(api=server.url_for(""), artist=artist), KEY)


def test_one_answer():
    page = read(sample("bandsintown/events.json"))
    concert, festival, stream, undated = page.records

    assert (concert.external_id, concert.title, concert.start) == (
        "1030000001",
        "Wild Fern, Moss",
        datetime(2026, 12, 4, 20),
    )
    assert (concert.venue.name, concert.venue.address, concert.venue.city) == (
        "The Cellar",
        "1 Low Road, Leeds, LS1 1AA",
        "Leeds",
    )
    assert (concert.venue.lat, concert.venue.lng, concert.venue.external_ids) == (
        53.7997,
        -1.5492,
        {"bandsintown": "900"},
    )
    assert (concert.performers, concert.sold_out, concert.is_free) == (("Wild Fern", "Moss"), True, None)
    assert concert.url == "https://www.bandsintown.com/e/1030000001?came_from=267"
    assert concert.ticket_url == "https://www.bandsintown.com/t/1030000001?came_from=267"
    assert "SECRET-APP" not in concert.raw
    assert (festival.title, festival.start, festival.end) == (
        "Fern Fest 2026",
        date(2026, 12, 11),
        date(2026, 12, 13),
    )
    assert (stream.online, stream.is_free, stream.sold_out, stream.venue.lat) == ("yes", True, False, None)
    assert (undated.reason, undated.external_id) == ("no start", "1030000004")


def test_the_older_form_of_an_event():
    old = {
        "id": 4189861, "title": "Nas @ UB Stadium in Buffalo, NY", "datetime": "2026-04-29T19:00:00", "on_sale_datetime": None,
        "artists": [{"name": "Nas", "image_url": "https://a.example/nas.jpg"}], "ticket_url": "https://www.bandsintown.com/event/4189861/buy_tickets",
        "venue": {"name": "UB Stadium", "city": "Buffalo", "region": "NY", "country": "United States", "latitude": 43.0, "longitude": -78.78},
    }  # fmt: skip
    assert BandsintownConnector.recognizes(payload(json.dumps([old]))) > 0.9
    (record,) = read(json.dumps([old])).records
    assert (record.title, record.performers, record.ticket_url) == (old["title"], ("Nas",), old["ticket_url"])


def test_what_is_recognized():
    assert BandsintownConnector.recognizes(payload(sample("bandsintown/events.json"))) > 0.9
    others = (
        "[]",
        '[{"lineup": ["A"], "title": "x"}]',
        '{"lineup"',
        '["lineup"]',
        '[{"id": 1, "datetime": "2026-12-01", "venue": {"lineup": 1}}]',
    )
    assert not any(BandsintownConnector.recognizes(payload(body)) for body in others)


def test_an_artist_without_events_is_no_error():
    assert list(read("[]").records) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"errorMessage": "[NotFound] The artist was not found"}', "artist was not found"),
        (
            '{"Message": "User is not authorized to access this resource with an explicit deny"}',
            "explicit deny",
        ),
        ('{"errors": ["Unknown Artist"]}', "Unknown Artist"),
        ('{"name": "Wild Fern"}', "no list of events"),
        ('[{"title": "x"}]', "no event of Bandsintown"),
        ("<html></html>", "no JSON"),
        ("\n{warn=Not found}\n", "no JSON"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(body, words):
    with pytest.raises(SchemaChanged, match=words):
        read(body)


def test_one_request_holds_all_and_the_key_stays_out_of_what_is_kept(httpserver: HTTPServer, http):
    httpserver.expect_request("/artists/Wild Fern/events").respond_with_data(
        sample("bandsintown/events.json"), content_type="application/json"
    )
    (page,) = connector(httpserver).fetch(params(), http)
    assert (len(page.records), page.coverage, page.cut) == (4, Coverage.COMPLETE, False)
    assert asked(httpserver) == [{"date": "upcoming", "app_id": "SECRET-APP"}]
    assert b"SECRET-APP" not in page.payload.content
    assert "SECRET-APP" not in page.payload.url
    again = BandsintownConnector(BandsintownConfig()).read(page.payload, params())
    assert list(again.records) == list(page.records)


def test_a_limit_makes_a_part_of_it(httpserver: HTTPServer, http):
    httpserver.expect_request("/artists/id_77/events").respond_with_data(
        sample("bandsintown/events.json"), content_type="application/json"
    )
    (page,) = connector(httpserver, artist="id_77").fetch(params(limit=1), http)
    assert (len(page.records), page.coverage, page.cut) == (1, Coverage.PARTIAL, True)


def test_slashes_in_a_name_are_escaped_twice(httpserver: HTTPServer, http):
    httpserver.expect_request("/artists/AC%2FDC/events").respond_with_json([])
    (page,) = connector(httpserver, artist="AC/DC").fetch(params(), http)
    assert (list(page.records), page.coverage) == ([], Coverage.COMPLETE)


@pytest.mark.parametrize(("status", "error"), [(403, ClientRefused), (429, RateLimited)])
def test_refusals_of_the_door_come_through(httpserver: HTTPServer, http, status, error):
    httpserver.expect_request("/artists/Wild Fern").respond_with_json(
        {"Message": "explicit deny"}, status=status
    )
    with pytest.raises(error):
        connector(httpserver).check_credentials(http)


def test_the_key_is_checked_by_asking_for_the_artist(httpserver: HTTPServer, http):
    httpserver.expect_request("/artists/Wild Fern").respond_with_json({"id": "77", "name": "Wild Fern"})
    connector(httpserver).check_credentials(http)
    with pytest.raises(CredentialsMissing, match="BANDSINTOWN_APP_ID"):
        BandsintownConnector(BandsintownConfig(artist="A")).check_credentials(http)
    with pytest.raises(ConfigInvalid, match="artist"):
        connector(httpserver, artist=" ").check_credentials(http)


def test_pasted_addresses():
    found = BandsintownConnector.config_for
    assert found("https://www.bandsintown.com/a/77-wild-fern?came_from=1") == {"artist": "id_77"}
    assert found("https://www.bandsintown.com/e/1030000001-wild-fern-at-the-cellar") is None
    assert found("https://example.com/a/77") is None


def test_answers_of_several_artists_kept_by_name_are_read_as_one():
    one, other = json.loads(sample("bandsintown/events.json"))[:2]
    saved = json.dumps({"Wild Fern": [one], "Nobody": [], "Moss": [other]})

    assert BandsintownConnector.recognizes(payload(saved)) > 0.9
    assert [record.external_id for record in read(saved).records] == [one["id"], other["id"]]
