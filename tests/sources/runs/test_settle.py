"""Events that go missing, are gone, cancelled, or wait for a moderator, over sequences of runs."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from events.enums import Freshness, Happening
from events.models import Event, Origin
from events.services import mark_gone_listings
from moderation.models import Review
from outbox.models import Change
from pipeline.connectors.formats.ical import ICal
from pipeline.contract.enums import Coverage
from sources.enums import Phase, RunState
from sources.ingest import payloads, read
from sources.ingest.coverage import Covers
from sources.ingest.read import compare
from sources.models import FetchRun, Source
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import REPLAY, process_run
from sources.triggers.load import load
from sources.triggers.reread import reread
from tests.factories import NOW
from tests.sources.feeds import (
    FakeHttpClient,
    Told,
    calendar,
    counts,
    event_of,
    feed_source,
    many,
    payload,
    reported,
    take,
)

pytestmark = pytest.mark.django_db
LAST = "e5@example.org"


def calls_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ICal, "metadata", replace(ICal.metadata, missing_means_cancelled=True))


def test_one_run_makes_it_missing_two_make_it_gone_and_it_may_come_back() -> None:
    source = feed_source()
    seen = []
    for events in (many(6), many(5), many(5), many(5), many(6)):
        take(source, events)
        seen.append(event_of(source, LAST).freshness)
    assert seen == [Freshness.SEEN, Freshness.MISSING, Freshness.GONE, Freshness.GONE, Freshness.SEEN]
    assert source.staged_events.get(external_id=LAST).misses == 0


def test_gone_is_not_called_off() -> None:
    source = feed_source()
    for events in (many(6), many(5), many(5)):
        take(source, events)
    assert event_of(source, LAST).happening == Happening.SCHEDULED


def test_gone_is_called_off_where_the_connector_knows_it_and_on_again_when_it_is_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls_off(monkeypatch)
    source = feed_source()
    for events in (many(6), many(5)):
        take(source, events)
    assert event_of(source, LAST).happening == Happening.SCHEDULED
    take(source, many(5))
    event = event_of(source, LAST)
    assert (event.freshness, event.happening) == (Freshness.GONE, Happening.CANCELLED)
    assert Change.objects.filter(object_id=event.id, type="event.cancelled").count() == 1
    take(source, many(6))
    event.refresh_from_db()
    assert (event.freshness, event.happening) == (Freshness.SEEN, Happening.SCHEDULED)


def test_a_persons_word_on_the_status_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    calls_off(monkeypatch)
    source = feed_source()
    take(source, many(6))
    Event.objects.filter(pk=event_of(source, LAST).pk).update(locked_fields=["status"])
    take(source, many(5))
    take(source, many(5))
    event = event_of(source, LAST)
    assert (event.freshness, event.happening) == (Freshness.GONE, Happening.SCHEDULED)


def test_what_another_source_still_lists_is_neither_missing_nor_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls_off(monkeypatch)
    one, two = feed_source("one"), feed_source("two")
    place = "Indiranagar Club, 9th Main, Indiranagar, Bengaluru"
    shared = reported(0, title="Food Festival at Indiranagar", start=NOW + timedelta(days=3), place=place)
    take(one, [shared, *many(5)[1:]])
    take(two, [replace(shared, uid="theirs")])
    event = event_of(one, shared.uid)
    assert event_of(two, "theirs").id == event.id
    for _ in range(2):
        take(one, many(5)[1:])
    event.refresh_from_db()
    assert (event.freshness, event.happening) == (Freshness.SEEN, Happening.SCHEDULED)


def test_what_comes_back_under_another_id_after_a_miss_is_a_move() -> None:
    source = feed_source()
    take(source, many(6))
    event = event_of(source, LAST)
    take(source, many(5))
    run = take(source, [*many(5), reported(5, uid="anew")])
    event.refresh_from_db()
    assert (run.moved, run.new, event.freshness) == (1, 0, Freshness.SEEN)
    take(source, [*many(5), reported(5, uid="anew")])
    event.refresh_from_db()
    assert event.freshness == Freshness.SEEN


def test_only_what_the_window_covers_can_go_missing() -> None:
    source = feed_source(connector="json_feed", type="api")
    take_json = _loader(source)
    take_json([1, 2, 30])
    run = open_run(source, requested_by="test", now=NOW)
    run.coverage, run.covered_until = Coverage.WINDOWED, NOW + timedelta(days=10)
    listed = compare(run, read.Read(), now=NOW)
    assert {row.identity[0] for row in listed.gone} == {"1", "2"}
    assert (listed.there, listed.absent) == (3, 2)


def _loader(source: Source) -> Any:
    def run(days: list[int]) -> FetchRun:
        rows = ",".join(
            f'{{"id":"{day}","title":"Evening number {day}","start":"{(NOW + timedelta(days=day)).isoformat()}","venue_name":"House {day}"}}'
            for day in days
        )
        return load(
            source,
            [
                payload(
                    f"[{rows}]".encode(),
                    content_type="application/json",
                    url="https://feed.example.org/e.json",
                )
            ],
            now=NOW,
        )

    return run


def test_the_same_bytes_count_neither_as_a_miss_nor_as_seen_anew() -> None:
    source = feed_source(config={"url": "https://feed.example.org/events.ics"})
    take(source, many(6))
    take(source, many(5))
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=NOW)
    assert not fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(5))))
    assert (event_of(source, LAST).freshness, source.staged_events.get(external_id=LAST).misses) == (
        Freshness.MISSING,
        1,
    )


def test_an_answer_read_again_is_no_second_miss() -> None:
    source = feed_source()
    take(source, many(6))
    take(source, many(5))
    for asked_by in ("series", REPLAY):
        again = reread(source, requested_by=asked_by, now=NOW)
        assert again is not None
        process_run(again, now=NOW)
    assert (event_of(source, LAST).freshness, source.staged_events.get(external_id=LAST).misses) == (
        Freshness.MISSING,
        1,
    )


def test_nothing_where_one_event_was_waits_for_a_person() -> None:
    source = feed_source()
    take(source, many(1))
    run = take(source, [])
    assert (run.state, run.missing) == (RunState.QUARANTINED, 0)
    assert "nothing was found where 1 upcoming event was listed" in run.error_detail
    assert event_of(source, "e0@example.org").freshness == Freshness.SEEN


def test_nothing_in_a_partial_answer_waits_too() -> None:
    source = feed_source()
    take(source, many(3))
    assert take(source, calendar([], closed=False)).state == RunState.QUARANTINED


def test_nothing_new_since_a_checkpoint_is_fine() -> None:
    source = feed_source()
    take(source, many(3))
    assert (
        taken_with(source, [], Covers(coverage=Coverage.PARTIAL, incremental=True)).state == RunState.PARTIAL
    )


def test_a_checkpoint_is_no_excuse_for_a_complete_answer_without_anything() -> None:
    source = feed_source()
    take(source, many(3))
    assert taken_with(source, [], Covers(incremental=True)).state == RunState.QUARANTINED


def taken_with(source: Source, events: list[Told], covers: Covers) -> FetchRun:
    """A fetched run with this coverage."""
    run = open_run(source, requested_by="test", now=NOW, phase=Phase.WAITING)
    run.http = {"covers": covers.to_json()}
    run.save()
    payloads.keep(run, payload(calendar(events)), now=NOW)
    return process_run(run, now=NOW)


def test_nothing_where_all_is_over_is_fine() -> None:
    source = feed_source()
    take(source, many(1))
    assert take(source, [], now=NOW + timedelta(days=9)).state == RunState.SUCCESS


def test_what_was_asked_for_one_category_covers_nothing() -> None:
    source = feed_source()
    take(source, many(6))
    run = open_run(source, requested_by="test", now=NOW)
    run.params = {"category": "music"}
    run.save()
    payloads.keep(run, payload(calendar(many(1))), now=NOW)
    process_run(run, now=NOW)
    assert (run.coverage, run.state, run.missing) == (Coverage.PARTIAL, RunState.PARTIAL, 0)


def test_one_question_at_a_time_and_none_when_the_answer_is_whole_again() -> None:
    source = feed_source()
    take(source, many(12))
    take(source, many(5))
    second = take(source, many(4))
    assert list(Review.objects.filter(state="open").values_list("object_id", flat=True)) == [second.id]
    take(source, many(12))
    assert not Review.objects.filter(state="open", kind="run").exists()


def test_a_listing_that_is_still_there_is_never_gone() -> None:
    source = feed_source()
    take(source, many(2))
    origin = Origin.objects.get(key=source.pk)
    assert (
        mark_gone_listings([(LAST, ""), ("e0@example.org", "")], origin=origin, cancelled=True, now=NOW) == 0
    )


_slugs = count()
KINDS = ("complete", "complete", "partial", "unchanged")


class Sequences(TestCase):
    """Any sequence of answers about four events, against a model of six lines."""

    @given(st.lists(st.tuples(st.sampled_from(KINDS), st.sets(st.integers(0, 3))), min_size=1, max_size=5))
    @example(
        [
            ("complete", {0, 1, 2}),
            ("complete", {1, 2}),
            ("complete", {1, 2}),
            ("partial", {0}),
            ("complete", set()),
        ]
    )
    @settings(max_examples=10, deadline=None)
    def test_any_sequence_of_answers(self, answers: list[tuple[str, set[int]]]) -> None:
        source = feed_source(f"feed-{next(_slugs)}")
        misses: dict[int, int] = {}
        for kind, numbers in answers:
            self._take(source, kind, numbers, misses)
            wanted = {
                reported(number).uid: (Freshness.SEEN, Freshness.MISSING, Freshness.GONE)[missed]
                for number, missed in misses.items()
            }
            held = {
                staged.external_id: staged.event for staged in source.staged_events.select_related("event")
            }
            assert {uid: event.freshness for uid, event in held.items() if event} == wanted, kind
            assert None not in held.values()
            assert all(event.happening == Happening.SCHEDULED for event in held.values() if event)

    def _take(self, source: Source, kind: str, numbers: set[int], misses: dict[int, int]) -> None:
        if kind == "unchanged":
            return
        run = take(
            source, calendar([reported(number) for number in sorted(numbers)], closed=kind == "complete")
        )
        there = {number for number, missed in misses.items() if missed == 0}
        lost = there - numbers if kind == "complete" else set()
        held_back = (bool(there) and not numbers) or (len(lost) > 1 and lost == there)
        assert (run.state == RunState.QUARANTINED) is held_back, counts(run)
        if held_back:
            return
        for number in misses:
            if kind == "complete" and number not in numbers:
                misses[number] = min(2, misses[number] + 1)
        misses.update(dict.fromkeys(numbers, 0))
