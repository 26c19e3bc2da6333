"""ActivityPub: events in activities and outboxes, and what was recorded of Mobilizon and Gancio."""

import json
from datetime import datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.activitypub import ActivityPubConfig, ActivityPubConnector
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.raw import Dropped, RawPayload
from tests.data import needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, only, params, payload


def read(text: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return ActivityPubConnector(ActivityPubConfig()).read(payload(raw), params())


def create(number: int) -> dict[str, Any]:
    event = {
        "type": "Event",
        "id": f"https://fedi.example/e/{number}",
        "name": f"Walk {number}",
        "startTime": "2026-12-04T12:00:00Z",
    }
    return {"type": "Create", "object": event}


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(ActivityPubConnector, "activitypub/outbox.json")


def test_everything_that_an_event_says() -> None:
    one = read(sample("activitypub/outbox.json")).records[0]
    assert (one.external_id, one.title, one.description) == (
        "https://fedi.example/events/e1",
        "Film club",
        "<p>A print on 16 mm.</p>",
    )
    assert (one.start.isoformat(), one.end.isoformat(), one.timezone) == (
        "2026-12-04T19:00:00+01:00",
        "2026-12-04T22:00:00+01:00",
        "Europe/Berlin",
    )
    venue = one.venue
    assert (venue.name, venue.address, venue.city, venue.country) == (
        "Kino",
        "Am Ufer 1, 10115, Berlin",
        "Berlin",
        "Germany",
    )
    assert (venue.lat, venue.lng, one.online) == (52.5, 13.4, "")
    assert (one.status, one.sold_out, one.capacity, one.popularity) == (
        "cancelled",
        True,
        30,
        {"attending": 30},
    )
    assert (one.categories, one.tags, one.language) == (("Film media",), ("film",), "de")
    assert [(picture.url, picture.alt) for picture in one.images] == [
        ("https://fedi.example/media/1.png", ""), ("https://fedi.example/media/2.png", "Poster"),
    ]  # fmt: skip
    assert (one.organizer.name, one.organizer.url) == ("club", "https://fedi.example/@club")
    assert (one.ticket_url, one.registration_required, one.metadata) == (
        "https://tickets.example/e1",
        True,
        {"website": "https://club.example"},
    )


def test_only_events_are_read_and_those_for_few_are_marked() -> None:
    _, closed, timeless = read(sample("activitypub/outbox.json")).records
    assert (closed.title, closed.notes) == ("Crew meeting", ("addressed to some, not to the public",))
    assert isinstance(timeless, Dropped)
    assert (timeless.reason, timeless.external_id) == ("no start", "https://fedi.example/events/e3")


def test_an_event_alone_and_its_online_place() -> None:
    places = [{"type": "VirtualLocation", "url": "https://live.example/1"}, {"type": "Place", "name": "Hall"}]
    one = only(read({**create(1)["object"], "location": places, "nameMap": {"de": "Gang"}}))
    assert (one.online, one.online_url, one.venue.name) == (Online.BOTH, "https://live.example/1", "Hall")


def test_an_empty_outbox_has_no_events() -> None:
    assert read({"type": "OrderedCollectionPage", "orderedItems": []}).records == []


@pytest.mark.parametrize(
    "text", ['{"type": "Note", "content": "x"}', '{"error": "Record not found"}', "[]", "<p>", '"x"']
)
def test_other_documents_are_no_empty_outbox(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_an_actor_leads_to_the_pages_of_its_outbox(httpserver: HTTPServer) -> None:
    at = httpserver.url_for
    documents = {
        "/@club": {"type": "Group", "id": at("/@club"), "outbox": at("/@club/outbox")},
        "/@club/outbox": {"type": "OrderedCollection", "totalItems": 3, "first": at("/@club/outbox/1")},
        "/@club/outbox/1": {
            "type": "OrderedCollectionPage",
            "orderedItems": [create(1), create(2)],
            "next": at("/@club/outbox/2"),
        },
        "/@club/outbox/2": {
            "type": "OrderedCollectionPage",
            "orderedItems": [create(3)],
            "next": "https://elsewhere.example/outbox",
        },
    }
    for path, document in documents.items():
        httpserver.expect_request(path).respond_with_json(document)
    with local_http() as http:
        pages = list(ActivityPubConnector(ActivityPubConfig(url=at("/@club"))).fetch(params(), http))
        (first,) = ActivityPubConnector(ActivityPubConfig(url=at("/@club"), max_pages=1)).fetch(
            params(), http
        )
        (some,) = ActivityPubConnector(ActivityPubConfig(url=at("/@club"))).fetch(params(limit=1), http)
    assert [[one.title for one in kept(page)] for page in pages] == [["Walk 1", "Walk 2"], ["Walk 3"]]
    assert {page.coverage for page in pages} == {Coverage.PARTIAL}
    assert ([page.cut for page in pages], first.cut, some.cut, len(kept(some))) == (
        [False, False],
        True,
        True,
        1,
    )
    assert all("activity+json" in request.headers["Accept"] for request, _ in httpserver.log)


def test_documents_that_only_point_to_each_other_are_given_up(httpserver: HTTPServer) -> None:
    for path, other in (("/a", "/b"), ("/b", "/a")):
        httpserver.expect_request(path).respond_with_json(
            {"type": "Collection", "first": httpserver.url_for(other)}
        )
    with local_http() as http, pytest.raises(SchemaChanged, match="no event in this document"):
        list(ActivityPubConnector(ActivityPubConfig(url=httpserver.url_for("/a"))).fetch(params(), http))
    assert len(httpserver.log) == 5


def test_an_address_is_needed() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="^url: missing"):
        ActivityPubConnector(ActivityPubConfig(url="@club@fedi.example")).check_credentials(http)


@pytest.mark.data
@needs_data
def test_every_recorded_event_is_read_with_its_title_and_start() -> None:
    paths = recognized(ActivityPubConnector, "api")
    assert len(paths) == 6
    for path in paths:
        reported = json.loads(path.read_text())["object"]
        one = only(
            ActivityPubConnector(ActivityPubConfig()).read(
                RawPayload(url="", content=path.read_bytes()), params()
            )
        )
        assert (one.external_id, one.title, one.start) == (
            reported["id"],
            reported["name"],
            datetime.fromisoformat(reported["startTime"]),
        ), path
        assert one.venue.name == reported.get("location", {}).get("name", ""), path
