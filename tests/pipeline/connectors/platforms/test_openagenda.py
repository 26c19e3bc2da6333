"""OpenAgenda: its answers, its cursor, and what was recorded of it."""

import json
from datetime import datetime
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.connectors.platforms.openagenda import OpenAgendaConfig, OpenAgendaConnector
from pipeline.contract.connector import Credentials, FetchParams
from pipeline.contract.enums import Coverage, Online
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused
from pipeline.contract.raw import Dropped, RawPayload, RawRecord
from tests.data import SHARED, needs_data
from tests.pipeline.connectors.loopback import local_http, sample
from tests.pipeline.connectors.platform_checks import check_platform, recognized
from tests.pipeline.connectors.reading import kept, params, payload

KEY = Credentials(values={"key": "public-key"})


def read(text: Any, *, language: str = "", **config: Any) -> Any:
    raw = text if isinstance(text, str | bytes) else json.dumps(text)
    return OpenAgendaConnector(OpenAgendaConfig(**config)).read(payload(raw), params(language=language))


def event(number: int) -> dict[str, Any]:
    return {
        "uid": number,
        "slug": f"e{number}",
        "title": {"fr": f"Soirée {number}"},
        "timings": [{"begin": "2026-12-04T20:00:00+01:00"}],
    }


def served(server: HTTPServer, **config: Any) -> OpenAgendaConnector:
    return OpenAgendaConnector(
        OpenAgendaConfig(**{"agenda": "11", "api": server.url_for("/v2")} | config), KEY
    )


def test_it_is_documented_and_known_by_its_samples_alone() -> None:
    check_platform(OpenAgendaConnector, "openagenda/events.json")


def test_everything_that_an_answer_says_of_an_event() -> None:
    first, second, *_ = read(sample("openagenda/events.json"), language="fr").records
    assert isinstance(first, RawRecord)
    assert (first.external_id, first.recurrence_id, first.title, first.language) == (
        "7001",
        "2026-12-04",
        "Nuit du conte",
        "fr",
    )
    assert (second.external_id, second.recurrence_id) == ("7001", "2026-12-05")
    assert isinstance(first.start, datetime)
    assert first.start.isoformat() == "2026-12-04T20:00:00+01:00"
    assert (first.timezone, first.description) == ("Europe/Paris", "<p>Des histoires longues.</p>")
    assert (first.online, first.online_url) == (Online.BOTH, "https://live.example/conte")
    venue = first.venue
    assert (venue.name, venue.city, venue.country, venue.lat, venue.lng) == (
        "Médiathèque",
        "Marne",
        "FR",
        48.95,
        4.36,
    )
    assert venue.external_ids == {"openagenda": "91"}
    assert (first.tags, first.price_text, first.is_free) == (("conte", "veillée"), "Gratuit", True)
    assert (first.ticket_url, first.registration_required) == ("https://billets.example/conte", True)
    assert (first.images[0].url, first.images[0].credit) == (
        "https://cdn.openagenda.com/main/a.base.image.jpg",
        "© Atelier Lune",
    )
    assert (first.url, first.organizer and first.organizer.name) == (
        "https://openagenda.com/ville-de-marne/events/nuit-du-conte",
        "Ville de Marne",
    )
    assert (first.accessibility, first.metadata) == (
        {"hearing": True, "motor": True},
        {"age_min": 6, "age_max": 99},
    )
    assert first.recurrence is not None
    assert first.recurrence.series_id == "7001"


def test_texts_come_in_one_language() -> None:
    assert [
        one.title for one in read(sample("openagenda/events.json")).records if isinstance(one, RawRecord)
    ][:1] == ["Night of tales"]
    german = read(sample("openagenda/events.json"), language="de-DE").records[0]
    assert (german.title, german.description) == ("Night of tales", "<p>Long stories.</p>")


def test_short_answers_tell_the_next_time_and_price_and_status() -> None:
    one = next(r for r in read(sample("openagenda/events.json")).records if r.external_id == "7002")
    assert (one.status, one.recurrence_id, one.start.isoformat()) == (
        "cancelled",
        "",
        "2026-12-06T10:00:00+01:00",
    )
    assert (one.price_min, one.price_max, one.price_currency) == ("4", "9.5", "EUR")


def test_broken_items_are_told() -> None:
    dropped = [one for one in read(sample("openagenda/events.json")).records if isinstance(one, Dropped)]
    assert [(one.reason, one.external_id) for one in dropped] == [
        ("refused by the agenda", "7003"),
        ("no title", "7004"),
        ("no start", "7005"),
    ]


def test_an_empty_agenda_has_no_events() -> None:
    assert read({"total": 0, "events": [], "after": None}).records == []


@pytest.mark.parametrize(
    "text", ['{"message": "invalid key"}', "[1, 2]", "<html>", "{", '{"events": [{"uid": 1}]}', "null"]
)
def test_other_answers_are_no_empty_agenda(text: str) -> None:
    with pytest.raises(SchemaChanged):
        read(text)


def test_an_errors_own_words_are_told() -> None:
    with pytest.raises(SchemaChanged, match="invalid key"):
        read({"message": "invalid key"})


@pytest.mark.parametrize(
    ("url", "agenda"),
    [
        ("https://openagenda.com/metropole-de-lyon", "metropole-de-lyon"),
        ("https://openagenda.com/fr/metropole-de-lyon/events/x", "metropole-de-lyon"),
        ("https://openagenda.com/agendas/123/events.v2.json", "123"),
        ("https://api.openagenda.com/v2/agendas/123/events", "123"),
        ("https://openagenda.com/", None),
        ("https://openagenda.com/settings/apiKey", None),
        ("https://openagenda.example/metropole", None),
    ],
)
def test_addresses(url: str, agenda: str | None) -> None:
    assert OpenAgendaConnector.config_for(url) == ({"agenda": agenda} if agenda else None)


def test_pages_follow_the_cursor_with_the_key_in_a_header(httpserver: HTTPServer) -> None:
    asked: list[tuple[list[str], str | None]] = []

    def answer(request: Request) -> Response:
        asked.append((request.args.getlist("after[]"), request.headers.get("key")))
        full = not asked[-1][0]
        events = [event(number) for number in (range(100) if full else range(100, 103))]
        return Response(
            json.dumps({"total": 103, "events": events, "after": [17, 99] if full else None}),
            content_type="application/json",
        )

    httpserver.expect_request("/v2/agendas/11/events").respond_with_handler(answer)
    with local_http() as http:
        pages = list(served(httpserver).fetch(params(), http))
    assert asked == [([], "public-key"), (["17", "99"], "public-key")]
    assert [len(kept(page)) for page in pages] == [100, 3]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.WINDOWED, False)}
    assert pages[-1].covered_until == params().end


def test_a_run_that_stops_goes_on_from_its_cursor(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v2/agendas/11/events").respond_with_json(
        {"total": 900, "events": [event(n) for n in range(100)], "after": [5]}
    )
    with local_http() as http:
        (page,) = served(httpserver, max_pages=1).fetch(params(), http)
        list(served(httpserver, max_pages=1).fetch(params(checkpoint=page.checkpoint), http))
    assert (page.coverage, page.cut, page.checkpoint) == (Coverage.PARTIAL, True, {"after": ["5"]})
    assert httpserver.log[-1][0].args.getlist("after[]") == ["5"]


def test_a_limit_is_kept_and_said(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v2/agendas/11/events").respond_with_json(
        {"total": 9, "events": [event(n) for n in range(9)], "after": [5]}
    )
    with local_http() as http:
        pages = list(served(httpserver).fetch(params(limit=4), http))
    assert [(len(kept(page)), page.coverage, page.cut) for page in pages] == [(4, Coverage.PARTIAL, True)]


def test_the_name_of_an_agenda_is_looked_up(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/v2/agendas", query_string="size=1&slug%5B%5D=lyon").respond_with_json(
        {"agendas": [{"uid": 42}]}
    )
    httpserver.expect_request("/v2/agendas").respond_with_json({"agendas": []})
    httpserver.expect_request("/v2/agendas/42/events").respond_with_json({"total": 1, "events": [event(1)]})
    with local_http() as http:
        (page,) = served(httpserver, agenda="", url="https://openagenda.com/lyon").fetch(params(), http)
        assert [one.title for one in kept(page)] == ["Soirée 1"]
        with pytest.raises(ConfigInvalid, match="^agenda: OpenAgenda knows no agenda called 'nowhere'"):
            list(served(httpserver, agenda="nowhere").fetch(params(), http))
        with pytest.raises(ConfigInvalid, match="^agenda: missing"):
            list(served(httpserver, agenda="").fetch(params(), http))


def test_keys_are_checked_with_one_call(httpserver: HTTPServer) -> None:
    httpserver.expect_ordered_request("/v2/agendas").respond_with_json({"agendas": []})
    httpserver.expect_ordered_request("/v2/agendas").respond_with_json({"error": "unauthorized"}, status=403)
    with local_http() as http:
        served(httpserver).check_credentials(http)
        with pytest.raises(ClientRefused):
            served(httpserver).check_credentials(http)
        with pytest.raises(CredentialsMissing, match="OPENAGENDA_API_KEY"):
            OpenAgendaConnector(OpenAgendaConfig(agenda="1")).check_credentials(http)


def _truth(value: Any) -> dict[str, tuple[set[str], set[str]]]:
    """By id all titles and all starts that a recorded file tells of its events."""
    found: dict[str, tuple[set[str], set[str]]] = {}

    def walk(one: Any) -> None:
        if isinstance(one, list):
            for part in one:
                walk(part)
        elif (
            isinstance(one, dict)
            and one.get("title")
            and any(name in one for name in ("timings", "nextTiming", "first_date"))
        ):
            titles = set(one["title"].values()) if isinstance(one["title"], dict) else {one["title"]}
            timings = one.get("timings") or [
                one.get(name) for name in ("firstTiming", "nextTiming", "lastTiming")
            ]
            starts = {timing["begin"] for timing in timings if timing} | {
                one[name] for name in ("first_date", "last_date") if one.get(name)
            }
            known = found.setdefault(str(one.get("uid") or one["slug"]), (set(), set()))
            known[0].update(" ".join(title.split()) for title in titles if title)
            known[1].update(starts)
        elif isinstance(one, dict):
            for part in one.values():
                walk(part)

    walk(value)
    return found


@pytest.mark.data
@needs_data
def test_every_recorded_answer_gives_its_events_with_their_titles_and_starts() -> None:
    paths = recognized(OpenAgendaConnector, "api/openagenda")
    assert len(paths) == 28
    for path in paths:
        truth = _truth(json.loads(path.read_text()))
        when = FetchParams(**{name: getattr(params(), name) for name in ("now", "start", "end")})
        records = (
            OpenAgendaConnector(OpenAgendaConfig())
            .read(RawPayload(url="", content=path.read_bytes()), when)
            .records
        )
        good = [one for one in records if isinstance(one, RawRecord)]
        # one file tells of five events under the same uid: none of them has it as its own
        assert {one.external_id for one in good} <= {*truth, ""}, path
        assert {one.title for one in good if not one.external_id} == (
            truth["81517351"][0] if path.name == "event.json" else set()
        )
        assert len(truth) <= len({one.external_id for one in good}), path
        for one in good:
            titles, starts = truth[one.external_id or "81517351"]
            assert one.title in titles, path
            assert one.start in {datetime.fromisoformat(start).replace(microsecond=0) for start in starts}, (
                path
            )
        known = [(one.external_id, one.recurrence_id) for one in good if one.stable_id]
        assert len(set(known)) == len(known), path


@pytest.mark.data
@needs_data
def test_nothing_else_that_was_recorded_is_taken_for_an_agenda() -> None:
    assert all("openagenda" in str(path) for path in recognized(OpenAgendaConnector, "api"))
    assert SHARED.is_dir()
