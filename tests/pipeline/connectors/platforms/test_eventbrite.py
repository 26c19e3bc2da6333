"""Eventbrite: answers of the API, listing pages, pages by continuation, limits, errors."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from pytest_httpserver import HTTPServer

from pipeline.connectors.formats.page import PageConnector
from pipeline.connectors.platforms.eventbrite import EventbriteConfig, EventbriteConnector
from pipeline.contract.connector import NO_CREDENTIALS, Credentials, Page
from pipeline.contract.enums import Coverage, CredentialKind
from pipeline.contract.exceptions import ConfigInvalid, CredentialsMissing, SchemaChanged
from pipeline.contract.http_errors import ClientRefused, RateLimited
from pipeline.contract.raw import RawRecord
from tests.pipeline.connectors.loopback import asked, local_http, sample, serve
from tests.pipeline.connectors.reading import NOW, params, payload

KEY = Credentials(kind=CredentialKind.KEY, values={"key": "T-secret"})
MARKUP = """<!doctype html><html><body><script type="application/ld+json">{"@context": "https://schema.org", "@type": "Event", "name": "Raga",
"startDate": "2026-12-05T20:00:00+05:30", "url": "https://www.eventbrite.com/e/raga-tickets-920000000001?aff=x"}</script></body></html>"""


def read(body: bytes | str, **changes) -> Page:
    return EventbriteConnector(EventbriteConfig()).read(payload(body), params(**changes))


def event(number: int) -> dict:
    return {**json.loads(sample("eventbrite/events.json"))["events"][0], "id": str(number)}


def listing(numbers: range, **pagination) -> dict:
    return {
        "pagination": {"object_count": 120, "page_number": 1, "page_size": 50, "page_count": 3, **pagination},
        "events": [event(n) for n in numbers],
    }


def city(results: list[dict], page: int, pages: int) -> bytes:
    data = {
        "search_data": {
            "events": {
                "results": results,
                "pagination": {"object_count": 99, "page_count": pages, "page_number": page, "page_size": 20},
            }
        }
    }
    return f"<!doctype html><html><script>window.__SERVER_DATA__ = {json.dumps(data)};\nvar x = {{}};</script>eventbrite.com</html>".encode()


def listed(number: int) -> dict:
    return {
        "id": str(number),
        "name": f"Night {number}",
        "start_date": "2026-12-04",
        "start_time": "21:00",
        "_type": "destination_event",
    }


@pytest.fixture
def http() -> Iterator:
    with local_http() as http:
        yield http


def connector(server: HTTPServer, credentials: Credentials = KEY, **config) -> EventbriteConnector:
    return EventbriteConnector(
        EventbriteConfig(api=server.url_for("/v3"), site=server.url_for(""), **config), credentials
    )


def ids(pages: list[Page]) -> list[str]:
    return [r.external_id for page in pages for r in page.records if isinstance(r, RawRecord)]


def test_one_answer_of_the_api():
    page = read(sample("eventbrite/events.json"))
    clay, calm, startless, nameless = page.records

    assert (clay.external_id, clay.title, clay.timezone) == (
        "900000000001",
        "Pots & Pans: a Clay Evening",
        "Asia/Kolkata",
    )
    assert clay.start == datetime(2026, 12, 4, 18, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert clay.end == datetime(2026, 12, 4, 21, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    assert clay.description == "<p>Bring an <b>apron</b>.</p>"
    assert (clay.venue.name, clay.venue.address, clay.venue.city, clay.venue.country) == (
        "Mud House Studio",
        "12 Kiln Lane, Bengaluru, KA 560038",
        "Bengaluru",
        "IN",
    )
    assert (clay.venue.lat, clay.venue.lng, clay.venue.external_ids) == (
        12.9716,
        77.6412,
        {"eventbrite": "7001"},
    )
    assert (clay.price_min, clay.price_max, clay.price_currency, clay.is_free, clay.sold_out) == (
        "500.00",
        "900.00",
        "INR",
        False,
        True,
    )
    assert clay.categories == ("Performing & Visual Arts", "Craft", "Class")
    assert (clay.organizer.name, clay.organizer.url) == (
        "Mud House",
        "https://www.eventbrite.com/o/mud-house-5001",
    )
    assert [image.url for image in clay.images] == ["https://img.evbuc.example/original.jpg"]
    assert (clay.capacity, clay.online, clay.language, clay.status, clay.metadata) == (
        20,
        "no",
        "en_IN",
        "",
        {"series_id": "899"},
    )
    assert (calm.title, calm.description, calm.status, calm.online, calm.is_free, calm.end) == (
        "Clay & Calm",
        "On screen.",
        "cancelled",
        "yes",
        True,
        datetime(2026, 12, 5, 19, tzinfo=UTC),
    )
    assert [(d.reason, d.external_id) for d in (startless, nameless)] == [
        ("no start", "900000000003"),
        ("no title", "900000000004"),
    ]
    assert (page.coverage, page.cut) == (Coverage.PARTIAL, False)


def test_a_category_that_is_not_expanded_is_known_by_its_number():
    bare = {
        name: value for name, value in event(1).items() if name not in ("category", "subcategory", "format")
    }
    (known,) = read(json.dumps({**bare, "category_id": "103"})).records
    (unknown,) = read(json.dumps({**bare, "category_id": "7"})).records
    assert (known.categories, unknown.categories) == (("Music",), ())


def test_a_city_page_with_its_data():
    page = read(sample("eventbrite/city.html"))
    night, day = page.records

    assert (night.external_id, night.title) == ("910000000001", 'Braces {in} a "title"')
    assert (night.start, night.end, night.timezone) == (
        datetime(2026, 12, 4, 21),
        datetime(2026, 12, 5, 1),
        "Asia/Kolkata",
    )
    assert (night.venue.name, night.venue.lat, night.venue.external_ids) == (
        "Roof",
        12.97,
        {"eventbrite": "7002"},
    )
    assert (night.categories, night.tags) == (("Music", "EDM"), ("rooftop",))
    assert (night.price_min, night.is_free, night.sold_out) == ("", False, True)
    assert night.ticket_url == "https://www.eventbrite.com/checkout-external?eid=910000000001"
    assert (day.start, day.online) == (date(2026, 12, 6), "yes")
    assert page.cut
    assert EventbriteConnector.recognizes(payload(sample("eventbrite/city.html"))) > PageConnector.recognizes(
        payload(sample("eventbrite/city.html"))
    )


def test_a_city_page_of_shelves_gives_each_event_once():
    data = {"buckets": [{"events": [listed(1), listed(2)]}, {"events": [listed(2)]}]}
    page = read(f"<!doctype html><script>window.__SERVER_DATA__ = {json.dumps(data)};</script>eventbrite.com")
    assert [record.external_id for record in page.records] == [str(listed(n)["id"]) for n in (1, 2)]


def test_a_page_with_markup_alone_gives_the_number_of_the_event():
    (raga,) = read(MARKUP).records
    assert (raga.title, raga.external_id) == ("Raga", "920000000001")


def test_a_page_whose_markup_is_inside_its_data():
    item = {
        "@type": "Event",
        "name": "Raga",
        "startDate": "2026-12-05",
        "url": "https://www.eventbrite.com/e/raga-tickets-920000000001",
    }
    data = {
        "jsonld": [
            {"@context": "https://schema.org", "itemListElement": [{"@type": "ListItem", "item": item}]}
        ]
    }
    (raga,) = read(f"<html><script>window.__SERVER_DATA__ = {json.dumps(data)};</script></html>").records
    assert (raga.title, raga.start, raga.external_id) == ("Raga", date(2026, 12, 5), "920000000001")
    with pytest.raises(SchemaChanged, match="no event markup"):
        read('<html><script>window.__SERVER_DATA__ = {"jsonld": []};</script></html>')
    with pytest.raises(SchemaChanged, match="no event markup"):
        read('<html><script>window.__SERVER_DATA__ = {"jsonld": [}</script></html>')


def test_what_is_recognized():
    one = json.dumps(event(1))
    search = json.dumps([{**listed(1), "url": "https://www.eventbrite.com/e/1"}])
    nothing = '{"events": [], "pagination": {"object_count": 0, "page_number": 1, "page_size": 50, "page_count": 1}}'
    assert all(
        EventbriteConnector.recognizes(payload(body)) > 0.9
        for body in (sample("eventbrite/events.json"), one, search, nothing)
    )
    others = (
        '{"orders": [], "pagination": {"object_count": 0}}',
        '{"events": [{"name": "A", "start": "2026-12-01", "url": "https://www.eventbrite.com/e/1"}]}',
        '{"events": [], "source": "eventbrite"}',
        "[]",
        '["eventbrite"]',
        '{"eventbrite"',
        MARKUP,
    )
    assert not any(EventbriteConnector.recognizes(payload(body)) for body in others)


def test_an_empty_list_has_no_events_and_is_no_error():
    assert (
        list(
            read(
                '{"events": [], "pagination": {"object_count": 0, "page_count": 1, "page_number": 1}}'
            ).records
        )
        == []
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"status_code": 401, "error_description": "An OAuth token is required for all requests", "error": "NO_AUTH"}',
            "OAuth token is required",
        ),
        ('{"status_code": 404, "error": "NOT_FOUND"}', "NOT_FOUND"),
        ('{"attendees": [], "pagination": {"object_count": 0}}', "no events"),
        ('[{"name": "x"}]', "no event"),
        ("<html><body>Are you a person?</body></html>", "no event markup"),
        ("{", "no JSON"),
    ],
)
def test_what_is_no_answer_is_refused_in_words(body, words):
    with pytest.raises(SchemaChanged, match=words):
        read(body)


def test_an_organization_is_walked_by_continuation(httpserver: HTTPServer, http):
    first, second = (
        listing(range(50), continuation="c2", has_more_items=True),
        listing(range(50, 60), has_more_items=False),
    )
    serve(httpserver, "/v3/organizations/77/events/", {"": first, "c2": second}, by="continuation")
    pages = list(connector(httpserver, organization="77").fetch(params(), http))

    assert ids(pages) == [str(n) for n in range(60)]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.COMPLETE, False)}
    assert {
        "time_filter": "current_future",
        "status": "live,started,canceled",
        "order_by": "start_asc",
    }.items() <= asked(httpserver)[0].items()
    assert "venue" in asked(httpserver)[0]["expand"]
    assert httpserver.log[0][0].headers["authorization"] == "Bearer T-secret"


@pytest.mark.parametrize("kind", ["venue", "organizer"])
def test_a_venue_and_an_organizer_are_listed_without_continuation_too(httpserver: HTTPServer, http, kind):
    answers = {
        "": listing(range(5), page_count=2, object_count=7),
        "2": listing(range(5, 7), page_count=2, page_number=2),
    }
    serve(httpserver, f"/v3/{kind}s/88/events/", answers, by="page")
    pages = list(connector(httpserver, **{kind: "88"}).fetch(params(), http))
    assert (len(ids(pages)), pages[-1].coverage) == (7, Coverage.COMPLETE)
    assert asked(httpserver)[0]["start_date.range_start"] == (NOW - timedelta(days=30)).strftime(
        "%Y-%m-%dT%H:%M:%S"
    )
    assert asked(httpserver)[0]["only_public"] == "true"


def test_a_walk_that_was_cut_short_goes_on_with_its_continuation(httpserver: HTTPServer, http):
    answers = {
        "": listing(range(50), continuation="c2"),
        "c2": listing(range(50, 60), has_more_items=False, continuation=""),
    }
    serve(httpserver, "/v3/organizations/77/events/", answers, by="continuation")
    (first,) = connector(httpserver, organization="77", max_pages=1).fetch(params(), http)
    assert (first.coverage, first.cut, first.checkpoint) == (Coverage.PARTIAL, True, {"continuation": "c2"})
    (second,) = connector(httpserver, organization="77", max_pages=1).fetch(
        params(checkpoint=first.checkpoint), http
    )
    assert (len(second.records), second.coverage, second.checkpoint) == (
        10,
        Coverage.PARTIAL,
        {"continuation": ""},
    )


def test_a_continuation_that_is_no_longer_good_begins_anew(httpserver: HTTPServer, http):
    path = "/v3/organizations/77/events/"
    stale = {"status_code": 400, "error": "BAD_CONTINUATION_TOKENS"}
    httpserver.expect_oneshot_request(path).respond_with_json(stale, status=400)
    httpserver.expect_request(path).respond_with_json(listing(range(3), page_count=1))
    (page,) = connector(httpserver, organization="77").fetch(params(checkpoint={"continuation": "old"}), http)
    assert (len(page.records), page.coverage) == (3, Coverage.COMPLETE)
    assert [ask.get("continuation") for ask in asked(httpserver)] == ["old", None]


def test_a_city_is_walked_until_nothing_new_comes_and_is_always_a_part(httpserver: HTTPServer, http):
    answers = {
        "1": city([listed(1), listed(2)], 1, 40),
        "2": city([listed(3)], 2, 40),
        "3": city([listed(1)], 3, 40),
    }
    serve(httpserver, "/d/india--bengaluru/music--events/", answers, by="page")
    pages = list(
        connector(httpserver, NO_CREDENTIALS, city="india--bengaluru", category="music--events").fetch(
            params(), http
        )
    )
    assert ids(pages) == ["1", "2", "3"]
    assert {(page.coverage, page.cut) for page in pages} == {(Coverage.PARTIAL, False)}
    assert [r.reason for r in pages[-1].records] == ["duplicate id"]


def test_a_city_whose_pages_do_not_say_how_many_they_are_is_walked_too(httpserver: HTTPServer, http):
    pages = {str(n): MARKUP.replace("920000000001", f"92000000000{min(n, 3)}").encode() for n in range(1, 5)}
    serve(httpserver, "/d/india--bengaluru/all-events/", pages, by="page")
    found = list(connector(httpserver, NO_CREDENTIALS, city="india--bengaluru").fetch(params(), http))
    assert ids(found) == ["920000000001", "920000000002", "920000000003"]
    assert len(httpserver.log) == 4


def test_a_city_that_was_cut_short_goes_on_at_the_next_page(httpserver: HTTPServer, http):
    serve(
        httpserver,
        "/d/india--bengaluru/all-events/",
        {"1": city([listed(1)], 1, 2), "2": city([listed(2)], 2, 2)},
        by="page",
    )
    (first,) = connector(httpserver, NO_CREDENTIALS, city="india--bengaluru", max_pages=1).fetch(
        params(), http
    )
    assert (first.cut, first.checkpoint) == (True, {"page": 2})
    (second,) = connector(httpserver, NO_CREDENTIALS, city="india--bengaluru", max_pages=1).fetch(
        params(checkpoint=first.checkpoint), http
    )
    assert (ids([second]), second.cut, second.checkpoint) == (["2"], False, {"page": 1})


def test_a_limit_is_kept(httpserver: HTTPServer, http):
    serve(
        httpserver,
        "/v3/organizations/77/events/",
        {"": listing(range(50), continuation="c2")},
        by="continuation",
    )
    (page,) = connector(httpserver, organization="77").fetch(params(limit=4), http)
    assert (len(page.records), page.coverage, page.cut, page.checkpoint) == (4, Coverage.PARTIAL, True, {})


def test_an_event_and_an_organizer_are_read_by_their_pages_where_there_is_no_key(
    httpserver: HTTPServer, http
):
    httpserver.expect_request("/v3/events/920000000001/").respond_with_json(event(920000000001))
    httpserver.expect_request("/e/920000000001").respond_with_data(MARKUP, content_type="text/html")
    httpserver.expect_request("/o/5001").respond_with_data(MARKUP, content_type="text/html")
    (by_api,) = connector(httpserver, event="920000000001").fetch(params(), http)
    (by_page,) = connector(httpserver, NO_CREDENTIALS, event="920000000001").fetch(params(), http)
    (of_organizer,) = connector(httpserver, NO_CREDENTIALS, organizer="5001").fetch(params(), http)
    assert ids([by_api]) == ids([by_page]) == ids([of_organizer]) == ["920000000001"]
    assert (by_api.coverage, by_page.coverage) == (Coverage.COMPLETE, Coverage.PARTIAL)


@pytest.mark.parametrize(("status", "error"), [(401, ClientRefused), (429, RateLimited)])
def test_refusals_of_the_door_come_through(httpserver: HTTPServer, http, status, error):
    refusal = {"status_code": status, "error": "NO_AUTH", "error_description": "no"}
    httpserver.expect_request("/v3/users/me/").respond_with_json(refusal, status=status)
    httpserver.expect_request("/v3/organizations/77/events/").respond_with_json(refusal, status=status)
    with pytest.raises(error):
        connector(httpserver).check_credentials(http)
    with pytest.raises(error):
        list(connector(httpserver, organization="77").fetch(params(), http))


def test_the_key_is_checked_by_one_request_where_there_is_one(httpserver: HTTPServer, http):
    httpserver.expect_request("/v3/users/me/").respond_with_json({"id": "1", "name": "Ann"})
    connector(httpserver).check_credentials(http)
    connector(httpserver, NO_CREDENTIALS).check_credentials(http)
    assert len(httpserver.log) == 1


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"city": "../../x"},
        {"city": "india--bengaluru", "category": "a/b"},
        {"organization": "7/x"},
        {"event": "x"},
    ],
)
def test_a_configuration_that_names_nothing_is_refused(http, config):
    with pytest.raises(ConfigInvalid):
        list(EventbriteConnector(EventbriteConfig(**config), KEY).fetch(params(), http))


def test_a_list_of_an_organization_needs_the_key(http):
    with pytest.raises(CredentialsMissing, match="EVENTBRITE_API_KEY"):
        list(EventbriteConnector(EventbriteConfig(organization="77")).fetch(params(), http))


def test_pasted_addresses():
    found = EventbriteConnector.config_for
    assert found("https://www.eventbrite.com/d/india--bengaluru/events/") == {"city": "india--bengaluru"}
    assert found("https://www.eventbrite.co.uk/d/united-kingdom--leeds/music--events/?page=2") == {
        "city": "united-kingdom--leeds",
        "category": "music--events",
    }
    assert found("https://www.eventbrite.com/d/ca--los-angeles") == {"city": "ca--los-angeles"}
    assert found("https://www.eventbrite.com/o/mud-house-5001234567") == {"organizer": "5001234567"}
    assert found("https://www.eventbrite.com/e/pots-tickets-900000000001?aff=x") == {"event": "900000000001"}
    assert found("https://mudhouse.eventbrite.com/?utm_source=x") == {
        "url": "https://mudhouse.eventbrite.com/"
    }
    assert found("https://www.eventbrite.com/organizer/overview/") is None
    assert found("https://eventbrite.com.evil.example/e/x-900000000001") is None
