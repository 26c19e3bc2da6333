"""Luma: answers of its API and site, feeds, public pages, and what was recorded of it."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.configuration import configured
from pipeline.connectors.detect import detect
from pipeline.connectors.platforms.luma import LumaConfig, LumaConnector
from pipeline.contract.connector import Credentials
from pipeline.contract.enums import Coverage, Online, OrganizerType
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import RateLimited
from pipeline.contract.normalized import OrganizerRef, Venue
from pipeline.contract.raw import Dropped, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import asked, local_http, serve
from tests.pipeline.connectors.platform_checks import check_platform
from tests.pipeline.connectors.reading import kept, params, payload
from tests.pipeline.connectors.recordings import recorded, sampled

KEY = Credentials(values={"key": "k3y"})
RECORDED = [
    "api/luma/SamEarth79__Goto/backend/data/luma_events.json",
    "api/luma/kayadibi1__dc-frontier/tests/fixtures/luma_discover.json",
    "api/luma/kayadibi1__dc-frontier/tests/fixtures/luma_get_items.json",
]


def read(text: Any, **fields: Any) -> Any:
    return LumaConnector(LumaConfig()).read(
        payload(text if isinstance(text, str) else json.dumps(text), **fields), params()
    )


def served(httpserver: HTTPServer, credentials: Credentials = KEY, **config: Any) -> LumaConnector:
    """A connector whose API, feeds and site are the local server."""
    here = httpserver.url_for("").rstrip("/")
    return type("Local", (LumaConnector,), {"api": here, "feeds": here, "site": here})(
        LumaConfig(**config), credentials
    )


def entry(number: int) -> dict[str, Any]:
    return {
        "api_id": f"evt-{number}",
        "event": {"api_id": f"evt-{number}", "name": f"Evening {number}", "start_at": "2026-12-04T13:00:00Z"},
    }


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(LumaConnector, "luma/list.json", "luma/discover.html")


def test_everything_that_an_answer_says_of_an_event() -> None:
    first, run, call, *dropped = LumaConnector(LumaConfig()).read(sampled("luma/list.json"), params()).records
    assert isinstance(first, RawRecord)
    assert (first.external_id, first.title, first.url) == (
        "evt-one",
        "Founders Breakfast",
        "https://luma.com/breakfast",
    )
    assert (str(first.start), str(first.end), first.timezone) == (
        "2026-12-02 03:00:00+00:00",
        "2026-12-02 05:00:00+00:00",
        "Asia/Kolkata",
    )
    venue = first.venue
    assert (venue.name, venue.city, venue.country, venue.lat) == (
        "Third Wave Coffee",
        "Bengaluru",
        "IN",
        12.97,
    )
    assert (venue.address, venue.external_ids) == (
        "Third Wave Coffee, 100 Feet Rd, Indiranagar, Bengaluru",
        {"google_place_id": "ChIJ1"},
    )
    assert (first.price_min, first.price_max, first.price_currency, first.is_free) == (
        "499.00",
        "999.00",
        "INR",
        None,
    )
    assert (first.sold_out, first.registration_required, first.metadata, first.popularity) == (
        True,
        True,
        {"waitlist": True},
        {"attending": 42},
    )
    assert (first.categories, first.tags, first.recurrence.series_id if first.recurrence else "") == (
        ("Tech",),
        ("Startups",),
        "rec-1",
    )
    assert first.organizer is not None
    assert (first.organizer.name, first.organizer.url) == ("BLR Founders", "https://luma.com/blrfounders")
    assert isinstance(run, RawRecord)
    assert (run.is_free, run.popularity, run.organizer and run.organizer.type) == (
        True,
        {},
        OrganizerType.INDIVIDUAL,
    )
    assert isinstance(call, RawRecord)
    assert (call.online, call.online_url) == (Online.YES, "")
    assert [(one.reason, one.external_id) for one in dropped if isinstance(one, Dropped)] == [
        ("not public", "evt-four"), ("waits for the calendar's approval", "calev-five"), ("no start", "evt-six"),
    ]  # fmt: skip


def test_a_calendar_without_page_or_website_is_its_host_s_own() -> None:
    one = entry(1) | {
        "calendar": {"name": "Personal", "slug": None, "website": None},
        "hosts": [{"name": "Ana"}],
    }
    (kept_one,) = kept(read({"entries": [one]}))
    assert (kept_one.organizer or OrganizerRef()).name == "Ana"


def test_an_address_for_guests_only_is_not_told() -> None:
    run = list(LumaConnector(LumaConfig()).read(sampled("luma/list.json"), params()).records)[1]
    assert isinstance(run, RawRecord)
    assert run.venue == Venue(city="Bengaluru", country="India")


def test_a_point_that_hides_the_address_is_near_it() -> None:
    place = {"mode": "obfuscated", "city": "Bengaluru", "country": "India"}
    event = {
        "api_id": "evt-e",
        "name": "Supper",
        "start_at": "2026-12-03T14:00:00Z",
        "geo_address_info": place,
    }
    (one,) = kept(
        read(
            {
                "entries": [
                    {
                        "api_id": "evt-e",
                        "event": {**event, "coordinate": {"latitude": 12.9, "longitude": 77.6}},
                    }
                ]
            }
        )
    )
    assert (one.venue.lat, one.venue.around) == (None, (12.9, 77.6))


def test_a_discover_page_is_read_from_its_state() -> None:
    page = LumaConnector(LumaConfig()).read(sampled("luma/discover.html"), params())
    (one,) = kept(page)
    assert (one.external_id, one.title, one.url, one.online) == (
        "evt-park",
        "Picnic in the Park",
        "https://luma.com/picnic",
        Online.NO,
    )
    assert (page.coverage, detect(sampled("luma/discover.html"))) == (Coverage.PARTIAL, LumaConnector)


def test_a_page_without_a_state_is_read_by_its_structured_data() -> None:
    event = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": "Supper Club",
        "startDate": "2026-12-05T20:00:00+05:30",
    }
    (one,) = kept(
        read(f'<!doctype html><html><script type="application/ld+json">{json.dumps(event)}</script></html>')
    )
    assert one.title == "Supper Club"


def test_a_feed_gives_events_the_ids_of_the_api(httpserver: HTTPServer) -> None:
    feed = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:evt-one@events.lu.ma\r\nSUMMARY:One\r\nDTSTART:20261204T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    httpserver.expect_request(
        "/ics/get", query_string={"entity": "calendar", "id": "cal-1"}
    ).respond_with_data(feed, content_type="text/calendar")
    with local_http() as http:
        (page,) = served(httpserver, Credentials(), calendar="cal-1").fetch(params(), http)
    assert ([one.external_id for one in page.records], page.coverage) == (["evt-one"], Coverage.WINDOWED)


def test_pages_follow_the_cursor_until_there_is_none(httpserver: HTTPServer) -> None:
    first = {"entries": [entry(1), entry(2)], "has_more": True, "next_cursor": "two"}
    serve(
        httpserver,
        "/v1/calendar/list-events",
        {"": first, "two": {"entries": [entry(3)], "has_more": False}},
        by="pagination_cursor",
    )
    with local_http() as http:
        pages = list(served(httpserver).fetch(params(), http))
    assert [[one.external_id for one in page.records] for page in pages] == [["evt-1", "evt-2"], ["evt-3"]]
    assert [(page.coverage, page.covered_until, page.cut) for page in pages] == [
        (Coverage.WINDOWED, params().end, False)
    ] * 2
    assert httpserver.log[0][0].headers["x-luma-api-key"] == "k3y"
    assert asked(httpserver)[0]["before"] == params().end.isoformat()


@pytest.mark.parametrize(("config", "limit"), [({"max_pages": 1}, None), ({}, 1)])
def test_a_limit_cuts_and_says_so(httpserver: HTTPServer, config: dict[str, Any], limit: int | None) -> None:
    httpserver.expect_request("/v1/calendar/list-events").respond_with_json(
        {"entries": [entry(1)], "has_more": True, "next_cursor": "two"}
    )
    with local_http() as http:
        (page,) = served(httpserver, **config).fetch(params(limit=limit), http)
    assert (len(list(page.records)), page.coverage, page.cut) == (1, Coverage.PARTIAL, True)


def test_a_city_page_is_asked_for_by_its_name(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/bengaluru").respond_with_data(
        sampled("luma/discover.html").content, content_type="text/html"
    )
    with local_http() as http:
        (page,) = served(httpserver, page="bengaluru").fetch(params(), http)
    assert [one.external_id for one in page.records] == ["evt-park"]


def test_nothing_named_is_told() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="LUMA_API_KEY"):
        list(LumaConnector(LumaConfig()).fetch(params(), http))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Invalid calendar"}, "Invalid calendar"),
        ({"guests": []}, "without events"),
        ("<!doctype html><html><body>Sign in</body></html>", "no event markup"),
        ("{broken", "no JSON"),
    ],
)
def test_errors_are_told_and_never_zero_events(body: Any, words: str) -> None:
    with pytest.raises(SchemaChanged, match=words):
        read(body)


def test_newer_answers_call_the_id_otherwise() -> None:
    (one,) = kept(
        read(
            {
                "entries": [{"id": "evt-1", "name": "One", "start_at": "2026-12-04T13:00:00Z"}],
                "has_more": False,
            }
        )
    )
    assert one.external_id == "evt-1"


def test_an_empty_list_is_zero_events() -> None:
    answer = read({"entries": [], "has_more": False})
    assert (list(answer.records), answer.cut) == ([], False)


@pytest.mark.parametrize(
    ("status", "error"), [(401, CredentialsMissing), (403, CredentialsMissing), (429, RateLimited)]
)
def test_refusals_are_told_apart(httpserver: HTTPServer, status: int, error: type[Exception]) -> None:
    httpserver.expect_request("/v1/calendar/list-events").respond_with_data(
        "{}", status=status, headers={"Retry-After": "120"}
    )
    with local_http() as http, pytest.raises(error):
        list(served(httpserver).fetch(params(), http))


def test_a_key_is_checked_by_asking_whose_it_is(httpserver: HTTPServer) -> None:
    httpserver.expect_oneshot_request("/v1/user/get-self").respond_with_json({"user": {"name": "A"}})
    httpserver.expect_request("/v1/user/get-self").respond_with_data("", status=401)
    with local_http() as http:
        served(httpserver).check_credentials(http)
        with pytest.raises(CredentialsMissing, match="LUMA_API_KEY"):
            served(httpserver).check_credentials(http)


@pytest.mark.parametrize(
    ("url", "config"),
    [
        ("https://luma.com/bengaluru", {"page": "bengaluru"}),
        ("https://lu.ma/q86g8d3w", {"page": "q86g8d3w"}),
        ("https://luma.com/calendar/cal-eCuIBRbS1atJOa6", {"calendar": "cal-eCuIBRbS1atJOa6"}),
        (
            "https://api.lu.ma/ics/get?entity=calendar&id=cal-eCuIBRbS1atJOa6",
            {"calendar": "cal-eCuIBRbS1atJOa6"},
        ),
        ("https://luma.com/", None),
        ("https://luma.com/signin", None),
        ("https://notluma.com/bengaluru", None),
    ],
)
def test_addresses_become_configurations(url: str, config: dict[str, Any] | None) -> None:
    assert LumaConnector.config_for(url) == config
    if config is not None:
        configured("luma", config)


# --- what was recorded ---


@needs_data
@pytest.mark.parametrize("name", RECORDED, ids=lambda name: Path(name).name)
def test_recorded_answers_give_their_events(name: str) -> None:
    path = SHARED / name
    value = json.loads(path.read_bytes())
    events = [one.get("event", one) for one in (value["entries"] if isinstance(value, dict) else value)]
    assert detect(recorded(path)) is LumaConnector
    found = kept(LumaConnector(LumaConfig()).read(recorded(path), params()))
    said = [(" ".join(one["name"].split()), datetime.fromisoformat(one["start_at"])) for one in events]
    assert [(one.title, one.start) for one in found] == said


@needs_data
def test_a_list_that_somebody_took_is_read() -> None:
    path = SHARED / "api/multi/quazfenton__inYacitY/luma_events.json"
    assert detect(recorded(path)) is LumaConnector
    found = kept(LumaConnector(LumaConfig()).read(recorded(path), params()))
    assert [one.title for one in found] == [
        " ".join(one["title"].split()) for one in json.loads(path.read_bytes())["events"]
    ]
    assert all(one.external_id.startswith("https://luma.com/") for one in found)


@needs_data
def test_no_other_recorded_file_is_taken_for_lumas() -> None:
    others = [
        path
        for folder in ("api", "html", "rss")
        for path in sorted((SHARED / folder).rglob("*.*"))
        if path.is_file() and "luma" not in path.name
    ]
    assert [path for path in others if LumaConnector.recognizes(recorded(path))] == []
