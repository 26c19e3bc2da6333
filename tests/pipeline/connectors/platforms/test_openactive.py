"""OpenActive: pages of feeds, walks to their end, series and their sessions, and the recorded examples."""

import json
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.openactive import OpenActiveConfig, OpenActiveConnector
from pipeline.contract.connector import FetchParams
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from pipeline.dates.moments import read_moment
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, only, params, payload

EXAMPLES = "api/openactive/data-models/versions/2.x"


def read(text: Any, **config: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return OpenActiveConnector(OpenActiveConfig(**config)).read(payload(raw), params())


def item(number: int) -> dict[str, Any]:
    data = {
        "@context": "https://openactive.io/",
        "@type": "Event",
        "@id": f"https://c.example/{number}",
        "name": f"Ride {number}",
    }
    return {
        "state": "updated",
        "kind": "Event",
        "id": number,
        "modified": number,
        "data": {**data, "startDate": "2026-12-04T10:00:00Z"},
    }


def serve(server: HTTPServer, path: str, pages: list[list[dict[str, Any]]]) -> None:
    """A feed of these pages; the last one has no items and names itself."""
    for number, items in enumerate([*pages, []]):
        onward = server.url_for(f"{path}/{min(number + 1, len(pages))}")
        server.expect_request(f"{path}/{number}").respond_with_json(
            {"items": items, "next": onward, "license": "https://l.example"}
        )


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(OpenActiveConnector, "openactive/sessions.json", "openactive/series.json")


def test_a_series_without_sessions_is_spread_over_its_schedule() -> None:
    records = kept(read(sample("openactive/series.json")))
    assert [(one.title, one.recurrence_id) for one in records] == [
        ("Lane Swimming", "2026-12-04T18:15:00"), ("Lane Swimming", "2026-12-11T18:15:00"), ("Lane Swimming", "2026-12-18T18:15:00"),
    ]  # fmt: skip
    one = records[0]
    assert (one.external_id, one.timezone, one.categories, one.tags) == (
        "1",
        "Europe/London",
        ("Swimming",),
        ("Beginner",),
    )
    assert (one.venue.name, one.venue.lat, one.price_min, one.price_currency) == (
        "Town Baths",
        53.8,
        "6.5",
        "GBP",
    )
    assert (one.accessibility, one.metadata["age_min"]) == ({"visual impairment": True}, 16)


def test_a_series_whose_sessions_have_a_feed_of_their_own_gives_nothing() -> None:
    (one,) = read(sample("openactive/series.json"), expand=False).records
    assert (one.reason, one.external_id) == ("no start", "1")


def test_sessions_that_a_series_lists_stand_for_its_schedule() -> None:
    page = json.loads(sample("openactive/series.json"))
    page["items"][0]["data"]["subEvent"] = [
        {"@type": "ScheduledSession", "identifier": "s9", "startDate": "2026-12-09T18:15:00Z"}
    ]
    one = only(read(page))
    assert (one.external_id, one.title, str(one.start)) == (
        "s9",
        "Lane Swimming",
        "2026-12-09 18:15:00+00:00",
    )


def test_deleted_items_are_gone_and_others_are_told() -> None:
    session, slot = read(sample("openactive/sessions.json")).records
    assert isinstance(session, Dropped)
    assert isinstance(slot, Dropped)
    assert (session.reason, session.external_id) == ("no title", "s1")
    assert (slot.reason, slot.external_id, slot.title) == ("not an event", "s3", "FacilityUse/Slot")


def test_an_empty_page_has_no_events() -> None:
    assert read({"items": [], "next": "https://f.example/", "license": ""}).records == []


@pytest.mark.parametrize(
    "text",
    [
        '{"error": "x"}',
        "[]",
        "<p>",
        '{"items": 3}',
        '{"@context": "https://openactive.io/", "@type": "Place"}',
    ],
)
def test_other_answers_are_no_empty_feed(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_a_walk_to_the_end_is_complete(httpserver: HTTPServer) -> None:
    serve(httpserver, "/feed", [[item(1), item(2)], [item(3)]])
    with local_http() as http:
        pages = list(
            OpenActiveConnector(OpenActiveConfig(url=httpserver.url_for("/feed/0"))).fetch(params(), http)
        )
    assert [[one.title for one in kept(page)] for page in pages] == [["Ride 1", "Ride 2"], ["Ride 3"], []]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.COMPLETE, False)}


def test_a_walk_that_stops_goes_on_where_it_was(httpserver: HTTPServer) -> None:
    serve(httpserver, "/feed", [[item(1)], [item(2)]])
    connector = OpenActiveConnector(OpenActiveConfig(url=httpserver.url_for("/feed/0"), max_pages=1))
    with local_http() as http:
        (first,) = connector.fetch(params(), http)
        (second,) = connector.fetch(params(checkpoint=first.checkpoint), http)
        (last,) = connector.fetch(params(checkpoint=second.checkpoint), http)
        (again,) = connector.fetch(params(checkpoint={"next": "https://elsewhere.example/feed"}), http)
    assert (first.cut, first.coverage, first.checkpoint) == (
        True,
        Coverage.PARTIAL,
        {"next": httpserver.url_for("/feed/1")},
    )
    assert [one.title for one in kept(second)] == ["Ride 2"]
    assert (last.cut, last.coverage, last.checkpoint, kept(last)) == (
        False,
        Coverage.PARTIAL,
        {"next": ""},
        [],
    )
    assert [one.title for one in kept(again)] == ["Ride 1"]


def test_a_limit_is_kept_and_said(httpserver: HTTPServer) -> None:
    serve(httpserver, "/feed", [[item(1), item(2)], [item(3)]])
    with local_http() as http:
        (page,) = OpenActiveConnector(OpenActiveConfig(url=httpserver.url_for("/feed/0"))).fetch(
            params(limit=1), http
        )
    assert (len(kept(page)), page.coverage, page.cut, page.checkpoint) == (
        1,
        Coverage.PARTIAL,
        True,
        {"next": ""},
    )


def test_sessions_take_what_their_series_says_and_can_be_read_again(httpserver: HTTPServer) -> None:
    serve(httpserver, "/series", [json.loads(sample("openactive/series.json"))["items"]])
    serve(httpserver, "/sessions", [json.loads(sample("openactive/sessions.json"))["items"]])
    config = OpenActiveConfig(
        url=httpserver.url_for("/sessions/0"), series_url=httpserver.url_for("/series/0")
    )
    with local_http() as http:
        page = next(iter(OpenActiveConnector(config).fetch(params(), http)))
    one = next(record for record in page.records if isinstance(record, RawRecord))
    assert (one.external_id, one.title, one.status, one.sold_out) == (
        "s1",
        "Lane Swimming",
        "cancelled",
        True,
    )
    assert (one.venue.name, one.categories) == ("Town Baths", ("Swimming",))
    assert OpenActiveConnector(config).read(page.payload, params()).records == page.records


def test_an_error_in_the_middle_of_a_walk_is_one(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/feed").respond_with_json(
        {"@type": "OpenBookingError", "description": "Maintenance"}
    )
    with local_http() as http, pytest.raises(SchemaChanged, match="Maintenance"):
        list(OpenActiveConnector(OpenActiveConfig(url=httpserver.url_for("/feed"))).fetch(params(), http))


def test_an_address_is_needed() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="^url: missing"):
        OpenActiveConnector(OpenActiveConfig()).check_credentials(http)


def _reported(value: Any, name: str = "") -> set[tuple[str, str]]:
    """Title and start of each node of a recorded document that has both, its parent's title where it has
    none."""
    if isinstance(value, list):
        return {pair for one in value for pair in _reported(one, name)}
    if not isinstance(value, dict):
        return set()
    parent = value.get("superEvent")
    title = value.get("name") or (parent.get("name") if isinstance(parent, dict) else "") or name
    own = (
        {(title, value["startDate"])}
        if value.get("startDate") and title and not str(value.get("@type")).endswith("Schedule")
        else set()
    )
    return own | {
        pair
        for key, part in value.items()
        if key in ("items", "data", "subEvent", "orderedItem")
        for pair in _reported(part, title)
    }


@pytest.mark.data
@needs_data
def test_recorded_examples_give_their_events_with_titles_and_starts() -> None:
    when = read_moment("2018-03-01T00:00:00Z")
    paths = recognized(OpenActiveConnector, EXAMPLES)
    assert len(paths) == 22
    silent = []
    for path in paths:
        span = FetchParams(now=when, start=when, end=read_moment("2019-12-01T00:00:00Z"))  # type: ignore[arg-type]
        found = (
            OpenActiveConnector(OpenActiveConfig())
            .read(RawPayload(url="", content=path.read_bytes()), span)
            .records
        )
        records = [one for one in found if isinstance(one, RawRecord)]
        reported = {(title, read_moment(start)) for title, start in _reported(json.loads(path.read_text()))}
        exact = [one for one in records if not one.recurrence_id]
        assert all((one.title, one.start) in reported for one in exact), path
        silent += [] if records else [path.name]
    # these two name neither a title nor a series in the same file
    assert silent == [
        "scheduledsession-split-virtual_example_1.json",
        "scheduledsession-split_example_1.json",
    ]


@pytest.mark.data
@needs_data
def test_nothing_else_that_was_recorded_is_taken_for_openactive() -> None:
    assert all(SHARED / EXAMPLES in path.parents for path in recognized(OpenActiveConnector, "api"))


def test_the_context_lets_publishers_leave_out_the_sign_of_keywords() -> None:
    data = {
        "@context": "https://openactive.io/",
        "type": "Event",
        "id": "https://c.example/1",
        "name": "Ride",
    }
    one = only(
        read(
            {
                "state": "updated",
                "kind": "Event",
                "id": 1,
                "data": {**data, "startDate": "2026-12-04T10:00:00Z"},
            }
        )
    )

    assert (one.title, one.start) == ("Ride", read_moment("2026-12-04T10:00:00Z"))


def test_items_and_series_that_were_taken_out_of_a_feed_are_read_by_their_schedule() -> None:
    weekly = {
        "@type": "Schedule", "startDate": "2026-12-03", "endDate": "2026-12-20", "startTime": "11:00", "endTime": "14:00",
        "byDay": ["https://schema.org/Thursday"], "repeatFrequency": "P7D", "scheduleTimezone": "Europe/London",
    }  # fmt: skip
    series = {
        "@context": "https://openactive.io/",
        "@type": "SessionSeries",
        "name": "Badminton",
        "eventSchedule": [weekly],
    }
    alone = {"state": "updated", "kind": "SessionSeries", "id": "s", "data": series}
    over = {**series, "eventSchedule": [{**weekly, "startDate": "2020-12-03", "endDate": "2020-12-20"}]}

    assert [str(one.start) for one in kept(read(alone))] == [
        "2026-12-03 11:00:00",
        "2026-12-10 11:00:00",
        "2026-12-17 11:00:00",
    ]
    assert [str(one.start) for one in kept(read(series))] == [
        "2026-12-03 11:00:00",
        "2026-12-10 11:00:00",
        "2026-12-17 11:00:00",
    ]
    assert [one.reason for one in read(over).records if isinstance(one, Dropped)] == ["no start"]


def test_parts_of_an_event_that_tell_no_start_do_not_hide_its_own() -> None:
    parts = [{"@type": "Event", "name": "Ten miles"}, {"@type": "Event", "name": "Fifty miles"}]
    ride = {
        "@context": "https://openactive.io/",
        "@type": "HeadlineEvent",
        "name": "Challenge",
        "startDate": "2026-12-04",
        "subEvent": parts,
    }

    assert [(one.title, str(one.start)) for one in read(ride).records if isinstance(one, RawRecord)] == [
        ("Challenge", "2026-12-04")
    ]
