"""Mobilizon: its GraphQL answers, searches and groups, and the pages that tell of one."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.connectors.platforms.mobilizon import MobilizonConfig, MobilizonConnector
from pipeline.contract.enums import Coverage, Online, OrganizerType
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.raw import Dropped
from tests.data import needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, params, payload


def read(text: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return MobilizonConnector(MobilizonConfig()).read(payload(raw), params())


def event(number: int) -> dict[str, Any]:
    return {
        "url": f"https://events.example/events/{number}",
        "title": f"Picnic {number}",
        "beginsOn": "2026-12-04T12:00:00Z",
    }


@pytest.fixture
def asked(httpserver: HTTPServer) -> Callable[..., list[dict[str, Any]]]:
    """Serves the pages of `total` events under `data`'s shape, and remembers what was asked."""
    seen: list[dict[str, Any]] = []

    def serve(total: int, shape: Callable[[dict[str, Any]], dict[str, Any]]) -> list[dict[str, Any]]:
        def answer(request: Request) -> Response:
            variables = request.get_json()["variables"]
            seen.append(variables)
            first = (variables["page"] - 1) * variables["limit"]
            elements = [event(number) for number in range(first, min(total, first + variables["limit"]))]
            return Response(
                json.dumps({"data": shape({"total": total, "elements": elements})}),
                content_type="application/json",
            )

        httpserver.expect_request("/api", method="POST").respond_with_handler(answer)
        return seen

    return serve


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(MobilizonConnector, "mobilizon/search.json")


def test_everything_that_an_answer_says_of_an_event() -> None:
    first, second, _ = read(sample("mobilizon/search.json")).records
    assert (first.external_id, first.title, first.url) == (
        "https://events.example/events/0b5c",
        "Repair Café",
        "https://events.example/events/0b5c",
    )
    assert (first.start.isoformat(), first.end.isoformat(), first.timezone) == (
        "2026-12-04T18:00:00+00:00",
        "2026-12-04T20:00:00+00:00",
        "Europe/Paris",
    )
    venue = first.venue
    assert (venue.name, venue.address, venue.city, venue.country) == (
        "Le Local",
        "10 Rue Jangot, 69007, Lyon, Rhône",
        "Lyon",
        "France",
    )
    assert (venue.lat, venue.lng, first.online) == (45.764, 4.8357, Online.NO)
    assert (first.organizer.name, first.organizer.type, first.organizer.url) == (
        "Les Bricoleurs",
        OrganizerType.COMMUNITY,
        "https://events.example/@bricoleurs",
    )
    assert (first.categories, first.tags, first.language) == (("Crafts",), ("repair",), "fr")
    assert (first.capacity, first.sold_out, first.popularity) == (12, True, {"attending": 12})
    assert (first.price_min, first.price_max, first.price_currency) == ("5", "5", "EUR")
    assert (first.ticket_url, first.registration_required) == ("https://billets.example/1", True)
    assert (first.images[0].url, first.metadata) == (
        "https://events.example/media/1.png",
        {"website": "https://bricoleurs.example"},
    )
    assert (second.status, second.online, second.online_url) == (
        "cancelled",
        Online.YES,
        "https://visio.example/x",
    )


def test_broken_items_are_told() -> None:
    hidden = [{**event(1), "draft": True}, {**event(2), "visibility": "PRIVATE"}, {**event(3), "title": ""}]
    found = read({"data": {"events": {"total": 3, "elements": hidden}}}).records
    assert [one.reason for one in found if isinstance(one, Dropped)] == ["a draft", "private", "no title"]
    assert read(sample("mobilizon/search.json")).records[2].reason == "no start"


def test_one_event_and_a_group_are_read_too() -> None:
    assert [one.title for one in kept(read({"data": {"event": event(1)}}))] == ["Picnic 1"]
    page = read(
        {"data": {"group": {"name": "Book club", "organizedEvents": {"total": 1, "elements": [event(2)]}}}}
    )
    assert (page.calendar_name, [one.title for one in kept(page)]) == ("Book club", ["Picnic 2"])


def test_a_search_without_results_is_empty() -> None:
    assert read({"data": {"events": {"total": 0, "elements": []}}}).records == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"errors": [{"message": "Argument has invalid value"}]}, "Argument has invalid value"),
        ({"data": None, "errors": [{"message": "Not found"}]}, "Not found"),
        ({"data": {"group": None}}, "there is no such group"),
        ({"data": {"config": {}}}, "no list of events"),
        ([], "no list of events"),
    ],
)
def test_errors_are_told_in_their_own_words(answer: Any, words: str) -> None:
    with pytest.raises(SchemaChanged, match=words):
        read(answer)


def test_a_search_goes_around_the_city_page_by_page(httpserver: HTTPServer, asked: Any) -> None:
    seen = asked(53, lambda found: {"events": found})
    with local_http() as http:
        connector = MobilizonConnector(MobilizonConfig(url=httpserver.url_for("/"), tags="repair"))
        pages = list(connector.fetch(params(lat=45.764, lng=4.8357, radius_km=12), http))
    assert [len(kept(page)) for page in pages] == [50, 3]
    assert {(page.coverage, page.cut, page.covered_until) for page in pages} == {
        (Coverage.WINDOWED, False, params().end)
    }
    assert seen[0] == {
        "beginsOn": "2026-10-22T12:00:00Z", "endsOn": "2027-12-26T12:00:00Z", "term": "", "tags": "repair", "location": "u05kq51", "radius": 12.0,
        "page": 1, "limit": 50,
    }  # fmt: skip
    assert [one["page"] for one in seen] == [1, 2]


@pytest.mark.parametrize("config", [{"group": "book_club"}, {"url": "/@book_club"}])
def test_the_events_of_a_group_are_all_there_is(
    httpserver: HTTPServer, asked: Any, config: dict[str, Any]
) -> None:
    seen = asked(2, lambda found: {"group": {"name": "Book club", "organizedEvents": found}})
    with local_http() as http:
        (page,) = MobilizonConnector(
            MobilizonConfig(**{**config, "url": httpserver.url_for(config.get("url", "/"))})
        ).fetch(params(), http)
    assert (len(kept(page)), page.coverage, page.cut) == (2, Coverage.COMPLETE, False)
    assert (seen[0]["name"], seen[0]["after"]) == ("book_club", "2026-10-22T12:00:00Z")


@pytest.mark.parametrize(("config", "limit", "found"), [({"max_pages": 1}, None, 50), ({}, 7, 7)])
def test_what_stops_early_says_so(
    httpserver: HTTPServer, asked: Any, config: dict[str, Any], limit: int | None, found: int
) -> None:
    asked(120, lambda answer: {"events": answer})
    with local_http() as http:
        (page,) = MobilizonConnector(MobilizonConfig(url=httpserver.url_for("/"), **config)).fetch(
            params(limit=limit), http
        )
    assert (len(kept(page)), page.coverage, page.cut) == (found, Coverage.PARTIAL, True)


def test_pages_say_that_they_are_one() -> None:
    html = "<html><head><title>Our town - Mobilizon</title></head></html>"
    assert MobilizonConnector.config_from_page(html, "https://events.example/") == {
        "url": "https://events.example"
    }
    assert MobilizonConnector.config_from_page(html, "https://events.example/@book_club") == {
        "url": "https://events.example",
        "group": "book_club",
    }
    assert (
        MobilizonConnector.config_from_page("<title>Mobilizon is fine</title>", "https://blog.example/")
        is None
    )


def test_an_instance_is_asked_for_its_name(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/api").respond_with_json({"data": {"config": {"name": "Town"}}})
    httpserver.expect_ordered_request("/api").respond_with_json({"errors": [{"message": "no"}]})
    with local_http() as http:
        connector = MobilizonConnector(MobilizonConfig(url=httpserver.url_for("/")))
        connector.check_credentials(http)
        with pytest.raises(SchemaChanged, match="no"):
            connector.check_credentials(http)


def test_groups_have_names_of_letters() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="^group:"):
        list(
            MobilizonConnector(MobilizonConfig(url="https://events.example", group='x") {')).fetch(
                params(), http
            )
        )


@pytest.mark.data
@needs_data
def test_nothing_that_was_recorded_is_taken_for_its_api() -> None:
    assert recognized(MobilizonConnector, "api") == []
