"""Stored payloads: partitions, replay, reading again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils.timezone import now as clock

from moderation.enums import ReviewKind, Verdict
from moderation.models import Review
from moderation.services import decide
from sources import receivers
from sources.enums import RunState
from sources.ingest import payloads
from sources.ingest.retention import drop_partitions, ensure_partitions
from sources.models import FetchRun, Payload
from sources.runs.claim import open_run
from sources.runs.process import process_run
from sources.triggers.reread import reopen, reread_series
from tests.factories import NOW, make_staff
from tests.sources.feeds import calendar, counts, feed_source, many, payload, reported, take

pytestmark = pytest.mark.django_db
FAR = datetime(2031, 11, 15, tzinfo=UTC)


def partition_of(row: Payload) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM sources_payload WHERE id = %s", [row.pk])
        return str(cursor.fetchone()[0])


def test_partitions_are_made_ahead_and_take_their_rows_from_the_default_one() -> None:
    run = FetchRun.objects.create(source=feed_source(), started_at=FAR)
    row = payloads.keep(run, payload(b"BEGIN:VCALENDAR"), now=FAR)
    assert partition_of(row) == "sources_payload_default"
    made = ensure_partitions(now=FAR)
    assert made == ["sources_payload_2031_11", "sources_payload_2031_12", "sources_payload_2032_01"]
    assert partition_of(row) == "sources_payload_2031_11"
    assert ensure_partitions(now=FAR) == []


def test_old_partitions_go_with_what_they_hold() -> None:
    ensure_partitions(now=FAR)
    run = FetchRun.objects.create(source=feed_source(), started_at=FAR)
    payloads.keep(run, payload(b"BEGIN:VCALENDAR"), now=FAR)
    dropped = drop_partitions(before=date(2031, 12, 1))
    assert "sources_payload_2031_11" in dropped
    assert not {"sources_payload_2031_12", "sources_payload_default"} & set(dropped)
    assert not Payload.objects.filter(run_id=run.id).exists()


def test_bytes_come_back_as_they_went_in() -> None:
    run = FetchRun.objects.create(source=feed_source(), started_at=NOW)
    told_bytes = [bytes(range(256)), b"", "ä€".encode()]
    for content in told_bytes:
        payloads.keep(run, payload(content), now=NOW)
    assert [again.content for _, again in payloads.of_run(run)] == told_bytes


def test_a_replay_of_kept_payloads_changes_nothing() -> None:
    source = feed_source(is_active=True)
    series = reported(0, lines=("RRULE:FREQ=WEEKLY;COUNT=3",))
    take(source, [series, *many(3)[1:]])
    [run] = list(reread_series(now=clock()))
    process_run(run, now=NOW)
    assert (run.state, counts(run)) == (RunState.SUCCESS, {"unchanged": 5})


def test_a_series_goes_on_though_its_feed_stays_as_it_is() -> None:
    source = feed_source(is_active=True)
    take(source, [reported(0, lines=("RRULE:FREQ=MONTHLY",))])
    [run] = list(reread_series(now=clock()))
    process_run(run, now=NOW + timedelta(days=62))
    assert run.new == 2


def test_nothing_is_read_again_while_a_run_is_under_way() -> None:
    source = feed_source(is_active=True)
    take(source, [reported(0, lines=("RRULE:FREQ=WEEKLY;COUNT=3",))])
    open_run(source, requested_by="test", now=clock())
    assert list(reread_series(now=clock())) == []


def test_an_accepted_run_is_applied(
    django_capture_on_commit_callbacks: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = feed_source()
    take(source, many(12))
    run = take(source, many(6))
    review = Review.objects.get(kind=ReviewKind.RUN, object_id=run.id)
    queued: list[tuple[str, bool]] = []
    monkeypatch.setattr(
        receivers.tasks.process_run, "delay", lambda run_id, accept_loss: queued.append((run_id, accept_loss))
    )
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        decide(review.id, Verdict.ACCEPT_RUN, by=make_staff())
    [(run_id, accept_loss)] = queued
    again = process_run(FetchRun.objects.get(pk=run_id), now=NOW, accept_loss=accept_loss)
    assert (again.state, again.missing, again.unchanged) == (RunState.SUCCESS, 6, 6)


def test_a_discarded_run_is_left_aside(django_capture_on_commit_callbacks: object) -> None:
    source = feed_source()
    take(source, many(12))
    review = Review.objects.get(object_id=take(source, many(6)).id)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        decide(review.id, Verdict.DISCARD_RUN, by=make_staff())
    assert source.runs.count() == 2


def test_only_a_quarantined_run_is_opened_again() -> None:
    source = feed_source()
    assert reopen(take(source, calendar(many(2))).id) is None
