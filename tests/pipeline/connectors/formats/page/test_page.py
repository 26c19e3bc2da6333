"""The connector as a whole: detection, coverage, refusals, hostile pages."""

import time

import pytest

from pipeline.connectors.formats.page import PageConfig, PageConnector, read_fragment
from pipeline.connectors.formats.page.dom import absolute
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import ConfigInvalid, SchemaChanged
from tests.pipeline.connectors.reading import TableHttpClient, kept, page, params, payload, reasons

EVENT = '<div class="h-event"><b class="p-name">A</b><i class="dt-start">2026-12-01</i></div>'


@pytest.mark.parametrize(
    "text", ["", "<html><p>Nothing here</p></html>", "\x00" * 100, "<!-- -->", "plain words"]
)
def test_page_without_markup_is_refused(text):
    with pytest.raises(SchemaChanged, match="no event markup"):
        page(text)


def test_coverage_is_partial_unless_configured():
    assert page(EVENT).coverage is Coverage.PARTIAL
    assert page(EVENT, complete=True).coverage is Coverage.COMPLETE


def test_limit_makes_the_answer_cut():
    answer = PageConnector(PageConfig(complete=True)).read(
        payload(EVENT + EVENT.replace("A", "B")), params(limit=1)
    )

    assert (len(list(answer.records)), answer.coverage, answer.cut) == (1, Coverage.PARTIAL, True)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        (EVENT, 0.9),
        ("<!DOCTYPE html><html></html>", 0.5),
        ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="x"/>', 0.5),
        ('<?xml version="1.0"?><rss/>', 0),
        ('{"a": 1}', 0),
        ("", 0),
    ],
)
def test_recognizes(text, score):
    assert PageConnector.recognizes(payload(text)) == score


def test_fetch_is_one_conditional_request():
    http = TableHttpClient({"https://a.example/": EVENT}, "text/html")
    connector = PageConnector(PageConfig(url="https://a.example/"))

    (answer,) = connector.fetch(params(), http)

    assert (len(kept(answer)), http.asked) == (1, [("https://a.example/", True)])
    connector.check_credentials(http)


def test_fetch_without_a_url_says_what_is_missing():
    with pytest.raises(ConfigInvalid, match="url"):
        list(PageConnector(PageConfig()).fetch(params(), TableHttpClient({})))


def test_fragment_without_markup_is_left_alone():
    assert read_fragment("<p>words</p>", params(), "") == []
    assert len(read_fragment(EVENT, params(), "")) == 1


def test_several_events_with_one_address_are_told_apart_by_day():
    html = "".join(
        f'<div class="h-event"><a class="p-name u-url" href="/e">A</a><i class="dt-start">2026-12-0{day}T10:00Z</i></div>'
        for day in (1, 2)
    )

    assert [(r.external_id, r.recurrence_id) for r in kept(page(html))] == [
        ("https://town.example/e", "2026-12-01"),
        ("https://town.example/e", "2026-12-02"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        '<div itemscope itemtype="http://schema.org/Event">' * 50_000,
        '<div class="h-event">' * 50_000,
        '<div vocab="http://schema.org/" property="subEvent" typeof="Event">' * 20_000,
        '<div class="h-event">' + '<div class="e-content p-name">' * 1_800 + "word " * 200_000,
        '<script type="application/ld+json">{"@type":"Event","name":"a","startDate":"2026-12-01","x":'
        + "[" * 100_000
        + "</script>"
        + EVENT,
        "".join(
            f'<i itemscope itemtype="http://schema.org/Event" itemref="{"a " * 200}"></i>' for _ in range(200)
        )
        + '<p id="a">'
        + '<b itemprop="name">x</b>' * 500,
    ],
    ids=["nested items", "nested h-events", "nested rdfa", "nested texts", "deep json", "itemref"],
)
def test_hostile_page_costs_little(html):
    begun = time.process_time()

    assert set(reasons(page(html))) <= {"no start", ""}
    assert time.process_time() - begun < 10  # 3 s under coverage on a quiet machine


def test_page_cut_by_its_depth_says_so():
    assert page('<div class="h-event">' * 5_000).cut


def test_script_in_every_field_stays_text_of_fields():
    evil = "<script>alert(1)</script>"
    html = f'<div class="h-event"><b class="p-name">{evil}A</b><i class="dt-start">2026-12-01</i><a class="u-url" href="javascript:alert(1)">x</a></div>'

    (record,) = kept(page(html))

    assert (record.title, record.url) == ("A", "")


def test_an_address_without_a_scheme_is_https_where_the_page_has_no_base():
    assert absolute("", "//img.example.org/a.jpg") == "https://img.example.org/a.jpg"
    assert absolute("file:///tmp/page.html", "//img.example.org/a.jpg") == "https://img.example.org/a.jpg"
