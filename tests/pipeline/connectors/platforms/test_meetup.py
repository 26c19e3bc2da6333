"""Meetup: answers of its API, group feeds, public pages, and what was recorded of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.meetup import MeetupConfig, MeetupConnector
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.raw import Dropped, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import NOW, kept, params, payload
from tests.pipeline.connectors.recordings import recorded, sampled

FOLDER = SHARED / "api/meetup"
TOKEN = Credentials(values={"key": "t0ken"})
KOLKATA = timedelta(hours=5, minutes=30)


def read(text: Any, **fields: Any) -> Any:
    return MeetupConnector(MeetupConfig()).read(
        payload(text if isinstance(text, str) else json.dumps(text), **fields), params()
    )


def served(httpserver: HTTPServer, **config: Any) -> MeetupConnector:
    """A connector whose API and site are the local server."""
    made = type(
        "Local",
        (MeetupConnector,),
        {"api": httpserver.url_for("/gql"), "site": httpserver.url_for("").rstrip("/")},
    )
    return made(MeetupConfig(**config), TOKEN)


def node(number: int) -> dict[str, Any]:
    return {
        "node": {
            "id": str(number),
            "title": f"Evening {number}",
            "status": "ACTIVE",
            "dateTime": "2026-12-04T18:30:00+05:30",
        }
    }


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(MeetupConnector, "meetup/group.json", "meetup/find.html")


def test_everything_that_an_answer_says_of_an_event() -> None:
    answer = MeetupConnector(MeetupConfig()).read(sampled("meetup/group.json"), params())
    first, off, *dropped = answer.records
    assert isinstance(first, RawRecord)
    assert (first.external_id, first.title, first.description) == (
        "501",
        "Compilers by Candlelight",
        "Bring **one** question.",
    )
    assert isinstance(first.start, datetime)
    assert (first.start.isoformat(), first.duration_seconds) == ("2026-12-04T18:30:00+05:30", 7200)
    venue = first.venue
    assert (venue.name, venue.address, venue.city, venue.country) == (
        "The Reading Room",
        "12th Main, Bengaluru, KA, 560038",
        "Bengaluru",
        "IN",
    )
    assert (venue.lat, venue.lng, venue.external_ids) == (12.97, 77.64, {"meetup": "77"})
    assert (first.online, first.capacity, first.popularity) == (Online.BOTH, 40, {"attending": 26})
    assert (first.price_min, first.price_max, first.price_currency, first.is_free) == (
        "250",
        "250",
        "INR",
        None,
    )
    assert (
        first.images[0].url
        == "https://secure-content.meetupstatic.com/images/classic-events/4711/676x380.webp"
    )
    assert first.organizer is not None
    assert (first.organizer.name, first.organizer.url) == (
        "Bengaluru Code Circle",
        "https://www.meetup.com/bengaluru-code-circle/",
    )
    assert (first.categories, first.recurrence.series_id if first.recurrence else "") == (
        ("Compilers",),
        "s-1",
    )
    assert isinstance(off, RawRecord)
    assert (off.status, off.online, off.venue.lat) == ("cancelled", Online.YES, None)
    assert [(one.reason, one.external_id) for one in dropped if isinstance(one, Dropped)] == [
        ("hidden by its organizer", "503"), ("no title", "504"), ("no event", ""),
    ]  # fmt: skip
    assert (answer.coverage, answer.cut, answer.calendar_name) == (
        Coverage.PARTIAL,
        True,
        "Bengaluru Code Circle",
    )


def test_a_public_page_is_read_from_its_state() -> None:
    (one,) = kept(MeetupConnector(MeetupConfig()).read(sampled("meetup/find.html"), params()))
    assert (one.external_id, one.title, one.timezone, one.venue.name) == (
        "601",
        "Sketching in Cubbon Park",
        "Asia/Kolkata",
        "Bandstand",
    )
    assert (one.online, one.popularity, one.images[0].url) == (
        Online.NO,
        {"attending": 12},
        "https://secure.meetupstatic.com/photos/event/1.jpeg",
    )


def test_a_feed_gives_events_the_ids_of_the_api() -> None:
    feed = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:event_501@meetup.com\r\nSUMMARY:Compilers\r\nDTSTART:20261204T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    answer = read(feed, content_type="text/calendar")
    assert [one.external_id for one in answer.records] == ["501"]


def test_a_feed_covers_the_time_until_its_last_event() -> None:
    """Nobody says how many events it lists at most."""
    event = "BEGIN:VEVENT\r\nUID:event_{0}@meetup.com\r\nSUMMARY:One\r\nDTSTART:202612{0}T130000Z\r\nEND:VEVENT\r\n"
    answer = read(
        "BEGIN:VCALENDAR\r\n"
        + event.format("04")
        + event.format("09")
        + event.format("06")
        + "END:VCALENDAR\r\n"
    )
    assert (answer.coverage, answer.covered_until) == (
        Coverage.WINDOWED,
        datetime(2026, 12, 9, 13, tzinfo=UTC),
    )
    assert read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n").coverage is Coverage.PARTIAL


def test_all_lists_of_an_answer_are_read_each_event_once() -> None:
    lists = {
        "upcomingEvents": {"edges": [node(1)], "pageInfo": {}},
        "pastEvents": {"edges": [node(2)], "pageInfo": {}},
    }
    answer = read({"data": {"groupByUrlname": {"name": "Circle", **lists}}})
    assert [one.external_id for one in answer.records] == ["1", "2"]


def test_pages_follow_the_cursor_until_there_is_none(httpserver: HTTPServer) -> None:
    asked: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        asked.append({**request.get_json(), "token": request.headers["authorization"]})
        first = asked[-1]["variables"]["cursor"] is None
        info = {"hasNextPage": first, "endCursor": "two"}
        events = {"pageInfo": info, "edges": [node(1), node(2)] if first else [node(3)]}
        return Response(
            json.dumps({"data": {"groupByUrlname": {"name": "Circle", "events": events}}}),
            content_type="application/json",
        )

    httpserver.expect_request("/gql", method="POST").respond_with_handler(answer)
    with local_http() as http:
        pages = list(served(httpserver, group="circle").fetch(params(), http))
    assert [[one.external_id for one in page.records] for page in pages] == [["1", "2"], ["3"]]
    assert [(page.coverage, page.covered_until, page.cut) for page in pages] == [
        (Coverage.WINDOWED, params().end, False)
    ] * 2
    assert [one["variables"]["cursor"] for one in asked] == [None, "two"]
    assert (asked[0]["token"], asked[0]["variables"]["urlname"]) == ("Bearer t0ken", "circle")
    assert datetime.fromisoformat(asked[0]["variables"]["after"]) < NOW, "what is under way began before now"


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 2)])
def test_a_limit_cuts_and_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    events = {"pageInfo": {"hasNextPage": True, "endCursor": "more"}, "edges": [node(1), node(2)]}
    httpserver.expect_oneshot_request("/gql").respond_with_json(
        {"data": {"groupByUrlname": {"events": events}}}
    )
    with local_http() as http:
        (page,) = served(httpserver, group="circle", **config).fetch(params(limit=limit), http)
    assert (len(list(page.records)), page.coverage, page.cut) == (2, Coverage.PARTIAL, True)


def test_a_place_is_asked_for_with_its_radius_in_miles(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gql").respond_with_json(
        {"data": {"recommendedEvents": {"pageInfo": {}, "edges": []}}}
    )
    with local_http() as http:
        (page,) = served(httpserver).fetch(params(lat=12.97, lng=77.64, radius_km=16.09344), http)
    sent = json.loads(httpserver.log[0][0].data)["variables"]
    assert (sent["lat"], sent["lon"], sent["radius"], sent["from"]) == (12.97, 77.64, 10.0, NOW.isoformat())
    assert (list(page.records), page.coverage) == ([], Coverage.PARTIAL)


def test_a_field_that_is_gone_from_the_schema_costs_one_request(httpserver: HTTPServer) -> None:
    gone = {
        "errors": [
            {
                "message": "Validation error (FieldUndefined@[event/maxTickets]) : Field 'maxTickets' in type 'Event' is undefined"
            }
        ]
    }
    found = {"data": {"groupByUrlname": {"events": {"pageInfo": {"hasNextPage": False}, "edges": [node(1)]}}}}
    httpserver.expect_ordered_request("/gql").respond_with_json(gone)
    httpserver.expect_ordered_request("/gql").respond_with_json(found)
    with local_http() as http:
        (page,) = served(httpserver, group="circle").fetch(params(), http)
    assert [one.external_id for one in page.records] == ["1"]
    assert ["maxTickets" in json.loads(request.data)["query"] for request, _ in httpserver.log] == [
        True,
        False,
    ]


def test_with_a_token_a_find_page_becomes_a_search_around_the_city(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/gql").respond_with_json(
        {"data": {"recommendedEvents": {"pageInfo": {}, "edges": [node(1)]}}}
    )
    with local_http() as http:
        (page,) = served(httpserver, url="https://www.meetup.com/find/?location=in--Bangalore").fetch(
            params(lat=12.97, lng=77.64), http
        )
    assert [one.external_id for one in page.records] == ["1"]


def test_without_a_token_the_group_feed_is_read(httpserver: HTTPServer) -> None:
    feed = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    httpserver.expect_request("/circle/events/ical/").respond_with_data(feed, content_type="text/calendar")
    open_to_all = served(httpserver, group="circle")
    open_to_all.credentials = Credentials()
    with local_http() as http:
        (page,) = open_to_all.fetch(params(), http)
    assert (list(page.records), page.coverage) == ([], Coverage.PARTIAL)


@pytest.mark.parametrize("config", [{"network": "rladies"}, {"query": "chess"}])
def test_what_needs_a_token_names_the_variable(config: dict[str, Any]) -> None:
    with local_http() as http, pytest.raises(CredentialsMissing, match="MEETUP_API_KEY"):
        list(MeetupConnector(MeetupConfig(**config)).fetch(params(), http))


def test_nothing_named_is_told() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="group or url: missing"):
        list(MeetupConnector(MeetupConfig()).fetch(params(), http))


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        ({"errors": [{"message": "Invalid input for enum"}]}, SchemaChanged, "Invalid input for enum"),
        (
            {"errors": [{"message": "no", "extensions": {"code": "UNAUTHENTICATED"}}]},
            CredentialsMissing,
            "MEETUP_API_KEY",
        ),
        ({"data": {"groupByUrlname": None}}, SchemaChanged, "knows nothing of that name"),
        ({"data": {"groupSearch": {"edges": []}}}, SchemaChanged, "without events"),
        ({"data": {"self": 5}}, SchemaChanged, "no list of events"),
        ({"title": "no answer of theirs"}, SchemaChanged, "."),
        ("<!doctype html><html><body>Sign in</body></html>", SchemaChanged, "no event markup"),
        ("{broken", SchemaChanged, "no JSON"),
    ],
)
def test_errors_are_told_and_never_zero_events(body: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        read(body)


def test_an_empty_list_is_zero_events() -> None:
    answer = read(
        {
            "data": {
                "groupByUrlname": {
                    "name": "Quiet",
                    "events": {"pageInfo": {"hasNextPage": False}, "edges": []},
                }
            }
        }
    )
    assert (list(answer.records), answer.cut) == ([], False)


@pytest.mark.parametrize(("status", "error"), [(401, CredentialsMissing), (429, RateLimited)])
def test_refusals_are_told_apart(httpserver: HTTPServer, status: int, error: type[Exception]) -> None:
    httpserver.expect_request("/gql").respond_with_data("{}", status=status, headers={"Retry-After": "120"})
    with local_http() as http, pytest.raises(error):
        list(served(httpserver, group="circle").fetch(params(), http))


@pytest.mark.parametrize(("owner", "good"), [({"id": "1", "name": "A"}, True), (None, False)])
def test_a_token_is_checked_by_asking_whose_it_is(httpserver: HTTPServer, owner: Any, good: bool) -> None:
    httpserver.expect_request("/gql").respond_with_json({"data": {"self": owner}})
    with local_http() as http:
        if good:
            served(httpserver).check_credentials(http)
        else:
            with pytest.raises(CredentialsMissing, match="MEETUP_API_KEY"):
                served(httpserver).check_credentials(http)


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://www.meetup.com/rladies-lagos/", {"group": "rladies-lagos"}),
        ("https://www.meetup.com/de-DE/rladies-lagos/events/", {"group": "rladies-lagos"}),
        ("https://www.meetup.com/rladies-lagos/events/ical/", {"group": "rladies-lagos"}),
        ("https://www.meetup.com/pro/rladies/", {"network": "rladies"}),
        (
            "https://www.meetup.com/a-group/events/303957036/?recId=1",
            {"url": "https://www.meetup.com/a-group/events/303957036/?recId=1"},
        ),
        (
            "https://www.meetup.com/find/?location=in--Bangalore",
            {"url": "https://www.meetup.com/find/?location=in--Bangalore"},
        ),
        ("https://notmeetup.com/a/", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert MeetupConnector.config_for(url) == config
    if config is not None:
        configured("meetup", config)


# --- what was recorded ---


def expected(path: Path) -> list[tuple[str, datetime]]:
    """Titles and starts as the file says them, read without the connector."""
    value = json.loads(path.read_bytes())
    nodes: list[Any] = value if isinstance(value, list) else []
    holders = [value.get("data") or {}] if isinstance(value, dict) else []
    while holders:
        holder = holders.pop()
        inner = list(holder.values()) if isinstance(holder, dict) else holder
        nodes += [one for one in inner if isinstance(one, dict) and "dateTime" in one]
        holders += [one for one in inner if isinstance(one, dict | list)]
    found = [
        (one["title"], one.get("dateTime") or one["date"])
        for one in nodes
        if "dateTime" in one or "link" in one
    ]
    return [(" ".join(title.split()), datetime.fromisoformat(start)) for title, start in found]


@needs_data
@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.json")), ids=lambda path: path.name)
def test_recorded_answers_give_their_events(path: Path) -> None:
    said = set(expected(path))
    if not said:
        with pytest.raises(SchemaChanged):
            MeetupConnector(MeetupConfig()).read(recorded(path), params())
        return
    assert detect(recorded(path)) is MeetupConnector
    answer = list(MeetupConnector(MeetupConfig()).read(recorded(path), params()).records)
    assert {(one.title, one.start) for one in answer if isinstance(one, RawRecord)} == said
    assert {one.reason for one in answer if isinstance(one, Dropped)} <= {"duplicate id"}


@needs_data
def test_a_list_that_somebody_took_keeps_meetups_ids() -> None:
    path = SHARED / "api/multi/quazfenton__inYacitY/meetup_events.json"
    assert detect(recorded(path)) is MeetupConnector
    found = kept(MeetupConnector(MeetupConfig()).read(recorded(path), params()))
    items = json.loads(path.read_bytes())["events"]
    assert [one.title for one in found] == [" ".join(item["title"].split()) for item in items]
    assert all(one.external_id in one.url and one.external_id.isdigit() for one in found)


@needs_data
def test_no_other_recorded_file_is_taken_for_meetups() -> None:
    others = [
        path
        for folder in ("api", "html", "rss")
        for path in sorted((SHARED / folder).rglob("*.*"))
        if path.is_file() and "meetup" not in path.name
    ]
    taken = [
        path for path in others if FOLDER not in path.parents and MeetupConnector.recognizes(recorded(path))
    ]
    assert taken == []


def test_the_clock_of_a_start_is_that_of_its_place() -> None:
    answer = read({"data": {"event": {"id": "1", "title": "One", "dateTime": "2026-12-04T18:30:00+05:30"}}})
    (one,) = kept(answer)
    assert isinstance(one.start, datetime)
    assert (one.start.utcoffset(), one.start.astimezone(UTC).hour) == (KOLKATA, 13)
