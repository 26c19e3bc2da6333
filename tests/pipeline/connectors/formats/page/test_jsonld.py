"""JSON-LD in pages, valid and as found in practice."""

import json

import pytest

from pipeline.connectors.formats.page.jsonld import parse_loose
from tests.pipeline.connectors.reading import kept, only, page

EVENT = '{"@type": "MusicEvent", "name": "Gig", "startDate": "2026-12-01T20:00:00+01:00"}'


def script(text: str) -> str:
    return f'<html><script type="application/ld+json">{text}</script></html>'


@pytest.mark.parametrize(
    "text",
    [
        EVENT,
        f"<!-- {EVENT} -->",
        f"//<![CDATA[\n{EVENT}\n//]]>",
        f"/*<![CDATA[*/{EVENT}/*]]>*/",
        f"{EVENT};",
        EVENT.replace("}", ",}"),
        EVENT.replace('"Gig"', '"Gig", "description": "two\nlines"'),
        f"[{EVENT},]",
        f'{{"@graph": [{{"@type": "WebPage"}}, {EVENT}]}}',
        f'{{"@type": "ItemList", "itemListElement": [{{"@type": "ListItem", "item": {EVENT}}}]}}',
        f'{{"@type": "MusicGroup", "event": [[{EVENT}]]}}',
        f'{{"@list": [{EVENT}]}}',
    ],
)
def test_event_is_found_wherever_it_stands(text):
    assert only(page(script(text))).title == "Gig"


def test_title_and_description_come_in_one_language():
    texts = {
        "name": [{"@language": "en", "@value": "Fair"}, {"@language": "fr", "@value": "Foire"}],
        "description": {"fr": "Grande foire"},
    }
    made = only(page(script(json.dumps({**json.loads(EVENT), **texts}))))
    assert (made.title, made.description) == ("Foire", "Grande foire")


def test_objects_in_a_row_are_all_read():
    other = EVENT.replace("Gig", "Other")

    assert [r.title for r in kept(page(script(f"{EVENT}\n{other}")))] == ["Gig", "Other"]


def test_commas_inside_strings_are_left_alone():
    assert parse_loose('{"a": "x,} {y",}') == {"a": "x,} {y"}


@pytest.mark.parametrize(
    "text", ["{", "", "null-ish", '{"a": "unclosed', "[" * 100_000 + "x", '{"a": "' + '\\"' * 50_000]
)
def test_what_is_no_json_is_none(text):
    assert parse_loose(text) is None


def test_value_that_is_nested_too_deep_is_left_out():
    text = (
        '{"@type": "Event", "name": "A", "startDate": "2026-12-01", "x": '
        + "[" * 100_000
        + "]" * 100_000
        + "}"
    )

    assert only(page(script(text))).title == "A"


def test_references_by_id_are_followed():
    graph = (
        '{"@graph": [{"@id": "#hall", "@type": "Place", "name": "Hall"},'
        '{"@id": "https://town.example/1", "@type": "Event", "name": "A", "startDate": "2026-12-01", "location": {"@id": "#hall"}}]}'
    )

    assert only(page(script(graph))).venue.name == "Hall"


def test_references_in_a_circle_end():
    graph = (
        '{"@graph": [{"@id": "#a", "@type": "Event", "name": "A", "startDate": "2026-12-01", "subEvent": {"@id": "#b"}},'
        '{"@id": "#b", "@type": "Event", "name": "B", "startDate": "2026-12-02", "subEvent": {"@id": "#a"}, "location": {"@id": "#b"}}]}'
    )

    assert {r.title for r in kept(page(script(graph)))} == {"A", "B"}


@pytest.mark.parametrize(
    "kind",
    ["http://schema.org/Event", "schema:Festival", "ScreeningEvent", ["Thing", "SportsEvent"], "Hackathon"],
)
def test_subtypes_are_events(kind):
    import json

    text = json.dumps({"@type": kind, "name": "A", "startDate": "2026-12-01"})

    assert only(page(script(text))).title == "A"


def test_full_names_of_properties_are_read():
    text = '{"@type": "http://schema.org/Event", "http://schema.org/name": [{"@value": "A"}], "schema:startDate": {"@value": "2026-12-01T10:00Z"}}'

    assert only(page(script(text))).title == "A"


def concert(name, day, picture):
    reported = json.dumps({"@type": "MusicEvent", "name": name, "startDate": day})
    return f'<li>{picture}<b>{name}</b><script type="application/ld+json">{reported}</script></li>'


def pictures(*rows):
    records = kept(page(f"<body><img src='/banner.jpg'><ul>{''.join(rows)}</ul></body>"))
    return [[image.url for image in record.images] for record in records]


def test_an_event_without_a_picture_has_the_one_that_its_row_shows():
    rows = (
        concert("A", "2026-12-01", '<img data-src="/a.jpg" src="data:image/gif;base64,x">'),
        concert("B", "2026-12-02", '<img src="/b.jpg"><img src="/b2.jpg">'),
        concert("C", "2026-12-03", '<img src="/icon.svg">'),
    )
    assert pictures(*rows) == [["https://town.example/a.jpg"], [], []]
