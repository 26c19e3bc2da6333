"""A city's scan: once in 15 minutes, within every limit of its sources, and never under way for ever."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.rights import PIPELINE
from egress.exceptions import ConnectFailed
from flags.models import FlagSwitch
from flags.services import forget
from outbox.signals import transient
from sources import tasks
from sources.enums import PauseScope, RunState
from sources.models import Discovery, FetchRun, Source
from sources.queries.scans import scanned_sources
from sources.runs.claim import open_run
from sources.runs.fetch import fetch_payloads
from sources.runs.pause import pause
from sources.runs.process import process_run
from sources.runs.settle import close_failed
from sources.scan_words import scan_lines, scan_sum
from sources.triggers.discovery import SCAN_LASTS, unfinished
from sources.triggers.scan import EVERY, scan_city
from tests.factories import NOW, make_city, make_source
from tests.sources.feeds import FakeHttpClient, calendar, feed_source, many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def queued(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The ids of runs that were sent to a worker."""
    cache.clear()
    sent: list[str] = []
    monkeypatch.setattr(tasks.fetch_run, "delay", sent.append)
    monkeypatch.setattr(tasks.process_run, "delay", lambda _: None)
    yield sent
    cache.clear()


def live(slug: str, *, host: str = "", **fields: Any) -> Source:
    url = f"https://{host or slug + '.example.org'}/{slug}.ics"
    return feed_source(slug, **{"config": {"url": url}, "is_active": True, **fields})


def steps(job: Discovery) -> dict[str, tuple[str, str]]:
    """Slug of each source: how far it is, and what is said of it."""
    job.refresh_from_db()
    sources = scanned_sources(job)
    return {one.slug: (line.step, line.said) for one, line in zip(sources, scan_lines(sources), strict=True)}


def post(client: Client, slug: str = "bengaluru") -> Any:
    return client.post(f"/api/v1/cities/{slug}/scan")


def test_a_scan_asks_the_active_sources_of_its_city(
    client: Client, queued: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    live("one")
    live("idle", is_active=False)
    live("sample", is_sample=True)
    make_source(slug="pushed", type="webhook", connector="webhook", is_active=True)
    make_source(slug="elsewhere", city=make_city(slug="mumbai"), is_active=True)
    with django_capture_on_commit_callbacks(execute=True):
        response = post(client)
    (row,) = response.json()["runs"]
    assert (response.status_code, row["source"], row["status"], queued) == (
        202,
        "one",
        "started",
        [row["run"]],
    )


def test_who_comes_later_joins_the_scan_or_reads_the_last_one(client: Client) -> None:
    live("one")
    first = post(client).json()
    assert (first["status"], first["waiting"]) == ("started", 0)
    again = post(client).json()
    assert (again["status"], again["scan"], again["runs"][0]["status"]) == (
        "running",
        first["scan"],
        "running",
    )
    run = FetchRun.objects.select_related("source__city").get()
    assert fetch_payloads(run, now=NOW, http=FakeHttpClient(calendar(many(3))))
    process_run(run, now=NOW)
    tasks.go_on(run)
    ended = post(client).json()
    assert (ended["status"], ended["runs"][0]["found"], ended["runs"][0]["status"]) == ("recent", 3, "recent")
    assert client.get("/api/v1/cities/bengaluru/scan").json() == ended
    assert FetchRun.objects.count() == 1
    job = Discovery.objects.get()
    assert steps(job) == {"one": ("done", "3 events found, 3 of them new.")}
    assert scan_sum(scanned_sources(job)) == "1 of 1 sources are through. 3 events found, 3 of them new."
    assert scan_city(make_city(), now=timezone.now() + EVERY) is not None
    assert Discovery.objects.count() == 2


def test_a_city_without_sources_and_one_that_is_unknown_and_a_scan_switched_off(client: Client) -> None:
    assert post(client, "atlantis").status_code == 404
    make_city()
    assert (post(client).json()["status"], Discovery.objects.count()) == ("none", 0)
    FlagSwitch.objects.create(name="live_sources", is_on=False)
    forget()
    assert post(client).status_code == client.get("/bengaluru/scan/").status_code == 404


def test_a_source_is_asked_only_where_its_own_limits_allow(queued: list[str]) -> None:
    moment = timezone.now()
    live("fine")
    live("resting", consecutive_failures=2, next_fetch_at=moment + timedelta(hours=1))
    pause(PauseScope.SOURCE, live("paused").slug, reason="", by=PIPELINE, now=moment)
    live("keyless", connector="ticketmaster")
    asked = open_run(live("asked"), requested_by="clock", now=moment - timedelta(minutes=5))
    FetchRun.objects.filter(pk=asked.pk).update(state=RunState.SUCCESS, finished_at=moment, events_found=7)
    scanned = scan_city(make_city(), now=moment)
    assert scanned is not None
    assert [run.source.slug for run in scanned.opened] == ["fine"]
    found = steps(scanned.job)
    assert found["asked"] == ("done", "7 events found, 0 of them new.")
    assert [found[slug][0] for slug in ("fine", "resting", "paused", "keyless")] == ["waiting", *["held"] * 3]
    assert len({said for _, said in found.values()}) == 5


def test_sources_of_one_host_take_turns_also_with_scans_of_other_cities() -> None:
    live("one", host="both.example.org")
    live("two", host="both.example.org")
    mumbai = make_city(slug="mumbai", name="Mumbai")
    live("three", host="both.example.org")
    Source.objects.filter(slug="three").update(city=mumbai)
    moment = timezone.now()
    first, other = scan_city(make_city(), now=moment), scan_city(mumbai, now=moment)
    assert first is not None
    assert other is not None
    assert (len(first.opened), len(other.opened)) == (1, 0)
    run = first.opened[0]
    close_failed(run, ConnectFailed("no route"), now=moment, seconds=0.1, http={})
    tasks.go_on(run)
    assert FetchRun.objects.filter(state=RunState.RUNNING).count() == 1
    assert steps(first.job)[run.source.slug] == ("failed", "Did not answer. It is asked again by itself.")


def test_a_source_that_the_clock_asked_meanwhile_is_not_asked_twice() -> None:
    live("one", host="both.example.org")
    second = live("two", host="both.example.org")
    moment = timezone.now()
    scanned = scan_city(make_city(), now=moment)
    assert scanned is not None
    waiting = second if scanned.opened[0].source.slug == "one" else Source.objects.get(slug="one")
    by_clock = open_run(waiting, requested_by="clock", now=moment + timedelta(seconds=1))
    for run in (scanned.opened[0], by_clock):
        close_failed(run, ConnectFailed("no route"), now=moment, seconds=0.1, http={})
    tasks.go_on(scanned.opened[0])
    scanned.job.refresh_from_db()
    assert (scanned.job.state, FetchRun.objects.count()) == (RunState.FAILED, 2)


def test_a_scan_whose_worker_died_ends_by_itself() -> None:
    live("one")
    begun = timezone.now() - SCAN_LASTS
    scanned = scan_city(make_city(), now=begun)
    assert scanned is not None
    assert unfinished() == [scanned.job.pk]
    tasks.fetch_due_sources()
    scanned.job.refresh_from_db()
    assert (unfinished(), scanned.job.finished_at is not None) == ([], True)


def test_the_next_scan_ends_one_that_nobody_ended() -> None:
    live("one")
    lost = scan_city(make_city(), now=timezone.now() - EVERY)
    again = scan_city(make_city(), now=timezone.now())
    assert lost is not None
    assert again is not None
    lost.job.refresh_from_db()
    assert (lost.job.state == RunState.RUNNING, again.status) == (False, "started")


def test_readers_of_a_scan_are_told_to_look_again(django_capture_on_commit_callbacks: Any) -> None:
    live("one")
    heard: list[tuple[str, dict[str, Any]]] = []

    def hear(*, messages: list[tuple[str, str, dict[str, Any]]], **_: Any) -> None:
        heard.extend((topic, data) for topic, _, data in messages if topic.startswith("scan:"))

    transient.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            scanned = scan_city(make_city(), now=timezone.now())
            assert scanned is not None
            assert fetch_payloads(scanned.opened[0], now=NOW, http=FakeHttpClient(calendar(many(3))))
    finally:
        transient.disconnect(hear)
    assert len(heard) >= 3
    assert {str(one) for one in heard} == {str(("scan:bengaluru", {"city": "bengaluru"}))}


# --- the page ---


def test_only_a_post_of_our_own_pages_starts_a_scan(client: Client) -> None:
    live("one")
    page = client.get("/bengaluru/scan/")
    assert (page.status_code, Discovery.objects.count()) == (200, 0)
    assert "Nobody has asked yet" in page.content.decode()
    strict = Client(enforce_csrf_checks=True)
    elsewhere = strict.post("/bengaluru/scan/", headers={"Sec-Fetch-Site": "cross-site"})
    assert (elsewhere.status_code, Discovery.objects.count()) == (403, 0)
    ours = strict.post("/bengaluru/scan/", headers={"Sec-Fetch-Site": "same-origin"})
    assert (ours.status_code, ours["Location"], Discovery.objects.count()) == (303, "/bengaluru/scan/", 1)


def test_the_page_shows_the_scan_and_looks_again_without_scripts(client: Client) -> None:
    live("one", name="City <b>calendar</b>")
    client.post("/bengaluru/scan/")
    html = client.get("/bengaluru/scan/").content.decode()
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in html
    assert 'data-live-topics="scan:bengaluru"' in html
    assert "City &lt;b&gt;calendar&lt;/b&gt;" in html
    assert '<button class="btn" type="submit">Scan now' not in html
    Discovery.objects.update(started_at=timezone.now() - EVERY)
    html = client.get("/bengaluru/scan/").content.decode()
    assert "http-equiv" not in html
    assert "Scan now</button>" in html


def test_a_reader_who_asks_too_often_is_told_when_to_come_back(client: Client) -> None:
    make_city()
    answers = [client.post("/bengaluru/scan/") for _ in range(21)]
    assert [answer.status_code for answer in answers] == [*[303] * 20, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_the_city_page_has_the_button_and_no_token(client: Client) -> None:
    make_city()
    html = client.get("/bengaluru/").content.decode()
    assert '<form method="post" action="/bengaluru/scan/">' in html
    assert "csrfmiddlewaretoken" not in html
