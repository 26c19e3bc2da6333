"""Payloads are kept for 30 days, the last one of each source longer, a strict platform's shorter."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from sources.enums import RunState
from sources.ingest.retention import clear_runs, clear_staged, delete_expired, ensure_partitions
from sources.models import FetchRun, Payload, Source
from sources.triggers.reread import reread
from tests.factories import NOW, make_source
from tests.sources import platforms
from tests.sources.feeds import feed_source, many, take
from tests.sources.platforms import club_source

pytestmark = pytest.mark.django_db


def aged(run: FetchRun, days: int) -> FetchRun:
    """The run and its payloads made so many days older, in the partition of that time."""
    at = NOW - timedelta(days=days)
    FetchRun.objects.filter(pk=run.pk).update(started_at=at)
    Payload.objects.filter(run_id=run.pk).update(fetched_at=at, month=at.date().replace(day=1))
    return run


def kept(source: Source) -> int:
    return Payload.objects.filter(source_id=source.pk).count()


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid WHERE inhparent = 'sources_payload'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def ensure(at: datetime) -> None:
    ensure_partitions(now=at, ahead=0)


def test_answers_go_after_thirty_days_but_the_last_one_stays() -> None:
    source = feed_source()
    runs = [aged(take(source, many(number)), days) for number, days in ((3, 90), (4, 50), (5, 31), (6, 29))]
    delete_expired(now=NOW)
    assert set(Payload.objects.values_list("run_id", flat=True)) == {runs[3].pk}
    source.runs.exclude(pk=runs[3].pk).delete()
    aged(runs[3], 200)
    delete_expired(now=NOW)
    assert kept(source) == 1
    source.refresh_from_db()
    assert reread(source, requested_by="series", now=NOW) is not None


def test_partitions_go_when_they_are_wholly_old_and_what_is_needed_moves_on() -> None:
    ensure(NOW)
    ensure(NOW - timedelta(days=30))
    ensure(NOW - timedelta(days=70))
    needed, moot = feed_source("one"), feed_source("two")
    aged(take(needed, many(3)), 70)
    aged(take(moot, many(3)), 70)
    aged(take(moot, many(4)), 1)
    assert delete_expired(now=NOW, dry=True).payloads == 1
    assert "sources_payload_2026_09" in partitions()
    gone = delete_expired(now=NOW)
    assert (gone.partitions, gone.payloads, delete_expired(now=NOW).count) == (
        ("sources_payload_2026_09",),
        1,
        0,
    )
    assert "sources_payload_2026_10" in partitions()
    assert (kept(needed), kept(moot)) == (1, 1)
    assert Payload.objects.get(source_id=needed.pk).month == NOW.date().replace(day=1)


def test_a_platforms_own_term_is_shorter_and_spares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    platforms.install(monkeypatch)
    strict = club_source("http://club.example")
    aged(take(strict, many(3)), 8)
    strict.staged_events.update(processed_at=NOW - timedelta(days=8))
    strict.staged_events.update(
        end_at=NOW + timedelta(days=60), venue_name="Club", url="http://club.example/1"
    )
    would = delete_expired(now=NOW, dry=True)
    assert (kept(strict), strict.staged_events.filter(title="").count()) == (would.payloads, 0)
    assert delete_expired(now=NOW) == would
    assert (would.payloads, would.staged, kept(strict)) == (1, 3, 0)
    assert delete_expired(now=NOW).count == 0
    row = strict.staged_events.get(external_id="e1@example.org")
    assert (row.raw, row.normalized, row.title, row.venue_name, row.url) == ("", {}, "", "", "")
    assert row.event is not None
    assert row.raw_hash


def test_identities_stay_when_their_text_goes() -> None:
    source = feed_source()
    take(source, many(3))
    source.staged_events.update(processed_at=NOW)
    later = NOW + timedelta(days=40)
    assert clear_staged(now=later, dry=True) == 3
    assert not source.staged_events.filter(raw="").exists()
    assert clear_staged(now=later) == 3
    assert clear_staged(now=later) == 0
    for row in source.staged_events.all():
        assert (row.raw, row.normalized, row.notes, row.title, row.cleared_at) == ("", {}, [], "", later)
        assert row.event is not None
        assert row.raw_hash


def test_what_is_to_come_keeps_what_moves_are_paired_by() -> None:
    source = feed_source()
    take(source, many(3))
    source.staged_events.update(processed_at=NOW, end_at=NOW + timedelta(days=60))
    clear_staged(now=NOW + timedelta(days=40))
    assert not source.staged_events.filter(title="").exists()
    assert not source.staged_events.exclude(raw="").exists()


def test_an_unchanged_feed_stays_unchanged_when_its_text_is_cleared() -> None:
    source = feed_source()
    take(source, many(3))
    source.staged_events.update(processed_at=NOW - timedelta(days=40))
    clear_staged(now=NOW)
    run = take(source, many(4))
    assert (run.unchanged, run.new, run.missing) == (3, 1, 0)


def test_the_setting_says_how_long(settings: Any) -> None:
    settings.PAYLOAD_RETENTION_DAYS = 5
    source = feed_source()
    for number, days in ((3, 6), (4, 4), (5, 1)):
        aged(take(source, many(number)), days)
    delete_expired(now=NOW)
    assert kept(source) == 2


def test_old_runs_keep_their_counts_and_lose_requests_steps_and_errors() -> None:
    source = make_source()
    said = {
        "http": {"exchanges": [{"status": 200}]},
        "steps": {"clean": {"seconds": 1}},
        "error_detail": "at https://venue.example/",
    }

    def ran(days: int, **fields) -> FetchRun:
        began = NOW - timedelta(days=days)
        return FetchRun.objects.create(
            source=source,
            state=RunState.SUCCESS,
            started_at=began,
            finished_at=began,
            new=3,
            **said,
            **fields,
        )

    old, young, read = ran(401), ran(399), ran(500, events_found=9)
    assert clear_runs(now=NOW, dry=True) == 1
    assert [clear_runs(now=NOW), clear_runs(now=NOW)] == [1, 0]
    for run, is_whole in ((old, False), (young, True), (read, True)):  # of the last, the payload is kept
        run.refresh_from_db()
        assert (run.new, bool(run.http), bool(run.steps), bool(run.error_detail)) == (3, *[is_whole] * 3)
