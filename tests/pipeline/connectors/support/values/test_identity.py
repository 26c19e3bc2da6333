"""Ids that are shared, and how their records are told apart."""

from datetime import UTC, date, datetime

import pytest

from pipeline.connectors.support.values import settled, shared_ids, url_identity
from pipeline.contract.normalized import Venue
from pipeline.contract.raw import Dropped, RawRecord


def record(identity: str, start, title: str = "A", venue: str = "") -> RawRecord:
    return RawRecord(external_id=identity, title=title, start=start, venue=Venue(name=venue))


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("https://a.example/e?id=1#x", "https://a.example/e?id=1"),
        ("https://a.example/e?utm_source=x&id=1&fbclid=y", "https://a.example/e?id=1"),
        ("https://a.example/e?a=%20b&c", "https://a.example/e?a=%20b&c"),
        ("https://a.example/e?reference=1", "https://a.example/e?reference=1"),
        ("https://a.example/app#/events/12", "https://a.example/app#/events/12"),
        ("https://a.example/app#!12", "https://a.example/app#!12"),
        ("", ""),
    ],
)
def test_url_identity(url, identity):
    assert url_identity(url) == identity


def test_shared_ids_leave_out_the_empty_one():
    assert shared_ids(["a", "b", "a", "", ""]) == {"a"}


def test_days_tell_a_series_apart():
    found = settled(
        [
            record("x", date(2026, 12, 1)),
            record("x", datetime(2026, 12, 2, 10, tzinfo=UTC)),
            record("y", date(2026, 12, 1)),
        ]
    )

    assert [(r.external_id, r.recurrence_id) for r in found] == [
        ("y", ""),
        ("x", "2026-12-01"),
        ("x", "2026-12-02"),
    ]


def test_times_tell_performances_of_one_day_apart():
    found = settled([record("x", datetime(2026, 12, 1, hour)) for hour in (14, 20)])

    assert [r.recurrence_id for r in found] == ["2026-12-01T14:00:00", "2026-12-01T20:00:00"]


def test_different_events_with_one_id_have_none():
    found = settled([record("x", "Sat 8pm", title) for title in "AB"])

    assert [(r.external_id, r.stable_id, len(r.notes)) for r in found] == [("", False, 1), ("", False, 1)]


def test_repeated_records_are_dropped_as_duplicates():
    found = settled(
        [record("x", date(2026, 12, 1)), record("x", date(2026, 12, 1)), record("x", date(2026, 12, 1))]
    )

    assert [getattr(r, "reason", "") for r in found] == ["duplicate id", "duplicate id", ""]
    assert found[-1].recurrence_id == ""


def test_records_that_are_told_apart_already_pass():
    one, two = (RawRecord(external_id="x", recurrence_id=day, start=date(2026, 12, 1)) for day in "12")

    assert settled([one, two, Dropped(reason="no start")]) == [one, two, Dropped(reason="no start")]


def test_an_occurrence_of_different_events_under_one_id_has_none():
    events = [
        RawRecord(external_id="x", recurrence_id="1", title=title, start=date(2026, 12, 1))
        for title in ("A", "B", "B")
    ]

    found = settled(events)
    assert [(r.external_id, r.title, getattr(r, "reason", "")) for r in found] == [
        ("x", "B", "duplicate id"), ("", "A", ""), ("", "B", ""),
    ]  # fmt: skip


def at(url: str, identity: str = "") -> RawRecord:
    return RawRecord(external_id=identity, title=url, start=date(2026, 12, 1), url=url)


@pytest.mark.parametrize("identity", ["", "https://a.example/list"])
def test_fragments_tell_records_of_one_document_apart(identity):
    found = settled([at("https://a.example/list#one", identity), at("https://a.example/list#two", identity)])
    assert [record.external_id for record in found] == [
        "https://a.example/list#one",
        "https://a.example/list#two",
    ]


def test_a_fragment_that_tells_nothing_apart_is_no_identity():
    found = settled(
        [at("https://a.example/list#top"), at("https://a.example/list#top"), at("https://a.example/b#x")]
    )
    assert [record.external_id for record in found] == ["", "", ""]


def test_an_id_of_the_source_wins_over_a_fragment():
    found = settled([at("https://a.example/list#one", "7"), at("https://a.example/list#two", "8")])
    assert [record.external_id for record in found] == ["7", "8"]
