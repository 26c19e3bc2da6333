"""The tasks in beat's rows run, and so do those that the older version left in its queues."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django_celery_beat.models import PeriodicTask

from config.celery import app
from digests.models import Delivery
from events.models import Event, EventVector
from sources.models import FetchRun, Payload, Source
from tests.upgrade.names import PERIODIC, QUEUED

pytestmark = pytest.mark.usefixtures("site")
CALENDAR = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//upgrade//EN", "BEGIN:VEVENT", "UID:new", "DTSTART:20261201T140000Z", "SUMMARY:First of the month",
    "LOCATION:The Old Mill", "END:VEVENT", "END:VCALENDAR", "",
])  # fmt: skip


def do(name: str, *args: Any, **kwargs: Any) -> Any:
    """Run a queued message now; its errors fail the test."""
    app.loader.import_default_modules()
    return app.tasks[name].apply(args=args, kwargs=kwargs, throw=True).get()


@pytest.fixture
def feed(httpserver, settings) -> Source:
    """The source that waits to be fetched, with its calendar on a test server."""
    settings.EGRESS_ALLOW_LOOPBACK, settings.EGRESS_ALLOWED_PORTS = True, [httpserver.port]
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/feed.ics").respond_with_data(CALENDAR, content_type="text/calendar")
    source = Source.objects.get(slug="unfetched")
    source.config = {"url": httpserver.url_for("/feed.ics")}
    source.save()
    return source


@pytest.fixture
def waiting(feed: Source) -> FetchRun:
    """Its run, whose message is queued."""
    return FetchRun.objects.get(source=feed, state="running")


@pytest.mark.parametrize("name", PERIODIC)
def test_a_row_of_beat_is_done(feed, name):
    row = PeriodicTask.objects.get(name=name)
    assert row.task == PERIODIC[name]
    do(row.task, *json.loads(row.args), **json.loads(row.kwargs))


def test_the_dump_has_every_row_of_beat():
    assert set(PERIODIC) == set(
        PeriodicTask.objects.exclude(task__startswith="celery.").values_list("name", flat=True)
    )


@pytest.mark.parametrize("name", ["sources.tasks.fetch_run", "sources.tasks.scrape_run"])
def test_a_queued_fetch_is_done(waiting, name):
    do(name, str(waiting.id))
    assert Payload.objects.filter(run_id=waiting.id).count() == 1


def test_a_queued_fetch_becomes_an_event(waiting):
    do("sources.tasks.fetch_run", str(waiting.id))
    do("sources.tasks.process_run", str(waiting.id))
    assert Event.objects.filter(title="First of the month").exists()


def test_a_run_whose_answers_were_kept_is_processed():
    run = FetchRun.objects.get(source__slug="list", state="running")
    assert do("sources.tasks.process_run", str(run.id), accept_loss=False) == "success"


def test_an_accepted_loss_is_processed_as_it_was_queued():
    run = FetchRun.objects.get(source__slug="vast", state="running")
    assert do("sources.tasks.process_run", str(run.id), accept_loss=True) == "success"
    run.refresh_from_db()
    assert run.missing == 7


def test_a_message_of_an_inbox_becomes_an_event():
    source = Source.objects.get(type="submission")
    assert do("sources.tasks.process_inbox", str(source.id)) == 1
    assert Event.objects.get(title="Courtyard puppet theatre").publication == "pending"


def test_a_queued_mail_is_sent_to_the_address_that_was_encrypted():
    delivery = Delivery.objects.get(kind="digest")
    assert do("digests.tasks.send_delivery", str(delivery.id)) is True
    assert mail.outbox[0].to == ["reader@upgrade.example"]
    assert "Yoga at noon" in mail.outbox[0].body


def test_vectors_are_made_for_events_that_have_none():
    assert do("events.tasks.embed_missing") > 0
    assert EventVector.objects.count() > 1


@pytest.mark.parametrize("name", ["sources.tasks.process_lab", "sources.tasks.process_validation"])
def test_a_look_that_is_forgotten_meanwhile_fails_nothing(name):
    do(name, "0" * 32)


def test_a_validation_that_was_asked_for_is_carried_out():
    cache.set("validation:" + "1" * 32, {"state": "waiting", "given": {"content": CALENDAR}}, 900)
    do("sources.tasks.process_validation", "1" * 32)
    assert cache.get("validation:" + "1" * 32)["state"] == "done"


def test_every_task_that_was_queued_is_tried_here():
    text = Path(__file__).read_text()
    assert [name for name in QUEUED if name not in text] == []
