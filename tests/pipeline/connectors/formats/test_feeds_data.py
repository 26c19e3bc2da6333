"""Recorded real feeds, pages and answers: no crash, and their known events are found."""

import json
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.connectors.detect import detect
from pipeline.connectors.formats.json_feed import JsonFeedConfig, JsonFeedConnector
from pipeline.connectors.formats.page import PageConfig, PageConnector
from pipeline.connectors.formats.page.nodes import Graph
from pipeline.connectors.formats.rss import RssConfig, RssConnector
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.enums import Coverage
from pipeline.contract.exceptions import SourceError
from pipeline.contract.raw import RawPayload, RawRecord
from tests.data import SHARED, needs_data

pytestmark = [pytest.mark.data, needs_data]

THEN = datetime(2024, 9, 6, tzinfo=UTC)
PARAMS = FetchParams(now=THEN, start=THEN - timedelta(days=9_000), end=THEN + timedelta(days=4_000))


def payload(path: Path) -> RawPayload:
    return RawPayload(url=f"https://town.example/{path.name}", content=path.read_bytes())


def read(path: Path, kind=None) -> Page:
    kind = kind or detect(payload(path))
    return kind(kind.config_type()).read(payload(path), PARAMS)


def tally(folder: Path) -> Counter:
    """For all files below a folder: records kept, drops by reason, and refused files."""
    counts: Counter = Counter()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        try:
            records = list(read(path).records)
        except SourceError:
            counts["refused"] += 1
            continue
        counts["read"] += 1
        counts.update("kept" if isinstance(r, RawRecord) else r.reason for r in records)
    return counts


@pytest.mark.parametrize("folder", ["rss", "html", "api", "snapshots"])
def test_every_file_is_read_or_refused_and_all_of_them_quickly(folder):
    begun = time.process_time()

    counts = tally(SHARED / folder)

    assert counts["read"] > 10
    assert time.process_time() - begun < 25


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("rss/KSU-AI-Club__scrape-ksu", {"read": 1, "kept": 914}),
        ("html/calagator__calagator", {"read": 6, "kept": 6}),
        ("html/MoinulAx__py-webscraper", {"read": 1, "kept": 34}),
        ("html/UCDavisLibrary__events-localist", {"read": 8, "kept": 437, "refused": 7}),
        ("snapshots/Kaluuja__bristol-improv-calendar", {"read": 6, "kept": 1000}),
        ("snapshots/travelstuff__sf-events-data", {"read": 5, "kept": 1500}),
    ],
)
def test_counts(path, expected):
    assert dict(tally(SHARED / path)) == expected


def test_engage_feed_keeps_local_offsets_and_places():
    records = list(read(SHARED / "rss/KSU-AI-Club__scrape-ksu/events.rss").records)

    assert {str(r.start.utcoffset()) for r in records} == {"-1 day, 20:00:00", "-1 day, 19:00:00"}
    assert sum(bool(r.venue.name) for r in records) > 900
    assert all(r.stable_id and r.end for r in records)


def test_dates_in_prose_of_a_feed_are_those_of_its_json():
    folder = SHARED / "rss/punchagan__delhi-events"
    truth = {r.url: r.start.date() for r in read(folder / "events.json").records}
    found = [r for r in read(folder / "events.rss").records if isinstance(r, RawRecord)]

    assert len(truth) == 27
    assert len(found) >= 5
    assert all((r.start.date() if isinstance(r.start, datetime) else r.start) == truth[r.url] for r in found)


def test_list_cut_at_300_is_partial_and_the_others_are_complete():
    cut = [read(p) for p in (SHARED / "snapshots/travelstuff__sf-events-data").iterdir()]
    whole = [read(p) for p in (SHARED / "snapshots/Kaluuja__bristol-improv-calendar").iterdir()]

    assert {(p.coverage, p.cut) for p in cut} == {(Coverage.PARTIAL, True)}
    assert {(p.coverage, p.cut) for p in whole} == {(Coverage.COMPLETE, False)}


def test_moved_events_of_a_snapshot_keep_their_ids():
    first, second = (
        {r.url: r for r in read(p).records if not r.recurrence_id}
        for p in sorted((SHARED / "snapshots/Kaluuja__bristol-improv-calendar").iterdir())[:2]
    )
    url = "https://bristolbeacon.org/whats-on/dropout-improv-plus-special-guests/"

    assert first[url].start != second[url].start
    assert first[url].external_id == second[url].external_id == url


def extruct_pairs() -> list[Path]:
    samples = SHARED / "html/scrapinghub__extruct/tests/samples"
    return sorted(
        p
        for p in samples.rglob("*.html")
        if p.with_suffix(".json").exists() or p.with_suffix(".jsonld").exists()
    )


def expected_events(path: Path) -> set[tuple[str, str]]:
    """Name and start of each event in the extraction stored beside a page."""
    beside = path.with_suffix(".json") if path.with_suffix(".json").exists() else path.with_suffix(".jsonld")
    value = json.loads(beside.read_text())
    roots = (
        [value.get("json-ld", []), value.get("items", []), [_node(m) for m in value.get("microdata", [])]]
        if isinstance(value, dict)
        else [_node(m) for m in value]
    )
    graph = Graph(roots, "expected")
    named = ((graph.line(f.node, "name"), graph.text(f.node, "startDate")) for f in graph.events())
    return {(name, start[:10]) for name, start in named if name and start}


def _node(item):
    """extruct's nested form of microdata as a node."""
    if isinstance(item, list):
        return [_node(v) for v in item]
    if isinstance(item, dict) and isinstance(item.get("properties"), dict):
        return {"@type": item.get("type", ""), **{k: _node(v) for k, v in item["properties"].items()}}
    return item


def test_pages_give_the_events_that_extruct_finds():
    checked = 0
    for path in extruct_pairs():
        expected = expected_events(path)
        if not expected:
            continue
        records = [r for r in read(path, PageConnector).records if isinstance(r, RawRecord)]
        found = {(r.title, r.start.isoformat()[:10]) for r in records}
        assert found == expected, path.name
        checked += 1
    assert checked >= 6


def mf2_cases() -> list[Path]:
    return sorted((SHARED / "html/microformats__tests/tests").rglob("*.html"))


def test_microformats_give_what_their_suite_expects():
    checked = 0
    for path in mf2_cases():
        expected = (
            [
                i["properties"]
                for i in json.loads(path.with_suffix(".json").read_text())["items"]
                if "h-event" in i["type"]
            ]
            if path.with_suffix(".json").exists()
            else []
        )
        expected = [p for p in expected if p.get("name") and p.get("start")]
        if not expected:
            continue
        records = [r for r in read(path, PageConnector).records if isinstance(r, RawRecord)]
        assert [r.title for r in records] == [p["name"][0] for p in expected], path
        assert [r.start.isoformat()[:16] for r in records] == [
            p["start"][0].replace(" ", "T")[:16] for p in expected
        ], path
        assert [r.url for r in records] == [p.get("url", [""])[0] for p in expected], path
        checked += 1
    assert checked >= 11


@pytest.mark.parametrize(
    ("kind", "config"),
    [(RssConnector, RssConfig), (JsonFeedConnector, JsonFeedConfig), (PageConnector, PageConfig)],
)
def test_reading_the_same_bytes_twice_gives_the_same_records(kind, config):
    path = {
        RssConnector: "rss/KSU-AI-Club__scrape-ksu/events.rss",
        JsonFeedConnector: "rss/punchagan__delhi-events/events.json",
    }.get(kind, "html/MoinulAx__py-webscraper/eventbrite.html")
    connector = kind(config())
    one, two = (list(connector.read(payload(SHARED / path), PARAMS).records) for _ in range(2))

    assert one == two
