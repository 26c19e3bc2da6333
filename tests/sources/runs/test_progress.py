"""The progress of a run, its cancellation at any moment, and the detection of lost runs as opposed to waiting
ones.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now as clock

from accounts.rights import PIPELINE
from events.models import Event, Listing
from outbox.signals import transient
from pipeline.connectors.formats.ical.connector import ICal
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.exceptions import SourceError
from pipeline.contract.http import HttpClient
from pipeline.contract.http_errors import NotModified
from pipeline.contract.raw import RawPayload
from sources import tasks
from sources.enums import Phase, RunState
from sources.ingest import payloads
from sources.models import FetchRun, Payload, Source
from sources.runs import settle
from sources.runs.cancel import cancel
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.presence import at_work
from sources.runs.process import process_run
from sources.runs.progress import (
    QUIET,
    RUN_HOLDS,
    SILENT,
    RunCancelled,
    RunLost,
    Watch,
    enter_phase,
    queue_in_phase,
)
from sources.runs.release import release_stuck
from sources.triggers import load
from sources.triggers.due import due_sources
from tests.factories import NOW
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many, payload, reported

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def live_source(**fields: Any) -> Source:
    return feed_source(
        **{"config": {"url": "https://feed.example.org/events.ics"}, "is_active": True, **fields}
    )


def opened(source: Source | None = None) -> FetchRun:
    return open_run(source or live_source(), requested_by="test", now=clock())


class Clock:
    """A clock that is moved explicitly."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def told_live() -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []

    def hear(*, messages: list[tuple[str, str, dict[str, Any]]], **_: Any) -> None:
        heard.extend({"topic": topic, "kind": kind, **data} for topic, kind, data in messages)

    transient.connect(hear)
    yield heard
    transient.disconnect(hear)


@pytest.fixture
def paged(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """A calendar in four pages; the given function is called before each."""

    def patch(between: Callable[[int], None]) -> None:
        def fetch(self: ICal, params: FetchParams, http: HttpClient) -> Iterator[Page]:
            for number in range(4):
                between(number)
                yield self.read(
                    RawPayload(
                        url=f"https://feed.example.org/{number}", content=calendar([reported(number)])
                    ),
                    params,
                )

        monkeypatch.setattr(ICal, "fetch", fetch)

    return patch


# --- progress ---


def test_progress_is_written_at_most_once_a_second_and_told_live(told_live: list[dict[str, Any]]) -> None:
    run, seconds = opened(), Clock()
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    watch = Watch(run, monotonic=seconds)
    told_live.clear()
    for _ in range(3):
        watch.page()
    assert FetchRun.objects.get().progress.get("pages") is None
    seconds.seconds += 1
    watch.page()
    assert FetchRun.objects.get().progress["pages"] == 4
    assert told_live == [
        {
            "topic": f"run:{run.id}",
            "kind": "run.progress",
            "id": str(run.id),
            "state": "running",
            "phase": "fetching",
            "attempt": 1,
            "queued": 0,
            "pages": 4,
        }
    ]


def test_the_heartbeat_goes_on_without_news_every_ten_seconds_and_renews_the_hold() -> None:
    run, seconds = opened(), Clock()
    watch = Watch(run, monotonic=seconds)
    long_ago = clock() - timedelta(minutes=1)
    FetchRun.objects.update(heartbeat_at=long_ago)
    Source.objects.update(claimed_until=clock())
    seconds.seconds += 9
    watch.check()
    assert FetchRun.objects.get().heartbeat_at == long_ago
    seconds.seconds += 1
    watch.check()
    assert FetchRun.objects.get().heartbeat_at > long_ago
    held = Source.objects.get().claimed_until
    assert held is not None
    assert held > clock() + RUN_HOLDS - SECOND


def test_a_run_says_how_far_it_came() -> None:
    source = live_source()
    run = opened(source)
    assert fetch_payloads(
        run, now=NOW, http=FakeHttpClient(calendar([*many(3), reported(5, start=NOW - timedelta(days=9))]))
    )
    assert FetchRun.objects.get().progress["phase"] == Phase.WAITING
    process_run(run, now=NOW)
    run.refresh_from_db()
    expected = {
        "pages": 1,
        "found": 4,
        "new": 3,
        "changed": 0,
        "unchanged": 0,
        "dropped": {"past": 1},
        "sent_on": 3,
    }
    assert {name: run.progress[name] for name in expected} == expected
    assert (run.state, "phase" in run.progress) == (RunState.SUCCESS, False)


# --- cancelling ---


def test_a_run_in_a_queue_is_cancelled_at_once() -> None:
    run = opened()
    assert cancel(run.id, by=PIPELINE, now=clock())
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED
    assert not cancel(run.id, by=PIPELINE, now=clock())
    assert not fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(1))))
    assert Source.objects.get().claimed_until is None


def test_a_fetch_is_cancelled_between_two_pages(paged: Callable[..., None]) -> None:
    source = live_source(validators={"u": {"etag": "x", "last_modified": ""}})
    run = opened(source)
    paged(lambda number: None if number != 2 else cancel(run.id, by=PIPELINE, now=clock()) and None)
    assert not fetch_payloads(run, now=NOW, http=FakeHttpClient())
    run.refresh_from_db()
    source.refresh_from_db()
    assert (run.state, Payload.objects.count(), source.validators, source.consecutive_failures) == (
        RunState.CANCELLED,
        3,
        {},
        0,
    )
    assert source.next_fetch_at > clock()


def test_processing_is_cancelled_between_two_batches_what_was_recorded_stays_and_nothing_goes_missing(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PIPELINE_BATCH_SIZE = 2
    source = live_source()
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(7))))
    process_run(run, now=NOW)
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar([reported(number) for number in range(2, 12)])))
    real = Watch.counted

    def counted(self: Watch, tally: Any) -> None:
        if tally.new >= 2:
            cancel(run.id, by=PIPELINE, now=clock())
        real(self, tally)

    monkeypatch.setattr(Watch, "counted", counted)
    process_run(run, now=NOW)
    run.refresh_from_db()
    assert (run.state, run.coverage, run.new, run.missing) == (RunState.CANCELLED, "partial", 3, 0)
    assert Event.objects.count() == 10
    assert not Listing.objects.filter(missing_since__isnull=False).exists()
    monkeypatch.undo()
    settings.PIPELINE_BATCH_SIZE = 2
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar([reported(number) for number in range(2, 12)])))
    assert (process_run(run, now=NOW).new, Event.objects.count()) == (2, 12)


def test_a_load_is_cancelled_too(monkeypatch: pytest.MonkeyPatch) -> None:
    source = live_source()

    def files() -> Iterator[RawPayload]:
        yield payload(calendar(many(1)))
        cancel(FetchRun.objects.get().id, by=PIPELINE, now=clock())
        yield payload(calendar([reported(2)]))

    assert load.load(source, files(), now=NOW).state == RunState.CANCELLED
    assert Event.objects.count() == 0


def test_who_cannot_be_interrupted_may_ask() -> None:
    run = opened()
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    watch = Watch(run)
    assert not watch.should_stop()
    cancel(run.id, by=PIPELINE, now=clock())
    assert watch.should_stop()
    with pytest.raises(RunCancelled):
        watch.check()


# --- lost ones ---


def silent(run: FetchRun) -> datetime:
    """Let the run be silent; returns the moment at which that is noticed."""
    FetchRun.objects.filter(pk=run.pk).update(heartbeat_at=clock() - SILENT - SECOND)
    return clock()


def test_a_task_that_comes_twice_works_once() -> None:
    run = opened()
    again = FetchRun.objects.select_related("source__city").get()
    http = FakeHttpClient(calendar(many(1)))
    assert fetch_payloads(run, now=NOW, http=http)
    assert not fetch_payloads(again, now=NOW, http=http)
    assert len(http.asked) == 1
    assert process_run(again, now=NOW).state == RunState.RUNNING
    again.refresh_from_db()
    assert process_run(again, now=NOW).state == RunState.SUCCESS


def test_a_lost_fetch_is_failed_and_its_source_is_due_at_once_and_asked_in_full() -> None:
    source = live_source(validators={"u": {"etag": "x", "last_modified": ""}})
    run = opened(source)
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    assert release_stuck(now=clock()).count == 0
    now = silent(run)
    assert release_stuck(now=now).ended == 1
    run.refresh_from_db()
    source.refresh_from_db()
    assert (run.state, run.error_code, run.error_detail) == (
        RunState.FAILED,
        "stuck",
        "The process of the run ended unexpectedly.",
    )
    assert (source.claimed_until, source.validators, source.next_fetch_at) == (None, {}, now)
    assert due_sources(now=now) == [source.id]


def test_a_run_whose_process_is_gone_is_taken_up_before_its_silence_tells() -> None:
    live_source()
    run = opened(Source.objects.get())
    later = clock() + QUIET + SECOND
    with at_work(run):
        assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
        assert release_stuck(now=later).count == 0, "it is only slow"
    assert release_stuck(now=clock()).count == 0, "too soon to tell"
    assert release_stuck(now=later).ended == 1


def test_a_process_that_never_had_the_lock_is_lost_by_its_silence_alone() -> None:
    run = opened()
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    assert release_stuck(now=clock() + QUIET + SECOND).count == 0
    assert release_stuck(now=silent(run)).ended == 1


def test_a_run_that_waits_in_an_empty_queue_is_queued_again_however_often_it_was() -> None:
    run = opened()
    FetchRun.objects.filter(pk=run.pk).update(progress={**run.progress, "queued": 5})
    later = clock() + QUIET + SECOND
    assert release_stuck(now=later).fetch == []
    assert release_stuck(now=later, is_unqueued=lambda _: True).fetch == [run.id]


def test_what_kills_its_worker_again_and_again_is_asked_ever_more_rarely() -> None:
    source = live_source(schedule_minutes=60)
    waits = []
    for _ in range(4):
        source.refresh_from_db()
        run = opened(source)
        assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
        now = silent(run)
        release_stuck(now=now)
        source.refresh_from_db()
        waits.append(source.next_fetch_at - now)
    assert waits[:2] == [timedelta(), timedelta()]
    assert timedelta(hours=4) <= waits[2] < waits[3]


def test_a_run_that_waits_while_workers_are_busy_is_queued_again_ever_more_rarely_and_never_failed() -> None:
    run = opened()
    begun = clock()
    FetchRun.objects.update(heartbeat_at=begun)
    again = [
        minutes
        for minutes in range(240)
        if release_stuck(now=begun + timedelta(minutes=minutes)).fetch == [run.id]
    ]
    run.refresh_from_db()
    assert run.state == RunState.RUNNING
    assert again[:3] == [2, 5, 11]
    assert 6 <= len(again) <= 9
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(1))))
    now = silent(run)
    assert release_stuck(now=now).process == [run.id]


def test_lost_processing_goes_on_from_the_kept_payloads_but_not_for_ever() -> None:
    source = live_source()
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(3))))
    for _ in range(2):
        run.refresh_from_db()
        assert enter_phase(run, Phase.PROCESSING, out_of=(Phase.WAITING,))
        assert release_stuck(now=silent(run)).process == [run.id]
    run.refresh_from_db()
    assert process_run(run, now=NOW).state == RunState.SUCCESS
    assert Event.objects.count() == 3
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(4))))
    states = []
    for _ in range(3):
        run.refresh_from_db()
        enter_phase(run, Phase.PROCESSING, out_of=(Phase.WAITING,))
        states.append(release_stuck(now=silent(run)).ended)
    assert states == [0, 0, 1]


def test_a_worker_that_was_merely_slow_finds_its_run_taken_and_writes_nothing() -> None:
    source = live_source()
    run = opened(source)
    fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(2))))
    assert enter_phase(run, Phase.PROCESSING, out_of=(Phase.WAITING,))
    slow = Watch(run)
    release_stuck(now=silent(run))
    fresh = FetchRun.objects.select_related("source__city").get()
    process_run(fresh, now=NOW)
    with pytest.raises(RunLost):
        slow.check()
    with pytest.raises(RunLost):
        queue_in_phase(run, Phase.WAITING)
    settle.close_failed(run, SourceError("late"), now=clock(), seconds=1.0, http={})
    assert FetchRun.objects.get().state == RunState.SUCCESS
    source.refresh_from_db()
    assert source.consecutive_failures == 0


def test_a_lost_run_that_was_to_be_cancelled_is_cancelled() -> None:
    run = opened()
    assert enter_phase(run, Phase.FETCHING, out_of=(Phase.QUEUED,))
    cancel(run.id, by=PIPELINE, now=clock())
    release_stuck(now=silent(run))
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_the_clock_queues_what_was_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    monkeypatch.setattr(tasks.fetch_run, "delay", queued.append)
    run = opened()
    silent(run)
    assert (tasks.process_stuck_runs(), queued) == (1, [str(run.id)])


# --- unchanged costs nothing ---


def writes(source: Source, http: FakeHttpClient) -> list[str]:
    """The writing statements of a run that ends unchanged, by table."""
    source.refresh_from_db()
    with CaptureQueriesContext(connection) as queries:
        run = opened(source)
        assert not fetch_payloads(run, now=NOW, http=http)
    assert run.state == RunState.SUCCESS
    words = [query["sql"].split() for query in queries]
    return sorted(
        {
            f"{word[0]} {word[1] if word[0] == 'UPDATE' else word[2]}"
            for word in words
            if word[0] in ("INSERT", "UPDATE", "DELETE")
        }
    )


@pytest.mark.parametrize("answer", ["304", "the same bytes"])
def test_unchanged_writes_the_run_and_when_its_source_was_seen(answer: str) -> None:
    counts = []
    for size in (3, 9):
        source = live_source(slug=f"feed-{size}")
        content = calendar(many(size))
        run = opened(source)
        fetch_payloads(run, now=NOW, http=FakeHttpClient(content))
        process_run(run, now=NOW)
        kept = Payload.objects.count()
        http = FakeHttpClient(error=NotModified("304")) if answer == "304" else FakeHttpClient(content)
        with CaptureQueriesContext(connection) as queries:
            found = writes(source, http)
        counts.append(len(queries))
        assert found == [
            'INSERT "sources_fetchrun"', 'UPDATE "events_origin"', 'UPDATE "sources_fetchrun"', 'UPDATE "sources_source"'
        ]  # fmt: skip
        assert Payload.objects.count() == kept
    assert counts[0] == counts[1]


def test_pages_that_are_equal_at_first_are_kept_with_the_one_that_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = live_source()
    contents = [calendar([reported(number)]) for number in range(3)]

    def fetch(self: ICal, params: FetchParams, http: HttpClient) -> Iterator[Page]:
        for number, content in enumerate(contents):
            yield self.read(RawPayload(url=f"https://feed.example.org/{number}", content=content), params)

    monkeypatch.setattr(ICal, "fetch", fetch)
    for fresh in (None, calendar([reported(7)])):
        if fresh:
            contents[2] = fresh
        run = opened(source)
        assert fetch_payloads(run, now=NOW, http=FakeHttpClient())
        assert [row.content for _, row in payloads.of_run(run)] == contents
        process_run(run, now=NOW)
        source.refresh_from_db()
    contents.pop()
    run = opened(source)
    assert fetch_payloads(run, now=NOW, http=FakeHttpClient())
    assert Payload.objects.filter(run_id=run.id).count() == 2
