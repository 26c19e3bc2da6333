"""Gancio: its list of events, and the pages that show one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.platforms.gancio import GancioConfig, GancioConnector
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.raw import Dropped
from tests.data import needs_data
from tests.pipeline.connectors.loopback import asked, local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, params, payload

URL = "https://torino.example/api/events"


def read(text: Any, **config: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return GancioConnector(GancioConfig(**config)).read(payload(raw, url=URL), params())


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(GancioConnector)


def test_lists_whose_events_all_have_a_time_are_recognized() -> None:
    events = json.loads(sample("gancio/events.json"))
    assert GancioConnector.recognizes(payload(json.dumps(events[:2]))) == 0.96
    assert (
        GancioConnector.recognizes(
            payload(json.dumps([{"title": "x", "start_datetime": "2026-12-04", "place": "x"}]))
        )
        == 0.0
    )


def test_everything_that_a_list_says_of_an_event() -> None:
    first, second, *_ = read(sample("gancio/events.json"), timezone="Europe/Rome").records
    assert (first.external_id, first.title, first.url) == (
        "61",
        "Cena sociale",
        "https://torino.example/event/cena-sociale",
    )
    assert (first.start, first.end) == (
        datetime(2026, 12, 3, 19, tzinfo=UTC),
        datetime(2026, 12, 3, 22, tzinfo=UTC),
    )
    assert (first.timezone, first.tags, first.recurrence.series_id) == (
        "Europe/Rome",
        ("cena", "quartiere"),
        "12",
    )
    venue = first.venue
    assert (venue.name, venue.address, venue.lat, venue.external_ids) == (
        "Casa del Quartiere",
        "Via Morgari 14, Torino",
        45.05,
        {"gancio": "3"},
    )
    assert (first.images[0].url, first.images[0].alt, first.online) == (
        "https://torino.example/media/abc.jpg",
        "Tavola",
        Online.NO,
    )
    assert (second.online, second.online_url, second.venue.name, second.end) == (
        Online.YES,
        "https://meet.example/assemblea",
        "",
        None,
    )


def test_broken_items_are_told() -> None:
    dropped = [one for one in read(sample("gancio/events.json")).records if isinstance(one, Dropped)]
    assert [(one.reason, one.external_id) for one in dropped] == [("no title", "63"), ("no start", "64")]


def test_an_empty_list_has_no_events() -> None:
    assert read([]).records == []


@pytest.mark.parametrize("text", ['{"message": "no"}', '"Bad request"', "[1]", "<p>", '[{"title": "x"}]'])
def test_other_answers_are_no_empty_list(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_one_request_brings_all_that_has_not_ended(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/api/events").respond_with_json(json.loads(sample("gancio/events.json"))[:2])
    with local_http() as http:
        (page,) = GancioConnector(
            GancioConfig(url=httpserver.url_for("/event/x"), tags="cena", recurrent=False)
        ).fetch(params(), http)
        (some,) = GancioConnector(GancioConfig(url=httpserver.url_for("/"))).fetch(params(limit=1), http)
    day = int(datetime(2026, 10, 22, tzinfo=UTC).timestamp())
    assert asked(httpserver)[0] == {"start": str(day), "show_recurrent": "false", "tags": "cena"}
    assert asked(httpserver)[1] == {"start": str(day), "show_recurrent": "true", "max": "1"}
    assert [one.url for one in kept(page)] == [
        httpserver.url_for("/event/cena-sociale"),
        httpserver.url_for("/event/assemblea"),
    ]
    assert ((page.coverage, page.cut), (some.coverage, some.cut)) == (
        (Coverage.COMPLETE, False),
        (Coverage.PARTIAL, True),
    )
    assert len(kept(some)) == 1


def test_pages_that_show_one_lead_to_it() -> None:
    shown = "<gancio-events baseurl='https://gancio.example' maxlength=4></gancio-events>"
    assert GancioConnector.config_from_page(shown, "https://blog.example/") == {
        "url": "https://gancio.example"
    }
    own = '<footer><a href="https://gancio.org">Gancio</a> 1.19</footer>'
    assert GancioConnector.config_from_page(own, "https://torino.example/event/x") == {
        "url": "https://torino.example"
    }
    assert GancioConnector.config_from_page("<p>https://gancio.org</p>", "https://torino.example/") is None


def test_an_address_is_needed() -> None:
    with local_http() as http, pytest.raises(ConfigInvalid, match="^url: missing"):
        GancioConnector(GancioConfig(url="torino")).check_credentials(http)


@pytest.mark.data
@needs_data
def test_nothing_that_was_recorded_is_taken_for_gancio() -> None:
    assert recognized(GancioConnector, "api") == []
