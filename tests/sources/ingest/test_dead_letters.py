"""What blocks the pipeline becomes a dead letter.

Counted, shown, alerted, and retried only after a code change or on request.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now as clock

from accounts.rights import COMMAND
from events.models import Listing
from pipeline.connectors import registry
from pipeline.connectors.formats.ical import ICal
from pipeline.contract.connector import FetchParams, Page
from pipeline.contract.raw import RawPayload, RawRecord
from pipeline.refinement import guarded_step, pipeline
from sources.enums import DeadLetterKind, RunState, StagedState
from sources.ingest import dead_letters
from sources.ingest.staged import identify
from sources.models import Alert, DeadLetter, FetchRun, Source, StagedEvent
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.process import process_run
from sources.runs.release import release_stuck
from sources.triggers import reread
from sources.triggers.inbox import drain, receive, submissions_source
from sources.triggers.reread import retry_submissions, try_again
from tests.factories import NOW, make_person, make_run
from tests.sources.feeds import FakeHttpClient, calendar, event_of, feed_source, many, reported, take

pytestmark = pytest.mark.django_db
BAD = "e7@example.org"
STEPS = pipeline.STEPS


def forever() -> None:
    while True:
        pass


def stalls(name: str, on: Callable[[Any], bool]) -> tuple[tuple[str, Any], ...]:
    """The steps, of which the named one never ends for matching records."""

    def stalling(step: Any) -> Any:
        def work(drafts: Any, context: Any, lookups: Any) -> Any:
            if any(on(draft.raw) for draft in drafts if not draft.dropped):
                forever()
            return step(drafts, context, lookups)

        return work

    return tuple((one, stalling(step) if one == name else step) for one, step in STEPS)


@pytest.fixture
def hostile(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One record that never leaves the step `price`."""
    settings.STEP_SECONDS_PER_RECORD = 0.2
    monkeypatch.setattr(guarded_step, "BATCH_SECONDS", 0.005)
    monkeypatch.setattr(pipeline, "STEPS", stalls("price", lambda raw: raw.external_id == BAD))


@pytest.mark.usefixtures("hostile")
def test_one_record_without_end_is_a_dead_letter_and_the_other_199_are_recorded() -> None:
    source = feed_source()
    run = take(source, many(200))
    assert (run.state, run.new, run.dropped) == (RunState.SUCCESS, 199, {"out of time in price": 1})
    row = StagedEvent.objects.get(source=source, external_id=BAD)
    assert (row.state, row.drop_reason) == (StagedState.DROPPED, "out of time in price")
    kept = DeadLetter.objects.get(source=source)
    assert (kept.kind, kept.external_id, kept.title, kept.reason, kept.strikes) == (
        "record",
        BAD,
        "Chess Tournament",
        row.drop_reason,
        1,
    )


@pytest.mark.usefixtures("hostile")
def test_an_event_whose_new_words_are_dead_letter_stays_as_it_was_and_is_not_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = feed_source()
    with monkeypatch.context() as before:
        before.setattr(pipeline, "STEPS", STEPS)
        take(source, many(9))
    for round in (1, 2):
        run = take(
            source, [*many(7), reported(7, title="Hostile"), reported(8)], now=NOW + timedelta(hours=round)
        )
        assert (run.missing, run.dropped) == (0, {"out of time in price": 1})
    assert event_of(source, BAD).title == "Chess Tournament"
    assert not Listing.objects.filter(missing_since__isnull=False).exists()


@pytest.mark.usefixtures("hostile")
def test_what_was_missing_and_comes_back_dead_letter_is_seen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    with monkeypatch.context() as before:
        before.setattr(pipeline, "STEPS", STEPS)
        take(source, many(9))
        take(source, [one for one in many(9) if one.uid != BAD], now=NOW + timedelta(hours=1))
    assert Listing.objects.filter(missing_since__isnull=False).count() == 1
    take(source, [*many(7), reported(7, title="Hostile"), reported(8)], now=NOW + timedelta(hours=2))
    assert not Listing.objects.filter(missing_since__isnull=False).exists()


@pytest.mark.usefixtures("hostile")
def test_it_is_not_tried_again_by_the_same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    take(source, many(9))
    monkeypatch.setattr(pipeline, "STEPS", STEPS)
    run = take(source, many(9), now=NOW + timedelta(hours=1))
    assert (run.unchanged, run.dropped) == (8, {"out of time in price": 1})


@pytest.mark.usefixtures("hostile")
def test_it_is_tried_again_when_the_code_changes_and_the_alert_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    take(source, many(9))
    assert Alert.objects.filter(source=source, resolved_at__isnull=True).count() == 1
    monkeypatch.setattr(pipeline, "STEPS", STEPS)
    monkeypatch.setattr(dead_letters, "code_version", lambda: "another")
    run = take(source, many(9), now=NOW + timedelta(hours=1))
    assert (run.new, run.unchanged, run.dropped) == (1, 8, {})
    assert not DeadLetter.objects.exists()
    assert not Alert.objects.filter(source=source, resolved_at__isnull=True).exists()


@pytest.mark.usefixtures("hostile")
def test_what_is_dead_letter_again_is_one_row_with_two_strikes(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source()
    take(source, many(9))
    monkeypatch.setattr(dead_letters, "code_version", lambda: "another")
    take(source, many(9), now=NOW + timedelta(hours=1))
    assert list(DeadLetter.objects.values_list("strikes", "code")) == [(2, "another")]
    assert Alert.objects.count() == 1


@pytest.mark.usefixtures("hostile")
def test_what_a_source_tells_anew_under_the_same_id_is_tried() -> None:
    source = feed_source()
    take(source, many(9))
    take(source, [*many(7), reported(7, title="Other words"), reported(8)], now=NOW + timedelta(hours=1))
    assert DeadLetter.objects.count() == 2


def test_many_hostile_records_fail_their_run_instead_of_holding_the_pipeline(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.STEP_SECONDS_PER_RECORD = 0.02
    monkeypatch.setattr(guarded_step, "BATCH_SECONDS", 0.001)
    monkeypatch.setattr(pipeline, "STEPS", stalls("price", lambda raw: True))
    run = take(feed_source(), many(60))
    assert run.state == RunState.FAILED
    assert "price ran out of time on more than 20 records" in run.error_detail


# --- answers ---


@pytest.fixture
def endless(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calendars that never end."""
    settings.READ_SECONDS_PER_PAYLOAD = 0.2
    monkeypatch.setattr(ICal, "read", lambda *_: forever())


@pytest.mark.usefixtures("endless")
def test_an_answer_without_end_is_a_dead_letter_and_its_run_says_so() -> None:
    source = feed_source()
    run = take(source, many(2))
    assert (run.state, run.error_code) == (RunState.FAILED, "set aside")
    assert "took more than 0.2 s of processor time" in run.error_detail
    row = DeadLetter.objects.get()
    assert (row.kind, row.reason, row.title) == (
        DeadLetterKind.ANSWER,
        "out of time in reading",
        "https://feed.example.org/events.ics",
    )


def test_the_same_bytes_are_not_read_again_until_the_code_changes(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = feed_source()
    with monkeypatch.context() as hostile:
        settings.READ_SECONDS_PER_PAYLOAD = 0.2
        hostile.setattr(ICal, "read", lambda *_: forever())
        take(source, many(2))
    assert "is a dead letter (out of time in reading)" in take(source, many(2)).error_detail
    assert take(source, many(3)).state == RunState.SUCCESS
    monkeypatch.setattr(dead_letters, "code_version", lambda: "another")
    assert take(source, many(2), accept_loss=True).state == RunState.SUCCESS


def test_an_answer_whose_fetch_goes_on_without_end_is_a_dead_letter_and_not_looked_into_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = feed_source(config={"url": "https://feed.example.org/events.ics"}, is_active=True)
    with monkeypatch.context() as hostile:
        settings.READ_SECONDS_PER_PAYLOAD = 0.2
        hostile.setattr(ICal, "fetch", endless_fetch)
        first = fetch(source, FakeHttpClient(content=calendar(many(2))))
    assert (first.state, first.error_code) == (RunState.FAILED, "set aside")
    assert "is a dead letter" in fetch(source, FakeHttpClient(content=calendar(many(2)))).error_detail
    assert fetch(source, FakeHttpClient(content=calendar(many(3)))).state == RunState.SUCCESS


@pytest.mark.usefixtures("hostile")
def test_unchanged_bytes_are_read_again_when_something_of_them_is_to_be_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, http = (
        feed_source(config={"url": "https://feed.example.org/events.ics"}, is_active=True),
        FakeHttpClient(content=calendar(many(9))),
    )
    fetch(source, http)
    assert fetch(source, http).http["same_bytes"]
    try_again(list(DeadLetter.objects.values_list("pk", flat=True)), by=COMMAND, now=NOW)
    monkeypatch.setattr(pipeline, "STEPS", STEPS)
    assert fetch(source, http).new == 1
    assert fetch(source, http).http["same_bytes"]


def test_the_answer_that_ended_two_processes_of_a_fetch_is_a_dead_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What the kernel does to a process that is stuck in C: no handler runs, nothing is put in order. The
    first time it is not known what did it."""
    source, http = (
        feed_source(config={"url": "https://feed.example.org/events.ics"}, is_active=True),
        FakeHttpClient(content=calendar(many(2))),
    )
    for ended in (1, 2):
        assert DeadLetter.objects.count() == 0
        with monkeypatch.context() as hostile:
            hostile.setattr(ICal, "fetch", deadly_fetch)
            with pytest.raises(Killed):
                fetch(source, http)
        release_stuck(now=clock() + timedelta(minutes=2 * ended))
    assert list(DeadLetter.objects.values_list("kind", "reason")) == [
        ("answer", "ended its process in reading")
    ]
    assert "is a dead letter" in fetch(source, http).error_detail


def test_a_process_that_ends_while_it_waits_for_the_network_blames_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source, http = (
        feed_source(config={"url": "https://feed.example.org/events.ics"}, is_active=True),
        FakeHttpClient(content=calendar(many(2))),
    )
    monkeypatch.setattr(FakeHttpClient, "get", deadly)
    for ended in (1, 2):
        with pytest.raises(Killed):
            fetch(source, http)
        release_stuck(now=clock() + timedelta(minutes=2 * ended))
    assert not DeadLetter.objects.exists()


class Killed(BaseException):
    """SIGKILL."""


def deadly(*_: Any, **__: Any) -> Any:
    raise Killed


def deadly_fetch(self: ICal, params: FetchParams, http: Any) -> Iterator[Page]:
    http.get(self.config.url)
    yield deadly()


def endless_fetch(self: ICal, params: FetchParams, http: Any) -> Iterator[Page]:
    http.get(self.config.url)
    forever()
    yield from ()


def fetch(source: Source, http: FakeHttpClient) -> FetchRun:
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=clock())
    return process_run(run, now=NOW) if fetch_payloads(run, now=NOW, http=http) else run


# --- again, by a person ---


def test_who_may_not_start_runs_has_nothing_tried_again(settings: Any) -> None:
    source = feed_source()
    row = DeadLetter.objects.create(
        source=source, kind="answer", sha256="0" * 64, reason="out of time in reading", code="x"
    )
    with pytest.raises(PermissionDenied):
        try_again(
            [row.pk], by=make_person(email="viewer@example.org", rights=("sources.view_deadletter",)), now=NOW
        )
    row.refresh_from_db()
    assert row.try_again_at is None


def test_the_desk_lists_what_is_a_dead_letter_and_has_it_tried_again(admin_client: Client) -> None:
    source = feed_source(next_fetch_at=clock() + timedelta(days=1))
    row = DeadLetter.objects.create(
        source=source,
        kind="answer",
        title="https://x.example/",
        sha256="0" * 64,
        reason="out of time",
        code="x",
    )
    address = reverse("admin:sources_deadletter_changelist")
    assert b"https://x.example/" in admin_client.get(address).content
    assert (
        b"1 dead letter" in admin_client.get(reverse("admin:sources_source_change", args=[source.pk])).content
    )
    admin_client.post(address, {"action": "try_again", "_selected_action": [str(row.pk)]})
    row.refresh_from_db()
    source.refresh_from_db()
    assert row.try_again_at is not None
    assert source.next_fetch_at <= clock()


def test_what_a_person_sent_us_is_tried_again_from_its_kept_payload_when_the_code_changes(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.READ_SECONDS_PER_PAYLOAD = 0.2
    source = submissions_source()
    reported = RawPayload(url="", content=b'{"title": "Jazz"}', content_type="application/json")
    receive(source, reported, run_id=uuid4(), now=clock())
    with monkeypatch.context() as hostile:
        hostile.setattr(registry.get("submission"), "read", lambda *_: forever())
        (run,) = drain(source)
    assert (run.state, run.error_code) == (RunState.FAILED, "set aside")
    assert retry_submissions(now=clock()) == []
    monkeypatch.setattr(dead_letters, "code_version", lambda: "another")
    monkeypatch.setattr(reread, "code_version", lambda: "another")
    (again,) = retry_submissions(now=clock())
    assert process_run(again).error_code != "set aside"


@pytest.mark.parametrize("text", ["half \ud800", "half \x00\ufffd"], ids=["half a character", "NUL"])
def test_what_is_dead_letter_has_a_title_that_the_database_holds(text: str) -> None:
    run, record = make_run(started_at=NOW), RawRecord(external_id="1", title=text)
    item = identify(record, payload_month=NOW.date(), payload_id=uuid4())
    dead_letters.add_records(run, [(item, "out of time in price")], now=NOW)
    dead_letters.add_answer(run, "5e" * 32, text, dead_letters.READING, now=NOW)
    assert set(DeadLetter.objects.values_list("title", flat=True)) == {"half \ufffd"}
