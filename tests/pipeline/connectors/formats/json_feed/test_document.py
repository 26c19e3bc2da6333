"""Bytes to JSON: documents, lines, JSONP, and truncated documents."""

import json

import pytest

from pipeline.connectors.formats.json_feed.document import parse
from pipeline.connectors.support.json_text import TooDeep, parse_json
from pipeline.contract.exceptions import SchemaChanged
from tests.pipeline.connectors.reading import payload


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
