"""Ticketmaster's Discovery API: one answer, windows that are split, limits, errors."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.connectors.platforms.ticketmaster import TicketmasterConfig, TicketmasterConnector
from pipeline.contract.connector import Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import Dropped, RawRecord
from tests.pipeline.connectors.loopback import asked, local_http, sample
from tests.pipeline.connectors.reading import NOW, params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "K-secret"})
FORM = "%Y-%m-%dT%H:%M:%SZ"
PATH = "/discovery/v2/events.json"


def read(body: bytes | str, **changes) -> Page:
    return TicketmasterConnector(TicketmasterConfig()).read(payload(body), params(**changes))


def event(name: str, start: datetime, **more) -> dict:
    return {
        "id": name,
        "name": f"Show {name}",
        "dates": {"start": {"dateTime": start.strftime(FORM)}},
        **more,
    }


class Discovery:
    """The API over a list of starts: windows with both ends included, pages, and its two limits."""

    def __init__(self, starts: list[datetime]) -> None:
        self.events = [event(f"{place:05}", start) for place, start in enumerate(starts)]

    def __call__(self, request: Request) -> Response:
        ask = request.args
        size, page = int(ask.get("size", 20)), int(ask.get("page", 0))
        if size > 200 or size * page >= 1_000:
            return Response(
                json.dumps({"errors": [{"code": "DIS1035", "detail": "Max paging depth exceeded."}]}),
                status=400,
            )
        found = [] if ask.get("includeTBA") == "only" else self.events
        if "startDateTime" in ask:
            found = [
                e
                for e in found
                if ask["startDateTime"] <= e["dates"]["start"]["dateTime"] <= ask["endDateTime"]
            ]
        numbers = {
            "size": size,
            "totalElements": len(found),
            "totalPages": -(-len(found) // size),
            "number": page,
        }
        body = {"_links": {"self": {"href": "/discovery/v2/events.json"}}, "page": numbers}
        shown = found[page * size :][:size]
        return Response(
            json.dumps({**body, "_embedded": {"events": shown}} if shown else body),
            content_type="application/json",
        )


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, **config) -> TicketmasterConnector:
    return TicketmasterConnector(
        TicketmasterConfig(api=server.url_for(""), **{"city": "Chicago"} | config), KEY
    )


def test_one_answer():
    page = read(sample("ticketmaster/events.json"))
    first, second, postponed, undated, nameless, broken, cancelled = page.records

    assert (first.external_id, first.title, first.timezone) == (
        "G5vYZ9aaa0001",
        "Midnight Ragas",
        "America/Chicago",
    )
    assert first.start == datetime(2026, 12, 4, 21, 30, tzinfo=timezone(timedelta(hours=-6)))
    assert first.doors == datetime(2026, 12, 5, 2, 30, tzinfo=UTC)
    assert (first.venue.name, first.venue.address, first.venue.city, first.venue.country) == (
        "Lake Hall",
        "1 Lake Street, Chicago, IL, 60601",
        "Chicago",
        "US",
    )
    assert (first.venue.lat, first.venue.lng, first.venue.external_ids) == (
        41.88,
        -87.62,
        {"ticketmaster": "KovZlake"},
    )
    assert (first.price_min, first.price_max, first.price_currency) == ("20.5", "80.0", "USD")
    assert first.categories == ("Music", "World", "Indian")
    assert first.performers == ("Anoushka's Trio", "The Drones")
    assert [image.url.rpartition("/")[2] for image in first.images] == ["wide.jpg", "small.jpg", "stock.jpg"]
    assert (first.organizer.name, first.language, first.ticket_url) == (
        "RAGA NIGHTS",
        "en",
        "https://www.ticketmaster.com/event/G5vYZ9aaa0001",
    )
    assert first.description == "Seats are numbered.\n\nNo late entry."
    assert first.accessibility == {"info": "Lift at the side door."}
    assert (second.start, second.status, second.previous_start) == (
        date(2026, 12, 6),
        "rescheduled",
        datetime(2026, 11, 20, 20),
    )
    assert (postponed.start, postponed.status) == (datetime(2026, 11, 26, 2, tzinfo=UTC), "postponed")
    assert [(d.reason, d.external_id) for d in (undated, nameless, broken)] == [
        ("no start", "G5vYZ9aaa0004"),
        ("no title", "G5vYZ9aaa0005"),
        ("no event", ""),
    ]
    assert (cancelled.start, cancelled.status) == (datetime(2026, 12, 10, 1, tzinfo=UTC), "cancelled")
    assert (page.coverage, page.cut) == (Coverage.PARTIAL, False)


def test_a_recording_of_the_answer_reads_like_the_answer():
    answer = json.loads(sample("ticketmaster/events.json"))
    recording = json.dumps(
        [
            {
                "scope": "https://app.ticketmaster.com",
                "path": "/discovery/v2/events",
                "status": 200,
                "response": answer,
            }
        ]
    )
    assert list(read(recording).records) == list(read(json.dumps(answer)).records)
    events = json.dumps(answer["_embedded"]["events"])
    assert list(read(events).records) == list(read(json.dumps(answer)).records)
    pages = json.dumps(
        [
            {**answer, "_embedded": {"events": answer["_embedded"]["events"][:2]}},
            {"_embedded": {"events": answer["_embedded"]["events"][2:3]}},
        ]
    )
    assert [r.external_id for r in read(pages).records] == ["G5vYZ9aaa0001", "G5vYZ9aaa0002", "G5vYZ9aaa0003"]
    assert all(TicketmasterConnector.recognizes(payload(body)) > 0.9 for body in (recording, events, pages))


def test_what_is_recognized():
    one = json.loads(sample("ticketmaster/events.json"))["_embedded"]["events"][0]
    nothing = {
        "_links": {"self": {"href": "/discovery/v2/events.json"}},
        "page": {"size": 200, "totalElements": 0, "totalPages": 0, "number": 0},
    }
    assert all(
        TicketmasterConnector.recognizes(payload(body)) > 0.9
        for body in (sample("ticketmaster/events.json"), json.dumps(one), json.dumps(nothing))
    )
    others = [
        '{"_embedded": {"events": [{"id": 1, "name": "A", "dates": ["2026-12-01"]}]}}',
        '{"page": {}, "x": "/discovery/"}',
        "[]",
        "{",
        '{"dates": 1}',
        '["dates"]',
    ]
    assert not any(TicketmasterConnector.recognizes(payload(body)) for body in others)


def test_an_empty_answer_has_no_events_and_is_no_error():
    assert (
        list(read('{"page": {"size": 20, "totalElements": 0, "totalPages": 0, "number": 0}}').records) == []
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"fault": {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}}',
            "Invalid ApiKey",
        ),
        ('{"errors": [{"code": "DIS1004", "detail": "Resource not found"}]}', "Resource not found"),
        ("<html>Pardon the interruption</html>", "no JSON"),
        ('{"_embedded": {"attractions": []}}', "no events"),
        ('{"_embedded": {"events": [{"title": "x"}]}}', "no event of this answer has dates"),
        ("[]", "no events"),
        ("7", "no events"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(body, words):
    with pytest.raises(SchemaChanged, match=words):
        read(body)


def test_a_window_that_holds_too_much_is_split_and_nothing_is_lost(httpserver: HTTPServer, http):
    starts = [NOW + timedelta(hours=hour) for hour in range(2_600)]
    httpserver.expect_request(PATH).respond_with_handler(Discovery(starts))
    wanted = params(start=NOW, end=NOW + timedelta(days=200))
    pages = list(connector(httpserver).fetch(wanted, http))

    kept = [r.external_id for page in pages for r in page.records if isinstance(r, RawRecord)]
    assert sorted(kept) == [f"{place:05}" for place in range(2_600)]
    assert {(page.coverage, page.covered_until) for page in pages} == {(Coverage.WINDOWED, wanted.end)}
    assert pages[-1].checkpoint == {"from": ""}
    assert all(
        int(ask.get("page", 0)) < 5 and ask["size"] == "200" and ask["sort"] == "id,asc"
        for ask in asked(httpserver)
    )
    assert not any("K-secret" in page.payload.url for page in pages)


def test_more_at_one_hour_than_can_be_paged_is_told_as_cut(httpserver: HTTPServer, http):
    httpserver.expect_request(PATH).respond_with_handler(Discovery([NOW + timedelta(days=3)] * 1_300))
    pages = list(connector(httpserver, undated=False).fetch(params(), http))
    assert len({r.external_id for page in pages for r in page.records if isinstance(r, RawRecord)}) == 1_000
    assert (pages[-1].coverage, pages[-1].cut) == (Coverage.PARTIAL, True)


def test_a_walk_that_was_cut_short_goes_on_in_the_next_run(httpserver: HTTPServer, http):
    starts = [NOW + timedelta(hours=hour) for hour in range(2_600)]
    httpserver.expect_request(PATH).respond_with_handler(Discovery(starts))
    wanted = params(start=NOW, end=NOW + timedelta(days=200))
    kept: set[str] = set()
    for _ in range(20):
        pages = list(connector(httpserver, max_requests=5).fetch(wanted, http))
        kept |= {r.external_id for page in pages for r in page.records if isinstance(r, RawRecord)}
        assert (pages[-1].coverage, pages[-1].cut) == (Coverage.PARTIAL, True)
        wanted = replace(wanted, checkpoint={**wanted.checkpoint, **pages[-1].checkpoint})
        if not pages[-1].checkpoint["from"]:
            break
    assert len(kept) == 2_600


def test_the_question_is_the_city_or_the_circle_of_the_source(httpserver: HTTPServer, http):
    httpserver.expect_request(PATH).respond_with_handler(Discovery([]))
    near = params(lat=12.97, lng=77.59, radius_km=30.0, category="music")
    pages = list(TicketmasterConnector(TicketmasterConfig(api=httpserver.url_for("")), KEY).fetch(near, http))
    undated, dated = asked(httpserver)
    assert {
        "latlong": "12.97,77.59",
        "radius": "30",
        "unit": "km",
        "classificationName": "music",
        "apikey": "K-secret",
    }.items() <= dated.items()
    assert (undated["includeTBA"], dated["includeTBA"], dated["locale"]) == ("only", "yes", "*")
    assert dated["startDateTime"] == (NOW - timedelta(days=1)).strftime(FORM)
    assert pages[-1].coverage == Coverage.WINDOWED
    with pytest.raises(ConfigInvalid, match="city"):
        list(TicketmasterConnector(TicketmasterConfig(), KEY).fetch(params(), http))


def test_a_limit_is_kept(httpserver: HTTPServer, http):
    httpserver.expect_request(PATH).respond_with_handler(
        Discovery([NOW + timedelta(hours=hour) for hour in range(300)])
    )
    pages = list(connector(httpserver).fetch(params(limit=7), http))
    assert sum(len(page.records) for page in pages) == 7
    assert (pages[-1].coverage, pages[-1].cut) == (Coverage.PARTIAL, True)
    assert len(asked(httpserver)) == 2


def test_one_event_by_its_id(httpserver: HTTPServer, http):
    httpserver.expect_request("/discovery/v2/events/G5vY.json").respond_with_json(event("G5vY", NOW))
    (page,) = connector(httpserver, event="G5vY").fetch(params(), http)
    assert [r.external_id for r in page.records] == ["G5vY"]
    with pytest.raises(ConfigInvalid, match="event"):
        list(connector(httpserver, event="../../x").fetch(params(), http))


def test_events_that_are_met_twice_are_counted_as_dropped(httpserver: HTTPServer, http):
    httpserver.expect_request(PATH).respond_with_json(
        {
            "_embedded": {"events": [event("same", NOW)]},
            "page": {"totalElements": 1, "totalPages": 1, "number": 0, "size": 200},
        }
    )
    pages = list(connector(httpserver).fetch(params(), http))
    assert [type(r) for page in pages for r in page.records] == [RawRecord, Dropped]


@pytest.mark.parametrize(("status", "error"), [(401, ClientRefused), (429, RateLimited)])
def test_refusals_of_the_door_come_through(httpserver: HTTPServer, http, status, error):
    httpserver.expect_request(PATH).respond_with_json({"fault": {"faultstring": "no"}}, status=status)
    with pytest.raises(error):
        connector(httpserver).check_credentials(http)
    with pytest.raises(error):
        list(connector(httpserver).fetch(params(), http))


def test_the_key_is_checked_by_one_request_and_named_where_it_is_missing(httpserver: HTTPServer, http):
    httpserver.expect_request(PATH).respond_with_handler(Discovery([NOW]))
    connector(httpserver).check_credentials(http)
    assert [ask["size"] for ask in asked(httpserver)] == ["1"]
    with pytest.raises(CredentialsMissing, match="TICKETMASTER_API_KEY"):
        TicketmasterConnector(TicketmasterConfig()).check_credentials(http)


def test_pasted_addresses():
    found = TicketmasterConnector.config_for
    assert found("https://www.ticketmaster.com/imagine-dragons-chicago/event/0700626ABC12?x=1") == {
        "event": "0700626ABC12"
    }
    assert found("https://www.ticketmaster.co.uk/event/3600626ABC12") == {"event": "3600626ABC12"}
    assert found("https://www.ticketmaster.com/lake-hall-tickets-chicago/venue/57664") is None
    assert found("https://notticketmaster.com/event/0700626ABC12") is None


def test_events_that_an_application_kept_under_a_name_of_its_own_are_read() -> None:
    kept = json.dumps({"saved": [event("a", NOW)], "total": 1})

    assert TicketmasterConnector.recognizes(payload(kept)) > 0.9
    assert [one.external_id for one in read(kept).records] == ["a"]
