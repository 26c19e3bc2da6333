"""load, fetch, samples, load_cities, load_categories, and the tasks behind them."""

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils.timezone import now as clock

from events.models import Category, Event
from flags.models import Flag
from places.models import Area, City, Place
from sources import tasks
from sources.enums import RunState
from sources.models import Source
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.samples.load import refresh_samples
from tests.factories import NOW, make_city
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many

pytestmark = pytest.mark.django_db
URL = "https://feed.example.org/events.ics"


def run_command(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def load(path: Path, *options: str) -> dict[str, Any]:
    return json.loads(
        run_command(
            "load", str(path), "--source", "feed", "--now", "2026-11-21T12:00:00Z", *options
        ).splitlines()[-1]
    )


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    call_command("load_categories", stdout=StringIO())
    path = tmp_path / "feed.ics"
    path.write_bytes(calendar(many(3)))
    return path


@pytest.fixture
def eager(settings: Any) -> Iterator[None]:
    """Run tasks at once, at a time when the feeds' events are still in the future."""
    from config.celery import app

    app.conf.task_always_eager = True
    with time_machine.travel(NOW):
        yield
    app.conf.task_always_eager = False


def test_load_makes_the_source_and_ends_with_the_summary(feed: Path) -> None:
    make_city()
    summary = load(feed, "--city", "bengaluru", "--base-url", "https://example.org/")
    assert {
        "connector": "ical",
        "found": 3,
        "kept": 3,
        "dropped": {},
        "new": 3,
        "missing": 0,
    }.items() <= summary.items()
    source = Source.objects.get(slug="feed")
    assert (source.connector, source.trust, source.city.slug if source.city else "") == (
        "ical",
        "earned",
        "bengaluru",
    )
    assert load(feed)["unchanged"] == 3


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--city", "atlantis"], "--city atlantis"),
        (["--now", "tomorrow"], "--now tomorrow"),
        (["--connector", "telepathy"], "telepathy"),
        (["--config", "/nowhere/config.json"], "/nowhere/config.json"),
    ],
)
def test_load_says_what_is_wrong_in_one_line_and_exits_with_2(
    feed: Path, options: list[str], named: str
) -> None:
    with pytest.raises(CommandError) as caught:
        load(feed, *options)
    assert (caught.value.returncode, "\n" in str(caught.value)) == (2, False)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("config", "named"), [("[]", "JSON object"), ("{", "--config"), ('{"adress": "x"}', "adress")]
)
def test_load_names_what_is_wrong_in_the_configuration(
    feed: Path, tmp_path: Path, config: str, named: str
) -> None:
    path = tmp_path / "config.json"
    path.write_text(config)
    with pytest.raises(CommandError) as caught:
        load(feed, "--config", str(path))
    assert caught.value.returncode == 2
    assert named in str(caught.value)


def test_load_of_a_missing_file_or_an_empty_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.ics", tmp_path):
        with pytest.raises(CommandError) as caught:
            load(path)
        assert caught.value.returncode == 2


def test_load_of_what_cannot_be_read_prints_the_summary_and_exits_with_2(feed: Path) -> None:
    feed.write_bytes(b"<html>Log in</html>")
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("load", str(feed), "--source", "feed", "--connector", "ical", stdout=out)
    assert (caught.value.returncode, json.loads(out.getvalue())["state"]) == (2, "failed")


def test_fetch_waits_for_its_runs(monkeypatch: pytest.MonkeyPatch, eager: None) -> None:
    source = feed_source(config={"url": URL}, is_active=True)
    real = fetch_payloads
    monkeypatch.setattr(
        tasks, "fetch_payloads", lambda run: real(run, http=FakeHttpClient(calendar(many(2))))
    )
    for options in (["feed"], ["--city", "bengaluru"], ["--all"]):
        run_id, summary = run_command("fetch", *options, "--wait").splitlines()
        assert json.loads(summary)["run"] == run_id
    assert source.runs.filter(state=RunState.SUCCESS).count() == 3
    assert Event.objects.count() == 2


def test_fetch_needs_a_name_that_exists() -> None:
    for options in ([], ["nobody"]):
        with pytest.raises(CommandError) as caught:
            run_command("fetch", *options)
        assert caught.value.returncode == 2


def test_fetch_gives_up_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    feed_source(config={"url": URL}, is_active=True)
    monkeypatch.setattr(tasks.fetch_run, "delay", lambda run_id: None)
    with pytest.raises(CommandError, match="is a worker running"):
        run_command("fetch", "feed", "--wait", "--timeout", "0")


def test_cities_and_categories_are_loaded_once_and_keep_what_an_operator_set() -> None:
    run_command("load_cities")
    City.objects.filter(slug="bengaluru").update(radius_km=33)
    assert "(0 new)" in run_command("load_cities")
    bengaluru = City.objects.get(slug="bengaluru")
    assert (City.objects.count(), bengaluru.radius_km, bengaluru.timezone) == (44, 33, "Asia/Kolkata")
    area = Area.objects.get(slug="indiranagar")
    assert (area.lat, area.lng, area.radius_km) == (12.9784, 77.6408, 2)
    run_command("load_categories")
    count = Category.objects.count()
    run_command("load_categories")
    assert Category.objects.count() == count > 10


def test_samples_come_once_and_go_wholly() -> None:
    run_command("load_cities")
    run_command("load_categories")
    assert refresh_samples(now=clock()) == 0
    run_command("samples", "load")
    count = Event.objects.filter(is_sample=True).count()
    assert count >= 150
    assert tasks.fetch_samples() >= 4
    assert Event.objects.filter(is_sample=True).count() == count
    run_command("samples", "remove")
    assert not Event.objects.exists()
    assert not Source.objects.exists()
    assert not Place.objects.filter(is_sample=True).exists()


def test_the_clock_fetches_only_when_live_sources_are_on(monkeypatch: pytest.MonkeyPatch) -> None:
    source = feed_source(config={"url": URL}, is_active=True)
    queued: list[str] = []
    monkeypatch.setattr(tasks.fetch_run, "delay", queued.append)
    monkeypatch.setattr(tasks, "is_on", lambda flag: False)
    assert tasks.fetch_due_sources() == 0
    monkeypatch.setattr(tasks, "is_on", lambda flag: flag is Flag.LIVE_SOURCES)
    assert tasks.fetch_due_sources() == 1
    assert queued == [str(source.runs.get().id)]


def test_a_fetched_run_is_processed_once(monkeypatch: pytest.MonkeyPatch, eager: None) -> None:
    source = feed_source(config={"url": URL}, is_active=True)
    real = fetch_payloads
    monkeypatch.setattr(
        tasks, "fetch_payloads", lambda run: real(run, http=FakeHttpClient(calendar(many(2))))
    )
    run = open_run(source, requested_by="test", now=clock())
    tasks.fetch_run(str(run.id))
    assert tasks.process_run(str(run.id)) == RunState.SUCCESS
    tasks.fetch_run(str(run.id))  # its message came twice
    run.refresh_from_db()
    assert (run.state, run.new) == (RunState.SUCCESS, 2)


def test_the_daily_tasks_have_nothing_to_do_on_an_empty_site() -> None:
    assert (tasks.process_stuck_runs(), tasks.process_series(), tasks.process_inboxes()) == (0, 0, 0)
    tasks.process_payload_partitions()
    assert tasks.process_payload_partitions() == []
