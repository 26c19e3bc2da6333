"""The connector as a whole: field maps, coverage, pages, identity, JSON-LD and JSON Feed."""

import json

import pytest

from pipeline.connectors.formats.json_feed import JsonFeedConfig, JsonFeedConnector
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from pipeline.contract.http_errors import NotModified
from tests.pipeline.connectors.reading import TableHttpClient, json_feed, kept, only, params, payload, reasons


def test_field_map_with_paths_alternatives_and_constants():
    text = json.dumps(
        {
            "d": {
                "list": [
                    {
                        "n": "A",
                        "w": {"to": "2026-12-01T10:00:00Z"},
                        "bands": [{"x": "B"}, {"x": "C"}],
                        "title": "wrong",
                    }
                ]
            }
        }
    )
    fields = {
        "title": "n",
        "start": ["when", "w.to"],
        "city": {"value": "Town"},
        "performers": "bands[*].x",
        "location": "rooms[0].name",
    }

    record = only(json_feed(text, items="d.list", fields=fields))

    assert (record.title, record.start.hour, record.venue.city, record.performers, record.venue.name) == (
        "A",
        10,
        "Town",
        ("B", "C"),
        "",
    )


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"titel": "x"}, "titel"), ({"title": 5}, "title"), ({"title": {"path": "x"}}, "title")],
)
def test_wrong_field_map_names_the_entry(fields, named):
    with pytest.raises(ConfigInvalid, match=rf"fields\.{named}"):
        JsonFeedConnector(JsonFeedConfig(fields=fields))


def test_timezone_of_the_configuration_is_that_of_the_calendar():
    assert (
        only(
            json_feed('[{"title": "A", "start": "2026-12-01T10:00"}]', timezone="Asia/Kolkata")
        ).calendar_timezone
        == "Asia/Kolkata"
    )


def events(count: int) -> str:
    return json.dumps(
        {"title": "Town", "events": [{"id": n, "title": "A", "start": "2026-12-01"} for n in range(count)]}
    )


@pytest.mark.parametrize(
    ("count", "config", "coverage"),
    [
        (3, {}, Coverage.COMPLETE),
        (300, {}, Coverage.PARTIAL),
        (300, {"complete": True}, Coverage.COMPLETE),
        (3, {"complete": False}, Coverage.PARTIAL),
        (7, {"limit": 7}, Coverage.PARTIAL),
    ],
)
def test_coverage(count, config, coverage):
    answer = json_feed(events(count), **config)

    assert (answer.coverage, answer.cut, answer.calendar_name) == (
        coverage,
        coverage is Coverage.PARTIAL,
        "Town",
    )


def test_truncated_answer_is_partial_whatever_is_configured():
    answer = json_feed(events(3)[:-30], complete=True)

    assert (answer.coverage, answer.cut, len(kept(answer))) == (Coverage.PARTIAL, True, 2)


def test_limit_of_the_request_makes_it_partial():
    answer = JsonFeedConnector(JsonFeedConfig()).read(payload(events(3)), params(limit=2))

    assert (len(kept(answer)), answer.coverage) == (2, Coverage.PARTIAL)


def test_addresses_serve_as_ids_and_shared_ones_do_not():
    rows = [
        ("A", "/1", "01"),
        ("B", "/2", "01"),
        ("B", "/2", "02"),
        ("C", "/3", "01"),
        ("D", "/3", "01"),
        ("A", "/1?utm_source=x", "01"),
    ]
    text = json.dumps(
        [{"title": t, "url": f"https://a.example{u}", "date": f"2026-12-{d}"} for t, u, d in rows]
    )

    found = [
        (getattr(r, "reason", ""), r.title, r.external_id[-2:], r.recurrence_id)
        for r in json_feed(text).records
    ]

    assert sorted(found) == [
        ("", "A", "/1", ""),
        ("", "B", "/2", "2026-12-01"),
        ("", "B", "/2", "2026-12-02"),
        ("", "C", "", ""),
        ("", "D", "", ""),
        ("duplicate id", "A", "/1", ""),
    ]


def test_json_ld_documents_are_read_as_such():
    text = json.dumps(
        [
            [
                {
                    "@context": "http://schema.org",
                    "@type": "MusicEvent",
                    "name": "A",
                    "startDate": "2026-12-01",
                    "location": {"@type": "Place", "name": "H"},
                }
            ]
        ]
    )

    record = only(json_feed(text))

    assert (record.venue.name, record.categories) == ("H", ("MusicEvent",))


def test_json_feed_articles_are_read_for_dates():
    item = {
        "id": "1",
        "url": "https://a.example/1",
        "title": "Concert on 5 December 2026, 8pm",
        "content_html": "<p>x</p>",
        "date_published": "2026-11-20T00:00:00Z",
    }
    text = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "T",
            "items": [item, {"id": "2", "title": "News", "content_text": "nothing"}],
        }
    )

    answer = list(json_feed(text).records)

    assert (answer[0].start.hour, answer[0].method, answer[1].reason) == (20, "text", "no start")


PAGES = {
    "https://a.example/1": '{"events": [{"title": "A", "start": "2026-12-01"}], "meta": {"next": "/2"}}',
    "https://a.example/2": '{"events": [{"title": "B", "start": "2026-12-01"}], "meta": {"next": null}}',
}


def fetch(bodies, **config):
    http = TableHttpClient(bodies)
    connector = JsonFeedConnector(JsonFeedConfig(url="https://a.example/1", **config))
    connector.check_credentials(http)
    return [(only(answer).title, answer.coverage) for answer in connector.fetch(params(), http)], http.asked


def test_next_pages_are_followed_unconditionally():
    answers, asked = fetch(PAGES, next="meta.next")

    assert answers == [("A", Coverage.COMPLETE), ("B", Coverage.COMPLETE)]
    assert asked == [("https://a.example/1", True), ("https://a.example/2", False)]


def test_walk_that_is_ended_is_partial():
    assert fetch(PAGES, next="meta.next", max_pages=1)[0] == [("A", Coverage.PARTIAL)]


def test_more_pages_without_their_address_mean_partial():
    bodies = {"https://a.example/1": PAGES["https://a.example/1"].replace('"/2"', '"cursor-2"')}
    assert fetch(bodies)[0] == [("A", Coverage.PARTIAL)]


def test_other_host_is_not_followed():
    bodies = {"https://a.example/1": PAGES["https://a.example/1"].replace("/2", "https://evil.example/2")}

    assert fetch(bodies, next="meta.next")[0] == [("A", Coverage.COMPLETE)]


def test_unchanged_first_page_is_told_to_the_caller():
    with pytest.raises(NotModified):
        fetch({"https://a.example/1": None})


def test_fetch_without_a_url_says_what_is_missing():
    with pytest.raises(ConfigInvalid, match="url"):
        list(JsonFeedConnector(JsonFeedConfig()).fetch(params(), TableHttpClient({})))


@pytest.mark.parametrize(
    ("text", "url", "score"),
    [
        ("{}", "", 0.85),
        (' \n[ {"a": 1}]', "", 0.85),
        ("[]", "", 0.85),
        ("x", "https://a.example/x.json?y", 0.3),
        ("[note]", "", 0),
        ("<html>", "https://a.example/x.json", 0),
    ],
)
def test_recognizes(text, url, score):
    assert JsonFeedConnector.recognizes(payload(text, url=url)) == score


def test_single_wrong_item_does_not_take_the_rest():
    text = json.dumps(
        {
            "events": [
                {"title": "A", "start": "2026-12-01"},
                {"title": None, "start": {"x": []}},
                {"title": "B", "start": [[]]},
                {"title": "C", "start": "2026-12-02"},
            ]
        }
    )

    assert sorted(reasons(json_feed(text))) == ["", "", "no start", "no start"]


def test_event_with_a_value_nested_too_deep_is_kept_with_a_note():
    deep = "[" * 100_000 + "]" * 100_000
    answer = json_feed(
        f'{{"events": [{{"title": "A", "start": "2026-12-01", "x": {deep}}}, {{"title": "B", "start": "2026-12-01"}}]}}'
    )

    assert [(r.title, r.notes) for r in kept(answer)] == [
        ("A", ("a value was left out: nested too deep",)),
        ("B", ()),
    ]


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000])
def test_depth_alone_is_refused(text):
    with pytest.raises(SchemaChanged):
        json_feed(text)


def test_no_events_is_refused():
    with pytest.raises(SchemaChanged):
        json_feed('{"message": "key missing"}')


def test_the_zone_that_a_calendar_tells_for_all_of_its_events_goes_before_the_sources():
    text = '{"timeZone": "Europe/Paris", "items": [{"title": "A", "start": "2026-12-01T10:00"}]}'
    assert only(json_feed(text)).calendar_timezone == "Europe/Paris"
    assert only(json_feed(text, timezone="Asia/Kolkata")).calendar_timezone == "Asia/Kolkata"


@pytest.mark.parametrize(
    "following",
    [
        {"next": "/2"},
        {"next": "https://a.example/2", "total_pages": 2},
        {"links": {"next": "/2"}},
        {"_links": {"next": {"href": "https://a.example/2"}}},
        {"meta": {"next": "https://a.example/2"}},
    ],
)
def test_the_next_page_is_found_where_apis_usually_put_it(following):
    first = {"events": [{"title": "A", "start": "2026-12-01"}], **following}
    assert fetch({**PAGES, "https://a.example/1": json.dumps(first)})[0] == [
        ("A", Coverage.COMPLETE),
        ("B", Coverage.COMPLETE),
    ]


@pytest.mark.parametrize(
    "following", ["https://elsewhere.example/api", "abc123", None, 2, True, "https://a.example/1"]
)
def test_what_is_no_address_of_the_same_host_is_not_followed(following):
    first = {"events": [{"title": "A", "start": "2026-12-01"}], "next": following}
    answers, asked = fetch({"https://a.example/1": json.dumps(first)})
    assert (len(answers), len(asked)) == (1, 1)


def test_a_rule_beside_a_start_is_a_series():
    text = '[{"id": "g", "title": "Raga", "start": "2026-12-01T19:00:00", "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20261208T190000"]}]'
    records = kept(json_feed(text, timezone="Asia/Kolkata"))
    assert [record.start.day for record in records] == [1, 15]
    assert {(record.external_id, record.recurrence.series_id, record.timezone) for record in records} == {
        ("g", "g", "Asia/Kolkata")
    }


def test_occurrences_that_the_publisher_expanded_stay_as_they_are():
    item = {"title": "Raga", "rrule": "FREQ=WEEKLY"}
    text = json.dumps([{**item, "id": str(day), "start": f"2026-12-0{day}T19:00:00"} for day in (1, 8)])
    assert len(kept(json_feed(text, timezone="Asia/Kolkata"))) == 2


def test_every_tuesday_is_a_series():
    records = kept(
        json_feed('[{"id": "t", "title": "Raga", "date": "Every Tuesday at 7pm"}]', timezone="Asia/Kolkata")
    )
    assert len(records) > 3
    assert {(record.start.weekday(), record.start.hour) for record in records} == {(1, 19)}
