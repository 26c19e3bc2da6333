"""Facebook: the Graph API, public event pages, and what was recorded of them."""

import json
import re
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.facebook import FacebookConfig, FacebookConnector
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import Coverage, Online, OrganizerType
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.raw import Dropped, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, serve
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import kept, params, payload
from tests.pipeline.connectors.recordings import recorded, sampled

FOLDER = SHARED / "html/francescov1__facebook-event-scraper"
TOKEN = Credentials(values={"key": "", "access_token": "pAge"})


def read(text: Any, **config: Any) -> Any:
    body = text if isinstance(text, str) else json.dumps(text)
    return FacebookConnector(FacebookConfig(**config)).read(payload(body), params())


def served(httpserver: HTTPServer, credentials: Credentials = TOKEN, **config: Any) -> FacebookConnector:
    """A connector whose API and site are the local server."""
    here = httpserver.url_for("").rstrip("/")
    return type("Local", (FacebookConnector,), {"api": here, "site": here})(
        FacebookConfig(**config), credentials
    )


def event(number: int) -> dict[str, Any]:
    return {
        "id": f"80010010{number:02}",
        "name": f"Evening {number}",
        "start_time": "2026-12-04T18:30:00+0530",
    }


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(FacebookConnector, "facebook/events.json", "facebook/event.html")


def test_everything_that_an_answer_says_of_an_event() -> None:
    page = FacebookConnector(FacebookConfig()).read(sampled("facebook/events.json"), params())
    first, yoga, again, off, *dropped = page.records
    assert isinstance(first, RawRecord)
    assert (first.external_id, first.title, first.url) == (
        "7001001001",
        "Carnatic Morning",
        "https://www.facebook.com/events/7001001001/",
    )
    assert (str(first.start), str(first.end), first.timezone) == (
        "2026-12-06 06:30:00+05:30",
        "2026-12-06 08:30:00+05:30",
        "Asia/Kolkata",
    )
    venue = first.venue
    assert (venue.name, venue.address, venue.city, venue.lat) == (
        "Cubbon Park",
        "Kasturba Road, 560001, Bengaluru",
        "Bengaluru",
        12.976,
    )
    assert (venue.external_ids, first.online, first.categories) == (
        {"facebook": "55"},
        Online.NO,
        ("music and audio",),
    )
    assert (first.ticket_url, first.images[0].url) == (
        "https://tickets.example/carnatic",
        "https://scontent.example/c.jpg",
    )
    assert (first.popularity, first.organizer and first.organizer.name) == (
        {"attending": 31, "interested": 240},
        "Park Concerts",
    )
    assert isinstance(yoga, RawRecord)
    assert isinstance(again, RawRecord)
    assert [(one.external_id, str(one.start)[:10], one.recurrence and one.recurrence.series_id) for one in (yoga, again)] == [
        ("7001001003", "2026-12-07", "7001001002"), ("7001001004", "2026-12-14", "7001001002"),
    ]  # fmt: skip
    assert isinstance(off, RawRecord)
    assert (off.status, off.start, off.online) == ("cancelled", date(2026, 12, 8), Online.YES)
    assert [(one.reason, one.external_id) for one in dropped if isinstance(one, Dropped)] == [
        ("not public", "7001001006"), ("no title", "7001001007"), ("no start", "7001001008"),
    ]  # fmt: skip


def test_an_event_page_is_put_together_from_its_scripts() -> None:
    assert detect(sampled("facebook/event.html")) is FacebookConnector
    (one,) = kept(FacebookConnector(FacebookConfig()).read(sampled("facebook/event.html"), params()))
    assert (one.external_id, one.title, one.description) == (
        "9001001001",
        "Lantern Walk",
        "Meet at the west gate.",
    )
    assert (str(one.start), str(one.end)) == ("2026-12-12 19:00:00+05:30", "2026-12-12 21:00:00+05:30")
    assert (one.venue.name, one.venue.address, one.venue.city, one.venue.country) == (
        "Lalbagh",
        "Mavalli, Bengaluru",
        "Bengaluru",
        "IN",
    )
    assert (one.venue.lat, one.venue.external_ids, one.online) == (12.95, {"facebook": "77"}, Online.NO)
    assert (one.categories, one.popularity, one.ticket_url) == (
        ("Festival",),
        {"attending": 64, "interested": 905},
        "https://tickets.example/l",
    )
    assert one.images[0].url == "https://scontent.example/l.jpg"
    assert one.organizer is not None
    assert (one.organizer.name, one.organizer.type) == ("City Walks", OrganizerType.BUSINESS)


def test_the_hours_of_a_page_by_a_named_zone_are_those_that_people_read() -> None:
    page = sampled("facebook/event.html")
    (one,) = kept(read(page.content.decode().replace("UTC+05:30", "PDT")))
    assert isinstance(one.start, datetime)
    assert (one.start.tzinfo, one.calendar_timezone) == (None, "America/Los_Angeles")


def test_a_page_that_lists_events_gives_each() -> None:
    nodes = [
        {
            "node": {
                "id": f"60010010{n}",
                "name": f"Evening {n}",
                "start_timestamp": 1797082200 + n,
                "event_place": {"id": "1"},
            }
        }
        for n in (1, 2)
    ]
    script = json.dumps({"require": [["x", {"__bbox": {"facebook": 1, "edges": nodes}}]]})
    answer = read(
        f'<!doctype html><html id="facebook"><script type="application/json" data-sjs>{script}</script></html>'
    )
    assert [one.title for one in answer.records] == ["Evening 1", "Evening 2"]


@pytest.mark.parametrize(
    ("categories", "dropped"),
    [((), 0), (("festival", "fitness", "food and drink", "shopping"), 1), (("music",), 2)],
)
def test_only_wanted_categories_are_kept_and_the_rest_counted(
    categories: tuple[str, ...], dropped: int
) -> None:
    page = FacebookConnector(FacebookConfig(categories=categories)).read(
        sampled("facebook/events.json"), params()
    )
    assert [one.reason for one in page.records if isinstance(one, Dropped)].count(
        "category not wanted"
    ) == dropped


def test_pages_follow_the_cursor_and_the_token_stays_out_of_what_is_kept(httpserver: HTTPServer) -> None:
    further = "https://graph.facebook.com/v25.0/park/events?access_token=pAge%7Csecret&after=two"
    first = {"data": [event(1), event(2)], "paging": {"cursors": {"after": "two"}, "next": further}}
    last = {"data": [event(3)], "paging": {"cursors": {"after": "end"}}}
    serve(httpserver, "/park/events", {"": first, "two": last}, by="after")
    with local_http() as http:
        pages = list(served(httpserver, pages=["park"]).fetch(params(), http))
    assert [[one.title for one in page.records] for page in pages] == [
        ["Evening 1", "Evening 2"],
        ["Evening 3"],
    ]
    assert [(page.coverage, page.cut) for page in pages] == [(Coverage.COMPLETE, False)] * 2
    assert all(b"pAge" not in page.payload.content and "pAge" not in page.payload.url for page in pages)
    assert (asked(httpserver)[0]["time_filter"], httpserver.log[0][0].headers["authorization"]) == (
        "upcoming",
        "Bearer pAge",
    )


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 1)])
def test_a_limit_cuts_and_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    answer = {
        "data": [event(1)],
        "paging": {"cursors": {"after": "two"}, "next": "https://graph.facebook.com/x"},
    }
    httpserver.expect_request("/park/events").respond_with_json(answer)
    with local_http() as http:
        (page,) = served(httpserver, pages=["park"], **config).fetch(params(limit=limit), http)
    assert (len(list(page.records)), page.coverage, page.cut) == (1, Coverage.PARTIAL, True)


def test_a_cursor_that_stays_the_same_ends_the_walk_as_cut(httpserver: HTTPServer) -> None:
    paging = {"cursors": {"after": "two"}, "next": "https://graph.facebook.com/x"}
    httpserver.expect_request("/park/events").respond_with_json({"data": [event(1)], "paging": paging})
    with local_http() as http:
        pages = list(served(httpserver, pages=["park"]).fetch(params(), http))
    assert [(page.coverage, page.cut) for page in pages] == [
        (Coverage.COMPLETE, False),
        (Coverage.PARTIAL, True),
    ]


def test_public_events_are_read_without_a_token(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/events/9001001001/").respond_with_data(
        sampled("facebook/event.html").content, content_type="text/html"
    )
    with local_http() as http:
        (page,) = served(httpserver, Credentials(), events=["9001001001"]).fetch(params(), http)
    assert ([one.external_id for one in page.records], page.coverage) == (["9001001001"], Coverage.PARTIAL)


def test_the_app_asks_for_itself_where_no_page_gave_a_token(httpserver: HTTPServer) -> None:
    further = "https://graph.facebook.com/v25.0/park/events?access_token=12%7Cs3cret&after=x"
    httpserver.expect_request("/park/events").respond_with_json(
        {"data": [event(1)], "paging": {"previous": further}}
    )
    app = Credentials(values={"key": "", "access_token": "", "app_id": "12", "app_secret": "s3cret"})
    with local_http() as http:
        (page,) = served(httpserver, app, pages=["park"]).fetch(params(), http)
    assert httpserver.log[0][0].headers["authorization"] == "Bearer 12|s3cret"
    assert b"s3cret" not in page.payload.content


def test_pages_without_a_token_name_the_variable() -> None:
    with local_http() as http, pytest.raises(CredentialsMissing, match="FACEBOOK_ACCESS_TOKEN"):
        list(FacebookConnector(FacebookConfig(pages=("park",))).fetch(params(), http))


def test_nothing_named_is_told() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="pages or events: missing"):
        list(FacebookConnector(FacebookConfig()).fetch(params(), http))


def test_one_broken_item_does_not_take_the_rest() -> None:
    found = list(read({"data": [event(1), {"id": "x"}, {}, event(2)]}).records)
    assert [one.reason if isinstance(one, Dropped) else one.title for one in found] == [
        "Evening 1",
        "no title",
        "no title",
        "Evening 2",
    ]


@pytest.mark.parametrize(
    ("body", "error", "words"),
    [
        (
            {"error": {"message": "Session has expired", "type": "OAuthException", "code": 190}},
            CredentialsMissing,
            "FACEBOOK_ACCESS_TOKEN",
        ),
        ({"error": {"message": "Requires permission", "code": 200}}, CredentialsMissing, "grant access"),
        ({"error": {"message": "Too many calls", "code": 4}}, RateLimited, "Too many calls"),
        (
            {"error": {"message": "Unsupported get request", "code": 100}},
            SchemaChanged,
            "error 100: Unsupported get request",
        ),
        ({"data": [{"id": "12"}]}, SchemaChanged, "."),
        ("<!doctype html><html><body>Log in</body></html>", SchemaChanged, "no event markup"),
        ("{broken", SchemaChanged, "no JSON"),
    ],
)
def test_errors_are_told_and_never_zero_events(body: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        read(body)


def test_an_empty_list_is_zero_events() -> None:
    answer = read({"data": []})
    assert (list(answer.records), answer.cut) == ([], False)


@pytest.mark.parametrize(
    ("status", "error"), [(400, CredentialsMissing), (401, CredentialsMissing), (429, RateLimited)]
)
def test_refusals_are_told_apart(httpserver: HTTPServer, status: int, error: type[Exception]) -> None:
    body = json.dumps({"error": {"message": "Session has expired", "code": 190}})
    httpserver.expect_request("/park/events").respond_with_data(
        body, status=status, headers={"Retry-After": "120"}
    )
    with local_http() as http, pytest.raises(error):
        list(served(httpserver, pages=["park"]).fetch(params(), http))


@pytest.mark.parametrize(
    ("reported", "error", "words"),
    [
        (
            'OAuth "Facebook Platform" "invalid_token" "Session has expired"',
            CredentialsMissing,
            "Session has expired.*FACEBOOK_ACCESS_TOKEN",
        ),
        (
            'OAuth "Facebook Platform" "invalid_request" "(#803) Some of the aliases do not exist: prak"',
            SchemaChanged,
            "do not exist: prak",
        ),
    ],
)
def test_a_refusal_tells_its_reason_from_the_header(
    httpserver: HTTPServer, reported: str, error: type[Exception], words: str
) -> None:
    httpserver.expect_request("/prak/events").respond_with_data(
        "{}", status=400, headers={"WWW-Authenticate": reported}
    )
    with local_http() as http, pytest.raises(error, match=words):
        list(served(httpserver, pages=["prak"]).fetch(params(), http))


def test_a_token_is_checked_by_asking_whose_it_is(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/me").respond_with_json({"id": "1"})
    httpserver.expect_request("/me").respond_with_json({"error": {"message": "Expired", "code": 190}})
    with local_http() as http:
        served(httpserver).check_credentials(http)
        with pytest.raises(CredentialsMissing, match="FACEBOOK_ACCESS_TOKEN"):
            served(httpserver).check_credentials(http)


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://www.facebook.com/events/858256975309867/", {"events": ["858256975309867"]}),
        (
            "https://www.facebook.com/events/uw-botanic-gardens/incredible-edibles/858256975309867/?ref=1",
            {"events": ["858256975309867"]},
        ),
        ("https://m.facebook.com/blueroom/events", {"pages": ["blueroom"]}),
        ("https://www.facebook.com/pg/blueroom/", {"pages": ["blueroom"]}),
        ("https://www.facebook.com/pages/Blue-Room/123456789", {"pages": ["123456789"]}),
        ("https://www.facebook.com/groups/1234/", None),
        ("https://www.facebook.com/sharer/sharer.php?u=https://blueroom.example", None),
        ("https://www.facebook.com/", None),
        ("https://notfacebook.com/events/858256975309867/", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert FacebookConnector.config_for(url) == config
    if config is not None:
        configured("facebook", config)


# --- what was recorded ---


@needs_data
@pytest.mark.parametrize(
    "path", sorted([*FOLDER.rglob("*.html"), *FOLDER.rglob("test.json")]), ids=lambda path: path.name[:30]
)
def test_recorded_pages_give_their_event(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    (start,) = set(re.findall(r'"current_start_timestamp":\s*(\d+)', text))
    title = re.search(r"<title>([^<]*)</title>", text)
    assert detect(recorded(path)) is FacebookConnector
    (one,) = kept(FacebookConnector(FacebookConfig()).read(recorded(path), params()))
    assert isinstance(one.start, datetime)
    start_shown = one.start if one.start.tzinfo else one.start.replace(tzinfo=ZoneInfo(one.calendar_timezone))
    assert start_shown.astimezone(UTC) == datetime.fromtimestamp(int(start), UTC)
    assert (
        one.title == " ".join(unescape(title.group(1)).split()) if title else f'"name": "{one.title}"' in text
    )


@needs_data
def test_a_part_of_a_page_that_tells_no_title_is_dropped_with_its_id() -> None:
    (one,) = (
        FacebookConnector(FacebookConfig()).read(recorded(FOLDER / "examples/test2.json"), params()).records
    )
    assert isinstance(one, Dropped)
    assert (one.reason, one.external_id) == ("no title", "858256975309867")


@needs_data
def test_a_list_that_somebody_took_keeps_facebooks_ids() -> None:
    path = SHARED / "api/multi/marcelovsk1__trendit_scraper/JSONs/facebook.json"
    assert detect(recorded(path)) is FacebookConnector
    found = kept(FacebookConnector(FacebookConfig()).read(recorded(path), params()))
    assert [one.title for one in found] == [
        " ".join(one["Title"].split()) for one in json.loads(path.read_bytes())
    ]
    assert all(one.external_id.isdigit() and one.external_id in one.url for one in found)


@needs_data
def test_no_other_recorded_file_is_taken_for_facebooks() -> None:
    others = [
        path
        for folder in ("api", "html", "rss")
        for path in sorted((SHARED / folder).rglob("*.*"))
        if path.is_file()
    ]
    own = {path for path in others if FOLDER in path.parents or path.name == "facebook.json"}
    assert [path for path in others if path not in own and FacebookConnector.recognizes(recorded(path))] == []
