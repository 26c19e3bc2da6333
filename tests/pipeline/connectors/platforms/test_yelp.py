"""Yelp: events and businesses of version 3, answers of version 2, pages, errors."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.yelp import YelpConfig, YelpConnector
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import NOW, params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "Y-secret"})
RECORDED = SHARED / "api/yelp"


def read(body: bytes | str) -> Page:
    return YelpConnector(YelpConfig()).read(payload(body), params())


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, **config) -> YelpConnector:
    return YelpConnector(YelpConfig(api=server.url_for("/v3"), **{"lat": 12.97, "lng": 77.64} | config), KEY)


def listing(numbers: range, total: int) -> dict:
    event = json.loads(sample("yelp/events.json"))["events"][0]
    return {"total": total, "events": [{**event, "id": f"e{number}"} for number in numbers]}


def test_it_is_documented_and_known_by_its_samples_alone():
    check_platform(YelpConnector, "yelp/events.json", "yelp/businesses.json")


def test_events():
    page = read(sample("yelp/events.json"))
    quiz, film = page.records

    assert (quiz.external_id, quiz.title, quiz.categories) == (
        "bengaluru-lantern-quiz-night",
        "Lantern Quiz Night",
        ("nightlife",),
    )
    india = timezone(timedelta(hours=5, minutes=30))
    assert (quiz.start, quiz.end) == (
        datetime(2026, 12, 3, 20, tzinfo=india),
        datetime(2026, 12, 3, 23, tzinfo=india),
    )
    assert (quiz.venue.address, quiz.venue.city, quiz.venue.lat) == (
        "14, 12th Main Rd, Bengaluru 560038, India",
        "Bengaluru",
        12.9701,
    )
    assert quiz.venue.external_ids == {"yelp_business_id": "lantern-room-bengaluru"}
    assert (quiz.price_min, quiz.price_max, quiz.is_free, quiz.status) == ("250", "400", False, "")
    assert quiz.popularity == {"attending": 12, "interested": 40}
    assert (quiz.url, quiz.ticket_url) == (
        "https://www.yelp.com/events/bengaluru-lantern-quiz-night",
        "https://tickets.example/quiz",
    )
    assert (film.status, film.is_free, film.price_min, film.end, film.venue.external_ids) == (
        "cancelled",
        True,
        "",
        None,
        {},
    )
    assert page.coverage == Coverage.PARTIAL


def test_an_event_that_moved_keeps_its_id():
    moved = json.loads(sample("yelp/events.json"))
    moved["events"][0]["time_start"] = "2026-12-05T20:00:00+05:30"
    assert next(iter(read(json.dumps(moved)).records)).external_id == "bengaluru-lantern-quiz-night"


def test_what_cannot_be_an_event_is_counted():
    broken = json.loads(sample("yelp/events.json"))
    broken["events"][0]["time_start"] = None
    broken["events"][1]["name"] = " "
    assert [record.reason for record in read(json.dumps(broken)).records] == ["no start", "no title"]


def test_businesses():
    (room,) = read(sample("yelp/businesses.json")).places
    assert (room.name, room.external_ids, room.kinds) == (
        "The Lantern Room",
        {"yelp_business_id": "x1Lantern"},
        ("bars",),
    )
    assert (room.opening_hours, room.open_now, room.price_level, room.rating) == (
        "Mo-Su 18:00-01:00",
        False,
        2,
        4.5,
    )
    assert (room.url, room.photos[0].credit) == ("https://www.yelp.com/biz/lantern-room-bengaluru", "Yelp")


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (sample("yelp/denied.json"), CredentialsMissing, "YELP_API_KEY"),
        (
            '{"error": {"code": "ACCESS_LIMIT_REACHED", "description": "no more today"}}',
            SchemaChanged,
            "no more today",
        ),
        ('{"error": {"id": "UNAVAILABLE_FOR_LOCATION", "text": "not there"}}', SchemaChanged, "not there"),
        ('{"events": [{"name": "x"}]}', SchemaChanged, "neither events nor businesses"),
        ("[]", SchemaChanged, "neither"),
        ("nothing", SchemaChanged, "no JSON"),
    ],
)
def test_what_is_no_answer_is_told(body, error, words):
    with pytest.raises(error, match=words):
        read(body)


def test_an_empty_list_is_an_answer():
    page = read('{"total": 0, "events": []}')
    assert (list(page.records), page.places) == ([], ())


def test_pages(httpserver: HTTPServer, http):
    pages = {"0": listing(range(50), 60), "50": listing(range(49, 60), 60)}
    serve(httpserver, "/v3/events", pages, by="offset")
    found = list(connector(httpserver).fetch(params(radius_km=60), http))
    ids = [record.external_id for page in found for record in page.records if not hasattr(record, "reason")]
    assert len(ids) == len(set(ids)) == 60
    first = asked(httpserver)[0]
    assert (first["latitude"], first["radius"], first["limit"], first["sort_on"]) == (
        "12.97",
        "40000",
        "50",
        "time_start",
    )
    assert first["start_date"] == str(int(NOW.timestamp()))
    assert httpserver.log[0][0].headers["Authorization"] == "Bearer Y-secret"


def test_both_kinds_and_one_event(httpserver: HTTPServer, http):
    httpserver.expect_request("/v3/events").respond_with_data(sample("yelp/events.json"))
    httpserver.expect_request("/v3/businesses/search").respond_with_data(sample("yelp/businesses.json"))
    one = json.loads(sample("yelp/events.json"))["events"][0]
    httpserver.expect_request("/v3/events/quiz").respond_with_json(one)
    events, businesses = connector(httpserver, mode="both").fetch(params(), http)
    assert (len(list(events.records)), len(businesses.places)) == (2, 1)
    (page,) = connector(httpserver, event="quiz").fetch(params(), http)
    assert [record.title for record in page.records] == ["Lantern Quiz Night"]
    connector(httpserver).check_credentials(http)


def test_refusals_are_told(httpserver: HTTPServer, http):
    httpserver.expect_request("/v3/events").respond_with_json(
        {"error": {"code": "ACCESS_LIMIT_REACHED", "description": "x"}}
    )
    httpserver.expect_request("/v3/businesses/search").respond_with_data(
        sample("yelp/denied.json"), status=401
    )
    with pytest.raises(RateLimited):
        list(connector(httpserver).fetch(params(), http))
    with pytest.raises(ClientRefused):
        connector(httpserver).check_credentials(http)
    with pytest.raises(CredentialsMissing, match="YELP_API_KEY"):
        YelpConnector(YelpConfig(lat=1.0, lng=1.0)).check_credentials(http)
    with pytest.raises(ConfigInvalid, match="mode"):
        list(connector(httpserver, mode="films").fetch(params(), http))
    with pytest.raises(ConfigInvalid, match="lat, lng"):
        list(YelpConnector(YelpConfig(), KEY).fetch(params(), http))


def test_an_event_page_is_that_event():
    assert YelpConnector.config_for("https://www.yelp.com/events/bengaluru-quiz") == {
        "event": "bengaluru-quiz"
    }
    assert YelpConnector.config_for("https://www.yelp.com/biz/room") is None
    assert YelpConnector.config_for("https://yelp.com.evil.example/events/x-y-z") is None


@needs_data
def test_all_recorded_answers_are_read():
    found = recognized(YelpConnector, "api/yelp")
    assert len(found) == len(list(RECORDED.rglob("*.json"))) == 7
    counts = {
        path.stem: (len(list(page.records)), len(page.places))
        for path in found
        if (page := read(path.read_bytes()))
    }
    assert counts == {
        "events": (2, 0), "business__0": (0, 1), "business_locale__0": (0, 1), "phone_search__0": (0, 1), "search__0": (0, 20),
        "search_bounding_box__0": (0, 20), "search_by_coordinates__0": (0, 20),
    }  # fmt: skip


@needs_data
def test_recorded_events_agree_with_the_file():
    reported = json.loads((RECORDED / "events_v3/events.json").read_text())["events"]
    for record, item in zip(
        read((RECORDED / "events_v3/events.json").read_bytes()).records, reported, strict=True
    ):
        assert (record.title, record.start, record.is_free) == (
            item["name"],
            datetime.fromisoformat(item["time_start"]),
            item["is_free"],
        )
