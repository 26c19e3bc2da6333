"""Bytes to JSON: documents, lines, JSONP, and truncated documents."""

import json
from datetime import datetime

import pytest

from pipeline.connectors.formats.json_feed import JsonFeedConnector
from pipeline.connectors.formats.json_feed.document import parse
from pipeline.connectors.support.json_text import TooDeep, parse_json
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import json_feed, kept, only, payload


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": 1}', {"a": 1}),
        ('\ufeff [{"a": 1}]', [{"a": 1}]),
        (')]}\',\n{"a": 1}', {"a": 1}),
        ('callback.x({"a": 1});', {"a": 1}),
        ('{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('{"a": NaN, "b": Infinity}', {"a": None, "b": None}),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_whole_documents(text, value):
    document = parse(payload(text))

    assert (document.value, document.whole) == (value, True)


def test_huge_integers_stay_text():
    assert parse_json("1" * 5_000) == "1" * 5_000
    assert parse_json("12") == 12


def test_utf16_is_read():
    assert parse(payload('{"a": "ä"}'.encode("utf-16"))).value == {"a": "ä"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"events": [{"a": 1}, {"a": 2}, {"a": [{"b": 1}, {"b"', {"events": [{"a": 1}, {"a": 2}]}),
        ('[{"a": "x}"}, {"a": "y', [{"a": "x}"}]),
        ('{"a": 1}\n{"a": 2}\n{"a"', [{"a": 1}, {"a": 2}]),
    ],
)
def test_cut_documents_are_read_as_far_as_they_go(text, value):
    document = parse(payload(text))

    assert (document.value, document.whole) == (value, False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html></html>", "HTML"),
        ("", "no JSON"),
        ("words", "no JSON"),
        ("{", "cannot be read"),
        ('{"a": }', "cannot be read"),
        ("[" * 100_000, "nested"),
        ('["' + '\\"' * 200_000, "cannot be read"),
        ("[}]]", "cannot be read"),
    ],
)
def test_refused(text, reason):
    with pytest.raises(SchemaChanged, match=reason):
        parse(payload(text))


@pytest.mark.parametrize(
    "deep",
    ["[" * 100_000 + "]" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000, "[" * 300 + '"]"' + "]" * 300],
)
def test_what_is_nested_too_deep_is_left_out(deep):
    document = parse(payload(f'{{"a": 1, "deep": {deep}, "b": [2]}}'))

    assert (document.value["a"], document.value["b"], document.whole) == (1, [2], True)


def test_depth_is_counted_exactly():
    assert parse_json("[" * 200 + "]" * 200)
    with pytest.raises(TooDeep):
        parse_json(json.dumps([]).replace("[]", "[" * 201 + "]" * 201))


def meetings(*inside: str) -> str:
    return f'<?xml version="1.0"?><meetings xmlns:x="urn:x">{"".join(inside)}</meetings>'


PLACE = "<where><name>City Hall</name><address><street>1 Main St</street><town>Lyon</town></address></where>"
MEETING = (
    f'<meeting id="4"><name>A &amp; B</name><meeting_date>2026-12-01T19:00:00</meeting_date>{PLACE}</meeting>'
)
BOARD = "<x:meeting><x:name>Board</x:name><x:date>2026-12-02</x:date><x:details>One<br/>two</x:details></x:meeting>"


@pytest.mark.parametrize(
    ("xml", "titles"),
    [
        (meetings(MEETING, BOARD), ["A & B", "Board"]),
        (meetings(MEETING), ["A & B"]),
        (MEETING, ["A & B"]),
        (
            f"<s:Envelope xmlns:s='urn:s'><s:Body>{meetings(MEETING, BOARD)[21:]}</s:Body></s:Envelope>",
            ["A & B", "Board"],
        ),
        ('<rsp stat="ok"><event name="Talk" start_date="2026-12-01" start_time="19:00:00"/></rsp>', ["Talk"]),
    ],
)
def test_records_in_xml_are_read_as_json_is(xml, titles):
    assert [record.title for record in kept(json_feed(xml))] == titles


def test_a_meeting_in_xml_has_its_id_and_its_place():
    record = only(json_feed(meetings(MEETING)))
    assert (record.external_id, record.venue.name, record.venue.address, record.venue.city) == (
        "4", "City Hall", "1 Main St, Lyon", "Lyon",
    )  # fmt: skip


def test_markup_in_xml_stays_markup():
    assert kept(json_feed(meetings(MEETING, BOARD)))[1].description.startswith("One<br")


@pytest.mark.parametrize(
    "xml", ["<?xml version='1.0'?><urlset/>", "<?xml version='1.0'?><rss/>", "<!doctype html><p>"]
)
def test_other_xml_is_left_to_others(xml):
    assert JsonFeedConnector.recognizes(payload(xml)) == 0.0


def test_xml_that_declares_entities_is_refused():
    with pytest.raises(SchemaChanged, match="entities"):
        json_feed('<!DOCTYPE a [<!ENTITY b "c">]><meetings/>')


TABLE = """Event Name,Start Date/Time,Location,Address,Cost
"Summer Concert, Part 2",07/21/2026 7:00 PM,Riverside Park,"12 Main St, Springfield",Free

Book Club,08/04/2026 6:30 PM,Library,,$5
"""


def test_a_table_of_text_lists_events_by_the_names_of_its_columns():
    assert [(one.title, one.start, one.venue.name, one.price_text) for one in kept(json_feed(TABLE))] == [
        ("Summer Concert, Part 2", datetime(2026, 7, 21, 19), "Riverside Park", "Free"),
        ("Book Club", datetime(2026, 8, 4, 18, 30), "Library", "$5"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nTitel;Datum;Uhrzeit;Ort\nJazzabend;12.06.2026;20:00;Stadthalle\n",
        "Committee\tMeeting Date\tMeeting Time\tMeeting Location\r\nJazzabend\t2026-06-12\t8 PM\tStadthalle\r\n",
        "name|date|time|where|\nJazzabend|2026-06-12|20:00|Stadthalle|",
    ],
)
def test_signs_and_names_of_tables(text):
    record = kept(json_feed(text))[-1]
    assert (record.title, record.start, record.venue.name) == (
        "Jazzabend",
        datetime(2026, 6, 12, 20),
        "Stadthalle",
    )
    assert JsonFeedConnector.recognizes(payload(text)) == 0.8


@pytest.mark.parametrize(
    "text",
    [
        "Dear all, come on, Saturday\nsee you, then, there",
        "id,name,price\n1,Chair,20",
        "title,date,title\na,2026-01-01,b",
        "title,date\na,2026-01-01",
        "<p>title,date,place",
    ],
)
def test_other_texts_are_no_tables_of_events(text):
    assert JsonFeedConnector.recognizes(payload(text)) == 0


def test_a_table_with_a_cell_beyond_reason_is_read_up_to_it():
    answer = parse(payload('title,date,place\nA,2026-01-01,B\nC,2026-01-02,"' + "x" * 200_000))
    assert ([row["title"] for row in answer.value], answer.whole) == (["A"], False)
