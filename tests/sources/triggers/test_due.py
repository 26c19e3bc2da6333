"""Which sources are due, and when they are due again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils.timezone import now as clock

from accounts.rights import COMMAND
from egress.exceptions import ConnectFailed
from events.models import Event
from sources import tasks
from sources.enums import Phase, RunState
from sources.models import FetchRun, Source
from sources.queries.due import urgency
from sources.queries.scans import scannable
from sources.queries.told import told_sources
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.pause import Paused
from sources.runs.process import process_run
from sources.runs.progress import enter_phase
from sources.runs.timing import SPREAD_MOST
from sources.triggers import due as triggers_due
from sources.triggers.due import due_sources, host_of, start_due
from sources.triggers.start import start
from tests.factories import NOW, make_source
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, reported

HOUR = timedelta(hours=1)


def live(slug: str, *, host: str = "", late: timedelta = timedelta(), **fields: Any) -> Source:
    return make_source(
        slug=slug,
        config={"url": f"https://{host or slug}.example/a.ics"},
        is_active=True,
        next_fetch_at=NOW - late,
        **fields,
    )


def due() -> list[str]:
    slugs = dict(Source.objects.values_list("id", "slug"))
    return [slugs[pk] for pk in due_sources(now=NOW)]


@pytest.mark.django_db
def test_a_source_that_a_wrong_clock_planned_is_due_and_one_that_waits_is_not():
    """The clock was a day ahead for a while: what it planned would stand still for a day."""
    ahead, day = NOW + timedelta(days=1), timedelta(days=1)
    live("wrong", late=-day - HOUR, last_fetched_at=ahead)
    live("waits", late=-HOUR, last_fetched_at=NOW - timedelta(minutes=1))
    live("planned-since", late=-HOUR, last_fetched_at=ahead)
    assert due() == ["wrong"]


@pytest.mark.django_db
def test_priority_first_but_a_long_wait_outweighs_it() -> None:
    live("dull")
    live("important", priority=10)
    live("patient", late=timedelta(minutes=51))
    live("tireless", priority=32_000, late=timedelta(minutes=1))
    live("despised", priority=-32_000, late=5 * HOUR)
    assert due() == ["despised", "tireless", "patient", "important", "dull"]
    order = [(urgency(s.priority, NOW - s.next_fetch_at), s.slug) for s in Source.objects.all()]
    assert [slug for _, slug in sorted(order, reverse=True)] == due()


@pytest.mark.django_db
def test_one_host_is_not_asked_by_two_runs_at_once() -> None:
    for slug in ("one", "two"):
        live(slug, host="shared")
    live("else")
    assert len(due()) == 2
    start_due(now=NOW)
    assert due() == []
    FetchRun.objects.filter(source__slug__in=["one", "two"]).update(state=RunState.SUCCESS, finished_at=NOW)
    Source.objects.update(claimed_until=None)
    assert len(due()) == 1


@pytest.mark.django_db
def test_a_platform_of_small_answers_bears_more_runs_at_once(settings: Any) -> None:
    settings.PLATFORM_KEYS = {"OPENWEATHERMAP_API_KEY": "given"}
    for number in range(25):
        make_source(
            slug=f"weather-{number}",
            connector="openweathermap",
            type="api",
            config={},
            is_active=True,
            next_fetch_at=NOW,
        )
    assert len(due()) == 20
    assert len(start_due(now=NOW)) == 20
    assert due() == []


@pytest.mark.django_db
def test_no_more_are_opened_than_may_be_under_way(settings: Any) -> None:
    settings.FETCH_MOST_UNDER_WAY = 3
    for number in range(5):
        live(f"source-{number}")
    assert len(start_due(now=NOW)) == 3
    assert start_due(now=NOW) == []
    assert enter_phase(FetchRun.objects.all()[0], Phase.WAITING, out_of=(Phase.QUEUED,))
    assert len(start_due(now=NOW)) == 1


@pytest.mark.django_db
def test_what_lacks_its_key_is_not_asked(settings: Any) -> None:
    settings.PLATFORM_KEYS = {}
    make_source(
        slug="keyed", connector="ticketmaster", type="api", config={}, is_active=True, next_fetch_at=NOW
    )
    assert due() == []
    settings.PLATFORM_KEYS = {"TICKETMASTER_API_KEY": "given"}
    assert due() == ["keyed"]


@pytest.mark.django_db
def test_the_host_is_that_of_the_configuration_else_of_the_platform() -> None:
    assert (
        host_of(Source(config={"url": "https://user@a.example:8443/x"}, connector="ical")) == "a.example:8443"
    )
    assert "ticketmaster" in host_of(Source(config={}, connector="ticketmaster", slug="tm"))
    assert host_of(Source(config={}, connector="nobody", slug="odd")) == "odd"


@pytest.mark.django_db
def test_a_daily_source_is_due_in_its_citys_time() -> None:
    source = feed_source(schedule_at=time(2, 0), is_active=True, config={"url": "https://a.example/a.ics"})
    run = open_run(source, requested_by="test", now=clock())
    assert fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar([reported(1)])))
    process_run(run, now=NOW)
    source.refresh_from_db()
    local = source.next_fetch_at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert (local.hour, local.minute < SPREAD_MOST.total_seconds() / 60) == (2, True)


def taken(source: Source, content: bytes, *, headers: Any = None) -> timedelta:
    """Fetch and process; returns the wait until it is due again."""
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=clock())
    if fetch_payloads(run, now=NOW, http=FakeHttpClient(content, headers=headers or {})):
        process_run(run, now=NOW)
    source.refresh_from_db()
    run.refresh_from_db()
    assert run.finished_at is not None
    return source.next_fetch_at - run.finished_at


@pytest.mark.django_db
def test_an_approved_event_within_a_day_quickens_its_source() -> None:
    soon = clock() + 5 * HOUR
    source = feed_source(schedule_minutes=240, is_active=True, config={"url": "https://a.example/a.ics"})
    assert HOUR <= taken(source, calendar([reported(1, start=soon)])) < 2 * HOUR
    Event.objects.update(publication="removed")
    assert taken(source, calendar([reported(1, start=soon), reported(2)])) >= 4 * HOUR


@pytest.mark.django_db
def test_the_answers_hints_are_obeyed_and_hold_for_an_unchanged_answer_too() -> None:
    source = feed_source(
        schedule_minutes=60, quicken=False, is_active=True, config={"url": "https://a.example/a.ics"}
    )
    body = calendar([reported(1)])
    assert 5 * HOUR <= taken(source, body, headers={"cache-control": "max-age=18000"}) < 6 * HOUR
    assert 5 * HOUR <= taken(source, body) < 6 * HOUR
    Source.objects.update(obey_hints=False)
    assert taken(source, body) < 2 * HOUR


@pytest.mark.django_db
def test_a_failure_after_hints_and_quickening_waits_the_normal_time_at_least() -> None:
    source = feed_source(schedule_minutes=240, is_active=True, config={"url": "https://a.example/a.ics"})
    taken(source, calendar([reported(1, start=clock() + 5 * HOUR)]))
    source.refresh_from_db()
    run = open_run(source, requested_by="test", now=clock())
    fetch_payloads(run, now=NOW, http=FakeHttpClient(error=ConnectFailed("no route")))
    source.refresh_from_db()
    assert run.finished_at is not None
    assert source.next_fetch_at - run.finished_at >= 4 * HOUR


@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_open_each_run_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(12):
        live(f"source-{number}")
    Source.objects.update(next_fetch_at=clock())
    queued: list[str] = []
    monkeypatch.setattr(tasks.fetch_run, "delay", queued.append)
    monkeypatch.setattr(tasks, "is_on", lambda flag: True)
    real = due_sources

    def at_once(**given: Any) -> Any:
        found = real(**given)
        barrier.wait(10)
        return found

    barrier = Barrier(2)
    monkeypatch.setattr(triggers_due, "due_sources", at_once)

    def tick(_: int) -> int:
        try:
            return tasks.fetch_due_sources()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        opened = sum(pool.map(tick, range(2)))
    assert opened == len(queued) == len(set(queued)) == FetchRun.objects.count() == 12


def test_a_kind_that_is_switched_off_is_asked_by_nobody_and_shown_nowhere(db, monkeypatch):
    monkeypatch.setenv("FLAG_CONNECTOR_ICAL", "off")
    source = live("calendar", late=HOUR)
    live("feed", late=HOUR, connector="rss")
    assert due() == ["feed"]
    with pytest.raises(Paused, match="ical is switched off"):
        start(source, by=COMMAND, now=NOW)
    assert [one.slug for one in scannable(source.city)] == ["feed"]
    assert [one.connector for one in told_sources(now=NOW)] == ["rss"]
    monkeypatch.setenv("FLAG_CONNECTOR_ICAL", "on")
    assert sorted(due()) == ["calendar", "feed"]
