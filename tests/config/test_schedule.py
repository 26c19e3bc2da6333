"""Beat's entries: each names an existing task, goes to a served queue, and keeps an operator's changes."""

import pytest
from django_celery_beat.models import PeriodicTask

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
