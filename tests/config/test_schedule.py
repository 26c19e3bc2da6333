"""Beat's entries: each names an existing task, goes to a served queue, and keeps an operator's changes."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection
from django_celery_beat.models import PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from config.celery import QUEUES, app
from config.schedule import SCHEDULE, CreateOnlyScheduler


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_job_has_its_task(name):
    app.loader.import_default_modules()
    assert SCHEDULE[name]["task"] in app.tasks


@pytest.mark.parametrize("name", SCHEDULE)
def test_every_job_goes_to_a_queue_that_is_served(name):
    queue = app.amqp.router.route({}, SCHEDULE[name]["task"])["queue"]
    assert getattr(queue, "name", queue) in QUEUES


@pytest.mark.django_db
def test_entries_are_made_where_missing_and_never_overwritten(monkeypatch):
    # The scheduler closes old connections, and with one of them this test's transaction.
    monkeypatch.setattr("django_celery_beat.schedulers.close_old_connections", lambda: None)
    CreateOnlyScheduler(app=app, lazy=True).setup_schedule()
    assert set(PeriodicTask.objects.filter(name__in=SCHEDULE).values_list("name", flat=True)) == set(SCHEDULE)
    PeriodicTask.objects.filter(name="fetch due sources").update(enabled=False, task="other")
    CreateOnlyScheduler(app=app, lazy=True).setup_schedule()
    kept = PeriodicTask.objects.get(name="fetch due sources")
    assert (kept.enabled, kept.task) == (False, "other")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_while_entries_are_made_is_tried_again(monkeypatch):
    scheduler, made = CreateOnlyScheduler(app=app, lazy=True), CreateOnlyScheduler.Entry.from_entry

    def lost(name: str, **options: Any) -> Any:
        if name == "back up":
            raise OperationalError("server closed the connection unexpectedly")
        return made(name, **options)

    with monkeypatch.context() as away:
        away.setattr(CreateOnlyScheduler.Entry, "from_entry", lost)
        scheduler.setup_schedule()
        assert scheduler.tick() == scheduler.max_interval
        assert not PeriodicTask.objects.exists()
    monkeypatch.setattr(DatabaseScheduler, "tick", lambda _self: 1.0)
    assert scheduler.tick() == 1.0
    assert set(PeriodicTask.objects.values_list("name", flat=True)) == set(SCHEDULE)
    assert "fetch due sources" in scheduler.schedule


@pytest.fixture
def beat() -> Iterator[CreateOnlyScheduler]:
    """A scheduler that heeds the signals of this process."""
    before = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}
    scheduler = CreateOnlyScheduler(app=app, lazy=True)
    scheduler.heed_signals()
    yield scheduler
    for sign, handler in before.items():
        signal.signal(sign, handler)


@pytest.mark.django_db
def test_a_signal_in_the_middle_of_a_query_ends_beat_after_the_tick(
    beat: CreateOnlyScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def tick(_self: Any) -> int:
        with connection.cursor() as cursor:
            raw = connection.connection
            raw.add_notice_handler(signal_us)  # called while the query holds the connection
            cursor.execute("DO $$ BEGIN RAISE WARNING 'now'; END $$")
            raw.remove_notice_handler(signal_us)
        done.append("ticked")
        return 5

    def signal_us(_notice: Any) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(DatabaseScheduler, "tick", tick)
    with pytest.raises(SystemExit):
        beat.tick()
    assert done == ["ticked"]


def test_a_signal_between_ticks_and_a_second_one_within_end_beat_at_once(
    beat: CreateOnlyScheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SystemExit):
        os.kill(os.getpid(), signal.SIGINT)
    done: list[str] = []

    def tick(_self: Any) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("went on")
        return 5

    monkeypatch.setattr(DatabaseScheduler, "tick", tick)
    with pytest.raises(SystemExit):  # the first was the one above
        beat.tick()
    assert done == []
